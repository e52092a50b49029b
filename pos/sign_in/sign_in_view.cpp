#include "pos/sign_in/sign_in_view.h"

#include <algorithm>

#include "pos/text/formatting.h"
#include "pos/touch/areas.h"

namespace mulin::pos::sign_in {
namespace {

using text::Msg;
using touch::Rect;
using touch::TextSize;
namespace theme = touch::theme;

constexpr float kPanelEm = 24;
constexpr int kColumns = 2;

std::string role_line(const text::Catalogue& words, const State& state, const StaffTile& tile) {
    const std::int64_t locked = locked_seconds(state, tile);
    if (locked > 0) return words.format(Msg::sign_in_locked_tile, text::stopwatch(locked));
    const bool manager = tile.role == sync::Role::site_manager;
    return std::string(words(manager ? Msg::sign_in_manager : Msg::sign_in_cashier));
}

bool draw_person(touch::Ui& ui, const State& state, const StaffTile& person, const std::string& role, Rect tile) {
    const std::string id = "sign_in.staff." + person.id.text();
    const bool chosen_one = state.chosen == person.id;
    ui.fill(tile, ui.held(id) ? theme::line : theme::card, theme::radius_em);
    ui.outline(tile, chosen_one ? theme::action : theme::line, theme::radius_em, chosen_one ? 0.15F : theme::line_em);
    Rect inside = tile.inset(ui.em(0.9F), ui.em(0.6F));
    ui.avatar(inside.cut_left(inside.h, ui.em(0.9F)), person.name, chosen_one);
    ui.text(inside.cut_top(inside.h * 0.58F), person.name,
            {.size = TextSize::title, .bold = true, .fit = touch::Fit::shrink});
    const bool locked = locked_seconds(state, person) > 0;
    ui.text(inside, role, {.colour = locked ? theme::stop : theme::ink_secondary, .valign = touch::VAlign::top});
    return ui.target(id, tile, person.name + " " + role);
}

void draw_staff(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area,
                std::vector<Intent>& out) {
    const float height = ui.em(5);
    const int rows = (static_cast<int>(state.staff.size()) + kColumns - 1) / kColumns;
    const float content = static_cast<float>(rows) * (height + ui.gap()) - ui.gap();
    touch::Scroll scroll(ui, "sign_in.staff", area, content);
    for (std::size_t i = 0; i < state.staff.size(); ++i) {
        const StaffTile& person = state.staff[i];
        const Rect row = scroll.row(static_cast<int>(i) / kColumns, height, ui.gap());
        if (!scroll.visible(row)) continue;
        const Rect tile = row.column(static_cast<int>(i) % kColumns, kColumns, ui.gap());
        if (draw_person(ui, state, person, role_line(words, state, person), tile)) out.push_back(Choose{person.id});
    }
}

void draw_dots(touch::Ui& ui, const State& state, Rect rect) {
    ui.card(rect, theme::card, can_type(state) ? theme::action : theme::line);
    const auto slots = static_cast<float>(std::max(kMinPin, state.digits.size()));
    const float step = ui.em(1.8F);
    float x = rect.centre().x - (slots - 1) * step / 2;
    for (std::size_t i = 0; i < static_cast<std::size_t>(slots); ++i, x += step) {
        const bool typed = i < state.digits.size();
        ui.circle({x, rect.centre().y}, typed ? ui.em(0.45F) : ui.em(0.22F), typed ? theme::ink : theme::line);
    }
    // In the hit map the PIN is as many dots as on the screen, never its digits.
    std::string dots;
    for (std::size_t i = 0; i < state.digits.size(); ++i) dots += "•";
    ui.label("sign_in.pin", {rect.x, rect.y, rect.w, rect.h}, dots, {.colour = {0, 0, 0, 0}});
}

void draw_note(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area) {
    const StaffTile* person = chosen(state);
    const auto locked = person ? locked_seconds(state, *person) : 0;
    if (locked > 0) {
        ui.note("sign_in.note", area, words(Msg::sign_in_locked),
                words.format(Msg::sign_in_locked_what, text::stopwatch(locked)), touch::Tone::stop);
        ui.wake_in_ms(1000);
    } else if (state.trouble == Trouble::wrong_pin) {
        ui.note("sign_in.note", area, words(Msg::sign_in_wrong_pin), words(Msg::sign_in_wrong_pin_what),
                touch::Tone::attention);
    } else if (state.trouble == Trouble::check_failed) {
        ui.note("sign_in.note", area, words(Msg::sign_in_check_failed), state.message, touch::Tone::stop);
    } else if (state.phase == Phase::checking) {
        ui.label("sign_in.note", area, words(Msg::sign_in_checking),
                 {.size = TextSize::lead, .align = touch::Align::centre});
    }
}

void draw_pin(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect panel, std::vector<Intent>& out) {
    ui.fill(panel, theme::card);
    ui.line_v(panel.x, panel.y, panel.h);
    panel = panel.inset(ui.em(1.6F), ui.em(1));
    Rect foot = panel.cut_bottom(ui.em(theme::pay_key_em), ui.gap());
    if (ui.key("sign_in.back", foot.cut_left(ui.em(6.4F), ui.gap()), words(Msg::sign_in_other_name),
               touch::KeyStyle::plain, state.phase == Phase::typing)) {
        out.push_back(Back{});
    }
    touch::KeyOptions enter{.style = touch::KeyStyle::primary, .enabled = can_enter(state)};
    enter.size = TextSize::key;
    if (ui.key("sign_in.enter", foot, words(Msg::sign_in_enter), enter)) out.push_back(Enter{});
    draw_dots(ui, state, panel.cut_top(ui.em(3.4F), ui.gap()));
    draw_note(ui, words, state, panel.cut_top(ui.em(4), ui.gap()));
    const char key = ui.digit_keypad("sign_in.key", panel.cut_top(std::min(panel.h, ui.em(17))), words(Msg::shell_clear));
    if (key == touch::Ui::kErase) {
        out.push_back(Key{'<'});
    } else if (key == touch::Ui::kClear) {
        out.push_back(Key{'c'});
    } else if (key != 0) {
        out.push_back(Key{key});
    }
}

void read_keyboard(const touch::Ui& ui, std::vector<Intent>& out) {
    for (const char key : ui.typed()) {
        if (key >= '0' && key <= '9') out.push_back(Key{key});
    }
    if (ui.pressed(touch::KeyboardKey::backspace)) out.push_back(Key{'<'});
    if (ui.pressed(touch::KeyboardKey::enter)) out.push_back(Enter{});
    if (ui.pressed(touch::KeyboardKey::escape)) out.push_back(Back{});
}

}  // namespace

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    Rect body = ui.body();
    draw_pin(ui, words, state, body.cut_right(ui.em(kPanelEm)), out);
    body = body.inset(ui.em(1.6F), ui.em(1.2F));
    const StaffTile* person = chosen(state);
    const std::string title =
        person ? words.format(Msg::sign_in_title_pin, person->name) : std::string(words(Msg::sign_in_title));
    ui.label("sign_in.title", body.cut_top(ui.em(2.8F), ui.em(0.3F)), title,
             {.size = TextSize::name, .bold = true, .fit = touch::Fit::shrink});
    if (state.staff.empty()) {
        ui.note("sign_in.nobody", body.cut_top(ui.em(4)), words(Msg::sign_in_no_staff),
                words(Msg::sign_in_no_staff_what), touch::Tone::attention);
        return;
    }
    ui.text(body.cut_top(ui.em(1.8F), ui.gap()), words(Msg::sign_in_choose_hint), {.colour = theme::ink_secondary});
    draw_staff(ui, words, state, body, out);
    read_keyboard(ui, out);
}

}  // namespace mulin::pos::sign_in
