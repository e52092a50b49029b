#include "sync/policy/pricing.h"

#include <algorithm>

#include "payment/base/check.h"
#include "sync/policy/explain.h"

namespace mulin::sync::policy {
namespace {

Fate fate_of(Room room) {
    switch (room) {
        case Room::enough: return Fate::granted;
        case Room::used_up: return Fate::used_up;
        case Room::not_leased: return Fate::not_leased;
        case Room::unidentified: return Fate::unidentified;
    }
    return Fate::used_up;
}

}  // namespace

Pricing::Pricing(const QuoteRequest& request, const UsageView& usage, const std::vector<const Policy*>& policies,
                 Explain explain)
    : facts_(request, usage, scratch_.memory()), policies_(policies), explain_(explain), basket_(request, scratch_),
      uses_(facts_, scratch_), verdicts_(scratch_.memory()) {
    facts_.list = basket_.food_gross();
    std::size_t rules = 0;
    std::size_t groups = 0;
    for (const Policy* policy : policies) {
        rules += policy->rules.size();
        for (const auto& group : policy->groups) groups = std::max(groups, group.number + 1);
    }
    verdicts_.reserve(rules);
    groups_ = scratch_.array<GroupState>(groups);
}

void Pricing::set_policy(const Policy& policy) {
    facts_.under(policy);
    policy_applies_ = holds(policy.condition, facts_);
}

Quote Pricing::run() {
    quote_.list = basket_.food_gross();
    quote_.delivery = facts_.request.delivery_fee;
    quote_.line_amounts.reserve(basket_.parts().size());
    for (std::size_t i = 0; i + 1 < basket_.parts().size(); ++i)
        quote_.line_amounts.push_back(basket_.parts()[i].gross);
    if (!refuse_first()) {
        for (const Policy* policy : policies_) price_policy(*policy);
        for (const Policy* policy : policies_) {
            if (policy->operators.empty()) continue;
            set_policy(*policy);
            if (policy_applies_ && !quote_.refused) add_operator_amounts(*policy);
        }
    }
    finish();
    return std::move(quote_);
}

// Refusals come before every benefit: a sale that must not be made as asked has none.
bool Pricing::refuse_first() {
    for (const Policy* policy : policies_) {
        if (policy->refusals.empty()) continue;
        set_policy(*policy);
        for (const auto& rule : policy->refusals) {
            if (!policy_applies_ || !holds(rule.condition, facts_)) continue;
            const bool used_up = std::any_of(rule.limits.begin(), rule.limits.end(), [&](int i) {
                return uses_.is_used_up(policy->limits[static_cast<std::size_t>(i)]);
            });
            if (used_up || rule.limits.empty()) {
                refuse(rule.id, {rule.code, rule.words.zh, rule.words.en});
                return true;
            }
            for (const int i : rule.limits) uses_.take(policy->limits[static_cast<std::size_t>(i)], Money());
        }
    }
    return false;
}

void Pricing::refuse(const std::string& rule, Refusal refusal) {
    quote_.why.push_back({rule, false, refusal.zh, refusal.en});
    quote_.refused = std::move(refusal);
}

void Pricing::price_policy(const Policy& policy) {
    set_policy(policy);
    for (const auto& rule : policy.rules) {
        if (quote_.refused) return;
        price_rule(policy, rule);
    }
}

Pricing::GroupState& Pricing::group_of(const Policy& policy, const Rule& rule) {
    return groups_[policy.groups[static_cast<std::size_t>(rule.group)].number];
}

// A rule that loses the comparison because it is used up says so: the other one is not better.
const Limit* Pricing::reached_limit(const Policy& policy, const Rule& rule) const {
    for (const int i : rule.limits) {
        const Limit& limit = policy.limits[static_cast<std::size_t>(i)];
        if (uses_.is_used_up(limit)) return &limit;
    }
    return nullptr;
}

void Pricing::price_rule(const Policy& policy, const Rule& rule) {
    if (rule.group >= 0) {
        GroupState& group = group_of(policy, rule);
        const Group& stated = policy.groups[static_cast<std::size_t>(rule.group)];
        const Pick pick = stated.pick;
        if (pick == Pick::best && !group.compared) find_best(stated.number, group);
        const bool beaten = pick == Pick::best && group.best != nullptr && group.best != &rule;
        if (group.taken || beaten) {
            const bool matches = policy_applies_ && holds(rule.condition, facts_);
            const Limit* reached = matches && pick == Pick::best && explain_ != Explain::no ? reached_limit(policy, rule) : nullptr;
            const Fate taken = reached != nullptr ? Fate::used_up : pick == Pick::klass && !group.granted ? Fate::other_class : Fate::group_taken;
            verdicts_.push_back({&policy, &rule, !policy_applies_ ? Fate::elsewhere : matches ? taken : Fate::condition,
                                 reached, {}, {}});
            return;
        }
        if (pick == Pick::klass && policy_applies_ && holds(rule.condition, facts_)) group.taken = true;
    }
    Candidate candidate = consider(policy, rule);
    // The comparison is made once: what nobody got there, nobody gets later.
    const bool too_late = rule.group >= 0 && group_of(policy, rule).compared && group_of(policy, rule).best != &rule;
    if (candidate.verdict.fate == Fate::granted && too_late) candidate.verdict.fate = Fate::nothing;
    if (candidate.verdict.fate == Fate::granted) grant(candidate);
    if (candidate.verdict.fate == Fate::used_up && candidate.verdict.limit->refuses) {
        const Words& words = candidate.verdict.limit->used_up;
        refuse(rule.id, {"used_up", words.zh, words.en});
    }
    verdicts_.push_back(std::move(candidate.verdict));
}

// All rules of the group, of every policy in force, compete on the basket as it stands at the first
// of them; equal benefits go to the one stated first.
void Pricing::find_best(std::size_t number, GroupState& group) {
    group.compared = true;
    const Policy* const current = facts_.policy;
    const bool current_applies = policy_applies_;
    Money best;
    const Rule* found = nullptr;
    for (const Policy* other : policies_) {
        if (other == current) {
            facts_.under(*current);
            policy_applies_ = current_applies;
        } else {
            set_policy(*other);
        }
        for (const auto& rival : other->rules) {
            if (rival.group < 0 || other->groups[static_cast<std::size_t>(rival.group)].number != number) continue;
            const Candidate candidate = consider(*other, rival);
            if (candidate.verdict.fate != Fate::granted || candidate.verdict.amount <= best) continue;
            best = candidate.verdict.amount;
            found = &rival;
        }
    }
    // Whether a policy applies is asked once, before its first rule.
    facts_.under(*current);
    policy_applies_ = current_applies;
    group.best = found;
}

Fate Pricing::fate_before_offer(const Policy&, const Rule& rule, std::int64_t& times) {
    if (!policy_applies_) return Fate::elsewhere;
    if (!holds(rule.condition, facts_)) return Fate::condition;
    basket_.select(rule.benefit.on, rule.items);
    if (basket_.selected_count() == 0) return Fate::no_items;
    times = rule.threshold ? times_reached(*rule.threshold, basket_) : 1;
    return times == 0 ? Fate::threshold : Fate::granted;
}

Money Pricing::must_match(const Rule& rule) const {
    Money amount;
    if (rule.at_least_as.empty()) return amount;
    for (const auto& verdict : verdicts_) {
        if (verdict.fate == Fate::granted && verdict.rule->id == rule.at_least_as) amount += verdict.amount;
    }
    return amount;
}

Pricing::Candidate Pricing::consider(const Policy& policy, const Rule& rule) {
    Candidate candidate;
    candidate.verdict.policy = &policy;
    candidate.verdict.rule = &rule;
    std::int64_t times = 0;
    candidate.verdict.fate = fate_before_offer(policy, rule, times);
    if (candidate.verdict.fate != Fate::granted) return candidate;
    candidate.offer = make_offer(rule, basket_, facts_, times, must_match(rule), scratch_);
    settle(candidate);
    return candidate;
}

// Cuts the offer to what limits and payers allow.
void Pricing::settle(Candidate& candidate) {
    Verdict& verdict = candidate.verdict;
    Money amount = candidate.offer.amount;
    for (const int i : verdict.rule->limits) {
        const Limit& limit = verdict.policy->limits[static_cast<std::size_t>(i)];
        const Fate fate = fate_of(uses_.ask(limit, amount));
        if (fate == Fate::granted) continue;
        verdict.fate = fate;
        verdict.limit = &limit;
        return;
    }
    if (amount.is_zero()) {
        verdict.fate = Fate::nothing;
        return;
    }
    verdict.shares = share_out(amount, verdict.rule->payers, verdict.rule->payers_pro_rata, facts_, uses_, scratch_);
    verdict.amount = total_of(verdict.shares);
    if (verdict.amount.is_zero()) verdict.fate = Fate::unfunded;
    if (!can_be_named(verdict.shares, facts_)) verdict.fate = Fate::unnamed_payer;
}

void Pricing::grant(const Candidate& candidate) {
    const Verdict& verdict = candidate.verdict;
    const Rule& rule = *verdict.rule;
    basket_.take(verdict.amount, candidate.offer.weights);
    if (quote_.benefits.empty()) quote_.benefits.reserve(4);
    Benefit& benefit = quote_.benefits.emplace_back(Benefit{rule.id, rule.name.zh, rule.name.en, verdict.amount, {}});
    benefit.payers.reserve(verdict.shares.size());
    for (const auto& share : verdict.shares) {
        std::string name = payer_name(*share.part, facts_);
        const auto same = std::find_if(benefit.payers.begin(), benefit.payers.end(),
                                       [&](const PayerShare& payer) { return payer.payer == name; });
        if (same != benefit.payers.end()) {
            same->amount += share.amount;
        } else {
            benefit.payers.push_back({std::move(name), share.amount});
        }
    }
    for (const int i : rule.limits) uses_.take(verdict.policy->limits[static_cast<std::size_t>(i)], verdict.amount);
    take_budgets(*verdict.policy, verdict.shares);
    facts_.granted.push_back(&rule.id);
    if (rule.group >= 0) {
        GroupState& group = group_of(*verdict.policy, rule);
        group.taken = true;
        group.granted = true;
    }
}

void Pricing::take_budgets(const Policy& policy, std::span<const Share> shares) {
    for (const auto& share : shares) {
        if (share.part->limit >= 0) uses_.take(policy.limits[static_cast<std::size_t>(share.part->limit)], share.amount);
    }
}

void Pricing::add_operator_amounts(const Policy& policy) {
    for (const auto& rule : policy.operators) {
        if (holds(rule.condition, facts_)) add_operator_amount(policy, rule);
    }
}

// Of the selected lines: an amount, once or per piece, or a part of what they came to.
Money Pricing::operator_amount(const OperatorRule& rule) const {
    std::int64_t count = 0;
    Money gross;
    Money left;
    for (const auto& part : basket_.parts()) {
        if (!part.selected) continue;
        count += part.pieces;
        gross += part.gross;
        left += part.left;
    }
    if (rule.part) {
        using Of = OperatorRule::Part::Of;
        const Money whole = rule.part->of == Of::list ? gross : rule.part->of == Of::paid ? left : gross - left;
        return rule.part->part.of(whole, rule.part->mode, rule.part->unit);
    }
    const AmountEntry* entry = find_amount(rule.amounts, facts_, nullptr);
    if (entry == nullptr) return {};
    return rule.per == OperatorRule::Per::piece ? entry->amount.times(count) : entry->amount;
}

void Pricing::add_operator_amount(const Policy& policy, const OperatorRule& rule) {
    using Each = OperatorRule::Per;
    if (rule.per == Each::delivery && facts_.request.service != Service::delivery) return;
    if (rule.per == Each::person_day && !facts_.request.diner) return;
    basket_.select(BenefitOn::food, rule.items);
    if (basket_.selected_count() == 0) return;
    Money amount = operator_amount(rule);
    if (rule.max_amount) amount = std::min(amount, *rule.max_amount);
    if (amount.is_zero()) return;
    std::vector<const Limit*> limits;
    if (rule.per == Each::person_day) limits.push_back(&rule.once_a_day);
    for (const int i : rule.limits) limits.push_back(&policy.limits[static_cast<std::size_t>(i)]);
    for (const Limit* limit : limits) {
        if (uses_.ask(*limit, amount) != Room::enough) return;
    }
    const auto shares = share_out(amount, rule.payers, false, facts_, uses_, scratch_);
    if (shares.empty() || !can_be_named(shares, facts_)) return;
    for (const auto& share : shares)
        quote_.operator_amounts.push_back({rule.id, payer_name(*share.part, facts_), share.amount});
    for (const Limit* limit : limits) uses_.take(*limit, total_of(shares));
    take_budgets(policy, shares);
}

// Meals are numbered in every span that some policy in force asks for.
void Pricing::count_meal() {
    std::vector<Window> spans;
    for (const Policy* policy : policies_) {
        for (const Window span : policy->counts_meals) {
            if (std::find(spans.begin(), spans.end(), span) == spans.end()) spans.push_back(span);
        }
    }
    uses_.count_meal(spans);
}

void Pricing::finish() {
    if (quote_.refused) {
        quote_.benefits.clear();
        quote_.operator_amounts.clear();
        quote_.paid = quote_.list + quote_.delivery;
        if (explain_ == Explain::no) quote_.why.clear();
        return;
    }
    quote_.paid = basket_.left();
    count_meal();
    quote_.uses = std::move(uses_).result();
    if (explain_ == Explain::no) return;
    quote_.why.reserve(verdicts_.size());
    for (const auto& verdict : verdicts_) {
        if (verdict.fate == Fate::elsewhere) continue;
        facts_.under(*verdict.policy);
        explain(verdict, facts_, quote_.why.emplace_back());
        if (explain_ == Explain::manager) explain_to_manager(verdict, facts_, quote_.why.back());
    }
    explain_policies();
}

// Where no rule was asked at all, and where only a missing calendar keeps a policy from being asked,
// the policy itself says why.
void Pricing::explain_policies() {
    const bool silent = quote_.why.empty();
    for (const Policy* policy : policies_) {
        if (policy->condition.kind == ConditionKind::always) continue;
        facts_.under(*policy);
        if (!silent && !lacks_calendar(policy->condition, facts_)) continue;
        if (holds(policy->condition, facts_)) continue;
        explain_policy(*policy, facts_, explain_ == Explain::manager, quote_.why.emplace_back());
    }
}

}  // namespace mulin::sync::policy
