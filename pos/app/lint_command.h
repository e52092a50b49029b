#pragma once
// `mulin-pos policy lint`: one JSON line per schema error or finding.

#include <iosfwd>
#include <string>
#include <vector>

namespace mulin::pos {

// Returns the exit code: 0 clean, 1 findings, 2 schema errors or no such path.
int run_policy_lint(const std::vector<std::string>& paths, std::ostream& out, std::ostream& err);

}  // namespace mulin::pos
