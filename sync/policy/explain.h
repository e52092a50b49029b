#pragma once
// Explain: one sentence per rule, Chinese and English, that a cashier can read out.

#include "sync/policy/quote.h"

namespace mulin::sync::policy {

struct Facts;
struct Limit;
struct Verdict;
struct Words;

Reason explain(const Verdict& verdict, const Facts& facts);
// Fills manager_zh and manager_en.
void explain_to_manager(const Verdict& verdict, const Facts& facts, Reason& reason);

// "今天已经享受过一次", "已经享受过了" and so on, by the limit's window.
Words say_limit(const Limit& limit);

}  // namespace mulin::sync::policy
