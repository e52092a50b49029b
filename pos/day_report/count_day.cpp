#include <algorithm>

#include "pos/day_report/day_report.h"

namespace mulin::pos::day_report {
namespace {

constexpr int kQuarter = 15;

template <class Row, class Key, class Member>
Row& row_of(std::vector<Row>& rows, const Key& key, Member member) {
    auto found = std::ranges::find(rows, key, member);
    if (found != rows.end()) return *found;
    rows.emplace_back();
    rows.back().*member = key;
    return rows.back();
}

int quarter_of(const sync::Sale& sale) {
    return payment::china_minute_of_day(sale.at) / kQuarter * kQuarter;
}

void add_to_meal(MealRow& row, const sync::Sale& sale) {
    switch (sale.category) {
        case sync::Category::first: ++row.first; break;
        case sync::Category::second: ++row.second; break;
        case sync::Category::guest: ++row.guest; break;
        case sync::Category::staff: ++row.staff; break;
    }
    row.list += sale.list + sale.delivery;
    row.paid += sale.paid;
    for (const sync::Benefit& benefit : sale.benefits) {
        for (const sync::PayerShare& share : benefit.payers) {
            row_of(row.payers, share.payer, &PayerAmount::payer).amount += share.amount;
        }
    }
}

void count(Day& day, const sync::Sale& sale) {
    add_to_meal(row_of(day.meals, sale.meal, &MealRow::meal), sale);
    ++row_of(day.services, sale.service, &ServiceCount::service).count;
    for (const sync::Payment& payment : sale.payments) {
        TenderAmount& tender = row_of(day.tenders, payment.method, &TenderAmount::tender);
        ++tender.count;
        tender.amount += payment.amount;
    }
    day.delivery += sale.delivery;
    day.cash_rounding += sale.cash_rounding;
    if (sale.meal != day.meal_now) return;
    for (QuarterHour& quarter : day.quarters) {
        if (quarter.minute == quarter_of(sale)) ++quarter.count;
    }
}

bool counts(const StoredSale& stored) { return !stored.voided_by && !stored.sale.training; }

// The window's quarters, and those before and after it in which the meal was served all the same.
std::vector<QuarterHour> quarters(const std::vector<StoredSale>& sales, const sync::ServingWindow& window) {
    int from = window.from_minute / kQuarter * kQuarter;
    int until = window.until_minute;
    for (const StoredSale& stored : sales) {
        if (!counts(stored) || stored.sale.meal != window.meal) continue;
        from = std::min(from, quarter_of(stored.sale));
        until = std::max(until, quarter_of(stored.sale) + kQuarter);
    }
    std::vector<QuarterHour> out;
    for (int minute = from; minute < until; minute += kQuarter) out.push_back({minute, 0});
    return out;
}

SaleRow list_row(const StoredSale& stored) {
    SaleRow row;
    row.key = stored.key;
    row.at = stored.sale.at;
    row.name = stored.name;
    row.category = stored.sale.category;
    row.meal = stored.sale.meal;
    row.tender = stored.sale.payments.empty() ? "none" : stored.sale.payments.front().method;
    row.paid = stored.sale.paid + stored.sale.cash_rounding;
    row.voided = stored.voided_by.has_value();
    row.training = stored.sale.training;
    return row;
}

SaleRow list_row(const StoredVoid& stored, const std::vector<StoredSale>& sales) {
    SaleRow row;
    row.key = stored.key;
    row.at = stored.at;
    row.is_void = true;
    row.voids_seq = stored.target.seq;
    auto target = std::ranges::find(sales, stored.target, &StoredSale::key);
    if (target == sales.end()) return row;
    SaleRow undone = list_row(*target);
    row.name = undone.name;
    row.meal = undone.meal;
    row.category = undone.category;
    row.tender = undone.tender;
    row.paid = -undone.paid;
    return row;
}

}  // namespace

Day count_day(sync::Date date, const std::vector<StoredSale>& sales, const std::vector<StoredVoid>& voids,
              const sync::ServingWindow& window, int minute_now) {
    Day day;
    day.date = date;
    day.meal_now = window.meal;
    day.minute_now = minute_now;
    for (sync::Meal meal : sync::kAllMeals) row_of(day.meals, meal, &MealRow::meal);
    for (sync::Service service : sync::kAllServices) row_of(day.services, service, &ServiceCount::service);
    day.quarters = quarters(sales, window);
    for (const StoredSale& stored : sales) {
        day.sales.push_back(list_row(stored));
        if (counts(stored)) count(day, stored.sale);
    }
    for (const StoredVoid& stored : voids) day.sales.push_back(list_row(stored, sales));
    std::ranges::stable_sort(day.sales, std::ranges::greater{}, [](const SaleRow& row) {
        return std::pair(row.at, row.key);
    });
    return day;
}

}  // namespace mulin::pos::day_report
