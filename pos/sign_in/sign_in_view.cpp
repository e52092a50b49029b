#include "pos/sign_in/sign_in_view.h"

#include <algorithm>

#include "pos/text/formatting.h"
#include "pos/touch/areas.h"
#include "pos/touch/pin_panel.h"

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

touch::PinPanel pin_panel(touch::Ui& ui, const text::Catalogue& words, const State& state) {
    touch::PinPanel panel{.id = "sign_in", .typed = state.digits.size(), .least = kMinPin, .can_type = can_type(state)};
    panel.clear_label = words(Msg::shell_clear);
    const StaffTile* person = chosen(state);
    const auto locked = person ? locked_seconds(state, *person) : 0;
    if (locked > 0) {
        panel.note_title = words(Msg::sign_in_locked);
        panel.note_detail = words.format(Msg::sign_in_locked_what, text::stopwatch(locked));
        panel.note_tone = touch::Tone::stop;
        ui.wake_in_ms(1000);
    } else if (state.trouble == Trouble::wrong_pin) {
        panel.note_title = words(Msg::sign_in_wrong_pin);
        panel.note_detail = words(Msg::sign_in_wrong_pin_what);
    } else if (state.trouble == Trouble::check_failed) {
        panel.note_title = words(Msg::sign_in_check_failed);
        panel.note_detail = state.message;
        panel.note_tone = touch::Tone::stop;
    } else if (state.phase == Phase::checking) {
        panel.note_title = words(Msg::sign_in_checking);
        panel.note_is_plain = true;
    }
    return panel;
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
    const touch::PinInput input = draw_pin_panel(ui, pin_panel(ui, words, state), panel);
    for (const char key : input.keys) out.push_back(Key{key});
    if (input.enter) out.push_back(Enter{});
    if (input.escape) out.push_back(Back{});
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
}

}  // namespace mulin::pos::sign_in
