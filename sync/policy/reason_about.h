#pragma once
// What can be said of conditions without a sale: that one follows from another, that two never hold
// together, that one never holds. Careful, not complete: "no" may also mean "cannot tell".

#include "sync/policy/condition.h"

namespace mulin::sync::policy {

// Whenever `a` holds, `b` does.
bool implies(const Condition& a, const Condition& b);
// Never both.
bool excludes(const Condition& a, const Condition& b);
bool never_holds(const Condition& condition);

}  // namespace mulin::sync::policy
