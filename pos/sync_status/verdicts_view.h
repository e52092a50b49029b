#pragma once
// Draws the district's verdicts on this site's sales, a page of them. For the site manager's eyes: names
// and amounts stand here.
// Widget ids:
//   verdicts.title   verdict.0 ... verdict.5 (labels)   verdicts.none
//   verdicts.before, verdicts.next   sync.back

#include <vector>

#include "pos/sync_status/sync_status.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::sync_status {

void draw_verdicts(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::sync_status
