#include "pos/app/day_view.h"

#include <algorithm>

#include "sync/journal/body.h"

namespace mulin::pos {
namespace {

std::string name_of_diner(Till& till, const sync::Sale& sale) {
    if (!sale.diner) return "";
    const auto diner = till.store().diner(*sale.diner);
    return diner && *diner ? (*diner)->name : sale.diner->text();
}

sync::ServingWindow window_of(const Till& till, sync::Meal meal) {
    for (const auto& window : till.site().windows)
        if (window.meal == meal) return window;
    return {meal, 0, 24 * 60};
}

sync::UtcInstant instant_of(Till& till, const sync::EntryKey& key) {
    const auto entry = till.store().entry(key);
    if (!entry || !*entry) return {};
    const auto decoded = sync::decode_body((*entry)->body);
    return decoded ? decoded->stamp.at : sync::UtcInstant{};
}

}  // namespace

void DayView::take(Till& till, const sync::SaleRecord& record) {
    const auto known = mark_ == 0 ? sales_.end() : std::ranges::find(sales_, record.key, &day_report::StoredSale::key);
    if (known == sales_.end()) sales_.push_back({record.key, record.sale, name_of_diner(till, record.sale), record.voided_by});
    else known->voided_by = record.voided_by;
    if (record.voided_by) voids_.push_back({*record.voided_by, record.key, instant_of(till, *record.voided_by)});
}

payment::Status DayView::catch_up(Till& till, sync::Date date) {
    if (date != date_) {
        sales_.clear();
        voids_.clear();
        mark_ = 0;
        date_ = date;
    }
    MULIN_TRY(const auto changed, till.store().sales_changed(date, mark_));
    for (const auto& record : changed.sales) take(till, record);
    mark_ = changed.mark;
    return payment::ok();
}

day_report::Intent DayView::load(Till& till, std::int64_t serial, const Phrases& phrases) {
    const auto now = till.now().at;
    const auto date = payment::china_date(now);
    if (const auto read = catch_up(till, date); !read) return day_report::DayFailed{serial, phrases.sentence(read.error())};
    const auto window = window_of(till, till.meal_at(now));
    day_report::DayArrived arrived{serial, day_report::count_day(date, sales_, voids_, window, payment::china_minute_of_day(now))};
    if (const auto report = till.store().day_report(date)) {
        arrived.day.top_ups = report->top_ups.sales;
        arrived.day.topped_up = report->top_ups.amount;
    }
    return arrived;
}

}  // namespace mulin::pos
