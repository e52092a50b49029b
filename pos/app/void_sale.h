#pragma once
// Undoing a sale: the rules about who may, what comes back, and the linked record. The money of a
// channel goes back over that channel before the void is written; cash is handed back by the cashier.
// Payment worker only.

#include <string>

#include "pos/app/refusal.h"
#include "pos/app/till.h"

namespace mulin::pos {

struct VoidAsked {
    std::string ref;
    sync::EpochId epoch;
    std::int64_t seq = 0;
    std::string reason;
    sync::StaffId cashier;
    std::string approver;  // a manager's id or name, or "manager" where the site has just one
};

struct Voided {
    sync::EntryKey key;
    sync::VoidRecord record;
    sync::Sale sale;
    sync::Money cash_back;  // what the cashier hands over
};

// The manager that `wanted` names, by id or name; "manager" where the site has just one.
Answer<sync::Staff> find_approver(Till& till, const std::string& wanted);

// Refusals: unknown_sale, already_voided, unknown_approver, no_reason, same_person, kMoneyNotBack. After the
// last it may be asked again: money that is back stays back.
Answer<Voided> void_sale(Till& till, const VoidAsked& asked);
inline constexpr const char* kMoneyNotBack = "refund_unresolved";
// A channel is being asked for the money of this sale just now.
bool money_is_under_way(Till& till, const VoidAsked& asked);

}  // namespace mulin::pos
