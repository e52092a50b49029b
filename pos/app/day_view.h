#pragma once
// The day as the "today" screen shows it, counted from the stored sales. What was read once is kept: a
// refresh reads only what was sold or voided since. One thread.

#include "pos/app/phrases.h"
#include "pos/app/till.h"
#include "pos/day_report/day_report.h"

namespace mulin::pos {

class DayView {
  public:
    // DayArrived or DayFailed.
    day_report::Intent load(Till& till, std::int64_t serial, const Phrases& phrases);

  private:
    payment::Status catch_up(Till& till, sync::Date date);
    void take(Till& till, const sync::SaleRecord& record);

    sync::Date date_;
    std::int64_t mark_ = 0;
    std::vector<day_report::StoredSale> sales_;
    std::vector<day_report::StoredVoid> voids_;
};

}  // namespace mulin::pos
