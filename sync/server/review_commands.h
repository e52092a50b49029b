#pragma once
// What district staff ask about served meals: what a draft of the rules would have cost, and where
// till and district differ.

#include "sync/server/commands.h"

namespace mulin::sync::server {

// Words: month, json or csv; files: the whole draft.
Result<std::string> backtest_command(District& district, const Command& command);
// Words: date or month or neither, unexpected. One JSON object a line.
Result<std::string> differences_command(District& district, const Command& command);
// Words: channel, encoding (of the file, when it was decoded already), json; files: the bill, and the
// profile if there is one.
Result<std::string> statement_import_command(District& district, const Command& command);
Result<std::string> statement_list_command(District& district, const Command& command);
// Words: date.
Result<std::string> statement_match_command(District& district, const Command& command);

}  // namespace mulin::sync::server
