#pragma once
// Operators' commands on what bundles say beside records: `diners suspend|restore`, `till limits`.

#include <string>

#include "sync/server/commands.h"

namespace mulin::sync::server {

// Of commands whose name is_word_command(); one line of text or JSON.
bool is_word_command(const std::string& name);
Result<std::string> word_command(District& district, const Command& command);

}  // namespace mulin::sync::server
