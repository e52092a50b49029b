#pragma once
// The table of payment channels: adding one is one folder in payment/ and one line in adapters.cpp.

#include <filesystem>
#include <memory>
#include <vector>

#include "payment/port/adapter.h"
#include "payment/simulated/simulated_gateway.h"
#include "pos/app/till_config.h"

namespace mulin::pos {

std::vector<std::unique_ptr<payment::Adapter>> make_adapters(const TillConfig& config,
                                                             payment::SimulatedGateway& gateway);

// The channel for a tender, and for the code that was scanned with it; empty when there is none.
std::string channel_for(const TillConfig& config, const std::string& method, const std::string& code);

// What the pay keys offer, the default first: a bank card only where a terminal or another channel takes them.
std::vector<std::string> tenders_of(const TillConfig& config);

}  // namespace mulin::pos
