#pragma once
// Draws the connection with the district: what waits, since when, and the last exchange.
// Widget ids:
//   sync.link, sync.waiting, sync.oldest, sync.last, sync.next, sync.server, sync.till (labels)
//   sync.diners, sync.policy, sync.menu (labels)   sync.note
//   sync.now   sync.verdicts (a site manager's)   sync.back
// The list behind sync.verdicts: verdicts_view.h.

#include <vector>

#include "pos/sync_status/sync_status.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::sync_status {

// Appends what the cashier asked for to `out`; changes nothing itself.
void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::sync_status
