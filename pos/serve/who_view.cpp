// Left column: who stands at the counter and what is true about this meal. Never why.
#include "pos/serve/parts_view.h"

namespace mulin::pos::serve {

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

std::string joined(const std::vector<std::string>& parts, const char* between) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : between) + part;
    return out;
}

// Notes are stacked from the top; one that would not fit is left out rather than cut.
void stack_note(const Scene& s, Rect& rest, const std::string& id, const std::string& title,
                const std::string& detail, Tone tone) {
    const float height = s.ui.note(id, rest, title, detail, tone);
    rest.cut_top(height, s.ui.gap());
}

void draw_notices(const Scene& s, Rect& rest) {
    for (const Notice& notice : s.state.notices) {
        const std::string kind = notice_id(notice.kind);
        const NoticeWords what = notice_words(s, notice);
        if (rest.h < s.ui.em(4)) return;
        const Rect before = rest;
        stack_note(s, rest, "serve.notice_text." + kind, what.title, what.detail, what.tone);
        const Rect drawn{before.x, before.y, before.w, std::max(rest.y - before.y - s.ui.gap(), s.ui.em(theme::key_height_em))};
        if (s.ui.target("serve.notice." + kind, drawn, what.title)) s.say(DismissNotice{notice.kind});
    }
}

void draw_standing(const Scene& s, Rect& rest) {
    for (const Notice& notice : s.state.standing) {
        if (notice.kind == NoticeKind::training || rest.h < s.ui.em(3)) continue;  // training has its band
        const NoticeWords what = notice_words(s, notice);
        stack_note(s, rest, std::string("serve.standing.") + notice_id(notice.kind), what.title, what.detail, what.tone);
    }
}

void draw_name(const Scene& s, Rect& rest, const std::string& initial, const std::string& name,
               const std::string& line) {
    // A name too long for one line gets more of the column, the picture less.
    const float room = rest.w - s.ui.em(5.5F);
    const bool is_long = s.ui.measure(name, {.size = TextSize::title, .bold = true}).w > room;
    Rect head = rest.cut_top(s.ui.em(is_long ? 5.6F : 4.8F), s.ui.gap());
    s.ui.avatar(head.cut_left(s.ui.em(is_long ? 3.4F : 4.8F), s.ui.em(0.7F)), initial, true);
    if (line.empty()) {
        s.ui.label("serve.name", head, name, {.size = TextSize::name, .bold = true, .fit = Fit::shrink});
        return;
    }
    const Rect below = head.cut_bottom(s.ui.em(1.7F));
    s.ui.label("serve.name", head, name,
               {.size = TextSize::name, .bold = true, .valign = VAlign::bottom, .fit = Fit::shrink});
    s.ui.text(below, line, {.colour = theme::ink_secondary, .valign = VAlign::top, .fit = Fit::shrink});
}

bool has_notice(const State& state, NoticeKind kind) {
    for (const Notice& notice : state.notices)
        if (notice.kind == kind) return true;
    return false;
}

void draw_standing_of(const Scene& s, const DinerCard& diner, Rect& rest) {
    const std::string nth = s.words.format(Msg::serve_meal_of_day, diner.meal_of_day);
    switch (diner.standing) {
        case Standing::allowed:
            return stack_note(s, rest, "serve.standing_of_diner", std::string(s.words(Msg::serve_allowed)), nth, Tone::good);
        case Standing::second_meal:
            if (has_notice(s.state, NoticeKind::second_meal)) return;
            return stack_note(s, rest, "serve.standing_of_diner", std::string(s.words(Msg::serve_second_meal)), nth,
                              Tone::attention);
        case Standing::not_eligible:
            if (has_notice(s.state, NoticeKind::not_eligible)) return;
            return stack_note(s, rest, "serve.standing_of_diner", std::string(s.words(Msg::serve_not_eligible)), nth,
                              Tone::neutral);
    }
}

void draw_last_visit(const Scene& s, const DinerCard& diner, Rect& rest) {
    if (!diner.last_visit || rest.h < s.ui.em(3)) return;
    std::string when = text::date(payment::china_date(*diner.last_visit)).substr(5);
    if (diner.last_visit_meal) when += " " + std::string(s.words(text::meal_name(*diner.last_visit_meal)));
    const auto& items = s.english() && !diner.last_items_en.empty() ? diner.last_items_en : diner.last_items_zh;
    const std::string line = s.words.format(Msg::serve_last_visit, when);
    const touch::TextStyle style{.colour = theme::ink_secondary, .valign = VAlign::top, .fit = Fit::wrap};
    s.ui.text(rest.cut_top(s.ui.em(1.4F)), line, style);
    s.ui.text(rest, joined(items, s.english() ? ", " : "、"), style);
}

void draw_diner(const Scene& s, Rect& rest) {
    const DinerCard& diner = *s.state.diner;
    const std::string line = s.words.format(Msg::serve_age_and_id, diner.age, diner.id_last4);
    draw_name(s, rest, diner.initial.empty() ? diner.name : diner.initial, diner.name, line);
    draw_standing_of(s, diner, rest);
    draw_notices(s, rest);
    if (!diner.diet.empty()) stack_note(s, rest, "serve.diet", diner.diet, {}, Tone::attention);
    if (diner.birthday) stack_note(s, rest, "serve.birthday", std::string(s.words(Msg::serve_birthday)), {}, Tone::person);
    draw_standing(s, rest);
    draw_last_visit(s, diner, rest);
}

void draw_last_sale(const Scene& s, Rect& rest) {
    if (!s.state.last_sale || rest.h < s.ui.em(6.5F)) return;
    const LastSale& sale = *s.state.last_sale;
    const std::string name = sale.name.empty() ? std::string(s.words(Msg::shell_guest)) : sale.name;
    Rect card = rest.cut_bottom(s.ui.em(5.9F));
    s.ui.card(card);
    card = card.inset(s.ui.em(0.8F), s.ui.em(0.5F));
    s.ui.text(card.cut_top(s.ui.em(1.5F)), s.words(Msg::serve_last_sale),
              {.size = TextSize::small, .colour = theme::ink_secondary});
    const std::string paid = text::money(sale.paid);
    Rect first = card.cut_top(s.ui.em(1.6F));
    const std::string tender(sale.tender == "none" ? s.words(Msg::serve_nothing_due) : s.words(tender_name(sale.tender)));
    s.ui.text(first.cut_right(s.ui.measure(paid, {.bold = true}).w + 1, s.ui.em(0.3F)), paid,
              {.bold = true, .align = Align::right});
    s.ui.label("serve.last_sale", first, name + " · " + tender, {.fit = Fit::shrink});
    if (!sale.change.is_zero())
        s.ui.text(card, s.words.format(Msg::serve_change_was, text::money(sale.change)),
                  {.bold = true, .colour = theme::action});
}

void draw_nobody(const Scene& s, Rect& rest) {
    Rect card = rest.cut_top(s.ui.em(7.6F), s.ui.gap());
    s.ui.fill(card, theme::person_soft, theme::radius_em);
    card = card.inset(s.ui.em(0.9F), s.ui.em(0.7F));
    s.ui.label("serve.name", card.cut_top(s.ui.em(2.7F)),
               s.words(s.state.identifying ? Msg::serve_identifying : Msg::serve_show_card),
               {.size = TextSize::name, .bold = true, .colour = theme::person, .fit = Fit::shrink});
    s.ui.text(card, s.words(Msg::serve_show_card_what),
              {.colour = theme::person, .valign = VAlign::top, .fit = Fit::shrink});
    draw_notices(s, rest);
    draw_standing(s, rest);
    draw_last_sale(s, rest);
}

void draw_keys(const Scene& s, Rect keys) {
    const float gap = s.ui.gap();
    const Rect lower = keys.cut_bottom(s.ui.em(theme::key_height_em), gap);
    if (s.ui.key("serve.guest", lower.column(0, 2, gap), s.words(Msg::shell_guest),
                 s.state.who == Who::guest ? KeyStyle::selected : KeyStyle::plain))
        s.say(ServeGuest{});
    if (s.ui.key("serve.register", lower.column(1, 2, gap), s.words(Msg::serve_register))) s.say(RegisterNew{});
    const bool nobody = s.state.who == Who::nobody;
    if (s.ui.key(nobody ? "serve.find" : "serve.change_diner", keys,
                 s.words(nobody ? Msg::serve_find : Msg::serve_change_diner),
                 nobody ? KeyStyle::primary : KeyStyle::plain))
        s.say(ChangeDiner{});
}

}  // namespace

void draw_who(const Scene& s, Rect column) {
    const float keys_h = s.ui.em(2 * theme::key_height_em) + s.ui.gap();
    const Rect keys = column.cut_bottom(keys_h, s.ui.gap());
    if (s.state.who == Who::diner && s.state.diner) {
        draw_diner(s, column);
    } else if (s.state.who == Who::nobody) {
        draw_nobody(s, column);
    } else {
        const bool guest = s.state.who == Who::guest;
        const std::string name(s.words(guest ? Msg::shell_guest : Msg::serve_staff));
        draw_name(s, column, name, name, {});
        stack_note(s, column, "serve.standing_of_diner",
                   std::string(s.words(guest ? Msg::serve_guest_what : Msg::serve_staff_what)), {}, Tone::neutral);
        draw_notices(s, column);
        draw_standing(s, column);
    }
    draw_keys(s, keys);
}

}  // namespace mulin::pos::serve
