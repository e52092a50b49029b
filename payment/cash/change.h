#pragma once
// What a diner may hand over, what comes back, and cash rounding. Pure functions over whole fen.

#include <vector>

#include "payment/money/money.h"
#include "payment/money/rate.h"

namespace mulin::payment {

// Amounts for the change keys, rising, without repeats: the exact amount first, then what one would
// hand over in notes and coins of 1, 5, 10, 20, 50 and 100 yuan (due rounded up to a whole number
// of each). Empty for due <= 0. At most seven.
std::vector<Money> suggest_tenders(Money due);

// What to add to `due` so that cash can settle it in whole units; may be negative; zero for fen.
// A sale keeps it as its own line (Sale::cash_rounding). Off by default: pass RoundingUnit::fen.
Money round_cash(Money due, Rounding mode, RoundingUnit unit);

}  // namespace mulin::payment
