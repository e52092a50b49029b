#include "pos/correct/correct_view.h"

#include "pos/approve/approve_view.h"
#include "pos/text/formatting.h"
#include "pos/touch/frame.h"

namespace mulin::pos::correct {
namespace {

using text::Msg;
using touch::Align;
using touch::Rect;
using touch::TextSize;
namespace theme = touch::theme;

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

// "Cash 4.00 · QR 7.45"; one tender needs no amount.
std::string how_paid(const text::Catalogue& words, const SaleSummary& sale) {
    std::string all;
    for (const Part& part : sale.parts) {
        if (!all.empty()) all += " + ";
        all += tender_name(words, part.tender);
        if (sale.parts.size() > 1) all += " " + text::plain_money(part.amount);
    }
    return all;
}

std::string way_back(const text::Catalogue& words, const Part& part) {
    if (part.tender == "cash") return std::string(words(Msg::correct_give_back_cash));
    return words.format(Msg::correct_give_back_channel, tender_name(words, part.tender));
}

void draw_sale(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect card,
               const std::string& paid_by) {
    ui.card(card);
    card = card.inset(ui.em(1), ui.em(0.5F));
    const std::string amount = text::money(state.sale.paid);
    ui.text(card.cut_right(ui.em(8)), amount, {.size = TextSize::amount, .bold = true, .align = Align::right});
    const std::string name =
        state.sale.name.empty() ? std::string(words(Msg::correct_guest)) : state.sale.name;
    const std::string entry = words.format(Msg::correct_entry, state.sale.key.seq);
    const std::string at = text::time_of_day(state.sale.at);
    const std::string facts = paid_by.empty() ? at + " · " + entry : words.format(Msg::correct_sale_line, at, entry, paid_by);
    ui.label("correct.sale", card.cut_top(card.h * 0.55F), name,
             {.size = TextSize::title, .bold = true, .fit = touch::Fit::shrink});
    ui.text(card, facts, {.colour = theme::ink_secondary, .fit = touch::Fit::shrink});
}

void draw_reasons(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area,
                  std::vector<Intent>& out) {
    for (std::size_t i = 0; i < std::size(kAllReasons); ++i) {
        const Reason reason = kAllReasons[i];
        const Rect cell = area.cell(static_cast<int>(i) % 3, static_cast<int>(i) / 3, 3, 2, ui.gap());
        const auto style = state.reason == reason ? touch::KeyStyle::selected : touch::KeyStyle::plain;
        if (ui.key("correct.reason." + std::to_string(i), cell, words(reason_words(reason)), style,
                   state.phase == Phase::filling && !is_busy(state)))
            out.push_back(PickReason{reason});
    }
}

// The void is written: how the money goes back, large, and one key.
void draw_done(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    auto [card, foot] = touch::draw_outcome(ui, {"correct.done", words(Msg::correct_done), true, {40, 28}});
    const touch::KeyOptions back{.style = touch::KeyStyle::primary, .size = TextSize::key};
    if (ui.key("correct.back", foot, words(Msg::correct_back_to_today), back)) out.push_back(Back{});
    // How it was paid stands below, part by part.
    draw_sale(ui, words, state, card.cut_top(ui.em(4.6F), ui.em(1)), state.sale.parts.size() > 1 ? "" : how_paid(words, state.sale));
    if (state.sale.paid.is_zero()) {
        ui.label("correct.how.0", card, words(Msg::correct_give_back_none),
                 {.size = TextSize::title, .bold = true, .align = Align::centre, .fit = touch::Fit::shrink});
        return;
    }
    // Each part the way it came; only cash leaves the drawer.
    const int count = static_cast<int>(state.sale.parts.size());
    for (int i = 0; i < count; ++i) {
        const Part& part = state.sale.parts[static_cast<std::size_t>(i)];
        Rect row = count == 1 ? card : card.cut_top(ui.em(2.8F));
        const std::string amount = text::money(part.amount);
        const touch::Colour ink = part.tender == "cash" ? theme::action : theme::ink;
        const touch::TextStyle how{.size = TextSize::title, .bold = true, .colour = ink,
                                   .align = count == 1 ? Align::centre : Align::left, .fit = touch::Fit::shrink};
        if (count > 1)
            ui.text(row.cut_right(ui.em(9)), amount, {.size = TextSize::amount, .bold = true, .colour = ink, .align = Align::right});
        ui.label("correct.how." + std::to_string(i), count == 1 ? row.cut_top(ui.em(2.4F)) : row, way_back(words, part), how);
        if (count == 1)
            ui.label("correct.amount", row, amount, {.size = TextSize::change, .bold = true, .align = Align::centre});
    }
}

}  // namespace

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    if (state.phase == Phase::done) {
        draw_done(ui, words, state, out);
        return;
    }
    Rect body = ui.body();
    const bool ready = state.phase == Phase::filling && state.reason.has_value();
    const auto tapped = approve::draw_panel(ui, words, state.second, {"correct", words(Msg::correct_confirm), ready}, body);
    if (tapped.approver) out.push_back(PickSecond{*tapped.approver});
    for (const char key : tapped.pin.keys) out.push_back(SecondKey{key});
    if (tapped.confirm) out.push_back(Confirm{});
    if (tapped.pin.escape) out.push_back(Back{});
    const auto frame = touch::draw_frame(ui, body, {.title = words(Msg::correct_title), .hint = words(Msg::correct_title_hint),
                                                    .leave_id = "correct.back", .leave = words(Msg::shell_back),
                                                    .can_leave = !is_busy(state)});
    if (frame.left) out.push_back(Back{});
    Rect work = frame.work;
    draw_sale(ui, words, state, work.cut_top(ui.em(4.6F), ui.gap()), how_paid(words, state.sale));
    ui.text(work.cut_top(ui.em(2)), words(Msg::correct_reason), {.size = TextSize::lead, .bold = true});
    draw_reasons(ui, words, state, work.cut_top(ui.em(7.8F), ui.gap()), out);
    if (!state.message.empty())
        ui.note("correct.message", work, words(Msg::correct_failed), state.message, touch::Tone::stop);
}

}  // namespace mulin::pos::correct
