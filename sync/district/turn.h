#pragma once
// Background work that only one process of a district does at a time: whoever takes the turn has it
// until its time runs out, and longer when it takes it again. A process that dies loses it by the clock.

#include <string>

#include "payment/base/clock.h"
#include "sync/database/database.h"

namespace mulin::sync::server {

inline constexpr std::int64_t kTurnLifeMs = 15'000;

// Inside the transaction that does the work, before it reads: of two that take it at the same moment
// one is repeated. False: it is another's.
payment::Result<bool> take_turn(database::Database& database, const char* work, const std::string& holder,
                                payment::UtcInstant now);
}  // namespace mulin::sync::server
