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

// The single amount of a rule, when it has just one.
std::optional<Money> plain_amount(const Rule& rule) {
    if (rule.benefit.kind != BenefitKind::amount || rule.benefit.amounts.entries.size() != 1) return std::nullopt;
    return rule.benefit.amounts.entries.front().amount;
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

void check_layers(const std::vector<ReadFile>& files, Findings& out) {
    const Policies policies = policies_of(files);
    std::vector<std::string_view> ids;
    for (const Policy* policy : policies) {
        for (const auto& rule : policy->rules) ids.push_back(rule.id);
    }
    for (const auto& file : files) {
        if (!file.policy) continue;
        for (const auto& [id, line] : file.rules_asked_for) {
            if (find_rule(policies, id) != nullptr) continue;
            const std::string near = nearest(id, ids);
            out.push_back(made_finding(*file.policy, "", line, "unknown_rule",
                                       "no rule has the id \"" + id + "\"" + (near.empty() ? "." : "; did you mean \"" + near + "\"?")));
        }
        for (const auto& rule : file.policy->rules) {
            const Rule* upper = rule.at_least_as.empty() ? nullptr : find_rule(policies, rule.at_least_as);
            if (upper == nullptr) continue;
            const auto own = plain_amount(rule);
            const auto other = plain_amount(*upper);
            if (own && other && *own < *other)
                out.push_back(made_finding(*file.policy, rule.id, rule.line, "lower_below_upper",
                                           "it gives " + payment::to_yuan(*own) + " yuan but must at least match " + upper->id +
                                               " with " + payment::to_yuan(*other) + "; raise it."));
        }
    }
}

}  // namespace mulin::sync::policy
