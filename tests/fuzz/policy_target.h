#pragma once
// Hostile input for the policy engine: any bytes as a policy file and as a quote case. Whatever comes
// in, the answer is an error or a quote that adds up; never a crash, a hang or growing memory.

#include <string_view>

namespace mulin::tests {

// Bytes as a policy: lint it, load it and, if that works, price some sales with it. Returns whether
// it loaded. Ends the program when a quote does not add up.
bool try_policy(std::string_view bytes);

// Bytes as a case, priced under a policy that loads. Returns whether it was a case.
bool try_case(std::string_view bytes);

}  // namespace mulin::tests
