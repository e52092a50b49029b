#pragma once
// Draws the refund: the slip's number or the sales found, then lines, what goes back to whom, the
// reason and the second person.
// Widget ids:
//   refund.number (label)  refund.key.<digit|clear|erase>  refund.find  refund.sale.<n>
//   refund.line.<n> (label: pieces chosen)  refund.more.<n>  refund.less.<n>  refund.all
//   refund.back.<n> (label: what goes to whom)  refund.diner (label)  refund.reason.<n>
//   refund.second.<...> (pos/approve)  refund.message  refund.done  refund.leave

#include <vector>

#include "pos/refund/refund.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::refund {

// Appends what the cashier asked for to `out`; changes nothing itself.
void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::refund
