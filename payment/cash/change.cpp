#include "payment/cash/change.h"

#include <algorithm>

namespace mulin::payment {
namespace {

// Notes and coins of the fifth series in daily use, in yuan.
constexpr std::int64_t kPieces[] = {1, 5, 10, 20, 50, 100};

std::int64_t round_up_to(std::int64_t fen, std::int64_t step_fen) {
    return (fen + step_fen - 1) / step_fen * step_fen;
}

}  // namespace

std::vector<Money> suggest_tenders(Money due) {
    std::vector<Money> tenders;
    if (due <= Money()) return tenders;
    tenders.push_back(due);
    for (const auto piece : kPieces) tenders.push_back(Money::fen(round_up_to(due.in_fen(), piece * 100)));
    std::sort(tenders.begin(), tenders.end());
    tenders.erase(std::unique(tenders.begin(), tenders.end()), tenders.end());
    return tenders;
}

Money round_cash(Money due, Rounding mode, RoundingUnit unit) { return round_money(due, mode, unit) - due; }

}  // namespace mulin::payment
