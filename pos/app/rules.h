#pragma once
// The rules a till prices by: what the district sent last, if it can be read; else the last ones that
// could, which are kept apart for that. A bad file from above never stops lunch, and never changes a price.

#include <string>
#include <vector>

#include "sync/policy/policy_set.h"
#include "sync/store/terminal_store.h"

namespace mulin::pos {

struct Rules {
    sync::PolicySet policies;
    std::string problem;  // why the newest ones are not used; empty when they are
};

// Fails only when neither the newest nor the kept ones can be read.
payment::Result<Rules> load_rules(sync::TerminalStore& store);

// Name, size and bytes of each document, one after the other; unpack refuses anything else.
std::string pack_policies(const std::vector<sync::PolicyText>& policies);
payment::Result<std::vector<sync::PolicyText>> unpack_policies(const std::string& packed);

}  // namespace mulin::pos
