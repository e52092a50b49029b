#pragma once
// What the counter shows of a diner: neutral facts made from the record, today's meals and the usual
// order. The one place where a Diner becomes something a screen may hold; aid classes stop here.

#include <string>

#include "pos/app/refusal.h"
#include "pos/app/till.h"
#include "pos/lookup/lookup.h"
#include "pos/serve/serve_state.h"

namespace mulin::pos {

Answer<serve::DinerCard> make_diner_card(Till& till, const sync::DinerId& id, sync::Meal meal);
lookup::Candidate make_candidate(const sync::DinerMatch& match, sync::Date today, sync::Meal meal);
// The first character of a name, whole, whatever plane it is from.
std::string first_character(const std::string& name);

}  // namespace mulin::pos
