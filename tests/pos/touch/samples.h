#pragma once
// Screens in states worth looking at: the gallery saves them as pictures, the layout test measures
// them, the bench draws the fullest. All people and amounts are invented.

#include <functional>
#include <string>
#include <vector>

#include "pos/text/catalogue.h"
#include "pos/touch/top_bar.h"
#include "pos/touch/ui.h"

namespace mulin::tests {

struct Sample {
    std::string name;
    std::function<void(pos::touch::Ui&, const pos::text::Catalogue&)> draw;
};

std::vector<Sample> samples();
// Those of samples_money.cpp, also in samples().
std::vector<Sample> money_samples();
std::vector<Sample> drawer_samples();  // of samples_drawer.cpp
std::vector<Sample> sync_samples();    // of samples_sync.cpp
pos::touch::TopBar sample_bar(const pos::text::Catalogue& words, bool offline);
// The one with most on it: a full menu, a long slip, a sheet is not open.
Sample fullest_sample();

}  // namespace mulin::tests
