#include "payment/money/rate.h"

#include "payment/base/check.h"

namespace mulin::payment {
namespace {

// Whole units for a non-negative numerator.
__int128 round_magnitude(__int128 numerator, __int128 denominator, Rounding mode) {
    const __int128 whole = numerator / denominator;
    const __int128 rest = numerator % denominator;
    switch (mode) {
        case Rounding::down: return whole;
        case Rounding::up: return rest == 0 ? whole : whole + 1;
        case Rounding::half_up: return rest * 2 >= denominator ? whole + 1 : whole;
        case Rounding::half_even: {
            if (rest * 2 == denominator) return whole + whole % 2;
            return rest * 2 > denominator ? whole + 1 : whole;
        }
    }
    return whole;
}

}  // namespace

std::optional<Rounding> parse_rounding(std::string_view text) {
    if (text == "half_up") return Rounding::half_up;
    if (text == "half_even") return Rounding::half_even;
    if (text == "down") return Rounding::down;
    if (text == "up") return Rounding::up;
    return std::nullopt;
}

std::optional<RoundingUnit> parse_rounding_unit(std::string_view text) {
    if (text == "fen") return RoundingUnit::fen;
    if (text == "jiao") return RoundingUnit::jiao;
    if (text == "yuan") return RoundingUnit::yuan;
    return std::nullopt;
}

Rate Rate::millionths(std::int64_t value) {
    MULIN_CHECK(value >= 0 && value <= 100 * kOne);
    Rate rate;
    rate.millionths_ = value;
    return rate;
}

Money round_ratio(__int128 numerator, __int128 denominator, Rounding mode, RoundingUnit unit) {
    MULIN_CHECK(denominator > 0);
    const auto unit_fen = static_cast<std::int64_t>(unit);
    const bool negative = numerator < 0;
    const __int128 magnitude = negative ? -numerator : numerator;
    const __int128 fen = round_magnitude(magnitude, denominator * unit_fen, mode) * unit_fen;
    MULIN_CHECK(fen <= Money::kMaxFen);
    const auto value = static_cast<std::int64_t>(fen);
    return Money::fen(negative ? -value : value);
}

Money apply_rate(Money amount, Rate rate, Rounding mode, RoundingUnit unit) {
    const __int128 numerator = static_cast<__int128>(amount.in_fen()) * rate.in_millionths();
    return round_ratio(numerator, Rate::kOne, mode, unit);
}

Money round_money(Money amount, Rounding mode, RoundingUnit unit) {
    return round_ratio(amount.in_fen(), 1, mode, unit);
}

}  // namespace mulin::payment
