#include "pos/app/day_view.h"

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

day_report::Intent load_day(Till& till, std::int64_t serial, const Phrases& phrases) {
    const auto now = till.now().at;
    const auto date = payment::china_date(now);
    const auto records = till.store().sales_of_day(date);
    if (!records) return day_report::DayFailed{serial, phrases.sentence(records.error())};
    std::vector<day_report::StoredSale> sales;
    std::vector<day_report::StoredVoid> voids;
    for (const auto& record : *records) {
        sales.push_back({record.key, record.sale, name_of_diner(till, record.sale), record.voided_by});
        if (record.voided_by) voids.push_back({*record.voided_by, record.key, instant_of(till, *record.voided_by)});
    }
    const auto window = window_of(till, till.meal_at(now));
    day_report::DayArrived arrived{serial, day_report::count_day(date, sales, voids, window, payment::china_minute_of_day(now))};
    if (const auto report = till.store().day_report(date)) {
        arrived.day.top_ups = report->top_ups.sales;
        arrived.day.topped_up = report->top_ups.amount;
    }
    return arrived;
}

}  // namespace mulin::pos
