#pragma once
// Draws the second person: who, as keys, and the PIN. Drawing only.
// Ids below the screen's own: <id>.approver.<staff id>, <id>.nobody, and those of touch/pin_panel.h.

#include <optional>
#include <string>
#include <string_view>

#include "pos/approve/approve.h"
#include "pos/text/catalogue.h"
#include "pos/touch/frame.h"
#include "pos/touch/pin_panel.h"

namespace mulin::pos::approve {

struct Tapped {
    std::optional<sync::StaffId> approver;
    touch::PinInput pin;
};

// The panel at the right of a screen: the approvers above, the PIN below, the filled key at the foot
// (<id>.confirm). `body` keeps what the panel leaves.
struct Panel {
    std::string_view id;
    std::string_view confirm;  // words of the primary key
    bool ready = true;         // everything else on the screen is chosen
    float width_em = touch::kPanelEm;
};
struct PanelTapped : Tapped {
    bool confirm = false;
};
PanelTapped draw_panel(touch::Ui& ui, const text::Catalogue& words, const State& state, const Panel& panel,
                       touch::Rect& body);

}  // namespace mulin::pos::approve
