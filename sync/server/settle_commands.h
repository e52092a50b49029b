#pragma once
// Commands about settlement: verdicts that wait for a person, the ledger, closing months, and the
// reports of days and months with what became of every claim.

#include <optional>

#include "sync/server/commands.h"

namespace mulin::sync::server {

// None: no command of this part.
//   report day (date, csv), report month (month, csv)
//   verdict waiting | show (sale) | decide (sale, as, by, reason) | dispute (sale, by, reason)
//   verdict site (site, month) | verdict rules (tolerance, one_a_meal)
//   ledger verify | ledger show (sale, account, month, payer, vendor, site, reason)
//   close month (month, by, approver, unfinished) | close list
std::optional<CommandResult> settle_command(District& district, const Command& command);

}  // namespace mulin::sync::server
