#pragma once
// The standing offer: a menu dated in the week of Monday 1970-01-05 holds for its weekday whenever
// nobody has published a menu for the real date. Stores keep it like any other dated menu.

#include "sync/model/kinds.h"

namespace mulin::sync {

// Where the standing offer for the weekday of `date` is kept: 1970-01-05 (Monday) to 1970-01-11.
inline Date weekly_menu_date(Date date) { return Date::from_days(3 + date.weekday()); }
inline bool is_weekly_menu_date(Date date) {
    return date.days_since_1970() >= 4 && date.days_since_1970() <= 10;
}

}  // namespace mulin::sync
