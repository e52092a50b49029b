#pragma once
// Operator commands for the district's office staff and the audit log: `staff add|list|password|close|
// open|unlock`, `audit list|verify`. What changes is written into the audit log as "operator".

#include "sync/server/commands.h"

namespace mulin::sync::server {

// command.name is one of those above.
Result<std::string> staff_command(District& district, const Command& command);

// Everybody a demo district's console knows, one of each role, all with console::kDemoPassword.
Status add_demo_staff(database::Database& database, UtcInstant now);

}  // namespace mulin::sync::server
