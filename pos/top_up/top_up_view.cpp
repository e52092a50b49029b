#include "pos/top_up/top_up_view.h"

#include <algorithm>

#include "pos/text/formatting.h"
#include "pos/touch/areas.h"
#include "pos/touch/frame.h"
#include "pos/touch/scene.h"

namespace mulin::pos::top_up {
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

struct TroubleWords {
    Msg what;
    Msg tell;
};

TroubleWords words_for(Trouble trouble) {
    switch (trouble) {
        case Trouble::unknown_card: return {Msg::top_up_unknown_card, Msg::top_up_unknown_card_tell};
        case Trouble::unknown_here: return {Msg::top_up_unknown_here, Msg::top_up_unknown_here_tell};
        case Trouble::blocked: return {Msg::top_up_blocked, Msg::top_up_blocked_tell};
        case Trouble::replaced: return {Msg::top_up_replaced, Msg::top_up_replaced_tell};
        case Trouble::not_enrolled: return {Msg::top_up_not_enrolled, Msg::top_up_not_enrolled_tell};
        case Trouble::not_offline:
        case Trouble::none: break;
    }
    return {Msg::top_up_not_offline, Msg::top_up_not_offline_tell};
}

void draw_message(const Scene& s, Rect& body) {
    if (!s.state.message.empty())
        body.cut_top(s.ui.note("top_up.message", body, s.state.message, {}, touch::Tone::attention), s.ui.gap());
    if (s.state.lost) {
        const Msg next = *s.state.lost ? Msg::top_up_lost_told : Msg::top_up_lost_waits;
        body.cut_top(s.ui.note("top_up.message", body, s.words(Msg::top_up_lost_done), s.words(next), touch::Tone::good), s.ui.gap());
    }
}

void draw_held(const Scene& s, std::size_t i, Rect row) {
    const CardHeld& card = s.state.held[i];
    const std::string number = std::to_string(i);
    const Rect lost = row.cut_right(s.ui.em(11), s.ui.gap());
    if (s.ui.key("top_up.lost." + number, lost, s.words(card.blocked ? Msg::top_up_is_blocked : Msg::top_up_lost), KeyStyle::stop,
                 !card.blocked && !s.state.looking))
        s.say(AskLost{i});
    if (s.ui.key("top_up.held." + number, row, s.words.format(Msg::top_up_card_ending, card.last4),
                 {.style = card.blocked ? KeyStyle::plain : KeyStyle::outline, .enabled = !s.state.looking, .size = TextSize::tile}))
        s.say(PickCard{i});
}

touch::Frame draw_top_up_frame(const Scene& s, Rect body, Msg hint) {
    const auto frame = touch::draw_frame(s.ui, body, {.title = s.words(Msg::top_up_title), .hint = s.words(hint),
                                                      .leave_id = "top_up.leave", .leave = s.words(Msg::shell_back)});
    if (frame.left) s.say(Leave{});
    return frame;
}

// What is waited for, as large as what the diner does when paying.
void draw_wanted(const Scene& s, Rect area) {
    const Msg says = s.state.looking ? Msg::top_up_looking : s.state.held.empty() ? Msg::top_up_show_card : Msg::top_up_or_show_card;
    area = area.cut_top(std::min(area.h, s.ui.em(8)));
    s.ui.fill(area, s.state.looking ? theme::attention_soft : theme::person_soft, theme::radius_em);
    s.ui.label("top_up.state", area.inset(s.ui.em(1.2F), s.ui.em(0.6F)), s.words(says),
               {.size = TextSize::name, .bold = true, .colour = s.state.looking ? theme::attention : theme::person, .align = Align::centre,
                .fit = Fit::wrap});
}

void draw_finding(const Scene& s, Rect body) {
    Rect work = draw_top_up_frame(s, body, Msg::top_up_find_hint).work;
    draw_message(s, work);
    if (!s.state.held.empty()) {
        s.ui.text(work.cut_top(s.ui.em(2.4F), s.ui.em(0.4F)), s.words.format(Msg::top_up_cards_of, s.state.name),
                  {.size = TextSize::title, .bold = true, .fit = Fit::shrink});
        const float height = s.ui.em(4.2F);
        for (std::size_t i = 0; i < s.state.held.size() && work.h >= height + s.ui.em(5); ++i)
            draw_held(s, i, work.cut_top(height, s.ui.gap()));
        work.cut_top(s.ui.gap());
    }
    draw_wanted(s, work);
}

// How old the figure is, where it is not the district's of this moment.
std::string heard_words(const Scene& s) {
    const CardShown& shown = *s.state.card;
    if (shown.online) return std::string(s.words(Msg::top_up_heard_now));
    if (!shown.balance) return std::string(s.words(Msg::top_up_never_heard));
    return s.words.format(Msg::top_up_heard_at, text::date(payment::china_date(shown.heard)), text::time_of_day(shown.heard));
}

// Whose card it is, what is on it, how old that figure is, and what will be on it.
void draw_card(const Scene& s, Rect card) {
    const CardShown& shown = *s.state.card;
    s.ui.card(card, theme::person_soft, theme::person);
    card = card.inset(s.ui.em(1.2F), s.ui.em(0.6F));
    Rect head = card.cut_top(s.ui.em(2.6F));
    s.ui.text(head.cut_right(s.ui.em(10)), s.words.format(Msg::top_up_card_ending, shown.last4),
              {.size = TextSize::lead, .colour = theme::person, .align = Align::right, .fit = Fit::shrink});
    s.ui.label("top_up.name", head, shown.name.empty() ? s.words(Msg::top_up_nobody) : std::string_view(shown.name),
               {.size = TextSize::name, .bold = true, .fit = Fit::shrink});
    Rect words = card.cut_left(card.w * 0.42F, s.ui.em(0.6F));
    const Money amount = amount_of(s.state);
    const bool preview = shown.balance && shown.trouble == Trouble::none && amount > Money() && amount <= kMost;
    s.ui.text(words.cut_top(words.h * 0.5F), s.words(preview ? Msg::top_up_after : Msg::top_up_balance),
              {.size = TextSize::tile, .bold = preview, .fit = Fit::shrink});
    s.ui.label("top_up.heard", words, heard_words(s),
               {.size = TextSize::small, .colour = shown.online ? theme::action : theme::attention, .fit = Fit::wrap});
    const touch::TextStyle figure{.size = TextSize::amount, .bold = true, .colour = preview ? theme::action : theme::ink, .align = Align::right};
    if (preview) {
        const std::string after = text::money(*shown.balance + amount);
        s.ui.label("top_up.after", card.cut_right(s.ui.measure(after, figure).w + 2, s.ui.em(0.4F)), after, figure);
        s.ui.label("top_up.balance", card, text::money(*shown.balance) + " →",
                   {.size = TextSize::title, .colour = theme::ink_secondary, .align = Align::right, .fit = Fit::shrink});
        return;
    }
    s.ui.label("top_up.balance", card, shown.balance ? text::money(*shown.balance) : std::string("—"), figure);
}

void draw_trouble(const Scene& s, Rect area) {
    const auto says = words_for(s.state.card->trouble);
    s.ui.card(area, theme::stop_soft, theme::stop);
    area = area.inset(s.ui.em(1.4F), s.ui.em(1));
    s.ui.label("top_up.trouble", area.cut_top(s.ui.em(2.6F), s.ui.gap()), s.words(says.what),
               {.size = TextSize::name, .bold = true, .colour = theme::stop, .fit = Fit::shrink});
    s.ui.text(area.cut_top(s.ui.em(1.6F)), s.words(Msg::top_up_tell), {.colour = theme::ink_secondary});
    s.ui.text(area, s.words(says.tell), {.size = TextSize::title, .valign = touch::VAlign::top, .fit = Fit::wrap});
}

void draw_amounts(const Scene& s, Rect area) {
    s.ui.text(area.cut_top(s.ui.em(1.8F)), s.words(Msg::top_up_how_much), {.size = TextSize::lead, .bold = true});
    const Rect keys = area.cut_top(s.ui.em(6.8F), s.ui.gap());
    for (int i = 0; i < static_cast<int>(std::size(kPresets)); ++i) {
        const Money amount = kPresets[i];
        const auto style = amount_of(s.state) == amount ? KeyStyle::selected : KeyStyle::plain;
        if (s.ui.key("top_up.preset." + std::to_string(amount.in_fen()), keys.cell(i % 3, i / 3, 3, 2, s.ui.gap()), text::short_money(amount),
                     {.style = style, .size = TextSize::key}))
            s.say(Preset{amount});
    }
    const bool some = amount_of(s.state) > Money() && amount_of(s.state) <= kMost;
    if (!some) return;
    s.ui.text(area.cut_top(s.ui.em(1.8F)), s.words(Msg::top_up_given), {.size = TextSize::lead, .bold = true});
    const Rect given = area.cut_top(s.ui.em(3.2F));
    const auto exact = change_of(s.state).is_zero() ? KeyStyle::selected : KeyStyle::plain;
    if (s.ui.key("top_up.exact", given.cell(0, 0, 3, 1, s.ui.gap()), s.words(Msg::tender_exact), {.style = exact, .size = TextSize::tile}))
        s.say(Given{amount_of(s.state)});
    int place = 1;
    for (const Money note : notes_for(amount_of(s.state))) {
        const auto style = given_of(s.state) == note ? KeyStyle::selected : KeyStyle::plain;
        if (s.ui.key("top_up.given." + std::to_string(note.in_fen()), given.cell(place++, 0, 3, 1, s.ui.gap()), text::short_money(note),
                     {.style = style, .size = TextSize::tile}))
            s.say(Given{note});
    }
}

void draw_pad(const Scene& s, touch::SidePanel panel) {
    const Money amount = amount_of(s.state);
    const std::string confirm = s.words.format(Msg::top_up_confirm, text::short_money(given_of(s.state)));
    if (s.ui.key("top_up.confirm", panel.foot, amount > Money() ? std::string_view(confirm) : s.words(Msg::top_up_choose_amount),
                 {.style = KeyStyle::primary, .enabled = can_confirm(s.state), .size = TextSize::key}))
        s.say(Confirm{});
    Rect area = panel.inside;
    for (const char key : touch::read_number(s.ui, "top_up.key", area, s.words(Msg::shell_clear))) s.say(Key{key});
    if (s.ui.pressed(touch::KeyboardKey::enter)) s.say(Confirm{});
    const Rect back = area.cut_bottom(s.ui.em(2.8F));
    if (amount > kMost)
        s.ui.label("top_up.change", back, s.words.format(Msg::top_up_too_much, text::short_money(kMost)),
                   {.size = TextSize::tile, .bold = true, .colour = theme::stop, .align = Align::right, .fit = Fit::shrink});
    else if (!change_of(s.state).is_zero())
        s.ui.label("top_up.change", back, s.words.format(Msg::top_up_change, text::money(change_of(s.state))),
                   {.size = TextSize::name, .bold = true, .colour = theme::action, .align = Align::right, .fit = Fit::shrink});
    const Rect shown = area.cut_bottom(s.ui.em(4.2F));
    s.ui.card(shown);
    s.ui.label("top_up.amount", shown.inset(s.ui.em(0.8F), 0), amount > Money() ? text::short_money(amount) : std::string(),
               {.size = TextSize::amount, .bold = true, .align = Align::right});
    s.ui.text(area, s.words(Msg::top_up_amount), {.size = TextSize::lead, .bold = true, .valign = touch::VAlign::bottom, .fit = Fit::shrink});
}

void draw_choosing(const Scene& s, Rect body) {
    const bool open = s.state.card->trouble == Trouble::none;
    if (open) draw_pad(s, touch::draw_side_panel(s.ui, body));
    auto frame = draw_top_up_frame(s, body, Msg::top_up_cash_only);
    if (s.state.card->can_be_lost && s.ui.key("top_up.lost", frame.foot.cut_right(s.ui.em(10)), s.words(Msg::top_up_lost), KeyStyle::stop))
        s.say(AskLost{});
    Rect work = frame.work;
    draw_message(s, work);
    draw_card(s, work.cut_top(s.ui.em(7.4F), s.ui.em(0.4F)));
    if (!open) return draw_trouble(s, work.cut_top(s.ui.em(12)));
    if (!s.state.card->online && s.state.message.empty())
        work.cut_top(s.ui.note("top_up.offline", work, s.words(Msg::top_up_offline), {}, touch::Tone::attention), s.ui.em(0.2F));
    draw_amounts(s, work);
}

void draw_put_on(const Scene& s, Rect card) {
    const ToppedUp& result = *s.state.done;
    s.ui.text(card.cut_top(s.ui.em(2.2F), s.ui.em(0.3F)), result.name + "  ·  " + s.words.format(Msg::top_up_card_ending, result.last4),
              {.size = TextSize::title, .align = Align::centre, .fit = Fit::shrink});
    s.ui.label("top_up.added", card.cut_top(s.ui.em(4.4F), s.ui.em(0.3F)), "+ " + text::money(result.amount),
               {.size = TextSize::change, .bold = true, .align = Align::centre});
    Rect row = card.cut_top(s.ui.em(3.2F), s.ui.em(0.3F));
    if (result.balance) {
        const std::string balance = text::money(*result.balance);
        const touch::TextStyle figure{.size = TextSize::name, .bold = true, .align = Align::right};
        s.ui.label("top_up.balance", row.cut_right(s.ui.measure(balance, figure).w + 2, s.ui.em(0.4F)), balance, figure);
        s.ui.text(row.cut_right(row.w * 0.55F), s.words.format(Msg::top_up_before, text::money(*result.balance - result.amount)) + " →",
                  {.size = TextSize::lead, .colour = theme::ink_secondary, .align = Align::right, .fit = Fit::shrink});
        s.ui.text(row, s.words(Msg::top_up_balance_now), {.size = TextSize::title, .bold = true, .fit = Fit::shrink});
    } else if (!result.training) {
        s.ui.label("top_up.balance", row, s.words(Msg::top_up_balance_later),
                   {.size = TextSize::title, .bold = true, .colour = theme::attention, .align = Align::centre, .fit = Fit::fill});
    }
    if (result.change.is_zero()) return;
    Rect change = card.cut_top(s.ui.em(4.2F));
    s.ui.fill(change, theme::action_soft, theme::radius_em);
    s.ui.label("top_up.change", change, s.words.format(Msg::top_up_change, text::money(result.change)),
               {.size = TextSize::amount, .bold = true, .colour = theme::action, .align = Align::centre, .fit = Fit::shrink});
}

void draw_end(const Scene& s) {
    if (s.state.phase == Phase::working) {
        (void)touch::draw_outcome(s.ui, {"top_up.state", s.words(Msg::top_up_working), false, {42, 14}});
        return;
    }
    auto [card, foot] = touch::draw_outcome(s.ui, {"top_up.done", s.words(s.state.done->training ? Msg::top_up_done_training : Msg::top_up_done)});
    if (s.ui.key("top_up.reprint", foot.cut_left(s.ui.em(9), s.ui.gap()), s.words(Msg::top_up_reprint))) s.say(Reprint{});
    if (s.ui.key("top_up.another", foot.cut_left(s.ui.em(9), s.ui.gap()), s.words(Msg::top_up_another))) s.say(Another{});
    if (s.ui.key("top_up.leave", foot, s.words(Msg::shell_close), {.style = KeyStyle::primary, .size = TextSize::key})) s.say(Leave{});
    draw_put_on(s, card);
}

void draw_lost(const Scene& s) {
    const touch::Sheet sheet(s.ui, "top_up.lost_sheet", {34, 18});
    Rect rest = sheet.content();
    Rect foot = rest.cut_bottom(s.ui.em(theme::pay_key_em), s.ui.gap());
    s.ui.text(rest.cut_top(s.ui.em(2.8F), s.ui.gap()), s.words.format(Msg::top_up_lost_title, s.state.losing_last4),
              {.size = TextSize::title, .bold = true, .fit = Fit::shrink});
    s.ui.text(rest, s.words(Msg::top_up_lost_what), {.size = TextSize::lead, .valign = touch::VAlign::top, .fit = Fit::wrap});
    if (s.ui.key("top_up.lost_no", foot.cut_left(foot.w * 0.4F, s.ui.gap()), s.words(Msg::shell_cancel), KeyStyle::plain, !s.state.reporting))
        s.say(LostNo{});
    if (s.ui.key("top_up.lost_yes", foot, s.words(Msg::top_up_lost_yes), {.style = KeyStyle::stop, .enabled = !s.state.reporting, .size = TextSize::tile}))
        s.say(LostYes{});
}

}  // namespace

void draw(touch::Ui& ui, const text::Catalogue& words, const State& state, std::vector<Intent>& out) {
    const Scene scene{ui, words, state, out};
    switch (state.phase) {
        case Phase::finding: draw_finding(scene, ui.body()); break;
        case Phase::choosing: draw_choosing(scene, ui.body()); break;
        case Phase::working:
        case Phase::done: draw_end(scene); break;
    }
    if (!state.losing.empty()) draw_lost(scene);
    if (ui.pressed(touch::KeyboardKey::escape)) out.push_back(Leave{});
}

}  // namespace mulin::pos::top_up
