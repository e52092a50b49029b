#pragma once
// A month as people name it on the command line and in reports.

#include <string>
#include <utility>

#include "sync/model/kinds.h"

namespace mulin::sync::server {

// First and last day of "2026-03"; invalid_input for anything else.
Result<std::pair<Date, Date>> days_of_month(const std::string& month);

}  // namespace mulin::sync::server
