#pragma once
// Explain: one sentence per rule, Chinese and English, that a cashier can read out.

#include "sync/policy/quote.h"

namespace mulin::sync::policy {

struct Facts;
struct Limit;
struct Policy;
struct Threshold;
struct Verdict;
struct Words;

// Fills all but manager_zh and manager_en of an empty reason.
void explain(const Verdict& verdict, const Facts& facts, Reason& reason);
// Fills manager_zh and manager_en.
// Why a policy's own condition does not hold.
void explain_policy(const Policy& policy, const Facts& facts, bool to_manager, Reason& reason);
void explain_to_manager(const Verdict& verdict, const Facts& facts, Reason& reason);

// "今天已经享受过一次", "已经享受过了" and so on, by the limit's window.
Words say_limit(const Limit& limit);

// "消费不满 15.00 元" and the like.
Words say_threshold(const Threshold& threshold);

}  // namespace mulin::sync::policy
