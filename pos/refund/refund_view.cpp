#include "pos/refund/refund_view.h"

#include <algorithm>

#include "pos/approve/approve_view.h"
#include "pos/text/formatting.h"
#include "pos/touch/areas.h"
#include "pos/touch/frame.h"
#include "pos/touch/scene.h"

namespace mulin::pos::refund {
namespace {

using text::Msg;
using touch::Align;
using touch::Fit;
using touch::KeyStyle;
using touch::Rect;
using touch::TextSize;
namespace theme = touch::theme;

using Scene = touch::Scene<State, Intent>;

Msg reason_words(Reason reason) {
    switch (reason) {
        case Reason::wrong_item: return Msg::refund_wrong_item;
        case Reason::meal_not_taken: return Msg::refund_meal_not_taken;
        case Reason::not_good: return Msg::refund_not_good;
        case Reason::entered_twice: return Msg::refund_entered_twice;
        case Reason::payment_wrong: return Msg::refund_payment_wrong;
        case Reason::other: return Msg::refund_other;
    }
    return Msg::refund_other;
}

// Where money goes, in the words of the other screens: "street:310110016" is the street. A payer's
// own name stands for itself.
std::string to_words(const Scene& s, const Back& back) {
    const std::string kind = back.to.substr(0, back.to.find(':'));
    if (back.to == "cash") return std::string(s.words(Msg::refund_to_cash));
    if (back.to == "qr") return s.words.format(Msg::refund_to_channel, s.words(Msg::shell_qr));
    if (back.to == "senior_card") return s.words.format(Msg::refund_to_channel, s.words(Msg::shell_senior_card));
    if (back.to == "bank_card") return s.words.format(Msg::refund_to_channel, s.words(Msg::shell_bank_card));
    if (kind == "district") return std::string(s.words(Msg::refund_district));
    if (kind == "street") return std::string(s.words(Msg::refund_street));
    if (kind == "foundation") return std::string(s.words(Msg::refund_foundation));
    if (kind == "bank") return std::string(s.words(Msg::refund_bank));
    if (kind == "vendor") return std::string(s.words(Msg::refund_vendor));
    return back.to;
}

std::string who(const Scene& s, const SaleFound& sale) {
    return sale.name.empty() ? std::string(s.words(Msg::shell_guest)) : sale.name;
}

std::string facts_of(const Scene& s, const SaleFound& sale) {
    return s.words.format(Msg::refund_sale_line, text::date(payment::china_date(sale.at)), text::time_of_day(sale.at), sale.key.seq,
                          text::money(sale.paid));
}

void draw_found(const Scene& s, Rect area) {
    const float height = s.ui.em(4.4F);
    const auto count = static_cast<float>(s.state.found.size());
    const touch::Scroll scroll(s.ui, "refund.found", area, count * (height + s.ui.gap()));
    for (std::size_t i = 0; i < s.state.found.size(); ++i) {
        const SaleFound& sale = s.state.found[i];
        const Rect row = scroll.row(static_cast<int>(i), height, s.ui.gap());
        if (!scroll.visible(row)) continue;
        const std::string detail = facts_of(s, sale);
        if (s.ui.key("refund.sale." + std::to_string(i), row, who(s, sale),
                     {.style = sale.problem.empty() ? KeyStyle::outline : KeyStyle::plain, .size = TextSize::tile, .detail = detail}))
            s.say(PickSale{i});
    }
}

void draw_number_pad(const Scene& s, touch::SidePanel panel) {
    if (s.ui.key("refund.find", panel.foot, s.words(Msg::refund_find),
                 {.style = KeyStyle::primary, .enabled = !s.state.digits.empty(), .size = TextSize::key}))
        s.say(Find{});
    Rect area = panel.inside;
    for (const char key : touch::read_number(s.ui, "refund.key", area, s.words(Msg::shell_clear))) s.say(Key{key});
    if (s.ui.pressed(touch::KeyboardKey::enter)) s.say(Find{});
    const Rect shown = area.cut_bottom(s.ui.em(4.2F), s.ui.em(0.3F));
    s.ui.card(shown);
    s.ui.label("refund.number", shown.inset(s.ui.em(0.8F), 0), s.state.digits,
               {.size = TextSize::amount, .bold = true, .align = Align::right});
    s.ui.text(area, s.words(Msg::refund_number), {.size = TextSize::lead, .bold = true, .valign = touch::VAlign::bottom, .fit = Fit::shrink});
}

void draw_finding(const Scene& s, Rect body) {
    draw_number_pad(s, touch::draw_side_panel(s.ui, body));
    const auto frame = touch::draw_frame(s.ui, body, {.title = s.words(Msg::refund_title), .hint = s.words(Msg::refund_find_hint),
                                                      .leave_id = "refund.leave", .leave = s.words(Msg::shell_back)});
    if (frame.left) s.say(Leave{});
    Rect work = frame.work;
    if (!s.state.message.empty())
        work.cut_top(s.ui.note("refund.message", work, s.state.message, {}, touch::Tone::attention), s.ui.gap());
    if (!s.state.found.empty()) return draw_found(s, work);
    const Msg says = s.state.searching ? Msg::refund_searching : (s.state.serial > 1 ? Msg::refund_none : Msg::refund_scan);
    s.ui.label("refund.state", work, s.words(says),
               {.size = TextSize::title, .colour = theme::ink_secondary, .align = Align::centre, .fit = Fit::wrap});
}

void draw_line(const Scene& s, std::size_t i, Rect row) {
    const LineLeft& line = s.state.sale->lines[i];
    const std::string number = std::to_string(i);
    const auto chosen = s.state.chosen[i];
    const bool open = s.state.phase == Phase::choosing;
    const float key = s.ui.em(3.6F);
    if (s.ui.key("refund.more." + number, row.cut_right(key, s.ui.em(0.5F)), "+",
                 {.style = KeyStyle::plain, .enabled = open && chosen < line.left, .size = TextSize::name}))
        s.say(More{i});
    s.ui.label("refund.line." + number, row.cut_right(s.ui.em(2.4F), s.ui.em(0.5F)), std::to_string(chosen),
               {.size = TextSize::amount, .bold = true, .colour = chosen > 0 ? theme::action : theme::ink_secondary, .align = Align::centre});
    if (s.ui.key("refund.less." + number, row.cut_right(key, s.ui.em(0.8F)), "−",
                 {.style = KeyStyle::plain, .enabled = open && chosen > 0, .size = TextSize::name}))
        s.say(Less{i});
    s.ui.text(row.cut_right(s.ui.em(4), s.ui.em(0.6F)), s.words.format(Msg::refund_at_most, line.left),
              {.colour = theme::ink_secondary, .align = Align::right, .fit = Fit::shrink});
    const bool english = s.words.language() == text::Language::en;
    s.ui.text(row, english && !line.name_en.empty() ? line.name_en : line.name_zh,
              {.size = TextSize::tile, .bold = chosen > 0, .fit = Fit::shrink});
}

constexpr float kBackRowEm = 1.7F;

// The payers share a text: the cashier hands them nothing, but everybody is named.
std::string payers_text(const Scene& s) {
    std::string all;
    for (const Back& back : s.state.back) {
        if (!back.payer) continue;
        if (!all.empty()) all += " · ";
        all += to_words(s, back) + " " + text::plain_money(back.amount);
    }
    return all;
}

const touch::TextStyle kPayersStyle{.size = TextSize::small, .colour = theme::ink_secondary, .valign = touch::VAlign::top, .fit = Fit::wrap};

float back_height(const Scene& s, float width) {
    if (s.state.back.empty()) return s.ui.em(3.6F);
    const auto tenders = static_cast<float>(std::ranges::count(s.state.back, false, &Back::payer));
    const std::string payers = payers_text(s);
    const float words = payers.empty() ? 0 : s.ui.measure(payers, kPayersStyle, width - s.ui.em(1.8F)).h + s.ui.em(0.3F);
    return s.ui.em(3.6F + kBackRowEm * tenders) + words;
}

// Exactly what goes back to whom, before anybody agrees.
void draw_back(const Scene& s, Rect area) {
    s.ui.card(area, theme::card, preview_is_current(s.state) ? theme::action : theme::line);
    area = area.inset(s.ui.em(0.9F), s.ui.em(0.5F));
    if (s.state.back.empty()) {
        s.ui.text(area, s.state.message.empty() ? s.words(Msg::refund_choose_first) : std::string_view(s.state.message),
                  {.colour = s.state.message.empty() ? theme::ink_secondary : theme::stop, .fit = Fit::wrap});
        return;
    }
    Rect head = area.cut_top(s.ui.em(2.6F));
    s.ui.label("refund.diner", head.cut_right(s.ui.em(9)), text::money(to_diner(s.state)),
               {.size = TextSize::amount, .bold = true, .align = Align::right});
    s.ui.text(head, s.words(Msg::refund_to_diner), {.size = TextSize::tile, .bold = true, .fit = Fit::shrink});
    int i = 0;
    for (const Back& back : s.state.back) {
        const std::string id = "refund.back." + std::to_string(i++);
        const std::string amount = text::plain_money(back.amount);
        if (back.payer) {
            s.ui.record(id, area, back.to + " " + amount);
            continue;
        }
        Rect row = area.cut_top(s.ui.em(kBackRowEm));
        s.ui.record(id, row, back.to + " " + amount);
        s.ui.text(row.cut_right(s.ui.em(6)), amount, {.bold = true, .colour = theme::action, .align = Align::right});
        s.ui.text(row, to_words(s, back), {.bold = true, .colour = theme::action, .fit = Fit::shrink});
    }
    area.cut_top(s.ui.em(0.2F));
    s.ui.text(area, payers_text(s), kPayersStyle);
}

void draw_reasons(const Scene& s, Rect area) {
    s.ui.text(area.cut_top(s.ui.em(1.8F), s.ui.em(0.2F)), s.words(Msg::refund_why), {.size = TextSize::lead, .bold = true});
    constexpr int kCount = static_cast<int>(std::size(kAllReasons));
    for (int i = 0; i < kCount; ++i) {
        const Reason reason = kAllReasons[i];
        const auto style = s.state.reason == reason ? KeyStyle::selected : KeyStyle::plain;
        if (s.ui.key("refund.reason." + std::to_string(i), area.column(i, kCount, s.ui.em(0.5F)), s.words(reason_words(reason)), style,
                     s.state.phase == Phase::choosing))
            s.say(PickReason{reason});
    }
}

void draw_lines(const Scene& s, Rect area) {
    const SaleFound& sale = *s.state.sale;
    const float height = s.ui.em(theme::key_height_em);
    const touch::Scroll scroll(s.ui, "refund.lines", area, static_cast<float>(sale.lines.size()) * (height + s.ui.em(0.6F)) - s.ui.em(0.6F));
    for (std::size_t i = 0; i < sale.lines.size(); ++i) {
        const Rect row = scroll.row(static_cast<int>(i), height, s.ui.em(0.6F));
        if (scroll.visible(row)) draw_line(s, i, row);
    }
}

// The key says the amount that leaves, as soon as it is known.
std::string confirm_words(const Scene& s) {
    if (!preview_is_current(s.state)) return std::string(s.words(Msg::refund_confirm));
    return s.words.format(Msg::refund_confirm_amount, text::money(to_diner(s.state)));
}

// Whose sale and which, what of it goes back, what that comes to, and why.
void draw_choosing(const Scene& s, Rect body) {
    const bool open = s.state.phase == Phase::choosing;
    const bool ready = open && preview_is_current(s.state) && s.state.reason.has_value();
    const auto tapped = approve::draw_panel(s.ui, s.words, s.state.second, {"refund.second", confirm_words(s), ready}, body);
    if (tapped.approver) s.say(PickSecond{*tapped.approver});
    for (const char key : tapped.pin.keys) s.say(SecondKey{key});
    if (tapped.confirm) s.say(Confirm{});
    if (tapped.pin.escape) s.say(Leave{});
    const std::string title = s.words.format(Msg::refund_of, who(s, *s.state.sale));
    const std::string facts = facts_of(s, *s.state.sale);
    const auto frame = touch::draw_frame(s.ui, body, {.title = title, .hint = facts, .leave_id = "refund.leave",
                                                      .leave = s.words(Msg::shell_back), .can_leave = open, .key_em = 9});
    if (frame.left) s.say(Leave{});
    if (s.ui.key("refund.all", frame.head_key, s.words(Msg::refund_all), KeyStyle::outline, open)) s.say(All{});
    Rect work = frame.work;
    if (!s.state.failure.empty())
        work.cut_top(s.ui.note("refund.failure", work, s.words(Msg::refund_not_done), s.state.failure, touch::Tone::stop), s.ui.gap());
    draw_reasons(s, work.cut_bottom(s.ui.em(5.4F), s.ui.em(0.4F)));
    draw_back(s, work.cut_bottom(back_height(s, work.w), s.ui.em(0.6F)));
    draw_lines(s, work);
}

// Cash leaves the drawer: that stands first and large.
void draw_given_back(const Scene& s, Rect card) {
    s.ui.label("refund.amount", card.cut_top(s.ui.em(5), s.ui.em(0.6F)), text::money(to_diner(s.state)),
               {.size = TextSize::change, .bold = true, .align = Align::centre});
    const auto tenders = std::ranges::count(s.state.back, false, &Back::payer);
    for (const bool cash : {true, false}) {
        for (const Back& back : s.state.back) {
            if (back.payer || (back.to == "cash") != cash) continue;
            const touch::TextStyle style{.size = TextSize::title, .bold = true, .colour = cash ? theme::action : theme::ink,
                                         .align = tenders > 1 ? Align::left : Align::centre, .fit = Fit::shrink};
            Rect row = card.cut_top(s.ui.em(2.8F));
            if (tenders > 1)
                s.ui.text(row.cut_right(s.ui.em(9)), text::money(back.amount),
                          {.size = TextSize::amount, .bold = true, .colour = style.colour, .align = Align::right});
            s.ui.text(row, cash ? std::string(s.words(Msg::refund_hand_cash)) : to_words(s, back), style);
        }
    }
}

void draw_end(const Scene& s) {
    const bool done = s.state.phase == Phase::done;
    const Msg title = done ? Msg::refund_done : (s.state.waiting ? Msg::refund_waiting : Msg::refund_working);
    const auto [card, foot] = touch::draw_outcome(s.ui, {done ? "refund.done" : "refund.working", s.words(title), done,
                                                         {42, done ? 26.0F : 18.0F}});
    if (s.ui.key("refund.leave", foot, s.words(Msg::shell_close),
                 {.style = KeyStyle::primary, .enabled = done || s.state.waiting, .size = TextSize::key}))
        s.say(Leave{});
    if (done) return draw_given_back(s, card);
    s.ui.text(card, s.words(s.state.waiting ? Msg::refund_waiting_what : Msg::refund_working_what),
              {.size = TextSize::title, .align = Align::centre, .fit = Fit::wrap});
}

}  // namespace

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    const Scene scene{ui, words, state, out};
    switch (state.phase) {
        case Phase::finding: return draw_finding(scene, ui.body());
        case Phase::choosing: return draw_choosing(scene, ui.body());
        case Phase::working:
        case Phase::done: return draw_end(scene);
    }
}

}  // namespace mulin::pos::refund
