#include "sync/model/top_up.h"

namespace mulin::sync {

using payment::ErrorCode;
using payment::fail;

Status check_top_up(const TopUpRecord& record) {
    const auto broken = [](const char* what) {
        return fail(ErrorCode::invalid_input, std::string("The top-up does not add up: ") + what + ".");
    };
    if (record.amount <= Money()) return broken("there is no amount");
    if (record.card.empty()) return broken("no card is named");
    Money settled;
    for (const auto& part : record.payments) {
        if (part.amount.is_negative()) return broken("a payment is negative");
        if (part.outcome != payment::Outcome::approved) return broken("a payment is not approved");
        if (part.method == "senior_card") return broken("a card cannot be topped up from a card");
        if (!part.given.is_zero() && part.given - part.amount != part.change)
            return broken("change is not what was given less what was due");
        settled += part.amount;
    }
    if (settled != record.amount + record.cash_rounding) return broken("payments do not settle the amount");
    return payment::ok();
}

}  // namespace mulin::sync
