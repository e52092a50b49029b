#include "sync/server/word_commands.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "sync/database/in_transaction.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

Result<std::string> suspend(District& district, const Command& command) {
    const DinerId diner(command.word("diner"));
    const std::string reason = command.word("reason").empty() ? "suspended" : command.word("reason");
    if (reason != "suspended" && reason != "deceased") {
        return fail(ErrorCode::invalid_input, "--reason must be suspended or deceased; nothing was changed.");
    }
    auto access = district.access();
    return database::in_transaction(access.database, [&]() -> Result<std::string> {
        MULIN_TRY(const auto known, access.directory.diner(diner));
        if (!known) return fail(ErrorCode::not_found, "There is no diner " + diner.text() + "; nothing was changed.");
        MULIN_TRY_STATUS(access.directory.deny({"diner", diner.text(), reason, district.clock().utc(), false}));
        return "diner " + diner.text() + " gets no benefits from the next exchange of each till on\n";
    });
}

Result<std::string> restore_diner(District& district, const Command& command) {
    const std::string diner = command.word("diner");
    auto access = district.access();
    return database::in_transaction(access.database, [&]() -> Result<std::string> {
        MULIN_TRY(const auto denied, access.directory.denial("diner", diner));
        if (!denied) return fail(ErrorCode::not_found, "Diner " + diner + " is not on the deny list.");
        MULIN_TRY_STATUS(access.directory.lift("diner", diner));
        return "diner " + diner + " gets benefits again from the next exchange of each till on\n";
    });
}

Status take_limit(const Command& command, const char* name, std::int64_t least, std::int64_t most, std::int64_t& into) {
    const std::string text = command.word(name);
    if (text.empty()) return payment::ok();
    std::int64_t number = -1;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || end != text.data() + text.size() || number < least || number > most) {
        return fail(ErrorCode::invalid_input, std::string(name) + " must be a whole number from " + std::to_string(least) + " to " +
                                                  std::to_string(most) + "; nothing was changed.");
    }
    into = number;
    return payment::ok();
}

Result<std::string> till_limits(District& district, const Command& command) {
    auto access = district.access();
    return database::in_transaction(access.database, [&]() -> Result<std::string> {
        MULIN_TRY(const auto before, access.directory.word_terms());
        WordTerms terms = before;
        MULIN_TRY_STATUS(take_limit(command, "word_hours", 2, 10'000, terms.hours));
        MULIN_TRY_STATUS(take_limit(command, "offline_hours", 0, 10'000, terms.offline.hours));
        MULIN_TRY_STATUS(take_limit(command, "offline_persons", 0, 1'000'000, terms.offline.persons));
        if (terms != before) MULIN_TRY_STATUS(access.directory.set_word_terms(terms));
        const nlohmann::ordered_json shown = {{"word_hours", terms.hours},
                                              {"offline_hours", terms.offline.hours},
                                              {"offline_persons", terms.offline.persons}};
        return shown.dump() + "\n";
    });
}

}  // namespace

bool is_word_command(const std::string& name) {
    return name == "diners suspend" || name == "diners restore" || name == "till limits";
}

Result<std::string> word_command(District& district, const Command& command) {
    if (command.name == "diners suspend") return suspend(district, command);
    if (command.name == "diners restore") return restore_diner(district, command);
    return till_limits(district, command);
}

}  // namespace mulin::sync::server
