#include "sync/model/refund_record.h"

#include <algorithm>

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

Status refund_broken(const std::string& what) {
    return fail(ErrorCode::invalid_input, "The refund does not add up: " + what + ".");
}

Status too_much(const std::string& what) {
    return fail(ErrorCode::refused, "More would go back than is left of the sale: " + what + "; look at its earlier refunds.");
}

Benefit* find_benefit(std::vector<Benefit>& benefits, const std::string& rule) {
    const auto at = std::ranges::find(benefits, rule, &Benefit::rule);
    return at == benefits.end() ? nullptr : &*at;
}

Status take(Money& left, Money amount, const char* what) {
    if (amount > left) return too_much(what);
    left -= amount;
    return payment::ok();
}

Status take_lines(SaleRemainder& left, const RefundRecord& record) {
    for (const auto& line : record.lines) {
        if (line.line < 0 || line.line >= static_cast<std::int64_t>(left.amounts.size())) return too_much("there is no such line");
        const auto at = static_cast<std::size_t>(line.line);
        if (line.quantity > left.quantities[at]) return too_much("the quantity of a line");
        left.quantities[at] -= line.quantity;
        MULIN_TRY_STATUS(take(left.amounts[at], line.amount, "the amount of a line"));
    }
    return take(left.delivery, record.delivery, "the delivery fee");
}

Status take_benefits(SaleRemainder& left, const RefundRecord& record) {
    for (const auto& back : record.benefits) {
        Benefit* benefit = find_benefit(left.benefits, back.rule);
        if (benefit == nullptr) return too_much("a benefit that the sale did not have");
        for (const auto& share : back.payers) {
            const auto at = std::ranges::find(benefit->payers, share.payer, &PayerShare::payer);
            if (at == benefit->payers.end()) return too_much("a payer that the sale did not have");
            MULIN_TRY_STATUS(take(at->amount, share.amount, "a payer's part"));
        }
        MULIN_TRY_STATUS(take(benefit->amount, back.amount, "a benefit"));
    }
    return payment::ok();
}

Status take_payments(SaleRemainder& left, const RefundRecord& record, const Sale& sale) {
    for (const auto& back : record.payments) {
        const auto from = std::ranges::find_if(sale.payments, [&](const Payment& part) {
            return part.channel == back.channel && part.method == back.method && part.attempt == back.attempt;
        });
        if (from == sale.payments.end()) return too_much("money can go back only to where it came from");
        MULIN_TRY_STATUS(take(left.payments[static_cast<std::size_t>(from - sale.payments.begin())], back.amount, "a payment"));
    }
    return payment::ok();
}

Status take_refund(SaleRemainder& left, const RefundRecord& record, const Sale& sale) {
    MULIN_TRY_STATUS(take_lines(left, record));
    MULIN_TRY_STATUS(take_benefits(left, record));
    MULIN_TRY_STATUS(take(left.paid, record.paid, "the diner's part"));
    left.cash_rounding -= record.cash_rounding;
    return take_payments(left, record, sale);
}

SaleRemainder whole_of(const Sale& sale) {
    SaleRemainder left;
    for (const auto& line : sale.lines) {
        left.quantities.push_back(line.quantity);
        left.amounts.push_back(line.amount);
    }
    left.delivery = sale.delivery;
    left.benefits = sale.benefits;
    left.paid = sale.paid;
    left.cash_rounding = sale.cash_rounding;
    for (const auto& part : sale.payments) left.payments.push_back(part.amount);
    return left;
}

std::vector<CounterUse> returning_uses(const Sale& sale) {
    std::vector<CounterUse> back;
    for (const auto& use : sale.uses) {
        if (use.returns_on_void) back.push_back(use);
    }
    return back;
}

Status check_parts(const RefundRecord& record) {
    for (const auto& line : record.lines) {
        if (line.quantity < 1 || line.amount.is_negative()) return refund_broken("a line has no quantity or a negative amount");
    }
    for (const auto& benefit : record.benefits) {
        Money shares;
        for (const auto& share : benefit.payers) {
            if (share.amount.is_negative()) return refund_broken("a payer's share is negative in " + benefit.rule);
            shares += share.amount;
        }
        if (shares != benefit.amount) return refund_broken("payers of " + benefit.rule + " do not add up");
    }
    return payment::ok();
}

}  // namespace

Money RefundRecord::list_value() const {
    Money total = delivery;
    for (const auto& line : lines) total += line.amount;
    return total;
}

Money RefundRecord::benefit_total() const {
    Money total;
    for (const auto& benefit : benefits) total += benefit.amount;
    return total;
}

bool SaleRemainder::nothing_left() const {
    return paid.is_zero() && delivery.is_zero() && std::ranges::all_of(quantities, [](auto q) { return q == 0; }) &&
           std::ranges::all_of(amounts, &Money::is_zero) &&
           std::ranges::all_of(benefits, [](const Benefit& benefit) { return benefit.amount.is_zero(); });
}

Result<SaleRemainder> remainder_of(const Sale& sale, const std::vector<RefundRecord>& earlier) {
    auto left = whole_of(sale);
    for (const auto& record : earlier) MULIN_TRY_STATUS(take_refund(left, record, sale));
    return left;
}

Status check_refund(const RefundRecord& record) {
    if (record.lines.empty() && record.delivery.is_zero()) return refund_broken("nothing is given back");
    if (record.paid.is_negative() || record.delivery.is_negative()) return refund_broken("an amount is negative");
    MULIN_TRY_STATUS(check_parts(record));
    if (record.list_value() != record.paid + record.benefit_total()) return refund_broken("lines and delivery differ from paid and benefits");
    Money back;
    for (const auto& part : record.payments) {
        if (part.amount.is_negative()) return refund_broken("a payment is negative");
        back += part.amount;
    }
    if (back != record.paid + record.cash_rounding) return refund_broken("the payments are not what the diner gets back");
    return payment::ok();
}

Status check_refund_fits(const RefundRecord& record, const Sale& sale, const std::vector<RefundRecord>& earlier) {
    MULIN_TRY_STATUS(check_refund(record));
    MULIN_TRY(auto left, remainder_of(sale, earlier));
    MULIN_TRY_STATUS(take_refund(left, record, sale));
    if (record.whole != left.nothing_left()) return refund_broken("it does not say rightly whether something of the sale is left");
    if (record.whole && !std::ranges::all_of(left.payments, &Money::is_zero)) return refund_broken("money of the sale stays behind");
    if (record.given_back != (record.whole ? returning_uses(sale) : std::vector<CounterUse>{}))
        return refund_broken("the counters given back are not those of the rules");
    return payment::ok();
}

}  // namespace mulin::sync
