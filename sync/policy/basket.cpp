#include "sync/policy/basket.h"

#include "payment/base/check.h"
#include "payment/money/split.h"
#include "sync/policy/facts.h"

namespace mulin::sync::policy {

Money line_amount(const QuoteLine& line) {
    if (line.weight_g <= 0) return line.unit_price.times(line.quantity);
    const __int128 grams = static_cast<__int128>(line.price_per_500g.in_fen()) * line.weight_g * line.quantity;
    return payment::round_ratio(grams, 500, payment::Rounding::half_up, payment::RoundingUnit::fen);
}

Basket::Basket(const QuoteRequest& request, Scratch& scratch)
    : request_(request), scratch_(scratch), parts_(scratch.array<Part>(request.lines.size() + 1)) {
    for (std::size_t i = 0; i < request.lines.size(); ++i) {
        const QuoteLine& line = request.lines[i];
        const Money amount = line_amount(line);
        const bool weighed = line.weight_g > 0;
        parts_[i] = {amount, amount, weighed ? 1 : line.quantity, weighed ? amount : line.unit_price, false};
        food_gross_ += amount;
    }
    food_left_ = food_gross_;
    parts_.back() = {request.delivery_fee, request.delivery_fee, 1, request.delivery_fee, false};
}

void Basket::select(BenefitOn on, const std::optional<ItemSelector>& items) {
    selected_count_ = 0;
    for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
        parts_[i].selected = on != BenefitOn::delivery_fee && (!items || selects(*items, request_.lines[i]));
        selected_count_ += parts_[i].selected ? 1 : 0;
    }
    parts_.back().selected = on != BenefitOn::food;
    selected_count_ += parts_.back().selected ? 1 : 0;
}

Money Basket::left_on(BenefitOn on) const {
    switch (on) {
        case BenefitOn::food: return food_left_;
        case BenefitOn::delivery_fee: return delivery_left();
        case BenefitOn::total: return left();
    }
    return left();
}

void Basket::take(Money amount, std::span<const Money> weights) {
    Money sum;
    for (const Money weight : weights) sum += weight;
    MULIN_CHECK(amount <= sum && weights.size() == parts_.size());
    std::span<const Money> shares = weights;
    if (amount != sum) {
        const auto fen = scratch_.array<std::int64_t>(weights.size());
        for (std::size_t i = 0; i < weights.size(); ++i) fen[i] = weights[i].in_fen();
        const auto parts = scratch_.array<Money>(weights.size());
        payment::split_into(parts, amount, fen);
        shares = parts;
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        MULIN_CHECK(shares[i] <= parts_[i].left);
        parts_[i].left -= shares[i];
        if (i + 1 < parts_.size()) food_left_ -= shares[i];
    }
}

}  // namespace mulin::sync::policy
