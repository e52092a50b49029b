#include "pos/app/lint_command.h"

#include <algorithm>
#include <ostream>

#include "pos/app/policy_files.h"
#include "sync/policy/case_json.h"
#include "sync/policy/lint.h"

namespace mulin::pos {

int run_policy_lint(const std::vector<std::string>& paths, std::ostream& out, std::ostream& err) {
    const auto files = read_policy_files(paths);
    if (!files) {
        err << "mulin-pos policy lint: " << files.error().message << '\n';
        return 2;
    }
    const auto findings = sync::lint(*files);
    for (const auto& finding : findings) out << sync::finding_json(finding) << '\n';
    out.flush();
    const bool broken = std::any_of(findings.begin(), findings.end(), [](const sync::LintFinding& finding) {
        return finding.kind == sync::LintFinding::Kind::schema_error;
    });
    return broken ? 2 : findings.empty() ? 0 : 1;
}

}  // namespace mulin::pos
