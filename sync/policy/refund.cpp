#include "sync/policy/refund.h"

#include "payment/money/split.h"

namespace mulin::sync {

using payment::ErrorCode;
using payment::fail;

Result<RefundSplit> split_refund(Money value, Money paid, const std::vector<Benefit>& benefits) {
    std::vector<std::int64_t> weights{paid.in_fen()};
    Money total = paid;
    for (const auto& benefit : benefits) {
        for (const auto& payer : benefit.payers) {
            weights.push_back(payer.amount.in_fen());
            total += payer.amount;
        }
    }
    if (value.is_negative() || value > total)
        return fail(ErrorCode::invalid_input, "The refund must be from 0 to " + payment::to_yuan(total) + " yuan, the value of the sale.");
    RefundSplit split;
    if (value.is_zero()) return split;
    const auto parts = payment::split(value, weights);
    split.diner = parts[0];
    std::size_t next = 1;
    for (const auto& benefit : benefits) {
        Benefit back{benefit.rule, benefit.name_zh, benefit.name_en, Money(), {}};
        for (const auto& payer : benefit.payers) {
            const Money part = parts[next++];
            if (part.is_zero()) continue;
            back.payers.push_back({payer.payer, part});
            back.amount += part;
        }
        if (!back.amount.is_zero()) split.benefits.push_back(std::move(back));
    }
    return split;
}

}  // namespace mulin::sync
