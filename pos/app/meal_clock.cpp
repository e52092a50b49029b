#include "pos/app/meal_clock.h"

#include <algorithm>
#include <climits>

namespace mulin::pos {

sync::Meal meal_for(std::span<const sync::ServingWindow> windows, int minute) {
    sync::Meal meal = sync::Meal::lunch;
    int nearest = INT_MAX;
    for (const auto& window : windows) {
        const bool closed = minute >= window.until_minute;
        const int away = closed ? minute - window.until_minute : std::max(0, window.from_minute - minute);
        const bool inside = !closed && minute >= window.from_minute;
        // Twice the distance, plus one for what has not opened: a tie goes to what has just closed.
        const int rank = inside ? -1 : 2 * away + (closed ? 0 : 1);
        if (rank >= nearest) continue;
        nearest = rank;
        meal = window.meal;
    }
    return meal;
}

}  // namespace mulin::pos
