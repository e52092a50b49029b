#pragma once
// Who paid what of an Alipay payment: from vouchers, discount amounts or the bill of funds, whichever
// explains the difference between the order and what the payer paid. Pure; README.md has the model.

#include <optional>
#include <string>
#include <vector>

#include "payment/port/outcome.h"
#include "payment/wire/json.h"

namespace mulin::payment {

// An amount in yuan as a text or a number ("12.00", 12, 12.5); none for anything else or a negative one.
std::optional<Money> yuan_of(const Json& value);

// `node` is a verified answer about a paid order of `total`. Sponsors: "platform", "merchant".
std::vector<ChannelDiscount> alipay_discounts(const Json& node, Money total);

}  // namespace mulin::payment
