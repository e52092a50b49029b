#pragma once
// The frame that screens at the counter share, so that the same thing is always in the same place: title
// and hint top left, the work below, the way back bottom left, and on the right, where a screen has one, a
// white panel with the keypad above the one filled key. Drawing only; a screen fills what is left of it.

#include <string>
#include <string_view>

#include "pos/touch/ui.h"

namespace mulin::pos::touch {

inline constexpr float kPanelEm = 23;

// The panel's inside above its key, and the place of the key.
struct SidePanel {
    Rect inside;
    Rect foot;
};
// Takes the right edge of `body` and leaves the rest.
SidePanel draw_side_panel(Ui& ui, Rect& body, float width_em = kPanelEm);

struct FrameHead {
    std::string_view title;
    std::string_view hint;      // one line; may be empty
    std::string_view leave_id;  // of the way back
    std::string_view leave;     // its words
    bool can_leave = true;
    float leave_em = 12;        // its width
    float key_em = 0;           // room for a key beside the title
};
struct Frame {
    bool left = false;  // the way back was tapped
    Rect head_key;
    Rect work;
    Rect foot;          // right of the way back
};
// Fills what the panel leaves of the body.
Frame draw_frame(Ui& ui, Rect body, const FrameHead& head);

// What came of it: a card in the middle of the window with a title and a row of keys.
struct Outcome {
    std::string_view id;  // of the title
    std::string_view title;
    bool good = true;     // false: still under way
    Size size_em{42, 30};
};
struct OutcomeCard {
    Rect work;
    Rect foot;
};
OutcomeCard draw_outcome(Ui& ui, const Outcome& outcome);

// A keypad at the foot of `area`, of the height people know from the other screens, together with a
// keyboard: '0' to '9', '<' backspace and 'c' clear, in order. `area` keeps what is above it.
std::string read_number(Ui& ui, std::string_view id, Rect& area, std::string_view clear_label);

}  // namespace mulin::pos::touch
