#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "sync/policy/fields.h"
#include "sync/policy/lint_checks.h"

namespace mulin::sync::policy {
namespace {

using Policies = std::vector<const Policy*>;

Policies policies_of(const std::vector<ReadFile>& files) {
    Policies policies;
    for (const auto& file : files) {
        if (file.policy) policies.push_back(file.policy.get());
    }
    return policies;
}

void check_pair(const Policy& earlier, const Policy& later, Findings& out) {
    if (!earlier.through || *earlier.through >= later.from) {
        out.push_back(made_finding(later, "", 0, "version_overlap",
                                   "version \"" + later.version + "\" begins on " + later.from.text() + " while version \"" +
                                       earlier.version + "\" (" + earlier.file + ") is still in force; end that one the day before."));
        return;
    }
    if (earlier.through->plus_days(1) < later.from)
        out.push_back(made_finding(later, "", 0, "version_hole",
                                   "from " + earlier.through->plus_days(1).text() + " to " + later.from.plus_days(-1).text() +
                                       " no version of policy \"" + later.id + "\" is in force."));
}

void check_ties(const Policies& policies, Findings& out) {
    for (std::size_t i = 0; i < policies.size(); ++i) {
        for (std::size_t j = i + 1; j < policies.size(); ++j) {
            const Policy& a = *policies[i];
            const Policy& b = *policies[j];
            const bool apart = (a.through && *a.through < b.from) || (b.through && *b.through < a.from);
            if (a.id == b.id || a.order != b.order || apart) continue;
            if (!same_meaning(a.condition, b.condition) && a.condition.kind != ConditionKind::always &&
                b.condition.kind != ConditionKind::always)
                continue;  // two towns of one layer: they meet in no sale
            out.push_back(made_finding(b, "", 0, "order_tie",
                                       "policies \"" + a.id + "\" and \"" + b.id + "\" both have order " +
                                           std::to_string(a.order) + "; give the one that acts first the smaller number."));
        }
    }
}

// The least and the most a rule with amounts takes off, where a basket allows it.
std::optional<Money> least_amount(const Rule& rule) {
    const auto& entries = rule.benefit.amounts.entries;
    if (rule.benefit.kind != BenefitKind::amount || entries.empty()) return std::nullopt;
    Money least = entries.front().amount;
    for (const auto& entry : entries) least = std::min(least, entry.amount);
    return rule.benefit.max_off ? std::min(least, *rule.benefit.max_off) : least;
}
std::optional<Money> most_amount(const Rule& rule) {
    const auto& entries = rule.benefit.amounts.entries;
    if (rule.benefit.kind != BenefitKind::amount || entries.empty()) return std::nullopt;
    Money most;
    for (const auto& entry : entries) most = std::max(most, entry.amount);
    return rule.benefit.max_off ? std::min(most, *rule.benefit.max_off) : most;
}

// The lower layer's own words give less than the upper layer it must match.
std::optional<std::string> gives_less(const Rule& own, const Rule& upper) {
    const auto a = least_amount(own);
    const auto b = most_amount(upper);
    if (a && b && *a < *b)
        return "it gives " + payment::to_yuan(*a) + " yuan but must at least match " + upper.id + " with " + payment::to_yuan(*b) + "; raise it.";
    const bool percents = own.benefit.kind == BenefitKind::percent && upper.benefit.kind == BenefitKind::percent;
    if (percents && own.benefit.pay.top * upper.benefit.pay.bottom > upper.benefit.pay.top * own.benefit.pay.bottom)
        return "it takes a smaller percent off than " + upper.id + ", which it must at least match; raise it.";
    if (own.benefit.max_off && b && *own.benefit.max_off < *b)
        return "its \"max_off_fen\" keeps it below " + upper.id + ", which it must at least match; raise it.";
    return std::nullopt;
}

const Rule* find_rule(const Policies& policies, const std::string& id) {
    for (const Policy* policy : policies) {
        for (const auto& rule : policy->rules) {
            if (rule.id == id) return &rule;
        }
    }
    return nullptr;
}

}  // namespace

void check_versions(const std::vector<ReadFile>& files, Findings& out) {
    std::map<std::string, Policies> by_id;
    for (const Policy* policy : policies_of(files)) by_id[policy->id].push_back(policy);
    for (auto& [id, versions] : by_id) {
        std::sort(versions.begin(), versions.end(), [](const Policy* a, const Policy* b) {
            return a->from != b->from ? a->from < b->from : a->version < b->version;
        });
        for (std::size_t i = 1; i < versions.size(); ++i) check_pair(*versions[i - 1], *versions[i], out);
    }
    check_ties(policies_of(files), out);
}

namespace {

struct Place {
    const Policy* policy;
    std::size_t at;
};

std::vector<Place> places_of(const Policies& policies, const std::string& id) {
    std::vector<Place> places;
    for (const Policy* policy : policies) {
        for (std::size_t i = 0; i < policy->rules.size(); ++i) {
            if (policy->rules[i].id == id) places.push_back({policy, i});
        }
    }
    return places;
}

// A rule can only look at what acted before it: earlier in its policy, or in one of a smaller order.
bool acts_before(const Place& earlier, const Policy& policy, std::size_t at) {
    if (earlier.policy == &policy) return earlier.at < at;
    return earlier.policy->order != policy.order ? earlier.policy->order < policy.order : earlier.policy->id < policy.id;
}

void check_asked(const ReadFile& file, const Policies& policies, const std::vector<std::string_view>& ids, Findings& out) {
    for (const auto& asked : file.rules_asked_for) {
        const auto places = places_of(policies, asked.id);
        if (places.empty()) {
            const std::string near = nearest(asked.id, ids);
            out.push_back(made_finding(*file.policy, asked.by, asked.line, "unknown_rule",
                                       "no rule has the id \"" + asked.id + "\"" + (near.empty() ? "." : "; did you mean \"" + near + "\"?")));
            continue;
        }
        const auto& rules = file.policy->rules;
        const auto asking = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == asked.by; });
        if (asking == rules.end()) continue;
        const auto at = static_cast<std::size_t>(asking - rules.begin());
        if (std::any_of(places.begin(), places.end(), [&](const Place& place) { return acts_before(place, *file.policy, at); })) continue;
        out.push_back(made_finding(*file.policy, asked.by, asked.line, "rule_order",
                                   "\"" + asked.id + "\" acts after this rule, so it has not given anything yet when this rule asks; put it before."));
    }
}

}  // namespace

void check_layers(const std::vector<ReadFile>& files, Findings& out) {
    const Policies policies = policies_of(files);
    std::vector<std::string_view> ids;
    for (const Policy* policy : policies) {
        for (const auto& rule : policy->rules) ids.push_back(rule.id);
    }
    for (const auto& file : files) {
        if (!file.policy) continue;
        check_asked(file, policies, ids, out);
        for (const auto& rule : file.policy->rules) {
            const Rule* upper = rule.at_least_as.empty() ? nullptr : find_rule(policies, rule.at_least_as);
            if (upper == nullptr) continue;
            if (const auto less = gives_less(rule, *upper)) out.push_back(made_finding(*file.policy, rule.id, rule.line, "lower_below_upper", *less));
        }
    }
}

}  // namespace mulin::sync::policy
