#include "sync/policy/offer.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace mulin::sync::policy {
namespace {

using Weights = std::span<Money>;

Money sum_of(std::span<const Money> weights) {
    return std::accumulate(weights.begin(), weights.end(), Money(), [](Money a, Money b) { return a + b; });
}

// What is left of each selected part; with "pieces", only of the pieces that are picked.
struct Base {
    Weights amounts;
    std::span<std::int64_t> pieces;
    Money gross;  // of the selected parts
};

std::vector<std::size_t> picking_order(const Basket& basket, PiecePick pick) {
    std::vector<std::size_t> order(basket.parts().size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto parts = basket.parts();
    if (pick == PiecePick::dearest)
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return parts[a].piece_price > parts[b].piece_price; });
    if (pick == PiecePick::cheapest)
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return parts[a].piece_price < parts[b].piece_price; });
    return order;
}

// A line of several pieces of which some were taken: the share of what is left of it, rounded down.
Money share_of_line(const Basket::Part& part, std::int64_t pieces) {
    if (pieces == part.pieces) return part.left;
    return payment::round_ratio(static_cast<__int128>(part.left.in_fen()) * pieces, part.pieces,
                                payment::Rounding::down, payment::RoundingUnit::fen);
}

Base base_of(const BenefitSpec& benefit, const Basket& basket, Scratch& scratch) {
    const auto parts = basket.parts();
    Base base{scratch.array<Money>(parts.size()), scratch.array<std::int64_t>(parts.size()), {}};
    if (!benefit.pieces) {
        for (std::size_t i = 0; i < parts.size(); ++i) {
            if (!parts[i].selected) continue;
            base.amounts[i] = parts[i].left;
            base.pieces[i] = parts[i].pieces;
            base.gross += parts[i].gross;
        }
        return base;
    }
    std::int64_t wanted = *benefit.pieces;
    for (const std::size_t i : picking_order(basket, benefit.piece_pick)) {
        if (!parts[i].selected || wanted == 0) continue;
        base.pieces[i] = std::min(wanted, parts[i].pieces);
        base.amounts[i] = share_of_line(parts[i], base.pieces[i]);
        wanted -= base.pieces[i];
    }
    return base;
}

// What a percent takes off `base`; never negative, never above it.
Money percent_off(const BenefitSpec& benefit, Money base) {
    const auto& rounding = benefit.rounding;
    Money off;
    if (rounding.of_paid) {
        off = base - benefit.pay.of(base, rounding.mode, rounding.unit);
    } else {
        off = benefit.pay.rest().of(base, rounding.mode, rounding.unit);
    }
    return std::clamp(off, Money(), base);
}

Money percent_base(const BenefitSpec& benefit, Money base) {
    if (benefit.up_to == UpTo::part) return std::min(base, benefit.up_to_amount);
    if (benefit.up_to == UpTo::gate && base > benefit.up_to_amount) return Money();
    return base;
}

Offer percent_offer(const BenefitSpec& benefit, const Basket& basket, const Base& base, Scratch& scratch) {
    if (benefit.per == Per::sale) {
        const Money left = sum_of(base.amounts);
        const Money on = benefit.basis == Basis::gross ? base.gross : left;
        return {std::min(percent_off(benefit, percent_base(benefit, on)), left), base.amounts};
    }
    Offer offer{Money(), scratch.array<Money>(base.amounts.size())};
    for (std::size_t i = 0; i < base.amounts.size(); ++i) {
        if (!basket.parts()[i].selected) continue;
        const Money on = benefit.basis == Basis::gross ? basket.parts()[i].gross : base.amounts[i];
        offer.weights[i] = std::min(percent_off(benefit, percent_base(benefit, on)), base.amounts[i]);
        offer.amount += offer.weights[i];
    }
    return offer;
}

// Amounts are at most 10^12 fen and times and pieces at most 10^6 each; the product is cut at what
// is left before it could pass the bound of Money.
Money times_capped(Money amount, std::int64_t times, Money cap) {
    const __int128 product = static_cast<__int128>(amount.in_fen()) * times;
    return product >= cap.in_fen() ? cap : Money::fen(static_cast<std::int64_t>(product));
}

Offer amount_per_sale(const BenefitSpec& benefit, const Facts& facts, const Base& base, std::int64_t times) {
    const AmountEntry* entry = find_amount(benefit.amounts, facts, nullptr);
    const Money left = sum_of(base.amounts);
    if (entry == nullptr) return {Money(), base.amounts};
    const bool over = static_cast<__int128>(entry->amount.in_fen()) * times > left.in_fen();
    if (over && benefit.all_or_nothing) return {Money(), base.amounts};
    return {times_capped(entry->amount, times, left), base.amounts};
}

Offer amount_per_line(const BenefitSpec& benefit, const Facts& facts, const Base& base, std::int64_t times, Scratch& scratch) {
    Offer offer{Money(), scratch.array<Money>(base.amounts.size())};
    for (std::size_t i = 0; i < facts.request.lines.size(); ++i) {
        if (base.pieces[i] == 0) continue;
        const AmountEntry* entry = find_amount(benefit.amounts, facts, &facts.request.lines[i]);
        if (entry == nullptr) continue;
        const std::int64_t count = benefit.per == Per::piece ? base.pieces[i] : 1;
        const Money piece = times_capped(entry->amount, count, base.amounts[i]);
        const Money off = times_capped(piece, times, base.amounts[i]);
        const bool over = static_cast<__int128>(entry->amount.in_fen()) * count * times > base.amounts[i].in_fen();
        if (over && benefit.all_or_nothing) continue;
        offer.weights[i] = off;
        offer.amount += off;
    }
    return offer;
}

// A weighed line at another price per 500 g, rounded as the till rounds it; never above what is left.
Money weighed_at(Money price, const QuoteLine& line, Money left) {
    const __int128 grams = static_cast<__int128>(price.in_fen()) * line.weight_g * line.quantity;
    if (grams / 500 >= left.in_fen()) return left;
    return std::min(left, payment::round_ratio(grams, 500, payment::Rounding::half_up, payment::RoundingUnit::fen));
}

Offer price_offer(const BenefitSpec& benefit, const Facts& facts, const Base& base, Scratch& scratch) {
    Offer offer{Money(), scratch.array<Money>(base.amounts.size())};
    for (std::size_t i = 0; i < facts.request.lines.size(); ++i) {
        if (base.pieces[i] == 0) continue;
        const AmountEntry* entry = find_amount(benefit.amounts, facts, &facts.request.lines[i]);
        if (entry == nullptr) continue;
        const QuoteLine& line = facts.request.lines[i];
        if (benefit.per == Per::half_kilo && line.weight_g <= 0) continue;
        const Money pay = benefit.per == Per::half_kilo ? weighed_at(entry->amount, line, base.amounts[i])
                                                        : times_capped(entry->amount, base.pieces[i], base.amounts[i]);
        offer.weights[i] = base.amounts[i] - pay;
        offer.amount += offer.weights[i];
    }
    return offer;
}

Offer pay_at_most_offer(const BenefitSpec& benefit, const Facts& facts, const Base& base) {
    const AmountEntry* entry = find_amount(benefit.amounts, facts, nullptr);
    const Money left = sum_of(base.amounts);
    if (entry == nullptr) return {Money(), base.amounts};
    return {left - std::min(left, entry->amount), base.amounts};
}

Offer raw_offer(const Rule& rule, const Basket& basket, const Facts& facts, const Base& base, std::int64_t times,
                Scratch& scratch) {
    const BenefitSpec& benefit = rule.benefit;
    switch (benefit.kind) {
        case BenefitKind::percent: return percent_offer(benefit, basket, base, scratch);
        case BenefitKind::amount:
            return benefit.per == Per::sale ? amount_per_sale(benefit, facts, base, times)
                                            : amount_per_line(benefit, facts, base, times, scratch);
        case BenefitKind::price: return price_offer(benefit, facts, base, scratch);
        case BenefitKind::pay_at_most: return pay_at_most_offer(benefit, facts, base);
        case BenefitKind::free: return {sum_of(base.amounts), base.amounts};
    }
    return {};
}

}  // namespace

const AmountEntry* find_amount(const AmountTable& table, const Facts& facts, const QuoteLine* line) {
    for (const auto& entry : table.entries) {
        if (table.by == AmountTable::By::item && (line == nullptr || entry.line_value != line->item)) continue;
        if (table.by == AmountTable::By::item_class && (line == nullptr || entry.line_value != line->item_class)) continue;
        if (holds(entry.condition, facts)) return &entry;
    }
    return nullptr;
}

std::int64_t times_reached(const Threshold& threshold, const Basket& basket) {
    Money spend;
    const bool gross = threshold.basis == Basis::gross;
    if (threshold.of_selected) {
        for (std::size_t i = 0; i + 1 < basket.parts().size(); ++i) {
            const auto& part = basket.parts()[i];
            if (part.selected) spend += gross ? part.gross : part.left;
        }
    } else {
        spend = gross ? basket.food_gross() : basket.food_left();
    }
    if (threshold.with_delivery) spend += gross ? basket.delivery_gross() : basket.delivery_left();
    const bool reached = threshold.inclusive ? spend >= threshold.amount : spend > threshold.amount;
    if (!reached) return 0;
    if (!threshold.repeats) return 1;
    const std::int64_t counted = threshold.inclusive ? spend.in_fen() : spend.in_fen() - 1;
    return std::min(counted / threshold.amount.in_fen(), threshold.at_most_times);
}

Offer make_offer(const Rule& rule, const Basket& basket, const Facts& facts, std::int64_t times, Money at_least,
                 Scratch& scratch) {
    const Base base = base_of(rule.benefit, basket, scratch);
    Offer offer = raw_offer(rule, basket, facts, base, times, scratch);
    if (at_least > offer.amount) {
        offer.amount = std::min(at_least, sum_of(base.amounts));
        offer.weights = base.amounts;
    }
    if (rule.benefit.max_off) offer.amount = std::min(offer.amount, *rule.benefit.max_off);
    const Money own = std::max(rule.minimum_own, facts.policy->minimum_own);
    const Money left = basket.left_on(rule.benefit.on);
    offer.amount = std::min(offer.amount, left > own ? left - own : Money());
    return offer;
}

}  // namespace mulin::sync::policy
