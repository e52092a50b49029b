#pragma once
// Fills a new district with the invented one of sync/demo. Not for real use: its keys are published.

#include <filesystem>

#include "sync/district/district.h"

namespace mulin::sync::server {

// assets: the repository's assets folder. Makes the district in dir and fills it in one transaction.
Status create_demo_district(const std::filesystem::path& dir, const std::filesystem::path& assets,
                            const payment::Clock& clock, payment::Random& random, const std::string& database = "");

}  // namespace mulin::sync::server
