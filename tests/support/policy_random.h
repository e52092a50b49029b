#pragma once
// Random policies and sales over the whole pricing language (apart from leases), small enough that rules often meet:
// few diners, few days, few amounts. Deterministic per seed.

#include <vector>

#include <nlohmann/json.hpp>

namespace mulin::tests {

struct PolicyTrial {
    std::vector<nlohmann::json> policies;
    std::vector<nlohmann::json> cases;  // in order; those with "commit" count for later ones
};

// Holidays and make-up days among the days of the trials; every policy names it.
nlohmann::json trial_calendar();

PolicyTrial random_trial(std::uint64_t seed);

// Smaller trials to try instead of a failing one: one rule, limit, payer, key, case or line less.
std::vector<PolicyTrial> smaller_trials(const PolicyTrial& trial);

}  // namespace mulin::tests
