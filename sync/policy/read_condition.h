#pragma once
// From JSON to Condition. One object may hold several facts: all of them must hold.

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sync/policy/condition.h"
#include "sync/policy/fields.h"

namespace mulin::sync::policy {

// Named conditions are copied where they are used; together they must stay small.
inline constexpr std::size_t kMaxConditions = 20'000;

struct ConditionScope {
    Report& report;
    std::vector<std::pair<std::string, Condition>> named;
    std::vector<NamedList> lists;
    std::vector<std::pair<std::string, int>> used_names;  // with line, for lint
    std::set<int> used_lists;
    std::size_t count = 0;
    std::vector<Window> counts_meals;
    struct Asked {
        std::string id;
        int line;
        std::string by;  // the asking rule
    };
    std::vector<Asked> granted;  // rule ids asked for, checked at the end
};

Condition read_condition(const Node& node, ConditionScope& scope);
ItemSelector read_selector(const Node& node, ConditionScope& scope);
std::size_t count_of(const Condition& condition);

}  // namespace mulin::sync::policy
