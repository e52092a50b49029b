#pragma once
// The simulated channel, for the suite's own controls.

#include <memory>

#include "tests/contract/channel_under_test.h"

namespace mulin::contract {

std::unique_ptr<Channel> simulated_channel(bool can_query = true, bool can_reverse = true);

}  // namespace mulin::contract
