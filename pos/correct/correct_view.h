#pragma once
// Draws the void of one sale: what it was, the reason, the second person and their PIN.
// Widget ids:
//   correct.sale (label)   correct.message (label)
//   correct.reason.0 .. correct.reason.5   (in the order of kAllReasons)
//   correct.approver.<staff id>  correct.pin  correct.note  correct.key.<digit|clear|erase>
//   correct.confirm   (pos/approve)
//   correct.done  correct.how.<n>  correct.amount (labels)   correct.back

#include <vector>

#include "pos/correct/correct.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::correct {

// Appends what the cashier asked for to `out`; changes nothing itself.
void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::correct
