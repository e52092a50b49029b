#pragma once
// Which meal a sale belongs to at a minute of the day. Pure.

#include <span>

#include "sync/model/site.h"

namespace mulin::pos {

// The meal whose serving window holds the minute; outside all of them the nearer one, the one that has
// just closed before the one that opens: somebody who comes late for lunch still has lunch. Lunch
// when there is no window.
sync::Meal meal_for(std::span<const sync::ServingWindow> windows, int minute);

}  // namespace mulin::pos
