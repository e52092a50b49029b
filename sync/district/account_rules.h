#pragma once
// What happens to a booking on a stored-value account, as pure functions of the card, the account and the
// request. Whoever carries it out writes the moves this names and nothing else (account_service.h).
//
// Accounts are liabilities: a diner's balance is credits minus debits. What cannot be charged to the diner
// (a debit taken offline after the card was blocked, or beyond the agreed tolerance) stands in suspense
// with a row for a person: never refused, since the meal is eaten, and never written off by a program.

#include <string>
#include <vector>

#include "sync/model/card_rules.h"

namespace mulin::sync::server {

// A card as the district has it.
struct CardView {
    enum class State { unknown, active, blocked, replaced } state = State::unknown;
    std::string account;  // empty when unknown
    UtcInstant since;     // of blocked and replaced
};
const char* name_of(CardView::State state);

// One amount from one account to another.
struct AccountMove {
    std::string debit;   // gives
    std::string credit;  // gets
    Money amount;        // > 0
    friend bool operator==(const AccountMove&, const AccountMove&) = default;
};

inline constexpr const char* kSuspense = "suspense";
inline constexpr const char* kLoss = "loss:district";
inline constexpr const char* kOpening = "opening";
std::string diner_account(const DinerId& diner);
std::string sales_account(const SiteId& site);
std::string cash_account(const SiteId& site);

struct Ruling {
    std::string refused;  // code; empty when booked
    std::vector<AccountMove> moves;
    std::string review;   // kind of doubt for a person; empty when there is none
};

// Online: the card must be active and the account cover it. `balance` is the account's.
Ruling rule_debit(const CardView& card, Money balance, Money amount, const SiteId& site);
// It has happened, at `at`. Down to -tolerance it is the diner's, the rest stands in suspense.
Ruling rule_offline_debit(const CardView& card, Money balance, Money amount, UtcInstant at, const SiteId& site,
                          const CardRules& rules);
Ruling rule_top_up(const CardView& card, Money amount, const SiteId& site);
Ruling rule_offline_top_up(const CardView& card, Money amount, const SiteId& site);

// What one payment still holds: paid by the diner, and standing in suspense.
struct DebitLeft {
    std::string account;  // the diner's; may be empty when all is in suspense
    Money of_diner;
    Money in_suspense;
    SiteId site;
    Money total() const { return of_diner + in_suspense; }
};
// Suspense is freed first: nobody gets back what they did not pay. too_much when more than is left.
Ruling rule_give_back(const DebitLeft& left, Money amount);

}  // namespace mulin::sync::server
