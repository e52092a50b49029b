#include "payment/money/money.h"

#include <cstdlib>

#include "payment/base/check.h"

namespace mulin::payment {

Money Money::make(std::int64_t amount) {
    MULIN_CHECK(amount >= -kMaxFen && amount <= kMaxFen);
    Money money;
    money.fen_ = amount;
    return money;
}

std::optional<Money> Money::from_fen_checked(std::int64_t amount) {
    if (amount < -kMaxFen || amount > kMaxFen) return std::nullopt;
    return make(amount);
}

Money Money::times(std::int64_t quantity) const {
    std::int64_t product = 0;
    MULIN_CHECK(!__builtin_mul_overflow(fen_, quantity, &product));
    return make(product);
}

std::string to_yuan(Money amount) {
    const std::int64_t value = std::llabs(amount.in_fen());
    std::string text = amount.is_negative() ? "-" : "";
    text += std::to_string(value / 100);
    text += '.';
    text += static_cast<char>('0' + value % 100 / 10);
    text += static_cast<char>('0' + value % 10);
    return text;
}

std::optional<Money> parse_yuan(std::string_view text) {
    bool negative = false;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        negative = text[0] == '-';
        text.remove_prefix(1);
    }
    std::int64_t value = 0;
    int whole_digits = 0;
    int decimals = -1;  // -1 before the point
    for (char c : text) {
        if (c == '.' && decimals < 0 && whole_digits > 0) {
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9' || decimals == 2 || value > Money::kMaxFen) return std::nullopt;
        value = value * 10 + (c - '0');
        if (decimals < 0) ++whole_digits;
        if (decimals >= 0) ++decimals;
    }
    if (whole_digits == 0 || decimals == 0) return std::nullopt;
    if (decimals < 0) value *= 100;
    if (decimals == 1) value *= 10;
    return Money::from_fen_checked(negative ? -value : value);
}

}  // namespace mulin::payment
