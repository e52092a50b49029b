#pragma once
// From JSON to rules, operator amounts and refusals of one policy.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sync/policy/document.h"
#include "sync/policy/read_condition.h"

namespace mulin::sync::policy {

// A set of diner classes or item classes that a price or amount list must cover completely.
struct ClassList {
    std::string name;
    int line = 0;
    std::size_t of = 0;  // index in kClassFacts
    std::vector<std::string> values;
};
inline constexpr std::string_view kClassFacts[] = {"tags", "cards", "presented", "aid", "care", "living", "item", "item_class"};

// What a rule may refer to; filled from the policy's head before its rules are read.
struct RuleScope {
    ConditionScope& conditions;
    Policy& policy;
    std::vector<ClassList> classes;
    std::map<std::string, Words> payers;
    int payers_line = 0;
    std::vector<bool> limit_used;
    std::vector<bool> group_used;
    std::set<std::string> used_classes;
    std::set<std::string> used_payers;

    Report& report() { return conditions.report; }
};

Rule read_rule(const Node& node, RuleScope& scope);
OperatorRule read_operator(const Node& node, RuleScope& scope);
RefusalRule read_refusal(const Node& node, RuleScope& scope);

std::vector<PayerPart> read_payers(const Node& node, RuleScope& scope);

}  // namespace mulin::sync::policy
