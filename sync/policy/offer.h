#pragma once
// Offer: what one rule would take off the basket as it stands, before limits and payers. Pure.

#include <cstdint>
#include <optional>
#include <span>

#include "sync/policy/basket.h"
#include "sync/policy/facts.h"

namespace mulin::sync::policy {

struct Offer {
    Money amount;
    std::span<Money> weights;  // how the amount lies on the parts of the basket; in the scratch
};

// The basket must have the rule's parts selected. `times` is how often the threshold is reached.
// `at_least` is the benefit of the rule this one must match, zero otherwise.
Offer make_offer(const Rule& rule, const Basket& basket, const Facts& facts, std::int64_t times, Money at_least,
                 Scratch& scratch);

// How often the threshold is reached: 0 not at all, 1 or more when it repeats.
std::int64_t times_reached(const Threshold& threshold, const Basket& basket);

// The entry that fits the diner and, for tables by item, the line.
const AmountEntry* find_amount(const AmountTable& table, const Facts& facts, const QuoteLine* line);

}  // namespace mulin::sync::policy
