#pragma once
// The channels of this tree, ready for the contract suite.

#include <string>

#include "tests/contract/channel_under_test.h"

namespace mulin::contract {

std::unique_ptr<Channel> cash_channel();
std::unique_ptr<Channel> simulated_channel(bool can_query = true, bool can_reverse = true);
// Its ledger in a file of its own, opened anew for every adapter.
std::unique_ptr<Channel> simulated_file_channel();

}  // namespace mulin::contract
