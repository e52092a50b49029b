#pragma once
// Draws the lookup screen: what was typed, the candidates as tiles, a keypad of digits and initials.
// Widget ids:
//   lookup.keys (label: what was typed)   lookup.found (label)   lookup.note
//   lookup.key.0 .. lookup.key.9, lookup.key.clear, lookup.key.erase
//   lookup.key.A .. lookup.key.Z (no I, U, V), lookup.key.erase_letter
//   lookup.candidate.0 .. lookup.candidate.5   lookup.more
//   lookup.guest   lookup.register   lookup.back

#include <vector>

#include "pos/lookup/lookup.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::lookup {

// Appends what the cashier asked for to `out`; changes nothing itself.
void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::lookup
