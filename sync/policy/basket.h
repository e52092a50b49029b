#pragma once
// Basket: what is still to be paid, part by part, while rules take their benefits off. Parts are the
// request's lines in order, then the delivery fee. No part ever goes below zero.

#include <cstddef>
#include <cstdint>
#include <span>

#include "sync/policy/document.h"
#include "sync/policy/quote.h"
#include "sync/policy/scratch.h"

namespace mulin::sync::policy {

Money line_amount(const QuoteLine& line);

class Basket {
  public:
    Basket(const QuoteRequest& request, Scratch& scratch);

    struct Part {
        Money gross;
        Money left;
        std::int64_t pieces = 1;
        Money piece_price;
        bool selected = false;
    };

    std::span<const Part> parts() const { return parts_; }
    // Marks the parts a rule is about and counts them in selected_count.
    void select(BenefitOn on, const std::optional<ItemSelector>& items);
    std::size_t selected_count() const { return selected_count_; }

    Money food_gross() const { return food_gross_; }
    Money food_left() const { return food_left_; }
    Money delivery_left() const { return parts_.back().left; }
    Money delivery_gross() const { return parts_.back().gross; }
    Money left() const { return food_left_ + delivery_left(); }
    Money left_on(BenefitOn on) const;

    // Takes `amount` off the parts in proportion to `weights` (one per part, each at most what is
    // left of it, together at least the amount).
    void take(Money amount, std::span<const Money> weights);

  private:
    const QuoteRequest& request_;
    Scratch& scratch_;
    std::span<Part> parts_;
    std::size_t selected_count_ = 0;
    Money food_gross_;
    Money food_left_;
};

}  // namespace mulin::sync::policy
