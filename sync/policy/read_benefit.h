#pragma once
// From JSON to a benefit and its amounts.

#include "sync/policy/read_rule.h"

namespace mulin::sync::policy {

BenefitSpec read_benefit(const Node& node, RuleScope& scope);

// Reads "<name>_fen", or "list" (amounts with conditions), or "by_class" (amounts per class); exactly
// one of them must be there.
AmountTable read_amounts(const Fields& fields, const std::string& name, RuleScope& scope);

// 88, 88.5 or "88.5" as millionths.
std::optional<payment::Rate> read_percent(const Node& node, Report& report, const std::string& where);

// The same, or a part as text: "1/3".
std::optional<Fraction> read_fraction(const Node& node, Report& report, const std::string& where);

// "rounding": {"mode", "unit", "of"}; required.
RoundingRule read_rounding(const Fields& fields, bool of_paid, Report& report);

}  // namespace mulin::sync::policy
