#include "payment/money/split.h"

#include <algorithm>
#include <numeric>

#include "payment/base/check.h"

namespace mulin::payment {

std::vector<Money> split(Money amount, std::span<const std::int64_t> weights) {
    MULIN_CHECK(!amount.is_negative());
    std::int64_t total = 0;
    for (auto weight : weights) {
        MULIN_CHECK(weight >= 0);
        total += weight;
        MULIN_CHECK(total <= 1'000'000'000'000);
    }
    MULIN_CHECK(total > 0);

    std::vector<Money> parts;
    std::vector<std::int64_t> remainders;
    std::int64_t left = amount.in_fen();
    for (auto weight : weights) {
        const __int128 product = static_cast<__int128>(amount.in_fen()) * weight;
        parts.push_back(Money::fen(static_cast<std::int64_t>(product / total)));
        remainders.push_back(static_cast<std::int64_t>(product % total));
        left -= parts.back().in_fen();
    }
    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return remainders[a] > remainders[b]; });
    for (std::size_t i = 0; left > 0; ++i, --left) parts[order[i]] += Money::fen(1);
    return parts;
}

}  // namespace mulin::payment
