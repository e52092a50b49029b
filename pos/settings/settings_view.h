#pragma once
// Draws the till's settings: language, size, devices, training.
// Widget ids:
//   settings.language.zh-CN, settings.language.en
//   settings.device.<id> (label: its state), settings.test.<id>   (settings.test.printer)
//   settings.training   settings.training_state (label)   settings.note   settings.version (label)
//   settings.back

#include <vector>

#include "pos/settings/settings.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::settings {

// Appends what the cashier asked for to `out`; changes nothing itself.
void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::settings
