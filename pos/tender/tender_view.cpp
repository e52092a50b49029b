#include "pos/tender/tender_view.h"

#include <algorithm>

#include "pos/approve/approve_view.h"
#include "pos/tender/phases_view.h"

namespace mulin::pos::tender {

namespace {

using text::Msg;
using touch::Align;
using touch::Fit;
using touch::Rect;
using touch::TextSize;
using touch::VAlign;
namespace theme = touch::theme;

const std::string& pick(const Scene& s, const std::string& zh, const std::string& en) {
    return s.words.language() == text::Language::en && !en.empty() ? en : zh;
}

void draw_row(const Scene& s, Rect row, std::string_view name, const std::string& amount, bool bold, touch::Colour ink) {
    s.ui.text(row.cut_right(s.ui.measure(amount, {.bold = true}).w + 1, s.ui.em(0.6F)), amount,
              {.bold = true, .colour = ink, .align = Align::right});
    s.ui.text(row, name, {.bold = bold, .colour = ink, .fit = Fit::shrink});
}

void draw_amount(const Scene& s, Rect row, const char* id, Msg name, const std::string& amount, TextSize size,
                 touch::Colour ink) {
    const touch::TextStyle figure{.size = size, .bold = true, .colour = ink, .align = Align::right};
    const float width = s.ui.measure(amount, figure).w + 2;
    s.ui.label(id, row.cut_right(width, s.ui.em(0.6F)), amount, figure);
    s.ui.text(row, s.words(name), {.size = TextSize::tile, .bold = true, .colour = ink, .fit = Fit::shrink});
}

void draw_head(const Scene& s, Rect row) {
    const State& state = s.state;
    const std::string name = state.name.empty() ? std::string(s.words(Msg::shell_guest)) : state.name;
    const std::string who = s.words.format(Msg::tender_who, name, state.items);
    const float width = std::min(s.ui.measure(who, {.size = TextSize::tile}).w + 1, row.w * 0.62F);
    s.ui.text(row.cut_right(width, s.ui.em(0.6F)), who,
              {.size = TextSize::tile, .colour = theme::ink_secondary, .align = Align::right, .fit = Fit::shrink});
    const bool chosen = !state.tender.empty() && state.phase != Phase::choosing;
    const Msg title = !chosen ? Msg::tender_title : (state.tender == "none" ? Msg::tender_free : tender_name(state.tender));
    s.ui.text(row, s.words(title), {.size = TextSize::title, .bold = true, .fit = Fit::shrink});
}

// List price and benefits above, so that "why is it this much" is answered without a tap. Where parts
// were taken the benefits give them room.
void draw_sums(const Scene& s, Rect& rest) {
    const sync::Quote* asked = quote(s.state);
    if (!asked) return;
    const float height = s.ui.em(1.75F);
    draw_row(s, rest.cut_top(height), s.words(Msg::tender_list_price), text::plain_money(asked->list), false, theme::ink);
    if (!s.state.taken.empty() && asked->benefits.size() > 1) {
        payment::Money sum;
        for (const sync::Benefit& benefit : asked->benefits) sum += benefit.amount;
        draw_row(s, rest.cut_top(height), s.words(Msg::tender_benefits), text::plain_money(-sum), true, theme::action);
    } else {
        std::size_t shown = 0;
        for (const sync::Benefit& benefit : asked->benefits) {
            if (++shown > 4) break;
            draw_row(s, rest.cut_top(height), pick(s, benefit.name_zh, benefit.name_en), text::plain_money(-benefit.amount),
                     true, theme::action);
        }
    }
    rest.cut_top(s.ui.em(0.3F));
    s.ui.line_h(rest.x, rest.y, rest.w, theme::ink);
    rest.cut_top(s.ui.em(0.4F));
}

bool shows_cash(const State& state) {
    return state.tender == "cash" &&
           (state.phase == Phase::cash || state.phase == Phase::committing || state.phase == Phase::done ||
            state.phase == Phase::commit_failed);
}

void draw_rounding(const Scene& s, Rect row) {
    if (s.state.rounding.is_zero()) return;
    const std::string sign = s.state.rounding.is_negative() ? "" : "+";
    s.ui.text(row, s.words.format(Msg::tender_rounding, text::plain_money(s.state.paid), text::plain_money(s.state.due),
                                  sign + text::plain_money(s.state.rounding)),
              {.size = TextSize::small, .colour = theme::ink_secondary, .fit = Fit::shrink});
}

void draw_cash_amounts(const Scene& s, Rect& rest) {
    const State& state = s.state;
    draw_rounding(s, rest.cut_top(s.ui.em(1.5F)));
    draw_amount(s, rest.cut_top(s.ui.em(3.2F)), "tender.given", Msg::tender_given, text::money(state.given),
                TextSize::amount, theme::ink);
    const bool enough = state.given >= state.due;
    const payment::Money open = enough ? state.given - state.due : state.due - state.given;
    draw_amount(s, rest.cut_top(s.ui.em(5)), "tender.change", enough ? Msg::tender_change : Msg::tender_short,
                text::plain_money(open), TextSize::change, enough ? theme::action : theme::stop);
}

void draw_left_keys(const Scene& s, Rect& rest) {
    const float height = s.ui.em(theme::key_height_em + 0.4F);
    if (s.state.collecting) {
        if (s.ui.key("tender.collect_cancel", rest.cut_bottom(height, s.ui.gap()), s.words(Msg::shell_back))) s.say(CollectCancel{});
        return;
    }
    const bool back = can_go_back(s.state);
    const bool change = can_change_tender(s.state) && s.state.phase != Phase::running;
    const int count = (back ? 1 : 0) + (change ? 1 : 0);
    if (count == 0) return;
    const Rect row = rest.cut_bottom(height, s.ui.gap());
    int i = 0;
    if (back && s.ui.key("tender.back", row.column(i++, count, s.ui.gap()), s.words(Msg::tender_back))) s.say(Back{});
    if (change && s.ui.key("tender.change_tender", row.column(i, count, s.ui.gap()), s.words(Msg::tender_change_tender)))
        s.say(ChangeTender{});
}

// What was taken already, one line each; while nothing is out each can go back.
void draw_parts(const Scene& s, Rect& rest) {
    const bool keys = can_give_back(s.state);
    const float height = s.ui.em(keys ? theme::key_height_em : 1.9F);
    // One payment for everything is told by the amounts themselves.
    if (s.state.phase == Phase::done && s.state.taken.size() == 1) return;
    for (const Part& part : s.state.taken) {
        Rect row = rest.cut_top(height, keys ? s.ui.em(0.5F) : 0);
        const std::string number = std::to_string(part.number);
        if (keys && s.ui.key("tender.give_back." + number, row.cut_right(s.ui.em(6), s.ui.em(0.6F)),
                             s.words(Msg::tender_give_back), touch::KeyStyle::stop))
            s.say(GiveBack{part.number});
        const Rect sign = row.cut_left(s.ui.em(1.2F), s.ui.em(0.5F));
        s.ui.tick({sign.x, sign.centre().y - s.ui.em(0.45F), s.ui.em(1), s.ui.em(0.9F)}, theme::action);
        const std::string name(s.words(tender_name(part.tender)));
        const std::string amount = text::plain_money(part.amount);
        draw_row(s, row, s.words.format(Msg::tender_part_taken, name), amount, true, theme::action);
        s.ui.record("tender.taken." + number, row, name + " " + amount);
    }
}

void draw_due(const Scene& s, Rect& rest, bool cash) {
    const State& state = s.state;
    const bool split = !state.taken.empty();
    const bool asks = state.phase != Phase::choosing && state.phase != Phase::giving_back;
    const payment::Money amount = asks ? state.due : remaining(state);
    const Msg name = !split ? Msg::tender_due : (asks && state.paid < remaining(state) ? Msg::tender_this_part : Msg::tender_remaining);
    draw_amount(s, rest.cut_top(s.ui.em(cash ? 3.2F : 4.6F)), "tender.due", name, text::money(amount),
                cash ? TextSize::amount : TextSize::due, theme::ink);
}

// Whichever way they pay, it comes to the same.
bool one_price(const State& state) {
    return std::ranges::all_of(state.options, [&](const Option& option) { return option.quote.paid == state.options.front().quote.paid; });
}

void draw_left(const Scene& s, Rect card) {
    s.ui.card(card);
    Rect rest = card.inset(s.ui.em(1.1F), s.ui.em(0.8F));
    draw_left_keys(s, rest);
    draw_head(s, rest.cut_top(s.ui.em(2.4F), s.ui.em(0.3F)));
    draw_sums(s, rest);
    draw_parts(s, rest);
    const bool done = s.state.phase == Phase::done || (s.state.phase == Phase::committing && remaining(s.state).is_zero());
    if (s.state.phase == Phase::choosing && s.state.taken.empty() && !s.state.typing_part && !one_price(s.state)) return;
    const bool cash = shows_cash(s.state) && !(done && s.state.taken.size() > 1);
    if (done && s.state.taken.size() > 1) {
        draw_amount(s, rest.cut_top(s.ui.em(4.6F)), "tender.due", Msg::tender_paid_in_all, text::money(taken_sum(s.state)),
                    TextSize::due, theme::ink);
        return;
    }
    draw_due(s, rest, cash);
    if (cash) draw_cash_amounts(s, rest);
    if (s.state.collecting) {
        rest.cut_top(s.ui.gap());
        s.ui.note("tender.collect_note", rest, s.words(Msg::tender_collect_title), s.words(Msg::tender_collect_what), touch::Tone::attention);
        return;
    }
    if (cash || rest.h < s.ui.em(2)) return;
    s.ui.text(rest, s.words(Msg::tender_never_twice),
              {.size = TextSize::small, .colour = theme::ink_secondary, .valign = VAlign::bottom, .fit = Fit::wrap});
}

bool needs_attention(const State& state) {
    return state.phase == Phase::giving_up || state.phase == Phase::giving_back || state.phase == Phase::review || state.phase == Phase::commit_failed ||
           (state.phase == Phase::running && state.attempt_state == payment::AttemptState::unknown);
}

// A supervisor decides; what is at stake stands on the left.
void draw_collect(const Scene& s, Rect& body) {
    const approve::Panel panel{.id = "tender.second", .confirm = s.words(Msg::tender_collect_confirm), .width_em = body.w / 2 / s.ui.em()};
    const auto tapped = approve::draw_panel(s.ui, s.words, s.state.second, panel, body);
    if (tapped.approver) s.say(PickSecond{*tapped.approver});
    for (const char key : tapped.pin.keys) s.say(SecondKey{key});
    if (tapped.confirm) s.say(SecondConfirm{});
    if (tapped.pin.escape) s.say(CollectCancel{});
}

void draw_right(const Scene& s, Rect card) {
    s.ui.card(card, theme::card, needs_attention(s.state) ? theme::attention_line : theme::line);
    const Rect inside = card.inset(s.ui.em(1.1F), s.ui.em(0.9F));
    switch (s.state.phase) {
        case Phase::cash: return draw_cash(s, inside);
        case Phase::waiting_code: return draw_waiting_code(s, inside);
        case Phase::running:
        case Phase::giving_up:
        case Phase::giving_back:
        case Phase::review: return draw_attempt(s, inside);
        case Phase::choosing: return draw_choosing(s, inside);
        case Phase::committing:
        case Phase::commit_failed: return draw_committing(s, inside);
        case Phase::done: return draw_done(s, inside);
    }
}

}  // namespace

text::Msg tender_name(const std::string& tender) {
    if (tender == "senior_card") return Msg::shell_senior_card;
    if (tender == "qr") return Msg::shell_qr;
    if (tender == "bank_card") return Msg::shell_bank_card;
    return Msg::shell_cash;
}

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    const Scene scene{ui, words, state, out};
    Rect body = ui.body();
    if (state.collecting) draw_collect(scene, body);
    body = body.inset(ui.em(0.9F));
    if (state.collecting) return draw_left(scene, body);
    draw_left(scene, body.cut_left((body.w - ui.em(0.9F)) / 2, ui.em(0.9F)));
    draw_right(scene, body);
}

}  // namespace mulin::pos::tender
