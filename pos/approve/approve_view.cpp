#include "pos/approve/approve_view.h"

#include <algorithm>

#include "pos/text/formatting.h"
#include "pos/touch/areas.h"
#include "pos/touch/frame.h"

namespace mulin::pos::approve {
namespace {

using text::Msg;
using touch::Rect;
using touch::TextSize;
namespace theme = touch::theme;

constexpr int kColumns = 3;

void draw_approvers(touch::Ui& ui, const State& state, const std::string& id, Rect area,
                    std::optional<sync::StaffId>& picked) {
    const float height = ui.em(theme::key_height_em);
    const int columns = std::min<int>(static_cast<int>(state.approvers.size()), kColumns);
    const int rows = (static_cast<int>(state.approvers.size()) + columns - 1) / columns;
    touch::Scroll scroll(ui, id + ".approvers", area, static_cast<float>(rows) * (height + ui.gap()) - ui.gap());
    for (std::size_t i = 0; i < state.approvers.size(); ++i) {
        const Person& person = state.approvers[i];
        const Rect row = scroll.row(static_cast<int>(i) / columns, height, ui.gap());
        if (!scroll.visible(row)) continue;
        const auto style = state.approver == person.id ? touch::KeyStyle::selected : touch::KeyStyle::plain;
        if (ui.key(id + ".approver." + person.id.text(), row.column(static_cast<int>(i) % columns, columns, ui.gap()), person.name,
                   style, state.phase == Phase::typing))
            picked = person.id;
    }
}

touch::PinPanel pin_panel(const text::Catalogue& words, const State& state, std::string_view id) {
    touch::PinPanel panel{.id = id, .typed = state.digits.size(), .least = kMinPin, .can_type = can_type(state)};
    panel.clear_label = words(Msg::shell_clear);
    const std::int64_t locked = locked_seconds(state);
    if (locked > 0) {
        panel.note_title = words(Msg::approve_locked);
        panel.note_detail = words.format(Msg::approve_locked_what, text::stopwatch(locked));
        panel.note_tone = touch::Tone::stop;
    } else if (state.trouble == Trouble::wrong_pin) {
        panel.note_title = words(Msg::approve_wrong_pin);
        panel.note_detail = words(Msg::approve_wrong_pin_what);
    } else if (state.trouble == Trouble::failed) {
        panel.note_title = words(Msg::approve_failed);
        panel.note_detail = state.message;
        panel.note_tone = touch::Tone::stop;
    } else if (state.phase != Phase::typing) {
        panel.note_title = words(state.phase == Phase::checking ? Msg::approve_checking : Msg::approve_working);
        panel.note_is_plain = true;
    }
    return panel;
}

}  // namespace

PanelTapped draw_panel(touch::Ui& ui, const text::Catalogue& words, const State& state, const Panel& panel, Rect& body) {
    PanelTapped tapped;
    const std::string id(panel.id);
    auto [area, foot] = touch::draw_side_panel(ui, body, panel.width_em);
    touch::KeyOptions confirm{.style = touch::KeyStyle::primary, .enabled = panel.ready && can_ask(state)};
    confirm.size = TextSize::key;
    tapped.confirm = ui.key(id + ".confirm", foot, panel.confirm, confirm);
    ui.text(area.cut_top(ui.em(1.6F), ui.em(0.2F)), words(Msg::approve_title),
            {.size = TextSize::lead, .bold = true, .fit = touch::Fit::shrink});
    if (state.approvers.empty()) {
        ui.note(id + ".nobody", area, words(Msg::approve_nobody), "", touch::Tone::attention);
        return tapped;
    }
    // Managers stand in the first row; of further rows so much shows that a finger looks for them.
    const bool more = state.approvers.size() > kColumns;
    draw_approvers(ui, state, id, area.cut_top(ui.em(more ? 1.4F * theme::key_height_em : theme::key_height_em), ui.gap()),
                   tapped.approver);
    tapped.pin = draw_pin_panel(ui, pin_panel(words, state, panel.id), area);
    if (locked_seconds(state) > 0) ui.wake_in_ms(1000);
    tapped.confirm = tapped.confirm || (tapped.pin.enter && confirm.enabled);
    return tapped;
}

}  // namespace mulin::pos::approve
