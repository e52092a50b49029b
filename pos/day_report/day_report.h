#pragma once
// "Today": the site manager's live counts and the list of today's sales, counted from the stored
// records alone. Not a settlement: that is the district's, from the same records.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sync/model/sale.h"
#include "sync/model/site.h"

namespace mulin::pos::day_report {

struct PayerAmount {
    std::string payer;  // "district", "street", "foundation", ...
    sync::Money amount;
    friend bool operator==(const PayerAmount&, const PayerAmount&) = default;
};

struct MealRow {
    sync::Meal meal = sync::Meal::lunch;
    std::int64_t first = 0;
    std::int64_t second = 0;
    std::int64_t guest = 0;
    std::int64_t staff = 0;
    sync::Money list;
    std::vector<PayerAmount> payers;
    sync::Money paid;
    friend bool operator==(const MealRow&, const MealRow&) = default;
    std::int64_t count() const { return first + second + guest + staff; }
};

struct ServiceCount {
    sync::Service service = sync::Service::dine_in;
    std::int64_t count = 0;
};
struct TenderAmount {
    std::string tender;
    std::int64_t count = 0;
    sync::Money amount;
};
struct QuarterHour {
    int minute = 0;  // since midnight, start of the quarter
    std::int64_t count = 0;
};

struct SaleRow {
    sync::EntryKey key;
    sync::UtcInstant at;
    std::string name;  // empty for a guest
    sync::Category category = sync::Category::guest;
    sync::Meal meal = sync::Meal::lunch;
    std::string tender;  // of the first payment; "none" when nothing was to be paid
    sync::Money paid;    // what was taken, cash rounding included
    bool training = false;
    bool voided = false;   // a later record undoes it
    bool is_void = false;  // this row is such a record
    std::int64_t voids_seq = 0;  // the entry it undoes
    friend bool operator==(const SaleRow&, const SaleRow&) = default;
};

struct Day {
    sync::Date date;
    std::vector<MealRow> meals;  // breakfast, lunch, dinner
    std::vector<ServiceCount> services;
    std::vector<TenderAmount> tenders;
    std::int64_t top_ups = 0;      // of cards: no sales, but cash in the drawer
    sync::Money topped_up;
    sync::Money delivery;
    sync::Money cash_rounding;
    sync::Meal meal_now = sync::Meal::lunch;
    std::vector<QuarterHour> quarters;  // of the present meal's window, in order, none missing
    int minute_now = 0;
    std::vector<SaleRow> sales;  // newest first
};

inline constexpr std::size_t kSalesPerPage = 6;

// One stored sale, for count_day().
struct StoredSale {
    sync::EntryKey key;
    sync::Sale sale;
    std::string name;                      // of the diner; empty for a guest
    std::optional<sync::EntryKey> voided_by;
};
// What the list needs of a void: it is a row of its own.
struct StoredVoid {
    sync::EntryKey key;
    sync::EntryKey target;
    sync::UtcInstant at;
};
// Counts a day for this screen: voided and training sales are in the list and in no figure.
// The quarters are those of the window, which is the present or next meal's, and those outside it
// in which that meal was served.
Day count_day(sync::Date date, const std::vector<StoredSale>& sales, const std::vector<StoredVoid>& voids,
              const sync::ServingWindow& window, int minute_now);

struct State {
    bool loaded = false;
    Day day;
    std::int64_t serial = 0;
    std::string message;  // why the counts could not be read
    std::size_t page = 0;
    std::optional<sync::EntryKey> picked;
};

// --- Intents
struct Opened {};
struct Refresh {};  // the application posts it after every sale while this screen is open
struct DayArrived { std::int64_t serial = 0; Day day; };
struct DayFailed { std::int64_t serial = 0; std::string message; };
struct PickSale { sync::EntryKey key; };
struct NewerPage {};
struct OlderPage {};
struct CorrectPicked {};
struct ShiftPicked {};
struct RefundPicked {};  // also with no sale picked: it is looked for there
struct Back {};
using Intent = std::variant<Opened, Refresh, DayArrived, DayFailed, PickSale, NewerPage, OlderPage,
                            CorrectPicked, RefundPicked, ShiftPicked, Back>;

// --- Effects
struct LoadDay { std::int64_t serial = 0; };
struct OpenCorrect { SaleRow sale; };  // -> correct::Opened
struct OpenRefund { std::optional<sync::EntryKey> sale; };
struct OpenShift {};
struct Close {};
using Effect = std::variant<LoadDay, OpenCorrect, OpenRefund, OpenShift, Close>;

std::vector<Effect> update(State& state, const Intent& intent);

// --- What the view asks
MealRow totals(const Day& day);                 // meal is meaningless
std::vector<std::string> payers(const Day& day);  // every payer of the day, each once, in a fixed order
sync::Money amount_of(const MealRow& row, const std::string& payer);
sync::Money benefit_total(const Day& day);
std::vector<SaleRow> sales_page(const State& state);
std::size_t page_count(const State& state);
bool can_correct(const State& state);  // a sale is picked that nothing undoes yet

}  // namespace mulin::pos::day_report
