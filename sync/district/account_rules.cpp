#include "sync/district/account_rules.h"

#include <algorithm>

namespace mulin::sync::server {
namespace {

Ruling refuse(const char* code) { return {code, {}, ""}; }

void add(std::vector<AccountMove>& moves, const std::string& debit, const std::string& credit, Money amount) {
    if (amount > Money()) moves.push_back({debit, credit, amount});
}

const char* refusal_of(CardView::State state) {
    switch (state) {
        case CardView::State::unknown: return "unknown_card";
        case CardView::State::blocked: return "blocked";
        case CardView::State::replaced: return "replaced";
        case CardView::State::active: break;
    }
    return "";
}

}  // namespace

const char* name_of(CardView::State state) {
    const char* refusal = refusal_of(state);
    if (state == CardView::State::unknown) return "unknown";
    return state == CardView::State::active ? "active" : refusal;
}

std::string diner_account(const DinerId& diner) { return "diner:" + diner.text(); }
std::string sales_account(const SiteId& site) { return "sales:" + site.text(); }
std::string cash_account(const SiteId& site) { return "cash:" + site.text(); }

Ruling rule_debit(const CardView& card, Money balance, Money amount, const SiteId& site) {
    if (card.state != CardView::State::active) return refuse(refusal_of(card.state));
    if (amount > balance) return refuse("insufficient");
    Ruling ruling;
    add(ruling.moves, card.account, sales_account(site), amount);
    return ruling;
}

Ruling rule_offline_debit(const CardView& card, Money balance, Money amount, UtcInstant at, const SiteId& site,
                          const CardRules& rules) {
    Ruling ruling;
    const bool late = card.state != CardView::State::active && at >= card.since;
    const Money room = std::max(Money(), balance + rules.tolerance);
    const Money of_diner = card.account.empty() || late ? Money() : std::min(amount, room);
    add(ruling.moves, card.account, sales_account(site), of_diner);
    add(ruling.moves, kSuspense, sales_account(site), amount - of_diner);
    if (card.account.empty()) ruling.review = "unknown_card";
    else if (late) ruling.review = "after_block";
    else if (of_diner < amount) ruling.review = "overdrawn";
    return ruling;
}

Ruling rule_top_up(const CardView& card, Money amount, const SiteId& site) {
    if (card.state != CardView::State::active) return refuse(refusal_of(card.state));
    Ruling ruling;
    add(ruling.moves, cash_account(site), card.account, amount);
    return ruling;
}

// The cash lies in the drawer: whoever the card belonged to gets it, even if the card is blocked now.
Ruling rule_offline_top_up(const CardView& card, Money amount, const SiteId& site) {
    Ruling ruling;
    const bool known = !card.account.empty();
    add(ruling.moves, cash_account(site), known ? card.account : std::string(kSuspense), amount);
    if (!known) ruling.review = "unknown_card";
    return ruling;
}

Ruling rule_give_back(const DebitLeft& left, Money amount) {
    if (amount > left.total()) return refuse("too_much");
    Ruling ruling;
    const Money from_suspense = std::min(amount, left.in_suspense);
    add(ruling.moves, sales_account(left.site), kSuspense, from_suspense);
    add(ruling.moves, sales_account(left.site), left.account, amount - from_suspense);
    return ruling;
}

}  // namespace mulin::sync::server
