#include "pos/top_up/top_up_view.h"

#include <algorithm>

#include "pos/text/formatting.h"
#include "pos/touch/areas.h"

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

constexpr float kPanelEm = 22;

struct Scene {
    touch::Ui& ui;
    const text::Catalogue& words;
    const State& state;
    std::vector<Intent>& out;
    void say(Intent intent) const { out.push_back(std::move(intent)); }
};

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

void draw_finding(const Scene& s, Rect body) {
    body = body.inset(s.ui.em(2), s.ui.em(1));
    const Rect foot = body.cut_bottom(s.ui.em(3.6F), s.ui.gap());
    if (s.ui.key("top_up.leave", {foot.x, foot.y, s.ui.em(12), foot.h}, s.words(Msg::shell_back))) s.say(Leave{});
    s.ui.text(body.cut_top(s.ui.em(2.6F)), s.words(Msg::top_up_title), {.size = TextSize::name, .bold = true});
    s.ui.text(body.cut_top(s.ui.em(1.8F), s.ui.gap()), s.words(Msg::top_up_find_hint), {.colour = theme::ink_secondary, .fit = Fit::shrink});
    draw_message(s, body);
    if (!s.state.held.empty()) {
        s.ui.text(body.cut_top(s.ui.em(2.4F), s.ui.em(0.4F)), s.words.format(Msg::top_up_cards_of, s.state.name),
                  {.size = TextSize::title, .bold = true, .fit = Fit::shrink});
        const float height = s.ui.em(4.2F);
        for (std::size_t i = 0; i < s.state.held.size() && body.h >= height + s.ui.em(3); ++i) {
            Rect row = body.cut_top(height, s.ui.gap());
            draw_held(s, i, row.cut_left(std::min(row.w, s.ui.em(44))));
        }
    }
    s.ui.label("top_up.state", body, s.words(s.state.looking ? Msg::top_up_looking : Msg::top_up_show_card),
               {.size = TextSize::name, .colour = s.state.looking ? theme::attention : theme::ink_secondary, .align = Align::centre,
                .fit = Fit::wrap});
}

// Whose card it is, what is on it, and how old that figure is.
void draw_card(const Scene& s, Rect card) {
    const CardShown& shown = *s.state.card;
    s.ui.card(card, theme::person_soft, theme::person);
    card = card.inset(s.ui.em(1.2F), s.ui.em(0.8F));
    Rect head = card.cut_top(s.ui.em(2.8F));
    s.ui.text(head.cut_right(s.ui.em(11)), s.words.format(Msg::top_up_card_ending, shown.last4),
              {.size = TextSize::lead, .colour = theme::person, .align = Align::right});
    s.ui.label("top_up.name", head, shown.name.empty() ? s.words(Msg::top_up_nobody) : std::string_view(shown.name),
               {.size = TextSize::name, .bold = true, .fit = Fit::shrink});
    const Rect foot = card.cut_bottom(s.ui.em(1.7F));
    std::string heard;
    if (shown.online) heard = s.words(Msg::top_up_heard_now);
    else if (shown.balance)
        heard = s.words.format(Msg::top_up_heard_at, text::date(payment::china_date(shown.heard)), text::time_of_day(shown.heard));
    else heard = s.words(Msg::top_up_never_heard);
    s.ui.label("top_up.heard", foot, heard, {.colour = shown.online ? theme::action : theme::attention, .fit = Fit::shrink});
    s.ui.text(card.cut_left(card.w * 0.3F), s.words(Msg::top_up_balance), {.size = TextSize::tile, .fit = Fit::shrink});
    s.ui.label("top_up.balance", card, shown.balance ? text::money(*shown.balance) : std::string("—"),
               {.size = TextSize::amount, .bold = true, .align = Align::right, .fit = Fit::shrink});
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
    s.ui.text(area.cut_top(s.ui.em(1.8F)), s.words(Msg::top_up_how_much), {.bold = true});
    const Rect keys = area.cut_top(s.ui.em(7.8F), s.ui.gap());
    for (int i = 0; i < static_cast<int>(std::size(kPresets)); ++i) {
        const Money amount = kPresets[i];
        const auto style = amount_of(s.state) == amount ? KeyStyle::selected : KeyStyle::plain;
        if (s.ui.key("top_up.preset." + std::to_string(amount.in_fen()), keys.cell(i % 3, i / 3, 3, 2, s.ui.gap()), text::short_money(amount),
                     {.style = style, .size = TextSize::key}))
            s.say(Preset{amount});
    }
    s.ui.text(area.cut_top(s.ui.em(1.8F)), s.words(Msg::top_up_given), {.bold = true});
    const Rect given = area.cut_top(s.ui.em(3.6F), s.ui.gap());
    const bool some = amount_of(s.state) > Money();
    const auto exact = some && change_of(s.state).is_zero() ? KeyStyle::selected : KeyStyle::plain;
    if (s.ui.key("top_up.exact", given.cell(0, 0, 3, 1, s.ui.gap()), s.words(Msg::tender_exact), {.style = exact, .enabled = some, .size = TextSize::tile}))
        s.say(Given{amount_of(s.state)});
    int place = 1;
    for (const Money note : notes_for(amount_of(s.state))) {
        const auto style = given_of(s.state) == note ? KeyStyle::selected : KeyStyle::plain;
        if (s.ui.key("top_up.given." + std::to_string(note.in_fen()), given.cell(place++, 0, 3, 1, s.ui.gap()), text::short_money(note),
                     {.style = style, .size = TextSize::tile}))
            s.say(Given{note});
    }
}

void draw_pad(const Scene& s, Rect panel) {
    s.ui.fill(panel, theme::card);
    s.ui.line_v(panel.x, panel.y, panel.h);
    panel = panel.inset(s.ui.em(1.3F), s.ui.em(0.9F));
    const Rect foot = panel.cut_bottom(s.ui.em(theme::pay_key_em), s.ui.gap());
    const Money amount = amount_of(s.state);
    const std::string confirm = s.words.format(Msg::top_up_confirm, text::short_money(given_of(s.state)));
    if (s.ui.key("top_up.confirm", foot, amount > Money() ? std::string_view(confirm) : s.words(Msg::top_up_choose_amount),
                 {.style = KeyStyle::primary, .enabled = can_confirm(s.state), .size = TextSize::key}))
        s.say(Confirm{});
    const Rect back = panel.cut_bottom(s.ui.em(2.6F), s.ui.gap());
    if (amount > kMost)
        s.ui.label("top_up.change", back, s.words.format(Msg::top_up_too_much, text::short_money(kMost)),
                   {.colour = theme::stop, .align = Align::right, .fit = Fit::shrink});
    else if (!change_of(s.state).is_zero())
        s.ui.label("top_up.change", back, s.words.format(Msg::top_up_change, text::money(change_of(s.state))),
                   {.size = TextSize::title, .bold = true, .colour = theme::action, .align = Align::right});
    const Rect shown = panel.cut_top(s.ui.em(4), s.ui.gap());
    s.ui.card(shown);
    s.ui.label("top_up.amount", shown.inset(s.ui.em(0.8F), 0), amount > Money() ? text::short_money(amount) : std::string(),
               {.size = TextSize::amount, .bold = true, .align = Align::right});
    const char key = s.ui.digit_keypad("top_up.key", panel, s.words(Msg::shell_clear));
    if (key == touch::Ui::kClear) s.say(Key{'c'});
    else if (key == touch::Ui::kErase) s.say(Key{'<'});
    else if (key != 0) s.say(Key{key});
    for (const char typed : s.ui.typed())
        if (typed >= '0' && typed <= '9') s.say(Key{typed});
    if (s.ui.pressed(touch::KeyboardKey::backspace)) s.say(Key{'<'});
    if (s.ui.pressed(touch::KeyboardKey::enter)) s.say(Confirm{});
}

void draw_choosing(const Scene& s, Rect body) {
    const bool open = s.state.card->trouble == Trouble::none;
    if (open) draw_pad(s, body.cut_right(s.ui.em(kPanelEm)));
    body = body.inset(s.ui.em(1.6F), s.ui.em(0.9F));
    Rect foot = body.cut_bottom(s.ui.em(3.6F), s.ui.gap());
    if (s.ui.key("top_up.leave", foot.cut_left(s.ui.em(12)), s.words(Msg::shell_back))) s.say(Leave{});
    if (s.ui.key("top_up.lost", foot.cut_right(s.ui.em(12)), s.words(Msg::top_up_lost), KeyStyle::stop, s.state.card->can_be_lost))
        s.say(AskLost{});
    draw_message(s, body);
    draw_card(s, body.cut_top(s.ui.em(9), s.ui.gap()));
    if (!open) return draw_trouble(s, body.cut_top(s.ui.em(12)));
    if (!s.state.card->online)
        body.cut_top(s.ui.note("top_up.offline", body, s.words(Msg::top_up_offline), {}, touch::Tone::attention), s.ui.gap());
    draw_amounts(s, body);
}

void draw_end(const Scene& s, Rect body) {
    const bool done = s.state.phase == Phase::done;
    Rect card = body.inset((body.w - s.ui.em(42)) / 2, s.ui.em(1.6F));
    s.ui.card(card, theme::card, done ? theme::action : theme::attention_line);
    card = card.inset(s.ui.em(2), s.ui.em(1.4F));
    if (!done) {
        s.ui.label("top_up.state", card, s.words(Msg::top_up_working), {.size = TextSize::name, .bold = true, .colour = theme::attention, .align = Align::centre});
        return;
    }
    const ToppedUp& result = *s.state.done;
    Rect foot = card.cut_bottom(s.ui.em(theme::pay_key_em), s.ui.gap());
    if (s.ui.key("top_up.reprint", foot.cut_left(s.ui.em(9), s.ui.gap()), s.words(Msg::top_up_reprint))) s.say(Reprint{});
    if (s.ui.key("top_up.another", foot.cut_left(s.ui.em(9), s.ui.gap()), s.words(Msg::top_up_another))) s.say(Another{});
    if (s.ui.key("top_up.leave", foot, s.words(Msg::shell_close), {.style = KeyStyle::primary, .size = TextSize::key})) s.say(Leave{});
    s.ui.label("top_up.done", card.cut_top(s.ui.em(3)), s.words(result.training ? Msg::top_up_done_training : Msg::top_up_done),
               {.size = TextSize::name, .bold = true, .colour = theme::action, .align = Align::centre, .fit = Fit::shrink});
    s.ui.text(card.cut_top(s.ui.em(2.2F), s.ui.gap()), result.name + "  ·  " + s.words.format(Msg::top_up_card_ending, result.last4),
              {.size = TextSize::title, .align = Align::centre, .fit = Fit::shrink});
    s.ui.label("top_up.added", card.cut_top(s.ui.em(5)), "+ " + text::money(result.amount),
               {.size = TextSize::change, .bold = true, .align = Align::centre});
    const std::string balance = result.balance ? s.words.format(Msg::top_up_new_balance, text::money(*result.balance))
                                               : std::string(s.words(Msg::top_up_balance_later));
    s.ui.label("top_up.balance", card.cut_top(s.ui.em(3), s.ui.gap()), balance,
               {.size = TextSize::title, .bold = true, .colour = result.balance ? theme::ink : theme::attention, .align = Align::centre, .fit = Fit::fill});
    if (!result.change.is_zero())
        s.ui.label("top_up.change", card.cut_top(s.ui.em(3.4F)), s.words.format(Msg::top_up_change, text::money(result.change)),
                   {.size = TextSize::name, .bold = true, .colour = theme::action, .align = Align::centre, .fit = Fit::shrink});
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
        case Phase::done: draw_end(scene, ui.body()); break;
    }
    if (!state.losing.empty()) draw_lost(scene);
    if (ui.pressed(touch::KeyboardKey::escape)) out.push_back(Leave{});
}

}  // namespace mulin::pos::top_up
