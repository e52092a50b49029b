#pragma once
// Splits an amount by weights so that the parts add up to it exactly: largest remainder first,
// ties to the earlier part (Hamilton's method). Not for payer rules; sync/policy builds those on it.

#include <cstdint>
#include <span>
#include <vector>

#include "payment/money/money.h"

namespace mulin::payment {

// amount >= 0; weights not empty, none negative, sum > 0 and at most 10^12.
std::vector<Money> split(Money amount, std::span<const std::int64_t> weights);
// The same into parts of the caller's, as many as there are weights.
void split_into(std::span<Money> parts, Money amount, std::span<const std::int64_t> weights);

}  // namespace mulin::payment
