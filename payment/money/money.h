#pragma once
// Money: a whole number of fen (1/100 yuan), signed. Never made from, nor turned into, a floating
// point number. Every result is checked against one bound, kMaxFen; passing it ends the program,
// so callers that take amounts from outside use from_fen_checked first.

#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mulin::payment {

class Money {
  public:
    // 10^13 fen = 100 thousand million yuan: far above a district's year, far below overflow.
    static constexpr std::int64_t kMaxFen = 10'000'000'000'000;

    constexpr Money() = default;

    template <std::integral T>
        requires(!std::same_as<T, bool>)
    static Money fen(T amount) {
        if constexpr (sizeof(T) == sizeof(std::int64_t) && std::unsigned_integral<T>) {
            if (amount > static_cast<T>(kMaxFen)) return make(kMaxFen + 1);  // ends the program
        }
        return make(static_cast<std::int64_t>(amount));
    }
    template <std::floating_point T>
    static Money fen(T) = delete;

    static std::optional<Money> from_fen_checked(std::int64_t amount);
    template <std::floating_point T>
    static std::optional<Money> from_fen_checked(T) = delete;

    constexpr std::int64_t in_fen() const { return fen_; }
    constexpr bool is_zero() const { return fen_ == 0; }
    constexpr bool is_negative() const { return fen_ < 0; }

    Money operator-() const { return make(-fen_); }
    friend Money operator+(Money a, Money b) { return make(a.fen_ + b.fen_); }
    friend Money operator-(Money a, Money b) { return make(a.fen_ - b.fen_); }
    Money& operator+=(Money other) { return *this = *this + other; }
    Money& operator-=(Money other) { return *this = *this - other; }
    Money times(std::int64_t quantity) const;
    template <std::floating_point T>
    Money times(T) const = delete;

    friend constexpr auto operator<=>(Money, Money) = default;

  private:
    static Money make(std::int64_t amount);
    std::int64_t fen_ = 0;
};

// "12.34", "-0.05": no sign for plus, no grouping, always two decimals.
std::string to_yuan(Money amount);
// "12.34", "12.3", "12", optionally signed; nothing else. More than two decimals is refused.
std::optional<Money> parse_yuan(std::string_view text);

}  // namespace mulin::payment
