#pragma once
// Background work that only one process of a district does at a time, so that several do not repeat
// each other's steps: whoever takes the turn has it until its time runs out or it is given back, and
// longer when it takes it again. The time may be short, also on hosts whose clocks differ: a step holds
// the turn's row until it commits, and of two that take it at once one is repeated.

#include <string>

#include "payment/base/clock.h"
#include "sync/database/database.h"

namespace mulin::sync::server {

// What others wait for at most when the process that has it is killed.
inline constexpr std::int64_t kTurnLifeMs = 3'000;

// Inside the transaction that does the work, before it reads. False: it is another's.
payment::Result<bool> take_turn(database::Database& database, const char* work, const std::string& holder,
                                payment::UtcInstant now);
// Done for now: the next may have it at once. Nothing happens when it is another's.
payment::Status give_turn_back(database::Database& database, const char* work, const std::string& holder);
}  // namespace mulin::sync::server
