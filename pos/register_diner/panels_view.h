#pragma once
// The right side of the registration screen: what fills the active field. Used by the view.

#include <vector>

#include "pos/register_diner/register_diner_view.h"

namespace mulin::pos::register_diner {

void draw_panel(touch::Ui& ui, const text::Catalogue& words, const State& state, touch::Rect area,
                std::vector<Intent>& out);

}  // namespace mulin::pos::register_diner
