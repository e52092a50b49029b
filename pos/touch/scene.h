#pragma once
// What a screen's drawing functions are handed: where to draw, the words, what is true, and where to put what
// the person did. Lives for one frame.

#include <utility>
#include <vector>

#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::touch {

template <class State, class Intent>
struct Scene {
    Ui& ui;
    const text::Catalogue& words;
    const State& state;
    std::vector<Intent>& out;
    void say(Intent intent) const { out.push_back(std::move(intent)); }
};

}  // namespace mulin::pos::touch
