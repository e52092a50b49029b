#pragma once
// Draws what waits for a person: the list, the evidence of one, what to tell the diner, the decision.
// Widget ids:
//   review.item.<n>  review.evidence (label)  review.tell (label)  review.ask
//   review.decide.<paid|not_paid|money_back>  review.reason.<n>  review.second.<...> (pos/approve)
//   review.message  review.settled  review.empty  review.back

#include <vector>

#include "pos/review/review.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::review {

// Appends what the manager asked for to `out`; changes nothing itself.
void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::review
