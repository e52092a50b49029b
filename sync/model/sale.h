#pragma once
// A served meal and its money, as recorded once and never edited. Corrections are further records.
// Invariant (check_sale): list + delivery == paid + sum(benefits); every benefit equals the sum of
// its payers; payments settle paid + cash_rounding; nothing is negative except cash_rounding.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "payment/port/outcome.h"
#include "sync/model/kinds.h"

namespace mulin::sync {

// Names one journal entry in the whole district.
struct EntryKey {
    TillId till;
    EpochId epoch;
    std::int64_t seq = 0;
    friend auto operator<=>(const EntryKey&, const EntryKey&) = default;
};

struct SaleLine {
    ItemId item;
    std::string name_zh;
    std::string name_en;
    ItemClass item_class = ItemClass::other;
    Money unit_price;  // per piece, or per 500 g when weighed
    std::int64_t quantity = 1;
    std::int64_t weight_g = 0;  // > 0 for weighed food
    Money amount;
    friend bool operator==(const SaleLine&, const SaleLine&) = default;
};

struct PayerShare {
    std::string payer;  // "district", "street", "foundation", "bank", "vendor", ...
    Money amount;
    friend bool operator==(const PayerShare&, const PayerShare&) = default;
};

struct Benefit {
    std::string rule;     // the policy rule's id
    std::string name_zh;  // neutral, printable for the diner
    std::string name_en;
    Money amount;
    std::vector<PayerShare> payers;
    friend bool operator==(const Benefit&, const Benefit&) = default;
};

// What a payer owes the operator beside the price; the diner never sees it.
struct OperatorAmount {
    std::string rule;
    std::string payer;
    Money amount;
    friend bool operator==(const OperatorAmount&, const OperatorAmount&) = default;
};

// One use of a counter or pool. The key holds counter, subject and window in one text
// ("p09-daily|D000123|2026-03-10"); store and server add up uses and amount by key.
struct CounterUse {
    std::string key;
    std::int64_t uses = 1;
    Money amount;
    bool returns_on_void = true;  // false: stays used up when the sale is voided
    std::string lease{};          // the slice of a shared pool that it is taken from (lease.h); else empty
    friend bool operator==(const CounterUse&, const CounterUse&) = default;
};

struct Payment {
    std::string method;   // "cash", "qr", "senior_card", "bank_card"
    std::string channel;  // "cash", "simulated", ...
    payment::AttemptId attempt;
    payment::Outcome outcome = payment::Outcome::unknown;
    Money amount;  // what this payment settles of the sale
    Money given;   // cash handed over; zero otherwise
    Money change;  // given - amount for cash
    std::vector<payment::ChannelDiscount> discounts;
    friend bool operator==(const Payment&, const Payment&) = default;
};

struct Sale {
    std::string ref;  // the caller's idempotency key; unique per till
    Date business_date;
    UtcInstant at;
    SiteId site;
    VendorId vendor;
    std::string subdistrict;
    Meal meal = Meal::lunch;
    Service service = Service::dine_in;
    std::optional<DinerId> diner;  // none is a guest
    Category category = Category::guest;
    std::vector<SaleLine> lines;
    Money list;
    Money delivery;
    std::vector<Benefit> benefits;
    std::vector<OperatorAmount> operator_amounts;
    Money paid;           // the diner's part before cash rounding
    Money cash_rounding;  // added to what cash settles; its own line, may be negative
    std::vector<Payment> payments;
    std::vector<CounterUse> uses;
    std::string policy_version;  // which published rules priced it
    StaffId cashier;
    ShiftId shift;
    bool training = false;
    bool clock_suspect = false;  // the till's clock was outside what it can trust
    bool rules_out_of_date = false;  // the district's word had run out: newer rules may be in force
    bool provisional = false;        // benefits beyond what the till may grant without the district
    StaffId overridden_by;           // who set a refusal aside; empty: nobody

    Money benefit_total() const;
    friend bool operator==(const Sale&, const Sale&) = default;
};

struct VoidRecord {
    EntryKey target;
    std::string ref;
    Date business_date;  // of the sale it undoes
    UtcInstant at;
    std::string reason;
    StaffId cashier;
    StaffId approver;  // another person
    ShiftId shift;
    friend bool operator==(const VoidRecord&, const VoidRecord&) = default;
};

// Says which invariant a sale breaks, if any.
Status check_sale(const Sale& sale);

}  // namespace mulin::sync
