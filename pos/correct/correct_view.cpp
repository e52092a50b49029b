#include "pos/correct/correct_view.h"

#include <algorithm>

#include "pos/text/formatting.h"
#include "pos/touch/areas.h"
#include "pos/touch/pin_panel.h"

namespace mulin::pos::correct {
namespace {

using text::Msg;
using touch::Align;
using touch::Rect;
using touch::TextSize;
namespace theme = touch::theme;

constexpr float kPanelEm = 24;

Msg reason_words(Reason reason) {
    switch (reason) {
        case Reason::wrong_diner: return Msg::correct_wrong_diner;
        case Reason::wrong_item: return Msg::correct_wrong_item;
        case Reason::entered_twice: return Msg::correct_entered_twice;
        case Reason::meal_not_taken: return Msg::correct_meal_not_taken;
        case Reason::payment_wrong: return Msg::correct_payment_wrong;
        case Reason::other: return Msg::correct_other;
    }
    return Msg::correct_other;
}

std::string tender_name(const text::Catalogue& words, const std::string& tender) {
    if (tender == "cash") return std::string(words(Msg::shell_cash));
    if (tender == "senior_card") return std::string(words(Msg::shell_senior_card));
    if (tender == "qr") return std::string(words(Msg::shell_qr));
    return tender == "bank_card" ? std::string(words(Msg::shell_bank_card)) : tender;
}

void draw_sale(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect card) {
    ui.card(card);
    card = card.inset(ui.em(1), ui.em(0.5F));
    const std::string amount = text::money(state.sale.paid);
    ui.text(card.cut_right(ui.em(8)), amount, {.size = TextSize::amount, .bold = true, .align = Align::right});
    const std::string name =
        state.sale.name.empty() ? std::string(words(Msg::correct_guest)) : state.sale.name;
    const std::string facts = words.format(Msg::correct_sale_line, text::time_of_day(state.sale.at),
                                           words.format(Msg::correct_entry, state.sale.key.seq),
                                           tender_name(words, state.sale.tender));
    ui.label("correct.sale", card.cut_top(card.h * 0.55F), name,
             {.size = TextSize::title, .bold = true, .fit = touch::Fit::shrink});
    ui.text(card, facts, {.colour = theme::ink_secondary});
}

void draw_reasons(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area,
                  std::vector<Intent>& out) {
    for (std::size_t i = 0; i < std::size(kAllReasons); ++i) {
        const Reason reason = kAllReasons[i];
        const Rect cell = area.cell(static_cast<int>(i) % 3, static_cast<int>(i) / 3, 3, 2, ui.gap());
        const auto style = state.reason == reason ? touch::KeyStyle::selected : touch::KeyStyle::plain;
        if (ui.key("correct.reason." + std::to_string(i), cell, words(reason_words(reason)), style,
                   state.phase == Phase::filling)) {
            out.push_back(PickReason{reason});
        }
    }
}

void draw_approvers(touch::Ui& ui, const State& state, Rect area, std::vector<Intent>& out) {
    const float height = ui.em(3.6F);
    const int rows = (static_cast<int>(state.approvers.size()) + 2) / 3;
    touch::Scroll scroll(ui, "correct.approvers", area, static_cast<float>(rows) * (height + ui.gap()));
    for (std::size_t i = 0; i < state.approvers.size(); ++i) {
        const Person& person = state.approvers[i];
        const Rect row = scroll.row(static_cast<int>(i) / 3, height, ui.gap());
        if (!scroll.visible(row)) continue;
        const auto style = state.approver == person.id ? touch::KeyStyle::selected : touch::KeyStyle::plain;
        if (ui.key("correct.approver." + person.id.text(), row.column(static_cast<int>(i) % 3, 3, ui.gap()),
                   person.name, style, state.phase == Phase::filling)) {
            out.push_back(PickApprover{person.id});
        }
    }
}

touch::PinPanel pin_panel(touch::Ui& ui, const text::Catalogue& words, const State& state) {
    touch::PinPanel panel{.id = "correct", .typed = state.digits.size(), .least = kMinPin, .can_type = can_type(state)};
    panel.clear_label = words(Msg::shell_clear);
    const std::int64_t locked = locked_seconds(state);
    if (locked > 0) {
        panel.note_title = words(Msg::correct_locked);
        panel.note_detail = words.format(Msg::correct_locked_what, text::stopwatch(locked));
        panel.note_tone = touch::Tone::stop;
        ui.wake_in_ms(1000);
    } else if (state.trouble == Trouble::wrong_pin) {
        panel.note_title = words(Msg::correct_wrong_pin);
        panel.note_detail = words(Msg::correct_wrong_pin_what);
    } else if (state.trouble == Trouble::failed) {
        panel.note_title = words(Msg::correct_failed);
        panel.note_detail = state.message;
        panel.note_tone = touch::Tone::stop;
    } else if (state.phase != Phase::filling) {
        panel.note_title = words(state.phase == Phase::checking ? Msg::correct_checking : Msg::correct_voiding);
        panel.note_is_plain = true;
    }
    return panel;
}

void draw_pin(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect panel, std::vector<Intent>& out) {
    ui.fill(panel, theme::card);
    ui.line_v(panel.x, panel.y, panel.h);
    panel = panel.inset(ui.em(1.6F), ui.em(1));
    touch::KeyOptions confirm{.style = touch::KeyStyle::primary, .enabled = can_confirm(state)};
    confirm.size = TextSize::key;
    const Rect foot = panel.cut_bottom(ui.em(theme::pay_key_em), ui.gap());
    if (ui.key("correct.confirm", foot, words(Msg::correct_confirm), confirm)) out.push_back(Confirm{});
    const touch::PinInput input = draw_pin_panel(ui, pin_panel(ui, words, state), panel);
    for (const char key : input.keys) out.push_back(Key{key});
    if (input.enter) out.push_back(Confirm{});
    if (input.escape) out.push_back(Back{});
}

// The void is written: how the money goes back, large, and one key.
void draw_done(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect body, std::vector<Intent>& out) {
    Rect card = body.inset((body.w - ui.em(36)) / 2, ui.em(3));
    ui.card(card);
    card = card.inset(ui.em(2), ui.em(1.6F));
    touch::KeyOptions back{.style = touch::KeyStyle::primary};
    back.size = TextSize::key;
    const Rect foot = card.cut_bottom(ui.em(theme::pay_key_em), ui.gap());
    if (ui.key("correct.back", foot, words(Msg::correct_back_to_today), back)) out.push_back(Back{});
    ui.label("correct.done", card.cut_top(ui.em(3)), words(Msg::correct_done),
             {.size = TextSize::name, .bold = true, .colour = theme::action, .align = Align::centre});
    draw_sale(ui, words, state, card.cut_top(ui.em(4.6F), ui.em(1.4F)));
    const bool cash = state.sale.tender == "cash";
    const std::string how = state.sale.paid.is_zero() ? std::string(words(Msg::correct_give_back_none))
                            : cash ? std::string(words(Msg::correct_give_back_cash))
                                   : words.format(Msg::correct_give_back_channel, tender_name(words, state.sale.tender));
    ui.label("correct.how", card.cut_top(ui.em(2.4F)), how,
             {.size = TextSize::title, .bold = true, .align = Align::centre, .fit = touch::Fit::shrink});
    if (!state.sale.paid.is_zero()) {
        ui.label("correct.amount", card, text::money(state.sale.paid),
                 {.size = TextSize::change, .bold = true, .align = Align::centre});
    }
}

}  // namespace

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    Rect body = ui.body();
    if (state.phase == Phase::done) {
        draw_done(ui, words, state, body, out);
        return;
    }
    draw_pin(ui, words, state, body.cut_right(ui.em(kPanelEm)), out);
    body = body.inset(ui.em(1.2F), ui.em(0.9F));
    const Rect foot = body.cut_bottom(ui.em(3.6F), ui.gap());
    const bool may_leave = state.phase == Phase::filling;
    if (ui.key("correct.back", {foot.x, foot.y, ui.em(12), foot.h}, words(Msg::shell_back), touch::KeyStyle::plain,
               may_leave)) {
        out.push_back(Back{});
    }
    ui.text(body.cut_top(ui.em(2.4F)), words(Msg::correct_title), {.size = TextSize::name, .bold = true});
    ui.text(body.cut_top(ui.em(1.6F), ui.gap()), words(Msg::correct_title_hint), {.colour = theme::ink_secondary});
    draw_sale(ui, words, state, body.cut_top(ui.em(4.6F), ui.gap()));
    ui.text(body.cut_top(ui.em(2)), words(Msg::correct_reason), {.size = TextSize::lead, .bold = true});
    draw_reasons(ui, words, state, body.cut_top(ui.em(7.8F), ui.gap()), out);
    ui.text(body.cut_top(ui.em(2)), words(Msg::correct_second_person), {.size = TextSize::lead, .bold = true});
    if (state.approvers.empty()) {
        ui.note("correct.nobody", body, words(Msg::correct_nobody), "", touch::Tone::attention);
    } else {
        draw_approvers(ui, state, body, out);
    }
}

}  // namespace mulin::pos::correct
