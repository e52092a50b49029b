#include "pos/review/review_view.h"

#include <algorithm>

#include "pos/approve/approve_view.h"
#include "pos/text/formatting.h"
#include "pos/touch/areas.h"
#include "pos/touch/scene.h"

namespace mulin::pos::review {
namespace {

using text::Msg;
using touch::Align;
using touch::Fit;
using touch::KeyStyle;
using touch::Rect;
using touch::TextSize;
using touch::Tone;
using touch::VAlign;
namespace theme = touch::theme;

constexpr float kListEm = 14;

using Scene = touch::Scene<State, Intent>;

std::string tender_of(const Scene& s, const Item& item) {
    if (item.is_refund) return std::string(s.words(Msg::review_refund));
    if (item.tender == "qr") return std::string(s.words(Msg::shell_qr));
    if (item.tender == "senior_card") return std::string(s.words(Msg::shell_senior_card));
    return std::string(s.words(Msg::shell_bank_card));
}

std::string moment(payment::UtcInstant at) {
    return text::date(payment::china_date(at)) + " " + text::time_of_day(at);
}

void draw_list(const Scene& s, Rect area) {
    const float height = s.ui.em(4.4F);
    const touch::Scroll scroll(s.ui, "review.list", area, static_cast<float>(s.state.items.size()) * (height + s.ui.gap()));
    for (std::size_t i = 0; i < s.state.items.size(); ++i) {
        const Item& item = s.state.items[i];
        const Rect row = scroll.row(static_cast<int>(i), height, s.ui.gap());
        if (!scroll.visible(row)) continue;
        const bool chosen = s.state.picked == item.id;
        const std::string detail = tender_of(s, item) + " · " + moment(item.sent);
        if (s.ui.key("review.item." + std::to_string(i), row, text::money(item.amount),
                     {.style = chosen ? KeyStyle::selected : KeyStyle::plain, .size = TextSize::title, .detail = detail}))
            s.say(Pick{item.id});
    }
}

Msg what_to_tell(const Item& item) {
    if (item.is_refund) return Msg::review_tell_refund;
    if (item.late) return Msg::review_tell_late;
    return item.sale_stands ? Msg::review_tell_sold : Msg::review_tell_wait;
}

struct Fact {
    Msg name;
    std::string value;
};

// What decides first; the numbers that are read out on the telephone after it, never cut off.
std::vector<Fact> facts_of(const Scene& s, const Item& item) {
    const std::string diner = item.diner.empty() ? std::string(s.words(Msg::shell_guest)) : item.diner;
    const Msg sale = item.sale_stands ? Msg::review_sale_stands : (item.waits_for_sale ? Msg::review_sale_waits : Msg::review_sale_none);
    std::vector<Fact> facts{{Msg::review_diner, diner + " · " + text::money(item.amount)},
                            {Msg::review_sale, std::string(s.words(sale))},
                            {Msg::review_note, item.note},
                            {Msg::review_channel, tender_of(s, item) + " · " + item.channel},
                            {Msg::review_sent, moment(item.sent)},
                            {Msg::review_asked, s.words.format(Msg::review_asked_times, item.polls, text::time_of_day(item.changed))},
                            {Msg::review_answer, item.answer.empty() ? std::string(s.words(Msg::review_no_answer)) : item.answer}};
    for (const std::string& number : item.numbers) facts.push_back({Msg::review_number, number});
    facts.push_back({Msg::review_our_number, item.id});
    std::erase_if(facts, [](const Fact& fact) { return fact.value.empty(); });
    return facts;
}

void draw_evidence(const Scene& s, const Item& item, Rect card) {
    s.ui.card(card);
    s.ui.record("review.evidence", card, item.channel + " " + item.id);
    card = card.inset(s.ui.em(0.9F), s.ui.em(0.4F));
    const float name_w = s.ui.em(5.6F);
    const float gap = s.ui.em(0.3F);
    const touch::TextStyle style{.bold = true, .valign = VAlign::top, .fit = Fit::wrap};
    const std::vector<Fact> facts = facts_of(s, item);
    std::vector<float> heights;
    float all = 0;
    for (const Fact& fact : facts) {
        heights.push_back(s.ui.measure(fact.value, style, card.w - name_w - s.ui.em(1.2F)).h + gap);
        all += heights.back();
    }
    const touch::Scroll scroll(s.ui, "review.facts", card, all);
    float y = card.y - scroll.offset();
    for (std::size_t i = 0; i < facts.size(); ++i) {
        Rect row{card.x, y, card.w - s.ui.em(0.8F), heights[i]};
        y += heights[i];
        if (!scroll.visible(row)) continue;
        s.ui.text(row.cut_left(name_w, s.ui.em(0.4F)), s.words(facts[i].name),
                  {.colour = theme::ink_secondary, .valign = VAlign::top, .fit = Fit::shrink});
        s.ui.text(row, facts[i].value, style);
    }
}

// Said to the diner word for word: large.
void draw_tell(const Scene& s, const Item& item, Rect& rest) {
    const touch::TextStyle style{.size = TextSize::lead, .bold = true, .colour = theme::person, .valign = VAlign::top, .fit = Fit::wrap};
    const std::string_view words = s.words(what_to_tell(item));
    const float height = s.ui.measure(words, style, rest.w - s.ui.em(1.6F)).h;
    Rect note = rest.cut_top(height + s.ui.em(2.5F), s.ui.gap());
    s.ui.fill(note, theme::person_soft, theme::radius_em);
    note = note.inset(s.ui.em(0.8F), s.ui.em(0.4F));
    s.ui.text(note.cut_top(s.ui.em(1.5F)), s.words(Msg::review_tell), {.size = TextSize::small, .colour = theme::person});
    s.ui.label("review.tell", note, words, style);
}

void draw_caption(const Scene& s, Rect row, Msg words) {
    s.ui.text(row, s.words(words), {.size = TextSize::lead, .bold = true, .fit = Fit::shrink});
}

void draw_decision(const Scene& s, const Item& item, Rect area) {
    const bool open = s.state.phase == Phase::looking;
    draw_caption(s, area.cut_top(s.ui.em(1.7F), s.ui.em(0.2F)), Msg::review_decide);
    Rect row = area.cut_top(s.ui.em(3.6F), s.ui.em(0.4F));
    draw_caption(s, area.cut_top(s.ui.em(1.7F), s.ui.em(0.2F)), Msg::review_how);
    struct Choice { Decision decision; Msg words; };
    std::vector<Choice> choices{{Decision::paid, item.is_refund ? Msg::review_refunded : Msg::review_paid},
                                {Decision::not_paid, item.is_refund ? Msg::review_not_refunded : Msg::review_not_paid}};
    if (!item.is_refund) choices.push_back({Decision::money_back, Msg::review_money_back});
    const int count = static_cast<int>(choices.size());
    for (int i = 0; i < count; ++i) {
        const auto& [decision, name] = choices[static_cast<std::size_t>(i)];
        const auto style = s.state.decision == decision ? KeyStyle::selected : KeyStyle::outline;
        if (s.ui.key(std::string("review.decide.") + name_of(decision), row.column(i, count, s.ui.gap()), s.words(name), style, open))
            s.say(Decide{decision});
    }
    constexpr Msg kReasons[] = {Msg::review_statement, Msg::review_telephone, Msg::review_diners_phone, Msg::review_other};
    for (std::size_t i = 0; i < std::size(kAllReasons); ++i) {
        const auto style = s.state.reason == kAllReasons[i] ? KeyStyle::selected : KeyStyle::plain;
        if (s.ui.key("review.reason." + std::to_string(i), area.column(static_cast<int>(i), 4, s.ui.gap()), s.words(kReasons[i]), style, open))
            s.say(PickReason{kAllReasons[i]});
    }
}

void draw_one(const Scene& s, const Item& item, Rect area) {
    draw_decision(s, item, area.cut_bottom(s.ui.em(11.4F), s.ui.gap()));
    draw_tell(s, item, area);
    draw_evidence(s, item, area);
}

// Which payments wait, and what can be done without deciding.
void draw_left(const Scene& s, const Item* item, Rect left) {
    if (s.ui.key("review.back", left.cut_bottom(s.ui.em(3.4F), s.ui.gap()), s.words(Msg::shell_back))) s.say(Back{});
    if (item != nullptr && s.ui.key("review.ask", left.cut_bottom(s.ui.em(3.4F), s.ui.gap()), s.words(Msg::review_ask), KeyStyle::outline,
                                    s.state.phase == Phase::looking))
        s.say(AskNow{});
    s.ui.text(left.cut_top(s.ui.em(2.4F), s.ui.em(0.4F)), s.words(Msg::review_title), {.size = TextSize::name, .bold = true, .fit = Fit::shrink});
    if (!s.state.settled.empty())
        left.cut_top(s.ui.note("review.settled", left, s.words(Msg::review_settled), s.state.settled, Tone::good), s.ui.gap());
    if (!s.state.message.empty())
        left.cut_top(s.ui.note("review.message", left, s.words(Msg::review_failed), s.state.message, Tone::stop), s.ui.gap());
    draw_list(s, left);
}

}  // namespace

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    const Scene scene{ui, words, state, out};
    Rect body = ui.body();
    const Item* item = picked(state);
    if (item != nullptr) {
        const bool ready = state.phase == Phase::looking && state.decision && state.reason;
        const auto tapped = approve::draw_panel(ui, words, state.second, {"review.second", words(Msg::review_confirm), ready}, body);
        if (tapped.approver) out.push_back(PickSecond{*tapped.approver});
        for (const char key : tapped.pin.keys) out.push_back(SecondKey{key});
        if (tapped.confirm) out.push_back(Confirm{});
        if (tapped.pin.escape) out.push_back(Back{});
    }
    body = body.inset(ui.em(1), ui.em(0.8F));
    const Rect whole = body;
    draw_left(scene, item, body.cut_left(ui.em(kListEm), ui.em(0.9F)));
    if (item != nullptr) return draw_one(scene, *item, body);
    ui.label("review.empty", whole, words(state.loaded ? Msg::review_empty : Msg::review_loading),
             {.size = TextSize::title, .colour = theme::ink_secondary, .align = Align::centre, .fit = Fit::wrap});
}

}  // namespace mulin::pos::review
