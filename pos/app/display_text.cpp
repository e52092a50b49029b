#include "pos/app/display_text.h"

#include <algorithm>

namespace mulin::pos {
namespace {

using display::Phase;
using text::Msg;

bool is_english(const text::Catalogue& words) { return words.language() == text::Language::en; }

std::string greeting(const AppState& state, const text::Catalogue& words) {
    switch (state.shell.meal) {
        case sync::Meal::breakfast: return std::string(words(Msg::display_greeting_breakfast));
        case sync::Meal::lunch: return std::string(words(Msg::display_greeting_lunch));
        case sync::Meal::dinner: return std::string(words(Msg::display_greeting_dinner));
    }
    return std::string(words(Msg::display_greeting));
}

display::Line line_of(const sync::MenuItem& item, std::int64_t quantity, bool english) {
    return {english && !item.name_en.empty() ? item.name_en : item.name_zh, quantity, {}};
}

void add_quote(display::State& shown, const sync::Quote& quote, bool english) {
    for (std::size_t i = 0; i < shown.lines.size() && i < quote.line_amounts.size(); ++i)
        shown.lines[i].amount = quote.line_amounts[i];
    for (const auto& benefit : quote.benefits) {
        if (benefit.amount.is_zero()) continue;
        shown.benefits.push_back({english && !benefit.name_en.empty() ? benefit.name_en : benefit.name_zh, benefit.amount});
    }
    shown.list = quote.list + quote.delivery;
    shown.due = quote.paid;
}

display::State choosing(const AppState& state, const text::Catalogue& words) {
    display::State shown;
    const sync::Quote* quote = serve::shown_quote(state.serve);
    const auto lines = serve::slip_lines(state.serve);
    if (state.serve.who == serve::Who::nobody || lines.empty() || quote == nullptr) return shown;
    shown.phase = Phase::choosing;
    shown.title = greeting(state, words);
    shown.hint = words(Msg::display_look);
    for (const auto& line : lines) shown.lines.push_back(line_of(line.item, line.quantity, is_english(words)));
    add_quote(shown, *quote, is_english(words));
    return shown;
}

void add_lines(display::State& shown, const AppState& state, bool english) {
    if (!state.sale) return;
    for (const auto& line : state.sale->order.lines) {
        const auto item = std::ranges::find(state.serve.menu, line.item, &sync::MenuItem::id);
        if (item != state.serve.menu.end()) shown.lines.push_back(line_of(*item, line.quantity, english));
    }
}

Msg pending_hint(const tender::State& tender) {
    const bool qr = tender.tender == "qr";
    if (!tender.progress) return qr ? Msg::display_confirm_on_phone : Msg::display_hold_card;
    switch (*tender.progress) {
        case payment::Phase::presented: return Msg::display_scan_this;
        case payment::Phase::password: return qr ? Msg::display_password_on_phone : Msg::display_password_on_terminal;
        case payment::Phase::card_inserted: return Msg::display_hold_card;
        case payment::Phase::host: return Msg::display_sending;
        case payment::Phase::waiting_payer: break;
    }
    return qr ? Msg::display_confirm_on_phone : Msg::display_hold_card;
}

Msg running_hint(const tender::State& tender, display::State& shown) {
    using payment::AttemptState;
    const bool sent = tender.attempt_state != AttemptState::created && tender.attempt_state != AttemptState::sending;
    if (!tender.presented_qr.empty()) {
        shown.code = tender.presented_qr;
        shown.seconds_left = tender::seconds_left(tender);
        return Msg::display_scan_this;
    }
    if (tender.attempt_state == AttemptState::pending || (!sent && tender.progress)) return pending_hint(tender);
    if (!sent) return Msg::display_sending;
    shown.phase = Phase::wait;
    shown.title.clear();
    return Msg::display_wait_what;
}

Msg hint_of(const tender::State& tender, display::State& shown) {
    switch (tender.phase) {
        case tender::Phase::cash: return Msg::display_hand_cash;
        case tender::Phase::waiting_code:
            return tender.tender == "qr" ? Msg::display_show_code : Msg::display_show_card;
        case tender::Phase::running: return running_hint(tender, shown);
        case tender::Phase::choosing: return Msg::display_choose_how;
        case tender::Phase::committing: return Msg::display_sending;
        case tender::Phase::done: return Msg::display_thanks_what;
        case tender::Phase::giving_up:
        case tender::Phase::giving_back:
        case tender::Phase::commit_failed:
        case tender::Phase::review: break;
    }
    shown.phase = Phase::wait;
    return Msg::display_wait_what;
}

display::State paying(const AppState& state, const text::Catalogue& words) {
    const auto& tender = state.tender;
    display::State shown;
    shown.phase = Phase::paying;
    shown.title = greeting(state, words);
    add_lines(shown, state, is_english(words));
    if (const sync::Quote* quote = tender::quote(tender)) add_quote(shown, *quote, is_english(words));
    shown.hint = words(hint_of(tender, shown));
    const bool asks = tender.phase == tender::Phase::cash || tender.phase == tender::Phase::waiting_code ||
                      tender.phase == tender::Phase::running;
    if (asks) shown.due = tender.due;
    else if (tender.phase != tender::Phase::done && !tender.taken.empty()) shown.due = tender::remaining(tender);
    if (shown.phase == Phase::wait) shown.title = words(Msg::display_wait);
    if (!shown.code.empty()) shown.title = words(Msg::display_scan_this);
    if (!shown.code.empty()) shown.hint.clear();
    if (tender.phase == tender::Phase::done) {
        shown.phase = Phase::done;
        shown.title = words(Msg::display_thanks);
        shown.change = tender.change;
        shown.due = tender::taken_sum(tender);
        return shown;
    }
    for (const auto& part : tender.taken) shown.taken.push_back({std::string(words(Msg::display_taken)), part.amount});
    return shown;
}

// The cash asked for and what the card holds, before and after; nothing while it is still being chosen.
display::State topping_up(const AppState& state, const text::Catalogue& words) {
    const auto& desk = state.top_up;
    display::State shown;
    const auto line = [&](Msg name, payment::Money amount) { shown.lines.push_back({std::string(words(name)), 1, amount}); };
    if (desk.phase == top_up::Phase::done) {
        shown.phase = Phase::done;
        shown.title = words(desk.done->balance || desk.done->training ? Msg::top_up_done : Msg::top_up_done_later);
        shown.hint = words(Msg::display_thanks_what);
        shown.due = desk.done->amount;
        shown.change = desk.done->change;
        line(Msg::top_up_amount, desk.done->amount);
        if (desk.done->balance) line(Msg::top_up_balance_now, *desk.done->balance);
        return shown;
    }
    const payment::Money amount = top_up::amount_of(desk);
    const bool asked = desk.card && desk.card->trouble == top_up::Trouble::none && amount > payment::Money() && amount <= top_up::kMost;
    if (!asked || desk.phase == top_up::Phase::finding) return shown;
    shown.phase = Phase::paying;
    shown.title = words(Msg::top_up_title);
    shown.due = amount;
    shown.hint = words(desk.phase == top_up::Phase::working ? Msg::display_sending : Msg::display_hand_cash);
    if (desk.card->balance) {
        line(Msg::top_up_balance, *desk.card->balance);
        line(Msg::top_up_after, *desk.card->balance + amount);
    }
    return shown;
}

}  // namespace

display::State display_of(const AppState& state, const text::Catalogue& words) {
    display::State shown;
    if (state.screen == Screen::tender) shown = paying(state, words);
    else if (state.screen == Screen::serve) shown = choosing(state, words);
    else if (state.screen == Screen::top_up) shown = topping_up(state, words);
    if (shown.phase != Phase::idle) return shown;
    shown.title = is_english(words) ? state.shell.site_en : state.shell.site_zh;
    shown.hint = words(Msg::display_welcome_hint);
    return shown;
}

}  // namespace mulin::pos
