#include "sync/settlement/claim.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace mulin::sync::settlement {
namespace {

Money of_payer(const std::vector<PayerShare>& shares, const std::string& payer) {
    for (const auto& share : shares)
        if (share.payer == payer) return share.amount;
    return Money{};
}

}  // namespace

const char* name_of(Ruling ruling) {
    switch (ruling) {
        case Ruling::accept: return "accept";
        case Ruling::vendor: return "vendor";
        case Ruling::tolerance: return "tolerance";
        case Ruling::diner: return "diner";
    }
    return "";
}

std::optional<Ruling> parse_ruling(std::string_view name) {
    for (const Ruling ruling : {Ruling::accept, Ruling::vendor, Ruling::tolerance, Ruling::diner})
        if (name == name_of(ruling)) return ruling;
    return std::nullopt;
}

std::string entry_text(const EntryKey& entry) {
    return entry.till.text() + "/" + entry.epoch.text() + "/" + std::to_string(entry.seq);
}

bool is_for_operator(const std::string& payer) { return payer.starts_with(kOperator); }

bool comes_before(const Claim& a, const Claim& b) {
    const auto rank = [](const Claim& claim) {
        return std::make_tuple(claim.business_date, claim.meal, !claim.circumstances.home_site, claim.not_before.ms, claim.entry.till, claim.entry.epoch,
                               claim.entry.seq, claim.entry_hash);
    };
    return rank(a) < rank(b);
}

std::vector<PayerShare> summed(const std::vector<PayerShare>& shares) {
    std::map<std::string, Money> sums;
    for (const auto& share : shares) sums[share.payer] += share.amount;
    std::vector<PayerShare> result;
    for (const auto& [payer, amount] : sums)
        if (amount != Money{}) result.push_back({payer, amount});
    return result;
}

std::vector<PayerShare> beyond(const std::vector<PayerShare>& a, const std::vector<PayerShare>& b) {
    std::vector<PayerShare> rest;
    for (const auto& share : a)
        if (const Money other = of_payer(b, share.payer); share.amount > other)
            rest.push_back({share.payer, share.amount - other});
    return rest;
}

std::vector<PayerShare> within(const std::vector<PayerShare>& a, const std::vector<PayerShare>& b) {
    std::vector<PayerShare> common;
    for (const auto& share : a)
        if (const Money least = std::min(share.amount, of_payer(b, share.payer)); least > Money{})
            common.push_back({share.payer, least});
    return common;
}

Money total(const std::vector<PayerShare>& shares) {
    Money sum;
    for (const auto& share : shares) sum += share.amount;
    return sum;
}

}  // namespace mulin::sync::settlement
