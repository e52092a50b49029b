#pragma once
// What the diner's side shows of the till's state: only what everybody in the queue may see. Pure.

#include "pos/app/app_state.h"
#include "pos/display/display.h"
#include "pos/text/catalogue.h"

namespace mulin::pos {

display::State display_of(const AppState& state, const text::Catalogue& words);

}  // namespace mulin::pos
