#pragma once
// The single checks behind lint.h, each over policies that loaded.

#include <memory>
#include <vector>

#include "sync/policy/read_policy.h"

namespace mulin::sync::policy {

using Findings = std::vector<LintFinding>;

// One policy.
void check_ladders(const Policy& policy, Findings& out);       // age_gap, age_overlap, rules_stack
void check_money(const Policy& policy, Findings& out);         // no_payer, payers_short, payers_beyond, limit_without_maximum, pool_without_limit
void check_wording(const Policy& policy, Findings& out);       // sensitive_wording
void check_reach(const Policy& policy, Findings& out);         // unreachable_rule, unreachable_entry, gives_nothing
void check_words(const ReadFile& read, Findings& out);         // unknown_word, unused_word
void check_figures(const ReadFile& read, Findings& out);       // suspicious_figure, unknown_payer
void check_calendar(const Policy& policy, Findings& out);      // calendar_missing

// All policies together.
void check_versions(const std::vector<ReadFile>& files, Findings& out);  // version_overlap, version_hole, order_tie
void check_layers(const std::vector<ReadFile>& files, Findings& out);    // lower_below_upper, unknown_rule, rule_order

LintFinding made_finding(const Policy& policy, const std::string& rule, int line, std::string code,
                         const std::string& message);

}  // namespace mulin::sync::policy
