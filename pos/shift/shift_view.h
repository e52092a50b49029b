#pragma once
// Draws the shift: one key for each note and coin with a keypad beside them; then what was counted
// beside what should be there, and the reason; then the closed shift.
// Widget ids:
//   shift.piece.<fen> (label: pieces)  shift.key.<digit|clear|erase>  shift.next  shift.total  shift.open
//   shift.count_done  shift.due  shift.counted  shift.difference  shift.reason.<n>  shift.again  shift.close
//   shift.closed  shift.reprint  shift.message  shift.state  shift.leave

#include <vector>

#include "pos/shift/shift.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::shift {

// Appends what the cashier asked for to `out`; changes nothing itself.
void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::shift
