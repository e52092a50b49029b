#pragma once
// One business day in figures, at a till, a site or the whole district. Voided sales are counted
// apart and nowhere else; training sales nowhere. Counts are sales (served meals), not portions.

#include <cstdint>
#include <map>
#include <string>

#include "sync/model/kinds.h"

namespace mulin::sync {

struct Tally {
    std::int64_t sales = 0;
    Money list;  // goods and delivery: list == benefit + paid
    Money benefit;
    Money paid;
    friend bool operator==(const Tally&, const Tally&) = default;
};

struct AmountTally {
    std::int64_t sales = 0;  // sales in which it took part
    Money amount;
    friend bool operator==(const AmountTally&, const AmountTally&) = default;
};

struct ItemTally {
    std::string name_zh;
    std::string name_en;
    std::int64_t quantity = 0;
    std::int64_t weight_g = 0;
    Money amount;
    friend bool operator==(const ItemTally&, const ItemTally&) = default;
};

struct DayReport {
    Date date;
    Tally total;
    Tally voided;
    Money delivery;       // part of total.list
    Money cash_rounding;  // beside the totals
    std::map<Meal, Tally> by_meal;
    std::map<Service, Tally> by_service;
    std::map<Category, Tally> by_category;
    std::map<std::string, AmountTally> by_payer;   // who pays which part of the benefits
    std::map<std::string, AmountTally> by_operator_payer;  // owed to the operator beside the price
    std::map<std::string, AmountTally> by_tender;  // payment method; adds up to paid + cash_rounding
    std::map<int, Tally> by_quarter_hour;          // minute of the day at its start: 690 is 11:30
    std::map<std::string, ItemTally> by_item;
    // Booked on this day, also for sales of earlier days; not taken from any figure above.
    Tally refunded;  // sales: how many refunds
    std::map<std::string, AmountTally> refunded_by_payer;
    std::map<std::string, AmountTally> refunded_by_tender;
    AmountTally top_ups;  // of stored-value cards; no sales
    std::map<std::string, AmountTally> top_ups_by_tender;
    friend bool operator==(const DayReport&, const DayReport&) = default;
};

}  // namespace mulin::sync
