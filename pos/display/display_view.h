#pragma once
// Draws the diner's side over the whole window. Nothing here can be tapped.
// Labels: display.title  display.line.<n>  display.benefit.<n>  display.taken.<n>  display.due
//         display.change  display.hint  display.code  display.left_s

#include "pos/display/display.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::display {

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state);

}  // namespace mulin::pos::display
