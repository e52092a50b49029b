#pragma once
// Rounding and Rate: taking a part of an amount. The mode and the unit are always named by the
// caller; there is no default, because no published canteen policy agrees on one.

#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

#include "payment/money/money.h"

namespace mulin::payment {

enum class Rounding {
    half_up,    // ties away from zero
    half_even,  // ties to the even unit
    down,       // toward zero
    up,         // away from zero
};

enum class RoundingUnit : std::int64_t { fen = 1, jiao = 10, yuan = 100 };

std::optional<Rounding> parse_rounding(std::string_view text);
std::optional<RoundingUnit> parse_rounding_unit(std::string_view text);

// A share of an amount in millionths: 88 % is 880,000. Never negative; may pass one.
class Rate {
  public:
    static constexpr std::int64_t kOne = 1'000'000;
    Rate() = default;
    // Checked: 0 <= millionths <= 100 * kOne.
    static Rate millionths(std::int64_t value);
    static Rate percent(std::int64_t value) { return millionths(value * 10'000); }
    template <std::floating_point T>
    static Rate millionths(T) = delete;
    template <std::floating_point T>
    static Rate percent(T) = delete;
    std::int64_t in_millionths() const { return millionths_; }
    friend auto operator<=>(Rate, Rate) = default;

  private:
    std::int64_t millionths_ = 0;
};

// numerator / denominator fen, rounded to a whole number of units. denominator > 0.
Money round_ratio(__int128 numerator, __int128 denominator, Rounding mode, RoundingUnit unit);

Money apply_rate(Money amount, Rate rate, Rounding mode, RoundingUnit unit);
Money round_money(Money amount, Rounding mode, RoundingUnit unit);

}  // namespace mulin::payment
