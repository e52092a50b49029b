#pragma once
// What a rule takes off, and from which amount spent: the part of a policy that is arithmetic. Data
// only; offer.h computes with it.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "payment/money/rate.h"
#include "sync/model/kinds.h"
#include "sync/policy/condition.h"

namespace mulin::sync::policy {

// An amount that may depend on the diner (a list with conditions) or on the line (by class).
struct AmountEntry {
    Condition condition;           // always true for a plain amount
    std::string line_value;        // item or item class this amount is for; empty: any line
    Money amount;
};
struct AmountTable {
    enum class By { diner, item, item_class };
    By by = By::diner;
    std::vector<AmountEntry> entries;  // the first that fits counts
};

struct RoundingRule {
    payment::Rounding mode = payment::Rounding::half_up;
    payment::RoundingUnit unit = payment::RoundingUnit::fen;
    bool of_paid = true;  // what is rounded: the part to pay, or the part taken off
};

// A part of a whole, from nothing to all of it: 88 % is 880000 / 1000000, "1/3" is exact.
struct Fraction {
    std::int64_t top = 1;
    std::int64_t bottom = 1;
    Fraction rest() const { return {bottom - top, bottom}; }
    Money of(Money amount, payment::Rounding mode, payment::RoundingUnit unit) const {
        return payment::round_ratio(static_cast<__int128>(amount.in_fen()) * top, bottom, mode, unit);
    }
};

enum class BenefitKind { percent, amount, price, pay_at_most, free };
enum class BenefitOn { food, delivery_fee, total };
enum class Basis { gross, after_earlier };
enum class Per { sale, line, piece, half_kilo };
enum class UpTo { none, part, gate };
enum class PiecePick { dearest, cheapest, first };

struct BenefitSpec {
    BenefitKind kind = BenefitKind::free;
    BenefitOn on = BenefitOn::food;
    Per per = Per::sale;
    Basis basis = Basis::after_earlier;  // percent only
    Fraction pay;                        // percent only: the part to pay
    RoundingRule rounding;
    UpTo up_to = UpTo::none;
    Money up_to_amount;
    AmountTable amounts;              // amount, price, pay_at_most
    bool all_or_nothing = false;      // amount: not granted where it would pass the price
    std::optional<std::int64_t> pieces;  // only so many pieces of the selected lines
    PiecePick piece_pick = PiecePick::dearest;
    std::optional<Money> max_off;
};

struct Threshold {
    Money amount;
    Basis basis = Basis::gross;
    bool inclusive = true;  // at_least; otherwise exceeds
    bool with_delivery = false;
    bool of_selected = false;
    bool repeats = false;  // the amount is granted once per full threshold
    std::int64_t at_most_times = std::numeric_limits<std::int64_t>::max();
    Words not_reached;  // what is said then
};

}  // namespace mulin::sync::policy
