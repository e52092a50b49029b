#pragma once
// The words of the top bar, from what the shell knows.

#include "pos/app/app_state.h"
#include "pos/text/catalogue.h"
#include "pos/touch/top_bar.h"

namespace mulin::pos {

touch::TopBar top_bar_text(const AppState& state, const text::Catalogue& words, std::int64_t offline_long_minutes);

}  // namespace mulin::pos
