#pragma once
// Pricing: one request under the policies in force. Walks the rules in their stated order, each
// taking its benefit off the basket, and notes for every rule what became of it and why.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sync/policy/basket.h"
#include "sync/policy/book.h"
#include "sync/policy/facts.h"
#include "sync/policy/offer.h"
#include "sync/policy/payers.h"
#include "sync/policy/policy_set.h"
#include "sync/policy/uses.h"

namespace mulin::sync::policy {

// What became of a rule.
enum class Fate {
    granted,
    elsewhere,      // the policy is not for this place, person or time at all: not worth a word
    condition,      // a condition does not hold
    no_items,       // nothing chosen that it is about
    threshold,      // the amount is not reached
    group_taken,    // another rule of its group was granted, or is better
    other_class,    // another rule of its group is this diner's, and gave nothing
    unidentified,   // a limit per person, but nobody is identified
    used_up,        // a limit is reached
    not_leased,     // a shared pool this till may not take from now
    unfunded,       // no payer covers it
    unnamed_payer,  // whose place the payer is called after is not known
    nothing         // nothing is left to take off
};

struct Verdict {
    const Policy* policy = nullptr;
    const Rule* rule = nullptr;
    Fate fate = Fate::elsewhere;
    const Limit* limit = nullptr;  // for unidentified, used_up and not_leased
    Money amount;
    std::span<const Share> shares;
};

class Pricing {
  public:
    Pricing(const QuoteRequest& request, const UsageView& usage, const std::vector<const Policy*>& policies,
            Explain explain);

    Quote run();

  private:
    struct Candidate {
        Verdict verdict;
        Offer offer;
    };
    struct GroupState {
        bool taken = false;
        bool granted = false;
        const Rule* best = nullptr;
        bool compared = false;
    };

    void set_policy(const Policy& policy);
    bool refuse_first();
    void price_policy(const Policy& policy);
    void price_rule(const Policy& policy, const Rule& rule);
    Candidate consider(const Policy& policy, const Rule& rule);
    void settle(Candidate& candidate);
    Fate fate_before_offer(const Policy& policy, const Rule& rule, std::int64_t& times);
    Money must_match(const Rule& rule) const;
    void grant(const Candidate& candidate);
    GroupState& group_of(const Policy& policy, const Rule& rule);
    void find_best(std::size_t number, GroupState& group);
    void take_budgets(const Policy& policy, std::span<const Share> shares);
    void count_meal();
    Money operator_amount(const OperatorRule& rule) const;
    void add_operator_amounts(const Policy& policy);
    void add_operator_amount(const Policy& policy, const OperatorRule& rule);
    void refuse(const std::string& rule, Refusal refusal);
    const Limit* reached_limit(const Policy& policy, const Rule& rule) const;
    void explain_policies();
    void finish();

    Scratch scratch_;
    Facts facts_;
    const std::vector<const Policy*>& policies_;
    Explain explain_;
    Basket basket_;
    Uses uses_;
    Quote quote_;
    std::span<GroupState> groups_;  // by Group::number
    std::pmr::vector<Verdict> verdicts_;
    bool policy_applies_ = true;
};

}  // namespace mulin::sync::policy
