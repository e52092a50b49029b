#include "payment/alipay/alipay_discounts.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "payment/money/sponsor.h"

namespace mulin::payment {
namespace {

constexpr std::size_t kMostParts = 200;

struct Split {
    Money platform;
    Money merchant;
    bool doubtful = false;

    // What passes the order is not believed.
    void add(Money& to, const std::optional<Money>& amount, Money total) {
        if (!amount) return;
        doubtful = doubtful || *amount > total - to;
        if (!doubtful) to += *amount;
    }
    Money sum() const { return platform + merchant; }
};

Split of_vouchers(const Json& node, Money total) {
    Split split;
    const auto& list = node["voucher_detail_list"].items();
    for (std::size_t i = 0; i < std::min(list.size(), kMostParts); ++i) {
        split.add(split.merchant, yuan_of(list[i]["merchant_contribute"]), total);
        split.add(split.platform, yuan_of(list[i]["other_contribute"]), total);
    }
    return split;
}

Split of_amounts(const Json& node, Money total) {
    Split split;
    split.add(split.merchant, yuan_of(node["mdiscount_amount"]), total);
    split.add(split.platform, yuan_of(node["discount_amount"]), total);
    return split;
}

Split of_funds(const Json& node, Money total) {
    static constexpr std::array<std::string_view, 2> kMerchant = {"MDISCOUNT", "MCOUPON"};
    static constexpr std::array<std::string_view, 2> kPlatform = {"DISCOUNT", "COUPON"};
    const auto names = [](const auto& list, const std::string& name) {
        return std::find(list.begin(), list.end(), name) != list.end();
    };
    Split split;
    const auto& list = node["fund_bill_list"].items();
    for (std::size_t i = 0; i < std::min(list.size(), kMostParts); ++i) {
        const std::string channel = list[i]["fund_channel"].text();
        if (names(kMerchant, channel)) split.add(split.merchant, yuan_of(list[i]["amount"]), total);
        if (names(kPlatform, channel)) split.add(split.platform, yuan_of(list[i]["amount"]), total);
    }
    return split;
}

// What the merchant does not get was the merchant's; the rest was the platform's.
Split of_receipt(const Json& node, Money total, Money missing) {
    Split split;
    const auto receipt = yuan_of(node["receipt_amount"]);
    if (receipt && *receipt <= total && total - *receipt <= missing) split.merchant = total - *receipt;
    split.platform = missing - split.merchant;
    return split;
}

Split choose(const Json& node, Money total) {
    const std::array told = {of_vouchers(node, total), of_amounts(node, total), of_funds(node, total)};
    const auto payer = yuan_of(node["buyer_pay_amount"]);
    const bool telling = payer && *payer <= total;
    for (const Split& split : told) {
        if (split.doubtful || split.sum() > total) continue;
        if (telling ? split.sum() == total - *payer : !split.sum().is_zero()) return split;
    }
    return telling ? of_receipt(node, total, total - *payer) : Split();
}

}  // namespace

std::optional<Money> yuan_of(const Json& value) {
    const auto amount = parse_yuan(value.plain());
    if (!amount || amount->is_negative()) return std::nullopt;
    return amount;
}

std::vector<ChannelDiscount> alipay_discounts(const Json& node, Money total) {
    const Split split = choose(node, total);
    std::vector<ChannelDiscount> discounts;
    if (!split.platform.is_zero()) discounts.push_back({sponsor::kPlatform, split.platform});
    if (!split.merchant.is_zero()) discounts.push_back({sponsor::kMerchant, split.merchant});
    return discounts;
}

}  // namespace mulin::payment
