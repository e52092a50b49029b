#pragma once
// Lint: what is wrong with policy files before they are published. A schema error means the file
// cannot be loaded; a finding means it loads but probably does not say what its author meant.
// Codes are stable and listed in FORMAT.md.

#include <span>
#include <string>
#include <vector>

#include "sync/policy/policy_set.h"

namespace mulin::sync {

struct LintFinding {
    enum class Kind { schema_error, finding };
    std::string file;
    std::string rule;     // empty when the whole file is meant
    std::string code;     // "unknown_key", "age_gap", ...
    std::string message;  // one sentence with line and, for a misspelt name, the nearest known one
    Kind kind = Kind::finding;
    int line = 0;  // 0 when no one line is meant
};

std::vector<LintFinding> lint(std::span<const PolicyFile> files);

// {"file","rule","code","message","kind","line"} on one line.
std::string finding_json(const LintFinding& finding);

}  // namespace mulin::sync
