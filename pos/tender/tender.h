#pragma once
// The tender screen: takes the money for one sale, in one part or several. update() is pure; times
// arrive in intents. A sale is named by its ref and each try by its number, so that a late answer never
// lands on another sale or try. The first tap moves the phase; the second finds no transition.
// At most one try is out at a time; what was taken stays taken until it is given back by its own road.

#include "pos/tender/tender_talk.h"

namespace mulin::pos::tender {

std::vector<Effect> update(State& state, const Intent& intent);

// --- What the view asks
const sync::Quote* quote(const State& state);   // of the tender in use
std::int64_t seconds_left(const State& state);  // of the try, rounded up, never negative
bool can_confirm(const State& state);           // enough was given
bool can_query(const State& state);
bool can_change_tender(const State& state);
bool can_set_aside(const State& state);
bool can_go_back(const State& state);
bool can_give_back(const State& state);
bool can_collect_anyway(const State& state);    // a supervisor may let cash be taken meanwhile
bool can_take_part(const State& state);         // cash: less than is due was given
bool is_split(const State& state);              // parts were taken, or only a part is being paid
sync::Money remaining(const State& state);      // of the sale, before any cash rounding
sync::Money total(const State& state);          // the diner's part of the sale
sync::Money taken_sum(const State& state);
sync::Money typed_part(const State& state);
std::vector<std::string> choices(const State& state);  // pay keys that can take what is left
std::vector<sync::Money> notes_for(sync::Money due);  // ascending, each above due, at most five

}  // namespace mulin::pos::tender
