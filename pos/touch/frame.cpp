#include "pos/touch/frame.h"

#include <algorithm>

namespace mulin::pos::touch {

namespace {

constexpr float kNumberPadEm = 18;

}  // namespace

SidePanel draw_side_panel(Ui& ui, Rect& body, float width_em) {
    SidePanel panel;
    const Rect area = body.cut_right(ui.em(width_em));
    ui.fill(area, theme::card);
    ui.line_v(area.x, area.y, area.h);
    panel.inside = area.inset(ui.em(1.3F), ui.em(0.8F));
    panel.foot = panel.inside.cut_bottom(ui.em(theme::pay_key_em), ui.gap());
    return panel;
}

Frame draw_frame(Ui& ui, Rect body, const FrameHead& head) {
    Frame frame;
    frame.work = body.inset(ui.em(1.2F), ui.em(0.8F));
    frame.foot = frame.work.cut_bottom(ui.em(3.4F), ui.gap());
    const Rect leave = frame.foot.cut_left(ui.em(head.leave_em), ui.gap());
    frame.left = ui.key(head.leave_id, leave, head.leave, KeyStyle::plain, head.can_leave);
    Rect top = frame.work.cut_top(ui.em(4), ui.gap());
    if (head.key_em > 0) {
        frame.head_key = top.cut_right(ui.em(head.key_em), ui.gap());
        frame.head_key = frame.head_key.cut_top(ui.em(3.4F));
    }
    ui.text(top.cut_top(ui.em(2.4F)), head.title, {.size = TextSize::name, .bold = true, .fit = Fit::shrink});
    ui.text(top, head.hint, {.colour = theme::ink_secondary, .fit = Fit::shrink});
    return frame;
}

OutcomeCard draw_outcome(Ui& ui, const Outcome& outcome) {
    const Rect body = ui.body();
    const Size size{std::min(body.w, ui.em(outcome.size_em.w)), std::min(body.h - ui.em(1.6F), ui.em(outcome.size_em.h))};
    const Rect card{body.centre().x - size.w / 2, body.centre().y - size.h / 2, size.w, size.h};
    ui.card(card, theme::card, outcome.good ? theme::action : theme::attention_line);
    OutcomeCard result;
    result.work = card.inset(ui.em(2), ui.em(1.4F));
    result.foot = result.work.cut_bottom(ui.em(theme::pay_key_em), ui.gap());
    ui.label(outcome.id, result.work.cut_top(ui.em(3), ui.em(0.4F)), outcome.title,
             {.size = TextSize::name, .bold = true, .colour = outcome.good ? theme::action : theme::attention,
              .align = Align::centre, .fit = Fit::shrink});
    return result;
}

std::string read_number(Ui& ui, std::string_view id, Rect& area, std::string_view clear_label) {
    const Rect pad = area.cut_bottom(std::min(area.h, ui.em(kNumberPadEm)), ui.gap());
    std::string keys;
    const char key = ui.digit_keypad(id, pad, clear_label);
    if (key == Ui::kClear)
        keys += 'c';
    else if (key == Ui::kErase)
        keys += '<';
    else if (key != 0)
        keys += key;
    for (const char typed : ui.typed())
        if (typed >= '0' && typed <= '9') keys += typed;
    if (ui.pressed(KeyboardKey::backspace)) keys += '<';
    return keys;
}

}  // namespace mulin::pos::touch
