#include "pos/shift/shift_view.h"

#include <algorithm>

#include "pos/text/formatting.h"
#include "pos/touch/frame.h"
#include "pos/touch/scene.h"

namespace mulin::pos::shift {
namespace {

using sync::Money;
using text::Msg;
using touch::Align;
using touch::Fit;
using touch::KeyStyle;
using touch::Rect;
using touch::TextSize;
namespace theme = touch::theme;

using Scene = touch::Scene<State, Intent>;

Msg words_for(Reason reason) {
    switch (reason) {
        case Reason::change_wrong: return Msg::shift_change_wrong;
        case Reason::cash_added: return Msg::shift_cash_added;
        case Reason::cash_taken: return Msg::shift_cash_taken;
        case Reason::payment_wrong: return Msg::shift_payment_wrong;
        case Reason::float_wrong: return Msg::shift_float_wrong;
        case Reason::unknown: break;
    }
    return Msg::shift_unknown;
}

// "100 yuan", "5 jiao": as people call them.
std::string piece_name(const Scene& s, std::int64_t fen) {
    return fen >= 100 ? s.words.format(Msg::shift_yuan, fen / 100) : s.words.format(Msg::shift_jiao, fen / 10);
}

std::string with_sign(Money amount) { return amount > Money() ? "+" + text::money(amount) : text::money(amount); }

void draw_piece(const Scene& s, std::size_t i, Rect row) {
    const std::string id = "shift.piece." + std::to_string(kPieces[i]);
    const bool picked = s.state.picked == i;
    const auto pieces = s.state.counted[i];
    s.ui.card(row, picked ? theme::action_soft : theme::card, picked ? theme::action : theme::line);
    if (s.ui.target(id, row, std::to_string(pieces))) s.say(Pick{i});
    row = row.inset(s.ui.em(0.8F), 0);
    s.ui.text(row.cut_left(row.w * 0.3F), piece_name(s, kPieces[i]), {.size = TextSize::tile, .bold = picked, .fit = Fit::shrink});
    const bool known = s.state.touched[i];
    s.ui.text(row.cut_right(row.w * 0.52F), known ? text::money(Money::fen(kPieces[i]).times(pieces)) : std::string("—"),
              {.size = TextSize::lead, .colour = known ? theme::ink : theme::ink_secondary, .align = Align::right, .fit = Fit::shrink});
    s.ui.text(row, known ? "× " + std::to_string(pieces) : std::string(),
              {.size = TextSize::tile, .bold = true, .align = Align::right, .fit = Fit::shrink});
}

void draw_pad(const Scene& s, touch::SidePanel panel) {
    const bool opening = s.state.phase == Phase::opening;
    const touch::KeyOptions done{.style = KeyStyle::primary, .enabled = opening || something_counted(s.state), .size = TextSize::key};
    if (opening) {
        if (s.ui.key("shift.open", panel.foot, s.words.format(Msg::shift_open, text::short_money(total(s.state))), done)) s.say(OpenWithFloat{});
    } else if (s.ui.key("shift.count_done", panel.foot, s.words(Msg::shift_count_done), done)) {
        s.say(CountDone{});
    }
    Rect area = panel.inside;
    const Rect sum = area.cut_top(s.ui.em(3.4F), s.ui.em(0.3F));
    s.ui.text(sum, s.words(opening ? Msg::shift_float_sum : Msg::shift_counted_sum), {.size = TextSize::tile});
    s.ui.label("shift.total", sum, text::money(total(s.state)), {.size = TextSize::name, .bold = true, .align = Align::right});
    const Rect next = area.cut_bottom(s.ui.em(3.2F), s.ui.gap());
    if (s.ui.key("shift.next", next, s.words(Msg::shift_next), {.style = KeyStyle::outline, .size = TextSize::tile})) s.say(Next{});
    for (const char key : touch::read_number(s.ui, "shift.key", area, s.words(Msg::shell_clear))) s.say(Key{key});
    if (s.ui.pressed(touch::KeyboardKey::enter) || s.ui.pressed(touch::KeyboardKey::down)) s.say(Next{});
}

void draw_counting(const Scene& s, Rect body) {
    const bool opening = s.state.phase == Phase::opening;
    draw_pad(s, touch::draw_side_panel(s.ui, body));
    std::string hint(s.words(Msg::shift_open_hint));
    if (s.state.open)
        hint = s.words.format(Msg::shift_close_hint, s.state.open->cashier, text::date(payment::china_date(s.state.open->since)),
                              text::time_of_day(s.state.open->since), text::money(s.state.open->drawer_float));
    const auto frame = touch::draw_frame(s.ui, body, {.title = s.words(opening ? Msg::shift_open_title : Msg::shift_close_title), .hint = hint,
                                                      .leave_id = "shift.leave", .leave = s.words(opening ? Msg::shift_later : Msg::shell_back),
                                                      .leave_em = opening ? 20.0F : 12.0F});
    if (frame.left) s.say(Leave{});
    Rect aside = frame.foot;
    if (opening && s.ui.key("shift.reprint", aside.cut_right(s.ui.em(17)), s.words(Msg::shift_reprint_last))) s.say(Reprint{});
    Rect work = frame.work;
    if (!s.state.message.empty())
        work.cut_top(s.ui.note("shift.message", work, s.state.message, {}, touch::Tone::attention), s.ui.gap());
    for (std::size_t i = 0; i < kPieces.size(); ++i)
        draw_piece(s, i, work.cell(static_cast<int>(i) / 4, static_cast<int>(i) % 4, 2, 4, s.ui.gap()));
}

void draw_figure(const Scene& s, const char* id, Rect row, Msg name, const std::string& amount, touch::Colour ink, bool bold) {
    s.ui.text(row.cut_left(row.w * 0.5F), s.words(name), {.size = TextSize::title, .bold = bold, .fit = Fit::shrink});
    s.ui.label(id, row, amount, {.size = TextSize::name, .bold = bold, .colour = ink, .align = Align::right});
}

void draw_difference(const Scene& s, Rect card, Money due, Money counted) {
    const Money off = counted - due;
    const bool large = off > kReasonOver || -off > kReasonOver;
    s.ui.card(card);
    card = card.inset(s.ui.em(1.6F), s.ui.em(0.8F));
    const float height = card.h / 3;
    draw_figure(s, "shift.due", card.cut_top(height), Msg::shift_due, text::money(due), theme::ink, false);
    draw_figure(s, "shift.counted", card.cut_top(height), Msg::shift_counted, text::money(counted), theme::ink, false);
    s.ui.line_h(card.x, card.y, card.w);
    const Msg name = off.is_zero() ? Msg::shift_exact : off > Money() ? Msg::shift_over : Msg::shift_short;
    draw_figure(s, "shift.difference", card, name, with_sign(off), off.is_zero() ? theme::action : large ? theme::stop : theme::attention, true);
}

void draw_compared(const Scene& s, Rect body) {
    body = body.inset((body.w - s.ui.em(50)) / 2, s.ui.em(1));
    Rect foot = body.cut_bottom(s.ui.em(theme::pay_key_em), s.ui.gap());
    if (s.ui.key("shift.leave", foot.cut_left(s.ui.em(10), s.ui.gap()), s.words(Msg::shell_back))) s.say(Leave{});
    if (s.ui.key("shift.again", foot.cut_left(s.ui.em(12), s.ui.gap()), s.words(Msg::shift_again), KeyStyle::outline)) s.say(CountAgain{});
    const touch::KeyOptions close{.style = KeyStyle::primary, .enabled = can_close(s.state), .size = TextSize::key};
    if (s.ui.key("shift.close", foot, s.words(Msg::shift_close), close)) s.say(CloseNow{});
    s.ui.text(body.cut_top(s.ui.em(2.6F), s.ui.gap()), s.words(Msg::shift_close_title), {.size = TextSize::name, .bold = true});
    if (!s.state.message.empty())
        body.cut_top(s.ui.note("shift.message", body, s.state.message, {}, touch::Tone::attention), s.ui.gap());
    draw_difference(s, body.cut_top(s.ui.em(11.5F), s.ui.gap()), *s.state.due, total(s.state));
    if (!needs_reason(s.state)) return;
    s.ui.text(body.cut_top(s.ui.em(2), s.ui.em(0.3F)), s.words(Msg::shift_reason), {.size = TextSize::lead, .bold = true, .fit = Fit::shrink});
    const Rect reasons = body.cut_top(std::min(body.h, s.ui.em(7.4F)));
    for (std::size_t i = 0; i < std::size(kAllReasons); ++i) {
        const Rect cell = reasons.cell(static_cast<int>(i) % 3, static_cast<int>(i) / 3, 3, 2, s.ui.gap());
        const auto style = s.state.reason == kAllReasons[i] ? KeyStyle::selected : KeyStyle::plain;
        if (s.ui.key("shift.reason." + std::to_string(i), cell, s.words(words_for(kAllReasons[i])), {.style = style, .size = TextSize::lead}))
            s.say(PickReason{kAllReasons[i]});
    }
}

void draw_closed(const Scene& s) {
    const ClosedShift& done = *s.state.done;
    auto [card, foot] = touch::draw_outcome(s.ui, {"shift.closed", s.words(Msg::shift_closed), true, {44, 27}});
    if (s.ui.key("shift.reprint", foot.cut_left(s.ui.em(11), s.ui.gap()), s.words(Msg::top_up_reprint))) s.say(Reprint{});
    if (s.ui.key("shift.leave", foot, s.words(Msg::shift_end), {.style = KeyStyle::primary, .size = TextSize::key})) s.say(Leave{});
    s.ui.text(card.cut_top(s.ui.em(2.2F), s.ui.gap()),
              s.words.format(Msg::shift_closed_who, done.cashier, text::time_of_day(done.since), text::time_of_day(done.until), text::count(done.sales)),
              {.size = TextSize::lead, .align = Align::centre, .fit = Fit::shrink});
    draw_difference(s, card.cut_top(std::min(card.h, s.ui.em(11.5F))), done.due, done.counted);
}

void draw_waiting(const Scene& s, Rect body) {
    const Rect foot = body.inset(s.ui.em(1.6F), s.ui.em(0.9F)).cut_bottom(s.ui.em(3.6F));
    if (s.state.phase != Phase::working &&
        s.ui.key("shift.leave", {foot.x, foot.y, s.ui.em(12), foot.h}, s.words(Msg::shell_back)))
        s.say(Leave{});
    const Msg says = s.state.phase == Phase::working ? Msg::shift_working : Msg::shift_loading;
    s.ui.label("shift.state", body, s.state.message.empty() ? s.words(says) : std::string_view(s.state.message),
               {.size = TextSize::name, .colour = theme::ink_secondary, .align = Align::centre, .fit = Fit::wrap});
}

}  // namespace

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    const Scene scene{ui, words, state, out};
    switch (state.phase) {
        case Phase::opening:
        case Phase::counting: draw_counting(scene, ui.body()); break;
        case Phase::compared: draw_compared(scene, ui.body()); break;
        case Phase::closed: draw_closed(scene); break;
        case Phase::loading:
        case Phase::comparing:
        case Phase::working: draw_waiting(scene, ui.body()); break;
    }
    if (ui.pressed(touch::KeyboardKey::escape)) out.push_back(Leave{});
}

}  // namespace mulin::pos::shift
