#pragma once
// What comes back to whom when part of a sale is refunded: pro rata between the diner and the payers
// of its benefits, to the fen (largest remainder; the diner first among equals). Whether used
// counters come back on a void is PolicySet::given_back_on_void; a partial refund gives none back.

#include <vector>

#include "sync/policy/quote.h"

namespace mulin::sync {

struct RefundSplit {
    Money diner;
    std::vector<Benefit> benefits;  // the parts that go back to payers; parts of zero are left out
};

// `value` is the list value (food and delivery) given back: from zero to paid plus all benefits.
// Anything else is refused.
Result<RefundSplit> split_refund(Money value, Money paid, const std::vector<Benefit>& benefits);

}  // namespace mulin::sync
