#pragma once
// Everything an operator may ask of a district beside serving: the same functions run in the command
// line's own process or, while a server holds the district, inside that server (admin_link.h).

#include <map>
#include <string>
#include <vector>

#include "sync/district/district.h"

namespace mulin::sync::server {

// A command as words and files, already read where the operator stands.
struct Command {
    std::string name;                          // "till add", "report day", ...
    std::map<std::string, std::string> words;  // option to value: {"site", "S1"}, {"json", "1"}
    std::vector<PolicyDocument> files;         // name and content
    std::string word(const std::string& key) const {
        const auto at = words.find(key);
        return at == words.end() ? std::string() : at->second;
    }
};

// 0 done, 1 refused or failed check, 2 wrong usage or invalid input (nothing changed), 3 operating error.
struct CommandResult {
    int exit_code = 0;
    std::string out;
    std::string err;  // one line
};

CommandResult run_command(District& district, const Command& command);

// What an error means for a script.
CommandResult failed(const payment::Error& error);

std::string print_command(const Command& command);
Result<Command> parse_command(std::string_view text);
std::string print_result(const CommandResult& result);
Result<CommandResult> parse_result(std::string_view text);

}  // namespace mulin::sync::server
