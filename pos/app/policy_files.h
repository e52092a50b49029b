#pragma once
// Reads policy files for the command line: a folder stands for all *.json policies and calendars in
// it; for a single file, calendars lying beside it (calendar-*.json) come along.

#include <string>
#include <vector>

#include "sync/policy/policy_set.h"

namespace mulin::pos {

payment::Result<std::vector<sync::PolicyFile>> read_policy_files(const std::vector<std::string>& paths);

}  // namespace mulin::pos
