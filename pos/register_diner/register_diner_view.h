#pragma once
// Draws the registration of a new diner: five fields on the left, what fills the active one right.
// Widget ids:
//   register.field.identity, .name, .road, .phone, .card (tap to fill it in; text: its content)
//   register.derived (label: birth date, age, sex)   register.note
//   register.key.0 .. register.key.9, register.key.X, register.key.clear, register.key.erase
//   register.key.A .. register.key.Z, register.key.dot   (name: all letters; road: its initials)
//   register.choice.0 .. register.choice.9   register.road.0 .. register.road.8   register.more
//   register.next (the next field)   register.remove_card
//   register.save   register.serve_existing (instead of save, for a duplicate)   register.back

#include <vector>

#include "pos/register_diner/register_diner.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::register_diner {

// Appends what the cashier asked for to `out`; changes nothing itself.
void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::register_diner
