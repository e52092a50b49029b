// Which way to pay what is left: all of it, or a typed part.
#include <algorithm>

#include "pos/tender/phases_view.h"

namespace mulin::pos::tender {

namespace {

using text::Msg;
using touch::Align;
using touch::Fit;
using touch::KeyStyle;
using touch::Rect;
using touch::TextSize;
using touch::Tone;
namespace theme = touch::theme;

sync::Money asked_of(const State& state, const std::string& tender) {
    if (state.typing_part) return std::min(typed_part(state), remaining(state));
    if (!state.price_tender.empty()) return remaining(state);
    for (const Option& option : state.options)
        if (option.tender == tender) return option.quote.paid;
    return {};
}

bool draw_tender_key(const Scene& s, const std::string& tender, Rect rect, bool narrow) {
    const std::string price = text::money(asked_of(s.state, tender));
    const bool open = !(s.state.typing_part && typed_part(s.state).is_zero());
    const bool usable = !s.state.trouble.contains(tender);
    touch::KeyOptions look{.style = KeyStyle::outline, .enabled = open && usable, .size = narrow ? TextSize::tile : TextSize::key};
    const std::string_view says = usable ? std::string_view(price) : s.words(Msg::tender_trouble_short);
    (narrow ? look.detail : look.figure) = says;
    return s.ui.key("tender.choose." + tender, rect, s.words(tender_name(tender)), look);
}

// Notes on what happened before, and on channels that cannot be used now.
void draw_remarks(const Scene& s, Rect& card) {
    if (s.state.resumed && s.state.message.empty())
        card.cut_top(s.ui.note("tender.resumed", card, s.words(Msg::tender_resumed), s.words(Msg::tender_resumed_what), Tone::attention),
                     s.ui.gap());
    const Msg what = s.state.part_stays ? Msg::refund_not_done : Msg::tender_not_taken;
    if (!s.state.message.empty())
        card.cut_top(s.ui.note("tender.message", card, s.words(what), s.state.message, Tone::attention), s.ui.gap());
    for (const auto& [tender, why] : s.state.trouble) {
        if (card.h < s.ui.em(20)) break;
        card.cut_top(s.ui.note("tender.trouble." + tender, card, s.words(tender_name(tender)), why, Tone::attention), s.ui.gap());
    }
}

void draw_part_keypad(const Scene& s, Rect card, const std::vector<std::string>& tenders) {
    Rect row = card.cut_top(s.ui.em(3.4F), s.ui.gap());
    if (s.ui.key("tender.part", row.cut_right(s.ui.em(8), s.ui.gap()), s.words(Msg::tender_pay_all), KeyStyle::soft)) s.say(PayPart{});
    s.ui.text(row.cut_left(s.ui.em(6)), s.words(Msg::tender_this_part), {.size = TextSize::tile, .bold = true, .fit = Fit::shrink});
    s.ui.label("tender.part_amount", row, text::money(std::min(typed_part(s.state), remaining(s.state))),
               {.size = TextSize::amount, .bold = true, .align = Align::right});
    const Rect keys = card.cut_bottom(s.ui.em(theme::pay_key_em), s.ui.gap());
    const int count = static_cast<int>(tenders.size());
    for (int i = 0; i < count; ++i) {
        const std::string& tender = tenders[static_cast<std::size_t>(i)];
        if (draw_tender_key(s, tender, keys.column(i, count, s.ui.gap()), true)) s.say(Choose{tender});
    }
    const char key = s.ui.digit_keypad("tender.part_key", card, s.words(Msg::shell_clear));
    if (key == touch::Ui::kClear)
        s.say(PartKey{'c'});
    else if (key == touch::Ui::kErase)
        s.say(PartKey{'<'});
    else if (key != 0)
        s.say(PartKey{key});
}

// One below the other; side by side where remarks take the room.
void draw_tenders(const Scene& s, Rect area, const std::vector<std::string>& tenders) {
    const int count = static_cast<int>(tenders.size());
    const auto height_of = [&](int rows) { return (area.h - static_cast<float>(rows - 1) * s.ui.gap()) / static_cast<float>(rows); };
    const int columns = count > 1 && height_of(count) < s.ui.em(3.6F) ? 2 : 1;
    const int rows = std::max(1, (count + columns - 1) / columns);
    area.h = std::min(area.h, static_cast<float>(rows) * (s.ui.em(theme::pay_key_em) + s.ui.gap()) - s.ui.gap());
    for (int i = 0; i < count; ++i) {
        const std::string& tender = tenders[static_cast<std::size_t>(i)];
        if (draw_tender_key(s, tender, area.cell(i % columns, i / columns, columns, rows, s.ui.gap()), columns > 1)) s.say(Choose{tender});
    }
}

// The rarer ways on, along the foot.
void draw_foot(const Scene& s, Rect row) {
    const bool back = can_give_back(s.state) && s.state.taken.size() > 1;
    const bool aside = can_set_aside(s.state);
    const int count = 1 + (back ? 1 : 0) + (aside ? 1 : 0);
    int i = 0;
    if (s.ui.key("tender.part", row.column(i++, count, s.ui.gap()), s.words(Msg::tender_part))) s.say(PayPart{});
    if (back && s.ui.key("tender.give_back_all", row.column(i++, count, s.ui.gap()), s.words(Msg::tender_give_back_all), KeyStyle::stop))
        s.say(GiveBack{0});
    if (aside && s.ui.key("tender.set_aside", row.column(i, count, s.ui.gap()), s.words(Msg::tender_set_aside))) s.say(SetAside{});
}

}  // namespace

void draw_choosing(const Scene& s, Rect card) {
    const auto tenders = choices(s.state);
    const bool rest = !s.state.taken.empty();
    Rect head = card.cut_top(s.ui.em(2.4F), s.ui.em(0.6F));
    s.ui.label("tender.phase", head, s.words(rest ? Msg::tender_choose_rest : Msg::tender_choose),
               {.size = TextSize::title, .bold = true, .fit = Fit::shrink});
    if (s.state.typing_part) return draw_part_keypad(s, card, tenders);
    draw_foot(s, card.cut_bottom(s.ui.em(theme::key_height_em + 0.4F), s.ui.gap()));
    draw_remarks(s, card);
    draw_tenders(s, card, tenders);
}

}  // namespace mulin::pos::tender
