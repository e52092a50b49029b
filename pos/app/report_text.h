#pragma once
// A day's counts for people and programs: the JSON of `report day --json` and plain lines.

#include <string>

#include "sync/model/day_report.h"

namespace mulin::pos {

std::string report_json(const sync::DayReport& day);
std::string report_lines(const sync::DayReport& day);

}  // namespace mulin::pos
