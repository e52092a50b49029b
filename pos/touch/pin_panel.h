#pragma once
// A PIN being typed: a dot for each digit, a note, the keypad, and the same keys on a keyboard. The
// digits themselves never come here, so they can be neither drawn nor written into the hit map.
// Ids: <id>.pin (label: one dot per digit), <id>.note, <id>.key.<0..9|clear|erase>.

#include <string>
#include <string_view>

#include "pos/touch/ui.h"

namespace mulin::pos::touch {

struct PinPanel {
    std::string_view id;          // of the screen: "sign_in"
    std::size_t typed = 0;        // digits so far
    std::size_t least = 4;        // places that are always shown
    bool can_type = true;
    std::string_view clear_label;
    std::string note_title;       // empty: no note
    std::string note_detail;
    Tone note_tone = Tone::attention;
    bool note_is_plain = false;   // a line of text ("checking") instead of a coloured note
};

struct PinInput {
    std::string keys;    // '0' to '9', '<' backspace, 'c' clear, in order
    bool enter = false;  // of the keyboard
    bool escape = false;
};

// Fills the rectangle from its top; answers what was tapped or typed since the frame before.
PinInput draw_pin_panel(Ui& ui, const PinPanel& panel, Rect rect);

}  // namespace mulin::pos::touch
