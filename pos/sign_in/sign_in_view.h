#pragma once
// Draws the sign-in screen: who is here as tiles, then a PIN on a keypad.
// Widget ids:
//   sign_in.staff.<staff id>   (sign_in.staff.S01)
//   sign_in.pin (label: one dot per digit)   sign_in.note (wrong PIN, locked out and for how long)
//   sign_in.key.0 .. sign_in.key.9, sign_in.key.clear, sign_in.key.erase
//   sign_in.enter   sign_in.back

#include <vector>

#include "pos/sign_in/sign_in.h"
#include "pos/text/catalogue.h"
#include "pos/touch/ui.h"

namespace mulin::pos::sign_in {

// Appends what the cashier asked for to `out`; changes nothing itself.
void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out);

}  // namespace mulin::pos::sign_in
