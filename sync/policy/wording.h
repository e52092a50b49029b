#pragma once
// Short phrases, Chinese and English, for conditions and benefits: made once when a policy is read.
// A phrase never says an aid class, a disability, a care level or how somebody lives: where such a
// fact decides, it says "entitled" or "not entitled" and no more. Only manager_yes and manager_no do.

#include <string>

#include "sync/policy/condition.h"

namespace mulin::sync::policy {

struct BenefitSpec;

// Fills condition.yes and condition.no from its kind and its parts, which are worded already.
void word_condition(Condition& condition);

// "九折" and "10 % off", "减2.00元" and "2.00 yuan off"; for tables without the amount.
// A percent says its cap; "free" says what it is about and what the diner pays all the same.
Words word_benefit(const BenefitSpec& benefit, bool chosen_items, Money minimum_own);

// "2.00 元" and "2.00 yuan".
Words word_money(Money amount);

}  // namespace mulin::sync::policy
