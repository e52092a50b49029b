#pragma once
// The day as the "today" screen shows it, counted from the stored sales.

#include "pos/app/phrases.h"
#include "pos/app/till.h"
#include "pos/day_report/day_report.h"

namespace mulin::pos {

// DayArrived or DayFailed.
day_report::Intent load_day(Till& till, std::int64_t serial, const Phrases& phrases);

}  // namespace mulin::pos
