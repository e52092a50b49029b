// Payments that another machine decides: waiting for the code, the attempt while it runs, and the
// choice after it failed.
#include <algorithm>

#include "pos/tender/phases_view.h"

namespace mulin::pos::tender {

namespace {

using payment::AttemptState;
using text::Msg;
using touch::Align;
using touch::Fit;
using touch::KeyStyle;
using touch::Rect;
using touch::TextSize;
using touch::Tone;
using touch::VAlign;
namespace theme = touch::theme;

// One line of what has happened.
void draw_step(const Scene& s, Rect& rest, std::string_view words) {
    Rect row = rest.cut_top(s.ui.em(1.6F), s.ui.em(0.2F));
    const Rect sign = row.cut_left(s.ui.em(1), s.ui.em(0.7F));
    s.ui.tick({sign.x, sign.centre().y - s.ui.em(0.45F), s.ui.em(1), s.ui.em(0.9F)}, theme::action);
    s.ui.text(row, words, {.colour = theme::ink_secondary, .fit = Fit::shrink});
}

struct Telling {
    Msg state;  // short, for the pill
    Msg now;    // what happens, what to do
    Tone tone = Tone::attention;
};

// The channel's own word for what the payer is doing, where it has one.
Msg pending_words(const State& state) {
    const bool qr = state.tender == "qr";
    if (!state.presented_qr.empty()) return Msg::tender_now_scan_ours;
    if (!state.progress) return qr ? Msg::tender_now_pending_qr : Msg::tender_now_pending_card;
    switch (*state.progress) {
        case payment::Phase::presented: return Msg::tender_now_scan_ours;
        case payment::Phase::password: return qr ? Msg::tender_now_password_qr : Msg::tender_now_password_card;
        case payment::Phase::card_inserted: return Msg::tender_now_hold_card;
        case payment::Phase::host: return Msg::tender_now_host;
        case payment::Phase::waiting_payer: break;
    }
    return qr ? Msg::tender_now_pending_qr : Msg::tender_now_present_card;
}

Telling telling(const State& state) {
    if (state.phase == Phase::review) return {Msg::tender_state_review, Msg::tender_now_review, Tone::stop};
    if (state.phase == Phase::giving_up) return {Msg::tender_state_giving_up, Msg::tender_now_giving_up};
    if (state.phase == Phase::giving_back) return {Msg::tender_state_giving_back, Msg::tender_now_giving_back};
    switch (state.attempt_state) {
        case AttemptState::created:
        case AttemptState::sending:
            if (state.progress || !state.presented_qr.empty())
                return {Msg::tender_state_pending, pending_words(state)};
            return {Msg::tender_state_sending, Msg::tender_now_sending, Tone::neutral};
        case AttemptState::pending: return {Msg::tender_state_pending, pending_words(state)};
        default: return {Msg::tender_state_unknown, Msg::tender_now_unknown};
    }
}

void draw_state_head(const Scene& s, Rect row, const Telling& what) {
    std::string words(s.words(what.state));
    const std::int64_t left = seconds_left(s.state);
    if (left > 0 && s.state.phase == Phase::running) words += " " + text::stopwatch(left);
    const float width = s.ui.measure(words, {.bold = true}).w + s.ui.em(1.6F);
    s.ui.pill("tender.phase", {row.right() - width, row.y}, row.h, words, what.tone);
    row.cut_right(width, s.ui.em(0.6F));
    const auto part = std::ranges::find(s.state.taken, s.state.returning, &Part::number);
    const bool back = s.state.phase == Phase::giving_back && part != s.state.taken.end();
    std::string title(s.words(tender_name(back ? part->tender : s.state.tender)));
    if (back) title += " " + text::money(part->amount);
    s.ui.text(row, title, {.size = TextSize::title, .bold = true, .fit = Fit::shrink});
}

// Waiting needs no key: it is what happens by itself.
void draw_attempt_keys(const Scene& s, Rect row) {
    const bool aside = can_set_aside(s.state);
    const bool change = s.state.phase == Phase::running;
    const int count = 1 + (aside ? 1 : 0) + (change ? 1 : 0);
    const bool asked = s.state.query_asked;
    const TextSize size = count > 2 ? TextSize::lead : TextSize::tile;
    int i = 0;
    if (s.ui.key("tender.query", row.column(i++, count, s.ui.gap()), s.words(asked ? Msg::tender_query_asked : Msg::tender_query),
                 {.style = KeyStyle::outline, .enabled = can_query(s.state), .size = size}))
        s.say(QueryNow{});
    if (change && s.ui.key("tender.change_tender", row.column(i++, count, s.ui.gap()), s.words(Msg::tender_change_tender),
                           {.style = KeyStyle::plain, .enabled = can_change_tender(s.state), .size = size}))
        s.say(ChangeTender{});
    if (aside && s.ui.key("tender.set_aside", row.column(i, count, s.ui.gap()), s.words(Msg::tender_set_aside),
                          {.style = KeyStyle::primary, .size = size}))
        s.say(SetAside{});
}

// What holds now, and what somebody does: readable from where the diner stands.
void draw_now(const Scene& s, Rect& card, const Telling& what) {
    const bool diner = s.state.phase == Phase::running && what.tone == Tone::attention && s.state.attempt_state != AttemptState::unknown;
    const touch::Colour ink = diner ? theme::person : (what.tone == Tone::stop ? theme::stop : (what.tone == Tone::neutral ? theme::ink : theme::attention));
    const touch::Colour fill = diner ? theme::person_soft : (what.tone == Tone::stop ? theme::stop_soft : (what.tone == Tone::neutral ? theme::paper : theme::attention_soft));
    const touch::TextStyle style{.size = diner ? TextSize::name : TextSize::title, .bold = true, .colour = ink, .fit = Fit::wrap};
    const std::string_view words = s.words(what.now);
    Rect note = card.cut_top(s.ui.measure(words, style, card.w - s.ui.em(2.4F)).h + s.ui.em(1.8F), s.ui.em(0.9F));
    s.ui.fill(note, fill, theme::radius_em);
    s.ui.label("tender.do_now", note.inset(s.ui.em(1.2F), s.ui.em(0.9F)), words, style);
}

void draw_steps(const Scene& s, Rect& card) {
    if (s.state.phase == Phase::giving_back) return;
    draw_step(s, card, s.words(Msg::tender_step_saved));
    if (s.state.attempt_state != AttemptState::created && s.state.attempt_state != AttemptState::sending)
        draw_step(s, card, s.words(Msg::tender_step_sent));
}

// The payer's phone scans it from here too: where there is no customer display this is the only place.
void draw_code(const Scene& s, Rect card, const Telling& what) {
    s.ui.label("tender.do_now", card.cut_top(s.ui.em(2.2F), s.ui.em(0.4F)), s.words(what.now),
               {.size = TextSize::title, .bold = true, .align = Align::centre, .fit = Fit::shrink});
    s.ui.qr("tender.qr", card, s.state.presented_qr);
}

// How long it still takes, large, and what happens by itself then.
void draw_waiting_time(const Scene& s, Rect& rest) {
    rest.cut_top(s.ui.gap());
    const std::int64_t left = s.state.phase == Phase::running ? seconds_left(s.state) : 0;
    const touch::TextStyle words{.size = TextSize::lead, .colour = theme::ink_secondary, .fit = Fit::wrap};
    if (left <= 0) {
        const std::string polls = s.words.format(Msg::tender_polls, s.state.poll_every_s);
        Rect row = rest.cut_top(s.ui.measure(polls, words, rest.w - s.ui.em(1.7F)).h, s.ui.gap());
        row.cut_left(s.ui.em(1.7F));
        return s.ui.text(row, polls, words);
    }
    Rect row = rest.cut_top(std::min(rest.h, s.ui.em(4)), s.ui.gap());
    const std::string clock = text::stopwatch(left);
    const touch::TextStyle figure{.size = TextSize::due, .bold = true, .colour = theme::ink};
    s.ui.label("tender.left_s", row.cut_left(s.ui.measure("0:00", figure).w, s.ui.em(1)), clock, figure);
    s.ui.text(row, s.words(Msg::tender_gives_up), words);
}

void draw_trouble(const Scene& s, Rect& card, const std::string& tender) {
    const auto found = s.state.trouble.find(tender);
    if (found == s.state.trouble.end()) return;
    card.cut_top(s.ui.note("tender.trouble." + tender, card, s.words(Msg::tender_trouble), found->second, Tone::attention),
                 s.ui.gap());
}

}  // namespace

void draw_waiting_code(const Scene& s, Rect card) {
    const bool qr = s.state.tender == "qr";
    Rect head = card.cut_top(s.ui.em(2.4F), s.ui.em(1.2F));
    s.ui.text(head, s.words(tender_name(s.state.tender)), {.size = TextSize::title, .bold = true});
    if (qr && s.state.can_present) {
        const Rect key = card.cut_bottom(s.ui.em(theme::pay_key_em), s.ui.gap());
        if (s.ui.key("tender.show_code", key, s.words(Msg::tender_show_ours),
                     {.style = KeyStyle::outline, .size = TextSize::key, .detail = s.words(Msg::tender_show_ours_what)}))
            s.say(ShowCode{});
    }
    const std::string_view what = s.words(qr ? Msg::tender_show_code : Msg::tender_show_card);
    if (!s.state.message.empty())
        card.cut_top(s.ui.note("tender.message", card, s.state.message, {}, Tone::attention), s.ui.gap());
    draw_trouble(s, card, s.state.tender);
    Rect note = card.cut_top(s.ui.em(9), s.ui.gap());
    s.ui.fill(note, theme::person_soft, theme::radius_em);
    note = note.inset(s.ui.em(1.2F), s.ui.em(0.8F));
    s.ui.label("tender.phase", note.cut_top(note.h * 0.55F), what,
               {.size = TextSize::name, .bold = true, .colour = theme::person, .valign = VAlign::bottom, .fit = Fit::shrink});
    s.ui.text(note, s.words(qr ? Msg::tender_show_code_what : Msg::tender_show_card_what),
              {.size = TextSize::lead, .colour = theme::person, .valign = VAlign::top, .fit = Fit::shrink});
    if (s.state.scan_ignored)
        s.ui.note("tender.scan_ignored", card, s.words(qr ? Msg::tender_not_a_code : Msg::tender_scan_other), {}, Tone::attention);
}

void draw_attempt(const Scene& s, Rect card) {
    const Telling what = telling(s.state);
    draw_state_head(s, card.cut_top(s.ui.em(2.5F), s.ui.em(1)), what);
    draw_attempt_keys(s, card.cut_bottom(s.ui.em(4.2F), s.ui.gap()));
    if (s.state.scan_ignored && s.state.phase == Phase::running) {
        Rect note = card.cut_bottom(s.ui.em(3.2F), s.ui.gap());
        s.ui.note("tender.scan_ignored", note, s.words(Msg::tender_scan_ignored), s.words(Msg::tender_scan_ignored_what), Tone::attention);
    }
    if (!s.state.presented_qr.empty() && s.state.phase == Phase::running) return draw_code(s, card, what);
    draw_now(s, card, what);
    draw_steps(s, card);
    Rect hint = card;
    if (can_collect_anyway(s.state) &&
        s.ui.key("tender.collect_anyway", hint.cut_bottom(s.ui.em(theme::key_height_em), s.ui.gap()),
                 s.words(Msg::tender_collect_anyway), KeyStyle::attention))
        s.say(CollectAnyway{});
    draw_waiting_time(s, hint);
    if (!s.state.channel_text.empty() && hint.h > s.ui.em(3.5F))
        s.ui.note("tender.message", hint, s.words(Msg::tender_channel_says), s.state.channel_text, Tone::neutral);
}

}  // namespace mulin::pos::tender
