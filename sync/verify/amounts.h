#pragma once
// The sums that every entry promises (FORMAT.md, "Body"): within a sale, refund or top-up, and of the
// running totals from one entry to the next.

#include <string>

#include "sync/verify/chain.h"

namespace mulin::verify {

Totals totals_in(const Json& body);
// The totals after an entry, from those before it.
Totals totals_after(const Totals& before, const std::string& kind, const Json& data);

// What does not add up within the entry; empty when all does. `data` has the shape of its kind.
std::string imbalance(const std::string& kind, const Json& data);

}  // namespace mulin::verify
