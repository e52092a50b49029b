#pragma once
// What is asked of the rules and what they answer. The same types serve the till, the district's
// re-pricing and `mulin-pos quote`. Plain values: no clock, no files, no I/O.

#include <optional>
#include <string>
#include <vector>

#include "sync/model/diner.h"
#include "sync/model/sale.h"

namespace mulin::sync {

struct QuoteLine {
    std::string item;
    std::string item_class;  // open vocabulary here: "set", "dish", "meat", ...
    Money unit_price;
    std::int64_t quantity = 1;
    std::int64_t weight_g = 0;  // > 0: weighed, priced by price_per_500g
    Money price_per_500g;
};

// The facts about the person that a rule may look at. No name, no number.
struct QuoteDiner {
    std::string id;
    std::optional<Date> birth_date;
    std::string hukou;
    std::string residence;
    std::vector<std::string> aid;
    int disability_grade = 0;
    std::string care = "none";
    std::vector<std::string> living;
    std::vector<std::string> tags;
    std::vector<std::string> approved;
    std::vector<std::string> cards;
    // Further marks of the same person for campaigns in which any one of them decides who somebody
    // is: "phone:<keyed hash>", "card:<keyed hash>". Never clear numbers.
    std::vector<std::string> identifiers;
};

struct QuoteSite {
    std::string id;
    std::string subdistrict;
    std::string vendor;
    std::string kind = "canteen";
    std::vector<std::string> tags;
};

struct QuoteRequest {
    UtcInstant at;
    QuoteSite site;
    Meal meal = Meal::lunch;
    Service service = Service::dine_in;
    std::optional<QuoteDiner> diner;  // none is a guest
    std::string presented;            // card kind shown at the till: "jinglao", or empty
    std::string tender;               // "cash", "qr", "unionpay_qr", ... or empty
    Money delivery_fee;
    std::vector<QuoteLine> lines;
};

// One rule that could have mattered, in words a cashier can read out. Never the aid class.
struct Reason {
    std::string rule;
    bool applied = false;
    std::string zh;
    std::string en;
    // With Explain::manager only: the same with aid class, disability, care and the like. Never for the
    // counter, a slip or a display.
    std::string manager_zh{};
    std::string manager_en{};
    bool pool_short = false;  // a shared pool that this till may not take from now: the slip says so
};

struct Refusal {
    std::string code;
    std::string zh;
    std::string en;
};

struct Quote {
    Money list;
    Money delivery;
    Money paid;
    std::vector<Money> line_amounts;  // one per request line
    std::vector<Benefit> benefits;
    std::vector<OperatorAmount> operator_amounts;
    std::optional<Refusal> refused;  // then no benefits and paid == list + delivery
    std::vector<Reason> why;
    std::vector<CounterUse> uses;  // what committing this quote would use up
    std::string policy_version;
};

// What counters and pools have used so far, by CounterUse::key. The caller owns the memory of it.
struct Usage {
    std::int64_t uses = 0;
    Money amount;
};
class UsageView {
  public:
    virtual ~UsageView() = default;
    virtual Usage used(const std::string& key) const = 0;
    // What may still be taken at `at` from a pool that everybody shares: a till answers with what is
    // left of its lease (zero without one), so that offline it cannot pass the pool. No answer: this
    // view sees the whole pool, and used() decides alone.
    virtual std::optional<Usage> left_of_lease(const std::string& /*key*/, UtcInstant /*at*/) const {
        return std::nullopt;
    }
};

}  // namespace mulin::sync
