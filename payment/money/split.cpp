#include "payment/money/split.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "payment/base/check.h"

namespace mulin::payment {
namespace {

constexpr std::size_t kFew = 16;

// What weight / total of the amount is in whole fen, and the numerator that is left over.
struct Cut {
    std::int64_t whole = 0;
    std::int64_t rest = 0;
};

Cut cut(std::int64_t amount, std::int64_t weight, std::int64_t total) {
    std::int64_t small = 0;
    if (!__builtin_mul_overflow(amount, weight, &small)) return {small / total, small % total};
    const __int128 product = static_cast<__int128>(amount) * weight;
    return {static_cast<std::int64_t>(product / total), static_cast<std::int64_t>(product % total)};
}

// One fen more for each of the `left` largest rests.
void hand_out_few(std::span<Money> parts, std::span<std::int64_t> rests, std::int64_t left) {
    for (; left > 0; --left) {
        const auto largest = std::max_element(rests.begin(), rests.end());
        parts[static_cast<std::size_t>(largest - rests.begin())] += Money::fen(1);
        *largest = -1;
    }
}

void hand_out_many(std::span<Money> parts, std::span<const std::int64_t> rests, std::int64_t left) {
    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return rests[a] > rests[b]; });
    for (std::size_t i = 0; left > 0; ++i, --left) parts[order[i]] += Money::fen(1);
}

}  // namespace

void split_into(std::span<Money> parts, Money amount, std::span<const std::int64_t> weights) {
    MULIN_CHECK(!amount.is_negative() && parts.size() == weights.size());
    std::int64_t total = 0;
    for (auto weight : weights) {
        MULIN_CHECK(weight >= 0);
        total += weight;
        MULIN_CHECK(total <= 1'000'000'000'000);
    }
    MULIN_CHECK(total > 0);

    std::array<std::int64_t, kFew> few;
    std::vector<std::int64_t> many(parts.size() > kFew ? parts.size() : 0);
    const std::span<std::int64_t> rests = many.empty() ? std::span(few).first(parts.size()) : std::span(many);
    std::int64_t left = amount.in_fen();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Cut made = cut(amount.in_fen(), weights[i], total);
        parts[i] = Money::fen(made.whole);
        rests[i] = made.rest;
        left -= made.whole;
    }
    if (left > 0) many.empty() ? hand_out_few(parts, rests, left) : hand_out_many(parts, rests, left);
}

std::vector<Money> split(Money amount, std::span<const std::int64_t> weights) {
    std::vector<Money> parts(weights.size());
    split_into(parts, amount, weights);
    return parts;
}

}  // namespace mulin::payment
