#include "sync/model/sale.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

Status broken(const std::string& what) {
    return fail(ErrorCode::invalid_input, "The sale does not add up: " + what + ".");
}

Status check_benefits(const Sale& sale) {
    for (const auto& benefit : sale.benefits) {
        Money shares;
        for (const auto& share : benefit.payers) {
            if (share.amount.is_negative()) return broken("a payer's share is negative in " + benefit.rule);
            shares += share.amount;
        }
        if (benefit.amount.is_negative()) return broken("benefit " + benefit.rule + " is negative");
        if (shares != benefit.amount) return broken("payers of " + benefit.rule + " do not add up");
    }
    return payment::ok();
}

Status check_payments(const Sale& sale) {
    Money settled;
    for (const auto& part : sale.payments) {
        if (part.amount.is_negative()) return broken("a payment is negative");
        if (part.outcome != payment::Outcome::approved) return broken("a payment is not approved");
        if (!part.given.is_zero() && part.given - part.amount != part.change)
            return broken("change is not what was given less what was due");
        settled += part.amount;
    }
    if (settled != sale.paid + sale.cash_rounding) return broken("payments do not settle what the diner pays");
    return payment::ok();
}

}  // namespace

Money Sale::benefit_total() const {
    Money total;
    for (const auto& benefit : benefits) total += benefit.amount;
    return total;
}

Status check_sale(const Sale& sale) {
    Money list;
    for (const auto& line : sale.lines) {
        if (line.quantity < 1 || line.amount.is_negative()) return broken("a line has no quantity or a negative amount");
        list += line.amount;
    }
    if (sale.lines.empty()) return broken("there is no line");
    if (list != sale.list) return broken("lines do not add up to the list price");
    if (sale.paid.is_negative() || sale.delivery.is_negative()) return broken("an amount is negative");
    if (sale.list + sale.delivery != sale.paid + sale.benefit_total())
        return broken("list and delivery differ from paid and benefits");
    MULIN_TRY_STATUS(check_benefits(sale));
    return check_payments(sale);
}

}  // namespace mulin::sync
