#include <algorithm>

#include "sync/policy/lint_checks.h"
#include "sync/policy/reason_about.h"

namespace mulin::sync::policy {
namespace {

using Kind = ConditionKind;

// Rules with very large conditions are not compared: a finding is a service, not a proof.
constexpr std::size_t kMaxParts = 200;

std::size_t size_of(const Condition& condition) {
    std::size_t size = 1;
    for (const auto& part : condition.parts) size += size_of(part);
    return size;
}

Condition joined(std::vector<Condition> parts) {
    Condition all;
    all.kind = Kind::all;
    all.parts = std::move(parts);
    return all;
}

Condition in_force(const Policy& policy) {
    Condition dates;
    dates.kind = Kind::date;
    dates.dates.push_back({policy.from, policy.through.value_or(Date::from_days(3'000'000))});
    return dates;
}

// Everything that must hold where the rule is asked.
Condition whole_condition(const Policy& policy, const Condition& own) { return joined({in_force(policy), policy.condition, own}); }

bool gives_nothing(const Rule& rule, const Policy& policy, std::string& why) {
    const BenefitSpec& benefit = rule.benefit;
    if (benefit.max_off && benefit.max_off->is_zero()) return why = "\"max_off_fen\" is 0", true;
    if (benefit.kind == BenefitKind::percent && benefit.pay.top == benefit.pay.bottom) return why = "the percent takes nothing off", true;
    if (benefit.up_to != UpTo::none && benefit.up_to_amount.is_zero()) return why = "\"up_to\" is 0", true;
    const auto& entries = benefit.amounts.entries;
    if (benefit.kind == BenefitKind::amount &&
        std::all_of(entries.begin(), entries.end(), [](const AmountEntry& entry) { return entry.amount.is_zero(); }))
        return why = "the amount is 0", true;
    for (const int i : rule.limits) {
        const Limit& limit = policy.limits[static_cast<std::size_t>(i)];
        const bool never = limit.max_uses == 0 || (limit.max_amount && limit.max_amount->is_zero());
        if (never) return why = "its limit \"" + limit.name + "\" allows nothing", true;
    }
    return false;
}

bool same_threshold(const std::optional<Threshold>& earlier, const std::optional<Threshold>& later) {
    if (!earlier) return true;
    return later && earlier->amount <= later->amount && earlier->basis == later->basis && earlier->inclusive >= later->inclusive &&
           earlier->with_delivery == later->with_delivery && earlier->of_selected == later->of_selected;
}

// Whenever the later rule could give something, the earlier one does.
bool always_gives(const Rule& earlier, const Rule& later) {
    const auto unconditional = [](const PayerPart& part) { return part.condition.kind == Kind::always && part.limit < 0; };
    const bool limits = std::all_of(earlier.limits.begin(), earlier.limits.end(), [&](int limit) {
        return std::find(later.limits.begin(), later.limits.end(), limit) != later.limits.end();
    });
    const bool entries = earlier.benefit.amounts.entries.empty() ||
                         std::any_of(earlier.benefit.amounts.entries.begin(), earlier.benefit.amounts.entries.end(), [](const AmountEntry& entry) {
                             return entry.condition.kind == Kind::always && entry.line_value.empty() && !entry.amount.is_zero();
                         });
    const bool kind = earlier.benefit.kind == BenefitKind::amount || earlier.benefit.kind == BenefitKind::percent || earlier.benefit.kind == BenefitKind::free;
    return kind && entries && limits && earlier.benefit.on == later.benefit.on && (!earlier.items || earlier.items == later.items) &&
           same_threshold(earlier.threshold, later.threshold) && earlier.benefit.up_to == UpTo::none && !earlier.benefit.all_or_nothing &&
           earlier.minimum_own <= later.minimum_own && !earlier.payers.empty() &&
           std::all_of(earlier.payers.begin(), earlier.payers.end(), unconditional);
}

bool plain_percent(const BenefitSpec& benefit) {
    return benefit.kind == BenefitKind::percent && benefit.per == Per::sale && !benefit.pieces && !benefit.max_off && benefit.up_to == UpTo::none;
}

// The other rule always takes at least as much off: it wins every comparison.
bool takes_no_less(const Rule& other, const Rule& rule) {
    const BenefitSpec& a = other.benefit;
    const BenefitSpec& b = rule.benefit;
    if (a.kind == BenefitKind::free && !a.pieces && !a.max_off) return true;
    if (plain_percent(a) && plain_percent(b))
        return a.basis == b.basis && a.rounding.mode == b.rounding.mode && a.rounding.unit == b.rounding.unit &&
               a.rounding.of_paid == b.rounding.of_paid && a.pay.top * b.pay.bottom <= b.pay.top * a.pay.bottom;
    const bool amounts = a.kind == BenefitKind::amount && b.kind == BenefitKind::amount && a.per == b.per && !a.pieces && !b.pieces && !a.max_off &&
                         a.amounts.entries.size() == 1 && b.amounts.entries.size() == 1;
    return amounts && a.amounts.entries[0].amount >= b.amounts.entries[0].amount && !(rule.threshold && rule.threshold->repeats);
}

bool hides(const Policy& policy, std::size_t other, std::size_t rule) {
    const Rule& a = policy.rules[other];
    const Rule& b = policy.rules[rule];
    if (!implies(b.condition, a.condition)) return false;
    switch (policy.groups[static_cast<std::size_t>(b.group)].pick) {
        case Pick::klass: return other < rule;
        case Pick::first: return other < rule && always_gives(a, b);
        case Pick::best: {
            const bool mutual = takes_no_less(b, a) && implies(a.condition, b.condition);
            return always_gives(a, b) && takes_no_less(a, b) && (other < rule || !mutual);
        }
    }
    return false;
}

void check_groups(const Policy& policy, Findings& out) {
    for (std::size_t i = 0; i < policy.rules.size(); ++i) {
        const Rule& rule = policy.rules[i];
        if (rule.group < 0 || size_of(rule.condition) > kMaxParts) continue;
        for (std::size_t j = 0; j < policy.rules.size() && j < 300; ++j) {
            const Rule& other = policy.rules[j];
            if (j == i || other.group != rule.group || size_of(other.condition) > kMaxParts || !hides(policy, j, i)) continue;
            out.push_back(made_finding(policy, rule.id, rule.line, "unreachable_rule",
                                       "it never acts: whoever it is for, " + other.id +
                                           " of the same group comes first or gives as much; put the narrower rule first, or leave it out."));
            break;
        }
    }
}

void check_entries(const Policy& policy, const std::string& id, int line, const AmountTable& table, Findings& out) {
    if (table.by != AmountTable::By::diner) return;
    for (std::size_t i = 0; i < table.entries.size() && i < 300; ++i) {
        const Condition& own = table.entries[i].condition;
        if (size_of(own) > kMaxParts) continue;
        const auto hidden_by = std::find_if(table.entries.begin(), table.entries.begin() + static_cast<std::ptrdiff_t>(i), [&](const AmountEntry& earlier) {
            return size_of(earlier.condition) <= kMaxParts && implies(own, earlier.condition);
        });
        if (hidden_by == table.entries.begin() + static_cast<std::ptrdiff_t>(i)) continue;
        const auto nth = std::to_string(i + 1);
        out.push_back(made_finding(policy, id, own.line > 0 ? own.line : line, "unreachable_entry",
                                   "entry " + nth + " of its amounts never counts: entry " +
                                       std::to_string(hidden_by - table.entries.begin() + 1) +
                                       " before it fits everybody it is for; put the narrower one first."));
    }
}

}  // namespace

void check_reach(const Policy& policy, Findings& out) {
    const auto check = [&](const std::string& id, int line, const Condition& own) {
        if (size_of(own) + size_of(policy.condition) > kMaxParts || !never_holds(whole_condition(policy, own))) return;
        out.push_back(made_finding(policy, id, line, "unreachable_rule",
                                   "its condition can never hold: two of its parts, or the policy's \"if\" or dates, exclude each other."));
    };
    for (const auto& rule : policy.rules) {
        check(rule.id, rule.line, rule.condition);
        check_entries(policy, rule.id, rule.line, rule.benefit.amounts, out);
        std::string why;
        if (gives_nothing(rule, policy, why))
            out.push_back(made_finding(policy, rule.id, rule.line, "gives_nothing", "it never gives anything: " + why + "."));
    }
    for (const auto& rule : policy.operators) {
        check(rule.id, rule.line, rule.condition);
        check_entries(policy, rule.id, rule.line, rule.amounts, out);
    }
    for (const auto& rule : policy.refusals) check(rule.id, rule.line, rule.condition);
    check_groups(policy, out);
}

}  // namespace mulin::sync::policy
