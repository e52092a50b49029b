#pragma once
// What must never happen when rules are priced, as checks over random trials: each says what is wrong,
// or nothing. Used by the tests and, for longer, by policy_soak_bench.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sync/policy/memory_usage.h"
#include "sync/policy/policy_set.h"
#include "tests/support/policy_naive.h"
#include "tests/support/policy_random.h"

namespace mulin::tests {

using Check = std::function<std::string(const PolicyTrial&)>;

std::vector<sync::PolicyFile> files_of(const PolicyTrial& trial);
NaiveAnswer plain(const sync::Quote& quote);
bool same(const NaiveAnswer& a, const NaiveAnswer& b);

// The naive evaluator gives the same answers, case by case.
std::string differs_from_naive(const PolicyTrial& trial);

// Payments and benefits add up, every benefit is the sum of its payers, nothing is negative.
std::string breaks_money(const sync::Quote& quote);
// No benefit passes what its rule caps it at, or the price of what it is about.
std::string breaks_a_cap(const PolicyTrial& trial, const nlohmann::json& asked, const sync::Quote& quote);
// No counter or pool is used beyond its maximum.
std::string passes_a_limit(const PolicyTrial& trial, const nlohmann::json& asked, const std::map<std::string, sync::Usage>& used);
// All of the above for every case; and the order of files, explaining, or asking at another end with its
// own memory changes nothing.
std::string breaks_a_promise(const PolicyTrial& trial);
// A till with small leases on every pool never takes more than they hold. `leased` counts pools.
std::string passes_a_lease(const PolicyTrial& trial, int& leased);

// The smallest trial found that still fails the check, as text with what is wrong.
std::string shrunk_failure(const PolicyTrial& trial, const Check& wrong);

// Parts of the language by name, each with what takes it out of a policy (false: was not there).
struct Mechanism {
    std::string name;
    std::function<bool(nlohmann::json&)> take_out;
};
std::vector<Mechanism> mechanisms();
// The answers to a trial's cases, each served; and whether some of them is another one without the
// mechanism.
std::vector<std::string> answers(const PolicyTrial& trial);
bool decides(const Mechanism& mechanism, const PolicyTrial& trial, const std::vector<std::string>& before);

}  // namespace mulin::tests
