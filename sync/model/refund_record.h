#pragma once
// Money given back for part or all of a sale that stands, as recorded once and never edited. Not the
// undoing of a whole sale as if it had never been (VoidRecord), and not the channel's task that moves
// the money (payment/port/refund_journal.h): that is finished before this record is written.
// Invariant (check_refund): lines + delivery == paid + sum(benefits); every benefit equals the sum of
// its payers; payments add up to paid + cash_rounding; nothing is negative except cash_rounding.

#include <string>
#include <vector>

#include "sync/model/sale.h"

namespace mulin::payment {
using RefundId = Id<struct RefundTag>;  // as in payment/port/refund.h
}

namespace mulin::sync {

// A part of one line of the sale, never more than what earlier refunds left of it.
struct RefundLine {
    std::int64_t line = 0;  // place in Sale::lines, from 0
    std::int64_t quantity = 1;
    Money amount;  // list value
    friend bool operator==(const RefundLine&, const RefundLine&) = default;
};

// Money that went back to where it came from.
struct RefundPayment {
    std::string method;
    std::string channel;
    payment::AttemptId attempt;  // that took the money
    payment::RefundId refund;    // the finished task; empty for cash
    Money amount;
    friend bool operator==(const RefundPayment&, const RefundPayment&) = default;
};

struct RefundRecord {
    EntryKey target;     // the sale
    std::string ref;     // the caller's idempotency key
    Date business_date;  // the day it counts for: that of the refund, not of the sale
    UtcInstant at;
    SiteId site;
    std::string reason;
    StaffId cashier;
    StaffId approver;  // another person
    ShiftId shift;
    std::vector<RefundLine> lines;
    Money delivery;  // part of the delivery fee
    std::vector<Benefit> benefits;  // what goes back to the payers
    Money paid;                     // the diner's part
    Money cash_rounding;            // added to what cash gives back; may be negative
    std::vector<RefundPayment> payments;
    // True when nothing of the sale is left. Then, and only then, `given_back` are the sale's uses
    // that return (CounterUse::returns_on_void), and the visit no longer counts.
    bool whole = false;
    std::vector<CounterUse> given_back;

    Money list_value() const;  // lines and delivery
    Money benefit_total() const;
    friend bool operator==(const RefundRecord&, const RefundRecord&) = default;
};

// What refunds have left of a sale.
struct SaleRemainder {
    std::vector<std::int64_t> quantities;  // one per line of the sale
    std::vector<Money> amounts;            // likewise
    Money delivery;
    std::vector<Benefit> benefits;  // as in the sale, amounts lowered; parts of zero stay
    Money paid;
    Money cash_rounding;
    std::vector<Money> payments;  // one per payment of the sale
    bool nothing_left() const;
};

// invalid_input when `earlier` took more than the sale had.
Result<SaleRemainder> remainder_of(const Sale& sale, const std::vector<RefundRecord>& earlier);

// Says which invariant a refund breaks, if any.
Status check_refund(const RefundRecord& record);

// check_refund, and: no part is more than what is left, payments go to where the sale's came from,
// `whole` and `given_back` are as they must be.
Status check_refund_fits(const RefundRecord& record, const Sale& sale, const std::vector<RefundRecord>& earlier);

}  // namespace mulin::sync
