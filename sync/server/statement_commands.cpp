#include <nlohmann/json.hpp>

#include "sync/district/sha256.h"
#include "sync/judging/reprice.h"
#include "sync/server/review_commands.h"
#include "sync/statements/statement_store.h"

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;
using payment::ErrorCode;
using payment::fail;

bool is_channel_name(const std::string& name) {
    return !name.empty() && name.size() <= 40 && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
}

Result<StatementLayout> layout_of(const Command& command) {
    if (command.files.size() == 2) return read_statement_profile(command.files[1].text, command.files[1].name);
    const std::string channel = command.word("channel");
    if (channel == "wechat") return wechat_layout();
    if (channel == "alipay") return alipay_layout();
    return fail(ErrorCode::invalid_input, "The layout of " + channel + " bills is not built in; give --profile FILE.");
}

}  // namespace

Result<std::string> statement_import_command(District& district, const Command& command) {
    BillFile file;
    file.channel = command.word("channel");
    if (!is_channel_name(file.channel)) {
        return fail(ErrorCode::invalid_input, "\"" + file.channel + "\" is no channel's name; write it as the tills do, like wechat or chinaums.");
    }
    if (command.files.empty() || command.files.size() > 2) return fail(ErrorCode::invalid_input, "Name one bill.");
    MULIN_TRY(const auto layout, layout_of(command));
    file.name = command.files[0].name;
    MULIN_TRY(auto decoded, decode_statement(command.files[0].text, file.name));
    file.text = std::move(decoded.text);
    file.encoding = command.word("encoding").empty() ? decoded.encoding : command.word("encoding");
    file.sha256 = sha256_hex(file.text);
    MULIN_TRY(const auto bill, parse_statement(file.text, file.name, layout));
    MULIN_TRY(const auto imported, import_bill(district, file, bill));
    if (command.word("json").empty()) {
        return (imported.same_file ? "this very file was imported before: " : std::string("imported ")) + std::to_string(imported.rows) +
               " rows, " + std::to_string(imported.known) + " were held already, " + std::to_string(imported.set_aside) + " set aside\n";
    }
    return ordered_json({{"file", imported.file}, {"same_file", imported.same_file}, {"rows", imported.rows},
                         {"known", imported.known}, {"set_aside", imported.set_aside}}).dump() + "\n";
}

Result<std::string> statement_list_command(District& district, const Command&) { return bills_json(district); }

Result<std::string> statement_match_command(District& district, const Command& command) {
    const auto day = Date::parse(command.word("date"));
    if (!day) return fail(ErrorCode::invalid_input, "\"" + command.word("date") + "\" is not a date; write it like 2026-03-10.");
    MULIN_TRY_STATUS(reprice_all(district));
    return match_json(district, *day);
}

}  // namespace mulin::sync::server
