#include <algorithm>

#include "sync/policy/lint_checks.h"

namespace mulin::sync::policy {
namespace {

using Kind = ConditionKind;

// A rule's age band and what it asks beside the age (and beside which meal of the day it is). Rules of
// one group that ask the same beside the age are the steps of one ladder; so are rules without a
// group if they also give the same kind of benefit.
struct Step {
    const Rule* rule;
    IntRange band;
    Condition rest;
    std::string name{};  // of an entry in a list of amounts; else the rule's id
    int line = 0;
    const std::string& title() const { return name.empty() ? rule->id : name; }
};

bool split_age(const Condition& condition, IntRange& band, Condition& rest) {
    if (condition.kind == Kind::age) {
        band = condition.range;
        rest = Condition{};
        return true;
    }
    if (condition.kind != Kind::all) return false;
    rest = condition;
    std::erase_if(rest.parts, [](const Condition& part) { return part.kind == Kind::nth_meal; });
    const auto age = std::find_if(rest.parts.begin(), rest.parts.end(), [](const Condition& part) { return part.kind == Kind::age; });
    if (age == rest.parts.end()) return false;
    band = age->range;
    rest.parts.erase(age);
    if (rest.parts.empty()) rest = Condition{};
    return true;
}

bool same_ladder(const Step& a, const Step& b) {
    const bool same_kind = a.rule->group >= 0 || a.rule->benefit.kind == b.rule->benefit.kind;
    return a.rule->group == b.rule->group && same_kind && a.rule->benefit.on == b.rule->benefit.on &&
           a.rule->items == b.rule->items && same_meaning(a.rest, b.rest);
}

std::string band_text(const IntRange& band) {
    const std::string from = band.has_from() ? std::to_string(band.from) : "";
    if (!band.has_below()) return from + " and older";
    if (!band.has_from()) return "under " + std::to_string(band.below);
    return from + " to " + std::to_string(band.below - 1);
}

bool contains(const IntRange& outer, const IntRange& inner) {
    return outer.from <= inner.from && outer.below >= inner.below;
}

std::string ages_text(std::int64_t from, std::int64_t below) {
    if (below == from + 1) return "age " + std::to_string(from);
    return "ages " + std::to_string(from) + " to " + std::to_string(below - 1);
}

void check_ladder(const Policy& policy, std::vector<Step>& steps, Findings& out) {
    std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
        return a.band.from != b.band.from ? a.band.from < b.band.from : a.band.below < b.band.below;
    });
    std::int64_t reached = steps.front().band.below;
    for (std::size_t i = 1; i < steps.size(); ++i) {
        const Step& lower = steps[i - 1];
        const Step& upper = steps[i];
        if (upper.band.from > reached)
            out.push_back(made_finding(policy, upper.rule->id, upper.line > 0 ? upper.line : upper.rule->line, "age_gap",
                                       ages_text(reached, upper.band.from) + " lie in no band, between " + lower.title() +
                                           " (" + band_text(lower.band) + ") and " + upper.title() + " (" +
                                           band_text(upper.band) + "); state what applies to them."));
        // A band inside another is a deliberate "more for the older"; two that cross are a slip.
        const bool crosses = upper.band.from < lower.band.below && !contains(lower.band, upper.band) &&
                             !contains(upper.band, lower.band);
        if (crosses)
            out.push_back(made_finding(policy, upper.rule->id, upper.line > 0 ? upper.line : upper.rule->line, "age_overlap",
                                       ages_text(upper.band.from, lower.band.below) + " lie in two bands, " +
                                           lower.title() + " (" + band_text(lower.band) + ") and " + upper.title() +
                                           " (" + band_text(upper.band) + "); close one end with \"below\"."));
        reached = std::max(reached, upper.band.below);
    }
}

// The entries of one list that ask for an age and otherwise the same; a last entry for everybody
// closes every gap.
void check_list(const Policy& policy, const Rule& rule, Findings& out) {
    const auto& entries = rule.benefit.amounts.entries;
    std::vector<Step> steps;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i].condition.kind == Kind::always) return;
        Step step{&rule, {}, {}, "entry " + std::to_string(i + 1), entries[i].condition.line};
        if (!split_age(entries[i].condition, step.band, step.rest)) continue;
        if (steps.empty() || same_meaning(steps.front().rest, step.rest)) steps.push_back(std::move(step));
    }
    if (steps.size() > 1) check_ladder(policy, steps, out);
}

bool same_payers(const Rule& a, const Rule& b) {
    return std::equal(a.payers.begin(), a.payers.end(), b.payers.begin(), b.payers.end(),
                      [](const PayerPart& x, const PayerPart& y) { return x.payer == y.payer; });
}

bool numbers_meals(const Condition& condition) {
    return condition.kind == Kind::nth_meal || std::any_of(condition.parts.begin(), condition.parts.end(), numbers_meals);
}

// Two rules of one payer, one for some of the other's ages: without a group the diner gets both.
void check_stack(const Policy& policy, const std::vector<Step>& steps, Findings& out) {
    for (std::size_t i = 1; i < steps.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const Rule& a = *steps[j].rule;
            const Rule& b = *steps[i].rule;
            if (a.group >= 0 || !same_payers(a, b) || numbers_meals(a.condition) || numbers_meals(b.condition)) continue;
            if (!contains(steps[j].band, steps[i].band) && !contains(steps[i].band, steps[j].band)) continue;
            out.push_back(made_finding(policy, b.id, b.line, "rules_stack",
                                       "whoever is in both age bands gets this and " + a.id +
                                           ", one on top of the other; if only one is meant, make them one rule with a \"list\", or put both in a \"group\"."));
            return;
        }
    }
}

}  // namespace

void check_ladders(const Policy& policy, Findings& out) {
    for (const auto& rule : policy.rules) check_list(policy, rule, out);
    std::vector<std::vector<Step>> ladders;
    for (const auto& rule : policy.rules) {
        Step step{&rule, {}, {}, {}, 0};
        if (!split_age(rule.condition, step.band, step.rest)) continue;
        const auto found = std::find_if(ladders.begin(), ladders.end(),
                                        [&](const auto& ladder) { return same_ladder(ladder.front(), step); });
        if (found != ladders.end()) {
            found->push_back(std::move(step));
        } else {
            ladders.push_back({std::move(step)});
        }
    }
    for (auto& ladder : ladders) {
        check_stack(policy, ladder, out);
        check_ladder(policy, ladder, out);
    }
}

}  // namespace mulin::sync::policy
