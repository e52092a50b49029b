#pragma once
// What an operator may do with stored-value cards: `mulin-district card block|unblock|replace|balance|limits|
// review|audit`. Runs like every command (commands.h). Cards are given by number and hashed at once.

#include "sync/server/commands.h"

namespace mulin::sync::server {

// Words: card, new_card, booking, to ("diner" or "loss"), by, card_day, till_day, tolerance, json.
Result<std::string> card_command(District& district, const Command& command);

// The tills learn it with the next bundle, from the card's own record. Inside a transaction of the caller.
Status tell_tills(District::Access& access, const std::string& hash, bool blocked);

}  // namespace mulin::sync::server
