#include "sync/policy/payers.h"

#include <algorithm>
#include <optional>

#include "payment/money/split.h"
#include "sync/policy/code.h"

namespace mulin::sync::policy {
namespace {

using Kind = PayerPart::Kind;

class Sharing {
  public:
    Sharing(Money amount, const std::vector<PayerPart>& payers, const Facts& facts, const Uses& uses, Scratch& scratch)
        : scratch_(scratch), shares_(scratch.array<Share>(payers.size())), left_(amount) {
        std::size_t count = 0;
        for (const auto& part : payers) {
            if (!holds(part.condition, facts)) continue;
            Money cap = part.cap.value_or(Money::fen(Money::kMaxFen));
            if (part.limit >= 0) cap = std::min(cap, uses.room_for(facts.policy->limits[static_cast<std::size_t>(part.limit)], amount));
            shares_[count++] = {&part, Money(), cap};
        }
        shares_ = shares_.first(count);
    }

    void give_fixed(bool pro_rata) {
        Money wanted;
        for (const auto& share : shares_) {
            if (share.part->kind == Kind::fixed) wanted += std::min(share.part->fixed, cap_of(share));
        }
        if (wanted.is_zero()) return;
        if (pro_rata && wanted > left_) return give_fixed_pro_rata();
        for (auto& share : shares_) {
            if (share.part->kind == Kind::fixed) give(share, share.part->fixed);
        }
    }

    void give_percent(Money whole) {
        std::int64_t together = 0;
        std::size_t count = 0;
        for (const auto& share : shares_) {
            if (share.part->kind != Kind::percent) continue;
            together += share.part->percent.in_millionths();
            ++count;
        }
        if (count > 1 && together == payment::Rate::kOne) return give_all_of(whole, count);
        for (auto& share : shares_) {
            if (share.part->kind != Kind::percent) continue;
            give(share, payment::apply_rate(whole, share.part->percent, payment::Rounding::down, payment::RoundingUnit::fen));
        }
    }

    // Percents that make up the whole lose no fen to rounding.
    void give_all_of(Money whole, std::size_t count) {
        const auto weights = scratch_.array<std::int64_t>(count);
        const auto parts = scratch_.array<Money>(count);
        std::size_t at = 0;
        for (const auto& share : shares_) {
            if (share.part->kind == Kind::percent) weights[at++] = share.part->percent.in_millionths();
        }
        payment::split_into(parts, whole, weights);
        at = 0;
        for (auto& share : shares_) {
            if (share.part->kind == Kind::percent) give(share, parts[at++]);
        }
    }

    // By weight; what a cap cuts off goes to the remainder if there is one, else to the other ratios.
    void give_ratio() {
        const bool has_remainder = std::any_of(shares_.begin(), shares_.end(),
                                               [](const Share& s) { return s.part->kind == Kind::remainder; });
        std::span<Share*> open = scratch_.array<Share*>(shares_.size());
        std::size_t count = 0;
        for (auto& share : shares_) {
            if (share.part->kind == Kind::ratio) open[count++] = &share;
        }
        open = open.first(count);
        while (!open.empty() && !left_.is_zero()) {
            if (!give_round(open) || has_remainder) return;
        }
    }

    void give_remainder() {
        for (auto& share : shares_) {
            if (share.part->kind == Kind::remainder) give(share, left_);
        }
    }

    std::span<Share> take() {
        const auto end = std::remove_if(shares_.begin(), shares_.end(), [](const Share& share) { return share.amount.is_zero(); });
        return shares_.first(static_cast<std::size_t>(end - shares_.begin()));
    }

  private:
    static Money cap_of(const Share& share) { return share.cap - share.amount; }

    void give(Share& share, Money amount) {
        const Money given = std::min({amount, cap_of(share), left_});
        share.amount += given;
        left_ -= given;
    }

    void give_fixed_pro_rata() {
        std::vector<std::int64_t> weights;
        std::vector<Share*> fixed;
        for (auto& share : shares_) {
            if (share.part->kind != Kind::fixed) continue;
            weights.push_back(std::min(share.part->fixed, cap_of(share)).in_fen());
            fixed.push_back(&share);
        }
        const auto parts = payment::split(left_, weights);
        for (std::size_t i = 0; i < fixed.size(); ++i) give(*fixed[i], parts[i]);
    }

    // One round over those below their cap; true when somebody reached the cap and money is left.
    bool give_round(std::span<Share*>& open) {
        const auto weights = scratch_.array<std::int64_t>(open.size());
        for (std::size_t i = 0; i < open.size(); ++i) weights[i] = open[i]->part->weight;
        const auto parts = scratch_.array<Money>(open.size());
        payment::split_into(parts, left_, weights);
        std::size_t still_open = 0;
        for (std::size_t i = 0; i < open.size(); ++i) {
            const bool capped = parts[i] > cap_of(*open[i]);
            give(*open[i], parts[i]);
            if (!capped) open[still_open++] = open[i];
        }
        const bool somebody_capped = still_open < open.size();
        open = open.first(still_open);
        return somebody_capped;
    }

    Scratch& scratch_;
    std::span<Share> shares_;
    Money left_;
};

std::string place_text(std::string_view place, const Facts& facts) {
    const auto& request = facts.request;
    if (place == "vendor") return request.site.vendor;
    if (place == "site") return request.site.id;
    const auto cut = place.find('_');
    const auto whose = place.substr(0, cut);
    const auto level_name = place.substr(cut + 1);
    const Level level = level_name == "city" ? Level::city : level_name == "district" ? Level::district : Level::subdistrict;
    std::string code = request.site.subdistrict;
    if (whose == "hukou") code = request.diner ? request.diner->hukou : std::string();
    if (whose == "residence") code = request.diner ? request.diner->residence : std::string();
    return std::string(part_of(code, level));
}

std::string_view place_in(const PayerPart& part) {
    const auto open = part.payer.find('{');
    return std::string_view(part.payer).substr(open + 1, part.payer.find('}', open) - open - 1);
}

}  // namespace

std::span<Share> share_out(Money amount, const std::vector<PayerPart>& payers, bool fixed_pro_rata, const Facts& facts,
                           const Uses& uses, Scratch& scratch) {
    Sharing sharing(amount, payers, facts, uses, scratch);
    sharing.give_fixed(fixed_pro_rata);
    sharing.give_percent(amount);
    sharing.give_ratio();
    sharing.give_remainder();
    return sharing.take();
}

Money total_of(std::span<const Share> shares) {
    Money total;
    for (const auto& share : shares) total += share.amount;
    return total;
}

std::string payer_name(const PayerPart& part, const Facts& facts) {
    if (!part.is_template) return part.payer;
    const auto open = part.payer.find('{');
    const auto close = part.payer.find('}', open);
    return part.payer.substr(0, open) + place_text(place_in(part), facts) + part.payer.substr(close + 1);
}

bool can_be_named(std::span<const Share> shares, const Facts& facts) {
    return std::all_of(shares.begin(), shares.end(), [&](const Share& share) {
        return !share.part->is_template || !place_text(place_in(*share.part), facts).empty();
    });
}

}  // namespace mulin::sync::policy
