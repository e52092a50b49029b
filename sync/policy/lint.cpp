#include "sync/policy/lint.h"

#include <algorithm>

#include "sync/policy/json_tree.h"
#include "sync/policy/lint_checks.h"

namespace mulin::sync {
namespace {

using policy::ReadFile;

// Gives every policy the days of the calendars it names; a name without a file is a schema error, as
// it is for loading.
void join_calendars(std::vector<ReadFile>& files, std::vector<LintFinding>& out) {
    for (auto& file : files) {
        if (!file.policy) continue;
        for (const auto& id : file.policy->calendar_ids) {
            const auto found = std::find_if(files.begin(), files.end(),
                                            [&](const ReadFile& f) { return f.calendar && f.calendar->id == id; });
            if (found == files.end()) {
                out.push_back({file.policy->file, "", "unknown_reference",
                               "Calendar \"" + id + "\" is not among the files; add its file beside the policy.",
                               LintFinding::Kind::schema_error, 0});
                continue;
            }
            auto& years = file.policy->calendar.years;
            years.insert(years.end(), found->calendar->years.begin(), found->calendar->years.end());
        }
    }
}

void check_one(const ReadFile& file, std::vector<LintFinding>& out) {
    const policy::Policy& policy = *file.policy;
    policy::check_ladders(policy, out);
    policy::check_money(policy, out);
    policy::check_wording(policy, out);
    policy::check_reach(policy, out);
    policy::check_words(file, out);
    policy::check_figures(file, out);
    policy::check_calendar(policy, out);
}

}  // namespace

std::vector<LintFinding> lint(std::span<const PolicyFile> files) {
    std::vector<LintFinding> out;
    std::vector<ReadFile> read;
    for (const auto& file : files) {
        read.push_back(policy::read_file(file));
        out.insert(out.end(), read.back().findings.begin(), read.back().findings.end());
    }
    join_calendars(read, out);
    for (const auto& file : read) {
        if (file.policy) check_one(file, out);
    }
    policy::check_versions(read, out);
    policy::check_layers(read, out);
    return out;
}

std::string finding_json(const LintFinding& finding) {
    std::string out = "{\"file\":";
    policy::append_json_text(out, finding.file);
    out += ",\"rule\":";
    policy::append_json_text(out, finding.rule);
    out += ",\"code\":";
    policy::append_json_text(out, finding.code);
    out += ",\"message\":";
    policy::append_json_text(out, finding.message);
    out += ",\"kind\":";
    out += finding.kind == LintFinding::Kind::schema_error ? "\"schema_error\"" : "\"finding\"";
    out += ",\"line\":" + std::to_string(finding.line) + "}";
    return out;
}

}  // namespace mulin::sync
