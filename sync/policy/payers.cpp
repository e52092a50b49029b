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
    Sharing(Money amount, const std::vector<PayerPart>& payers, const Facts& facts, const Uses& uses) : left_(amount) {
        shares_.reserve(payers.size());
        for (const auto& part : payers) {
            if (!holds(part.condition, facts)) continue;
            Money cap = part.cap.value_or(Money::fen(Money::kMaxFen));
            if (part.limit >= 0) cap = std::min(cap, uses.room_for(facts.policy->limits[static_cast<std::size_t>(part.limit)], amount));
            shares_.push_back({&part, Money(), cap});
        }
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
        for (auto& share : shares_) {
            if (share.part->kind != Kind::percent) continue;
            give(share, payment::apply_rate(whole, share.part->percent, payment::Rounding::down, payment::RoundingUnit::fen));
        }
    }

    // By weight; what a cap cuts off goes to the remainder if there is one, else to the other ratios.
    void give_ratio() {
        const bool has_remainder = std::any_of(shares_.begin(), shares_.end(),
                                               [](const Share& s) { return s.part->kind == Kind::remainder; });
        std::vector<Share*> open;
        for (auto& share : shares_) {
            if (share.part->kind == Kind::ratio) open.push_back(&share);
        }
        while (!open.empty() && !left_.is_zero()) {
            if (!give_round(open) || has_remainder) return;
        }
    }

    void give_remainder() {
        for (auto& share : shares_) {
            if (share.part->kind == Kind::remainder) give(share, left_);
        }
    }

    std::vector<Share> take() {
        std::erase_if(shares_, [](const Share& share) { return share.amount.is_zero(); });
        return std::move(shares_);
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
    bool give_round(std::vector<Share*>& open) {
        std::vector<std::int64_t> weights;
        for (const Share* share : open) weights.push_back(share->part->weight);
        const auto parts = payment::split(left_, weights);
        const std::size_t before = open.size();
        std::vector<Share*> still_open;
        for (std::size_t i = 0; i < open.size(); ++i) {
            const bool capped = parts[i] > cap_of(*open[i]);
            give(*open[i], parts[i]);
            if (!capped) still_open.push_back(open[i]);
        }
        open = std::move(still_open);
        return open.size() < before;
    }

    std::vector<Share> shares_;
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
    const auto part = part_of(code, level);
    return part.empty() ? "unknown" : std::string(part);
}

}  // namespace

std::vector<Share> share_out(Money amount, const std::vector<PayerPart>& payers, bool fixed_pro_rata,
                             const Facts& facts, const Uses& uses) {
    Sharing sharing(amount, payers, facts, uses);
    sharing.give_fixed(fixed_pro_rata);
    sharing.give_percent(amount);
    sharing.give_ratio();
    sharing.give_remainder();
    return sharing.take();
}

Money total_of(const std::vector<Share>& shares) {
    Money total;
    for (const auto& share : shares) total += share.amount;
    return total;
}

std::string payer_name(const PayerPart& part, const Facts& facts) {
    if (!part.is_template) return part.payer;
    const auto open = part.payer.find('{');
    const auto close = part.payer.find('}', open);
    const auto place = std::string_view(part.payer).substr(open + 1, close - open - 1);
    return part.payer.substr(0, open) + place_text(place, facts) + part.payer.substr(close + 1);
}

}  // namespace mulin::sync::policy
