#pragma once
// Draws the top-up: the card wanted, or the diner's cards; then name, balance and amount; then what was
// put on and what goes back.
// Widget ids:
//   top_up.state (label)  top_up.held.<n>  top_up.lost.<n>  top_up.name  top_up.balance  top_up.after  top_up.heard
//   top_up.trouble  top_up.amount  top_up.preset.<fen>  top_up.exact  top_up.given.<fen>  top_up.change
//   top_up.key.<digit|clear|erase>  top_up.confirm  top_up.lost  top_up.lost_yes  top_up.lost_no
//   top_up.done  top_up.reprint  top_up.another  top_up.message  top_up.leave

#include <vector>

#include "pos/text/catalogue.h"
#include "pos/top_up/top_up.h"
#include "pos/touch/ui.h"

namespace mulin::pos::top_up {

// Appends what the cashier asked for to `out`; changes nothing itself.
void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::top_up
