#pragma once
// Conditions: a closed language of "all", "any", "not" over atomic facts about the diner, the
// moment, the place and the basket. Data only; evaluate.h asks them, explain.h words them.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sync/model/kinds.h"

namespace mulin::sync::policy {

struct Words {
    std::string zh;
    std::string en;
    bool empty() const { return zh.empty() && en.empty(); }
};

// [from, below): files write "from" or "above", "through" or "below"; both ends are always stated
// or open, never guessed.
struct IntRange {
    std::int64_t from = std::numeric_limits<std::int64_t>::min();
    std::int64_t below = std::numeric_limits<std::int64_t>::max();
    bool contains(std::int64_t value) const { return value >= from && value < below; }
    bool has_from() const { return from != std::numeric_limits<std::int64_t>::min(); }
    bool has_below() const { return below != std::numeric_limits<std::int64_t>::max(); }
    friend bool operator==(const IntRange&, const IntRange&) = default;
};

struct DateRange {
    Date from;
    Date through;
    friend bool operator==(const DateRange&, const DateRange&) = default;
};

struct ItemSelector {
    std::vector<std::string> items;
    std::vector<std::string> item_classes;
    std::optional<IntRange> unit_price_fen;
    std::optional<bool> weighed;
    friend bool operator==(const ItemSelector&, const ItemSelector&) = default;
};

// People named one by one, for a time.
struct NamedList {
    std::string name;
    int line = 0;
    std::vector<std::string> diners;  // sorted
    std::optional<Date> from;
    std::optional<Date> through;
};

enum class ConditionKind {
    always,
    // joined
    all, any, negated,
    // who
    age, birthday, hukou, residence, hukou_here, residence_here, hukou_is_residence, aid,
    disability_grade, care, living, tags, approved, cards, presented, guest, on_list,
    // when
    meal, time, weekday, day, date, month_day, day_of_month, nth_meal,
    // where and how
    site, site_kind, site_tags, vendor, subdistrict, service, tender,
    // what
    has_item, list_fen, granted
};

// How often a limit begins anew; also the span within which meals are numbered.
enum class Window { meal, day, week, month, year, campaign, release, sale };

enum class DayKind { working_day, rest_day, public_holiday, makeup_working_day };
// Digits of an administrative code that two places share.
enum class Level { province, city, district, subdistrict };

struct Condition {
    ConditionKind kind = ConditionKind::always;
    int line = 0;
    std::vector<Condition> parts;
    IntRange range;                  // age, grade, minutes, day of the month, nth meal, pieces of an item, fen
    std::vector<std::string> words;  // codes, ids or words of a vocabulary
    unsigned mask = 0;               // meals, services, weekdays, kinds of day
    std::vector<DateRange> dates;
    Level level = Level::district;
    bool flag = false;  // guest: wanted or not; birthday: the whole month
    Window window = Window::day;  // nth meal: of what
    std::int64_t every = 0;       // nth meal: each so many, counted within the window; 0 is not asked
    int list = -1;      // index in Policy::lists
    std::vector<ItemSelector> items;
    Words yes;  // a phrase for when it holds
    Words no;   // and for when it does not
    Words except;    // within "not": for when it fails; empty where that is nobody's business
    Words excluded;  // within "not": for when it holds
    Words manager_yes;  // the same with the aid class and the like, where the counter must not hear it
    Words manager_no;
};

// Equal apart from lines and wording.
bool same_meaning(const Condition& a, const Condition& b);

}  // namespace mulin::sync::policy
