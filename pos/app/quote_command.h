#pragma once
// `mulin-pos quote`: prices JSONL cases one after the other and answers each with one line. Memory
// does not grow with the number of cases, only with the counters that a later case may still ask for: those
// of days more than a week past are dropped once there are many, if cases come in order of time.

#include <iosfwd>
#include <string>
#include <vector>

namespace mulin::pos {

// `policies` names files or folders; without a cases file the cases come from `in`. For a manager,
// sentences in `why` carry a fuller one. Returns the exit code: 0, 2 for a policy that cannot be loaded,
// 3 when reading or writing fails.
int run_quote(const std::vector<std::string>& policies, const std::string& cases_file, std::istream& in,
              std::ostream& out, std::ostream& err, bool for_manager = false);

}  // namespace mulin::pos
