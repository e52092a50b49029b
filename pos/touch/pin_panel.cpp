#include "pos/touch/pin_panel.h"

#include <algorithm>

namespace mulin::pos::touch {

namespace {

constexpr float kKeypadEm = 17;

void draw_dots(Ui& ui, const PinPanel& panel, Rect rect) {
    ui.card(rect, theme::card, panel.can_type ? theme::action : theme::line);
    const std::size_t slots = std::max(panel.least, panel.typed);
    const float step = ui.em(1.8F);
    float x = rect.centre().x - static_cast<float>(slots - 1) * step / 2;
    std::string dots;
    for (std::size_t i = 0; i < slots; ++i, x += step) {
        const bool typed = i < panel.typed;
        if (typed) dots += "•";
        ui.circle({x, rect.centre().y}, typed ? ui.em(0.45F) : ui.em(0.22F), typed ? theme::ink : theme::line);
    }
    ui.label(std::string(panel.id) + ".pin", rect, dots, {.colour = {0, 0, 0, 0}});
}

void draw_note(Ui& ui, const PinPanel& panel, Rect area) {
    if (panel.note_title.empty()) return;
    const std::string id = std::string(panel.id) + ".note";
    if (panel.note_is_plain)
        ui.label(id, area, panel.note_title, {.size = TextSize::lead, .align = Align::centre});
    else
        ui.note(id, area, panel.note_title, panel.note_detail, panel.note_tone);
}

void read_keyboard(const Ui& ui, PinInput& input) {
    for (const char key : ui.typed())
        if (key >= '0' && key <= '9') input.keys.push_back(key);
    if (ui.pressed(KeyboardKey::backspace)) input.keys.push_back('<');
    input.enter = ui.pressed(KeyboardKey::enter);
    input.escape = ui.pressed(KeyboardKey::escape);
}

}  // namespace

PinInput draw_pin_panel(Ui& ui, const PinPanel& panel, Rect rect) {
    PinInput input;
    draw_dots(ui, panel, rect.cut_top(ui.em(3.4F), ui.gap()));
    draw_note(ui, panel, rect.cut_top(ui.em(4), ui.gap()));
    const Rect pad = rect.cut_top(std::min(rect.h, ui.em(kKeypadEm)));
    const char key = ui.digit_keypad(std::string(panel.id) + ".key", pad, panel.clear_label);
    if (key == Ui::kErase)
        input.keys.push_back('<');
    else if (key == Ui::kClear)
        input.keys.push_back('c');
    else if (key != 0)
        input.keys.push_back(key);
    read_keyboard(ui, input);
    return input;
}

}  // namespace mulin::pos::touch
