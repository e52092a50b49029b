#pragma once
// Who pays a benefit. In this order: fixed parts, percents of the benefit, ratios of what is then
// left, the remainder. The shares add up exactly to what is granted: where the named payers cannot
// cover a benefit, the benefit shrinks and the diner pays the rest.

#include <span>
#include <vector>

#include "sync/policy/facts.h"
#include "sync/policy/scratch.h"
#include "sync/policy/uses.h"

namespace mulin::sync::policy {

struct Share {
    const PayerPart* part = nullptr;
    Money amount;
    Money cap;  // the most this payer takes now: its cap, and what its budget has left
};

// Shares of at most `amount`, none zero, in the order the payers are listed.
std::span<Share> share_out(Money amount, const std::vector<PayerPart>& payers, bool fixed_pro_rata, const Facts& facts,
                           const Uses& uses, Scratch& scratch);
Money total_of(std::span<const Share> shares);

// The payer's name with its place filled in: "district:310110".
std::string payer_name(const PayerPart& part, const Facts& facts);
// Whether each payer's place is known: nobody can be billed by half a name.
bool can_be_named(std::span<const Share> shares, const Facts& facts);

}  // namespace mulin::sync::policy
