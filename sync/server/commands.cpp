#include "sync/server/commands.h"

#include <nlohmann/json.hpp>

#include "sync/database/in_transaction.h"
#include "sync/district/witness.h"
#include "sync/journal/entry_json.h"
#include "sync/policy/lint.h"
#include "sync/server/account_commands.h"
#include "sync/server/diner_csv.h"
#include "sync/server/district_copy.h"
#include "sync/server/journal_check.h"
#include "sync/server/review_commands.h"
#include "sync/server/settle_commands.h"
#include "sync/server/staff_commands.h"
#include "sync/server/word_commands.h"
#include "sync/wire/enrolment_code.h"
#include "sync/wire/fields.h"
#include "sync/wire/limits.h"
#include "sync/wire/record_json.h"

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;
using payment::ErrorCode;
using payment::fail;

std::string line_of(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

CommandResult answer(const Result<std::string>& out) {
    if (!out) return failed(out.error());
    return {0, *out, ""};
}

Result<std::string> till_add(District& district, const Command& command) {
    const SiteId site(command.word("site"));
    auto access = district.access();
    MULIN_TRY(const auto known, access.directory.site(site));
    if (!known) {
        return fail(ErrorCode::invalid_input, "Site \"" + site.text() + "\" is not in the district; nothing was changed.");
    }
    const auto code = EnrolmentCode::make(district.random(), district.authority().sha256());
    return database::in_transaction(access.database, [&]() -> Result<std::string> {
        MULIN_TRY(const auto made, access.tills.reserve(site, code.secret, district.clock().utc()));
        if (command.word("json").empty()) {
            return "till " + made.till.text() + " at " + site.text() + " (" + known->name_en + ")\ncode " + code.text() +
                   "\nvalid until " + payment::to_rfc3339(made.expires) + "\n";
        }
        return line_of({{"till", made.till.text()},
                        {"site", site.text()},
                        {"code", code.text()},
                        {"expires", payment::to_rfc3339(made.expires)}});
    });
}

ordered_json till_value(const TillRecord& till, const std::optional<TillWatermark>& mark, std::int64_t entries) {
    ordered_json value = {{"till", till.id.text()},
                          {"site", till.site.text()},
                          {"state", till.revoked ? "revoked" : "active"},
                          {"enrolled", payment::to_rfc3339(till.enrolled_at)}};
    value["last_seen"] = till.last_seen.ms == 0 ? ordered_json() : ordered_json(payment::to_rfc3339(till.last_seen));
    value["epoch"] = mark ? ordered_json(mark->epoch.text()) : ordered_json();
    value["watermark"] = mark ? mark->seq : 0;
    value["entries"] = entries;
    value["waiting"] = till.waiting;
    value["clock_ahead_ms"] = till.clock_ahead_ms;
    value["software"] = till.software;
    value["signing_key"] = till.signing_key;  // what its journal is checked with; key changes stand in it
    return value;
}

Result<std::string> till_list(District& district, const Command& command) {
    auto access = district.access();
    MULIN_TRY(const auto tills, access.tills.all());
    ordered_json list = ordered_json::array();
    std::string lines;
    for (const TillRecord& till : tills) {
        MULIN_TRY(const auto mark, access.tills.watermark(till.id));
        MULIN_TRY(const auto entries, access.tills.entries(till.id));
        list.push_back(till_value(till, mark, entries));
        lines += till.id.text() + "  " + till.site.text() + "  " + (till.revoked ? "revoked" : "active") + "  entries " +
                 std::to_string(entries) + "  waiting " + std::to_string(till.waiting) + "  last seen " +
                 (till.last_seen.ms == 0 ? "never" : payment::to_rfc3339(till.last_seen)) + "\n";
    }
    return command.word("json").empty() ? lines : line_of(list);
}

Result<std::string> backup_command(District& district, const Command& command) {
    MULIN_TRY_STATUS(back_up(district, command.word("file")));
    return "backup written to " + command.word("file") + "\n";
}

Result<std::string> till_revoke(District& district, const Command& command) {
    auto access = district.access();
    return database::in_transaction(access.database, [&]() -> Result<std::string> {
        MULIN_TRY_STATUS(access.tills.revoke(TillId(command.word("till"))));
        return "till " + command.word("till") + " is revoked\n";
    });
}

Result<std::string> diners_import(District& district, const Command& command) {
    if (command.files.size() != 1) return fail(ErrorCode::invalid_input, "Name one CSV file.");
    MULIN_TRY(const auto rows, read_diner_csv(command.files[0].text, command.files[0].name, district.identity().hash_key));
    auto access = district.access();
    return database::in_transaction(access.database, [&]() -> Result<std::string> {
        for (const DinerRow& row : rows) {
            Status put = access.directory.put(row.diner);
            for (const Card& card : row.cards) {
                if (put) put = access.directory.put(card);
            }
            if (put) continue;
            if (put.error().code != ErrorCode::conflict) return tl::make_unexpected(put.error());
            return fail(ErrorCode::invalid_input, command.files[0].name + " line " + std::to_string(row.line) + ": " +
                                                      put.error().message + " Nothing was imported.");
        }
        return "imported " + std::to_string(rows.size()) + " diners\n";
    });
}

Result<std::string> policy_publish(District& district, const Command& command) {
    std::vector<PolicyFile> files;
    for (const PolicyDocument& file : command.files) {
        if (file.text.size() > kMaxPolicyBytes) return fail(ErrorCode::invalid_input, file.name + " is too large.");
        files.push_back({file.name, file.text});
    }
    if (files.empty()) return fail(ErrorCode::invalid_input, "No policy files were found; nothing was published.");
    const auto loaded = PolicySet::load(files);
    if (!loaded) return fail(ErrorCode::invalid_input, loaded.error().message + " Nothing was published.");
    auto access = district.access();
    return database::in_transaction(access.database, [&]() -> Result<std::string> {
        MULIN_TRY_STATUS(access.directory.replace_policies(command.files, district.clock().utc()));
        return "published " + std::to_string(files.size()) + " policies, version " + loaded->version() + "\n";
    });
}

// {"menus":[…]} as in a bundle.
Result<std::vector<Menu>> read_menus(const PolicyDocument& file) {
    MULIN_TRY(const auto value, parse_object(file.text, kMaxUploadBytes, file.name.c_str()));
    Fields fields(*value, file.name);
    std::vector<Menu> menus;
    for (Fields& menu : fields.objects("menus", kMaxRowsPerSection)) menus.push_back(read_menu(menu));
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return menus;
}

Result<std::string> menu_publish(District& district, const Command& command) {
    if (command.files.size() != 1) return fail(ErrorCode::invalid_input, "Name one menu file.");
    MULIN_TRY(const auto menus, read_menus(command.files[0]));
    auto access = district.access();
    return database::in_transaction(access.database, [&]() -> Result<std::string> {
        for (const Menu& menu : menus) {
            if (menu.site.empty()) continue;
            MULIN_TRY(const auto site, access.directory.site(menu.site));
            if (!site) {
                return fail(ErrorCode::invalid_input, "Site \"" + menu.site.text() + "\" in " + command.files[0].name +
                                                          " is not in the district; nothing was published.");
            }
        }
        MULIN_TRY_STATUS(access.directory.put(menus));
        return "published " + std::to_string(menus.size()) + " menus\n";
    });
}

Result<std::string> journal_export(District& district, const Command& command) {
    const TillId wanted(command.word("till"));
    auto access = district.access();
    const database::Transaction one_moment(access.database, database::Isolation::snapshot);
    if (!wanted.empty()) {
        MULIN_TRY(const auto till, access.tills.find(wanted));
        if (!till) return fail(ErrorCode::not_found, "There is no till " + wanted.text() + "; see `mulin-district till list`.");
    }
    std::vector<std::pair<TillId, EpochId>> epochs;
    MULIN_TRY_STATUS(access.ledger.each_epoch(wanted, [&](const TillId& till, const EpochRow& row) {
        epochs.emplace_back(till, row.epoch);
        return true;
    }));
    std::string lines;
    for (const auto& [till, epoch] : epochs) {
        MULIN_TRY_STATUS(access.ledger.each_entry(till, epoch, [&](const Entry& entry) {
            if (!entry.body.empty()) lines += print_entry(entry) + "\n";
            return true;
        }));
    }
    MULIN_TRY(const auto forks, forked_entries(access.database, wanted));
    for (const Entry& fork : forks) lines += print_entry(fork) + "\n";
    return lines;
}

Result<std::string> journal_roots(District& district, const Command&) {
    auto access = district.access();
    return Witness(access.database, district.bundle_key()).lines();
}

Result<std::string> journal_key(District& district, const Command&) { return district.bundle_key().public_key().text() + "\n"; }

CommandResult journal_verify(District& district, const Command& command) {
    auto access = district.access();
    const database::Transaction one_moment(access.database, database::Isolation::snapshot);
    const auto tills = access.tills.all();
    if (!tills) return failed(tills.error());
    std::int64_t entries = 0;
    std::string branches;
    for (const TillRecord& till : *tills) {
        if (!command.word("till").empty() && till.id.text() != command.word("till")) continue;
        const auto checked = check_journal(access, till);
        if (!checked) return failed(checked.error());
        if (!checked->status) return {1, "", checked->status.error().message};
        entries += checked->entries;
        for (const std::string& branch : checked->branches) branches += "branch: " + branch + "\n";
    }
    return {0, "verified " + std::to_string(entries) + " entries of " + std::to_string(tills->size()) + " tills\n" + branches, ""};
}

}  // namespace

CommandResult failed(const payment::Error& error) {
    switch (error.code) {
        case ErrorCode::invalid_input:
        case ErrorCode::unsupported: return {2, "", error.message};
        case ErrorCode::refused:
        case ErrorCode::conflict:
        case ErrorCode::not_found:
        case ErrorCode::corrupt: return {1, "", error.message};
        default: return {3, "", error.message};
    }
}

CommandResult run_command(District& district, const Command& command) {
    using Run = Result<std::string> (*)(District&, const Command&);
    static const std::map<std::string, Run> commands = {
        {"till add", till_add},         {"till list", till_list},           {"till revoke", till_revoke},
        {"diners import", diners_import}, {"policy publish", policy_publish}, {"menu publish", menu_publish},
        {"journal export", journal_export}, {"journal roots", journal_roots}, {"journal key", journal_key},
        {"backup", backup_command},      {"backtest", backtest_command},  {"differences", differences_command},
        {"statement import", statement_import_command}, {"statement list", statement_list_command},
        {"statement match", statement_match_command},
    };
    if (command.name == "journal verify") return journal_verify(district, command);
    if (auto settled = settle_command(district, command)) return std::move(*settled);
    if (is_word_command(command.name)) return answer(word_command(district, command));
    if (command.name.starts_with("card ")) return answer(card_command(district, command));
    if (command.name.starts_with("staff ") || command.name.starts_with("audit ")) return answer(staff_command(district, command));
    const auto found = commands.find(command.name);
    if (found == commands.end()) return {2, "", "There is no command \"" + command.name + "\"."};
    return answer(found->second(district, command));
}

std::string print_command(const Command& command) {
    ordered_json files = ordered_json::array();
    for (const PolicyDocument& file : command.files) files.push_back({{"name", file.name}, {"text", file.text}});
    return line_of({{"name", command.name}, {"words", command.words}, {"files", std::move(files)}});
}

Result<Command> parse_command(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, std::size_t{1} << 28, "command"));
    Fields fields(*value, "command");
    Command command;
    command.name = fields.text("name", 64);
    for (Fields& file : fields.objects("files", kMaxRowsPerSection)) {
        command.files.push_back({file.text("name", kMaxTextBytes), file.text("text", std::size_t{1} << 28)});
    }
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    for (const auto& [key, word] : (*value)["words"].items()) {
        if (word.is_string()) command.words[key] = word.get<std::string>();
    }
    return command;
}

std::string print_result(const CommandResult& result) {
    return line_of({{"exit", result.exit_code}, {"out", result.out}, {"err", result.err}});
}

Result<CommandResult> parse_result(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, std::size_t{1} << 32, "answer"));
    Fields fields(*value, "answer");
    CommandResult result{static_cast<int>(fields.integer("exit", 0, 255)), fields.text("out", std::size_t{1} << 32),
                         fields.text("err", std::size_t{1} << 20)};
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return result;
}

}  // namespace mulin::sync::server
