// Random trials for as long as wanted: the engine against the naive evaluator, and everything that must
// never happen.
//   policy_soak_bench [trials] [first seed]      default 20000; ctest runs a few so that it never rots

#include <cstdio>
#include <cstdlib>

#include "tests/support/policy_checks.h"

int main(int argc, char** argv) {
    using namespace mulin::tests;
    const long trials = argc > 1 ? std::atol(argv[1]) : 20'000;
    const long first = argc > 2 ? std::atol(argv[2]) : 1'000'000;
    int leased = 0;
    const Check lease = [&](const PolicyTrial& trial) { return passes_a_lease(trial, leased); };
    for (long i = 0; i < trials; ++i) {
        const auto trial = random_trial(static_cast<std::uint64_t>(first + i));
        for (const Check& check : {Check(differs_from_naive), Check(breaks_a_promise), lease}) {
            if (check(trial).empty()) continue;
            std::fprintf(stderr, "policy_soak_bench: seed %ld: %s\n", first + i, shrunk_failure(trial, check).c_str());
            return 1;
        }
    }
    std::printf("%ld trials from seed %ld agree with the naive evaluator and keep every promise\n", trials, first);
    return 0;
}
