#include "sync/server/account_commands.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "sync/database/in_transaction.h"
#include "sync/model/keyed_hash.h"
#include "sync/server/account_service.h"
#include "sync/wire/fields.h"
#include "sync/wire/record_json.h"

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;
using payment::ErrorCode;
using payment::fail;

std::string card_line(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<std::string> hash_of(District& district, const std::string& number) {
    if (number.empty() || number.size() > 64) return fail(ErrorCode::invalid_input, "Give the card's number.");
    return keyed_hash(district.identity().hash_key, number);
}

std::string ending(const std::string& number) { return number.size() > 4 ? number.substr(number.size() - 4) : number; }

std::string print_holder(const std::string& number, const CardHolder& holder, bool as_json) {
    const Money balance = holder.sums.balance();
    if (!as_json) {
        return "card ending in " + ending(number) + "  " + name_of(holder.view.state) + "  " + holder.view.account +
               "  balance " + payment::to_yuan(balance) + "\n";
    }
    ordered_json value = {{"card_last4", ending(number)},
                          {"state", name_of(holder.view.state)},
                          {"account", holder.view.account},
                          {"balance_fen", balance.in_fen()},
                          {"credits_fen", holder.sums.credits.in_fen()},
                          {"debits_fen", holder.sums.debits.in_fen()}};
    if (holder.view.since.ms > 0) value["since"] = payment::to_rfc3339(holder.view.since);
    return card_line(value);
}

Result<std::string> change(District& district, const Command& command, const std::string& what) {
    const UtcInstant now = district.clock().utc();
    MULIN_TRY(const auto card, hash_of(district, command.word("card")));
    auto access = district.access();
    AccountLedger ledger(access.database);
    return database::in_transaction(access.database, [&]() -> Result<std::string> {
        if (what == "block") {
            MULIN_TRY_STATUS(block_card(ledger, card, now));
            MULIN_TRY_STATUS(tell_tills(access, card, true));
        } else if (what == "unblock") {
            MULIN_TRY_STATUS(tell_tills(access, card, false));
            MULIN_TRY_STATUS(unblock_card(ledger, card, now));
        } else {
            MULIN_TRY(const auto new_card, hash_of(district, command.word("new_card")));
            MULIN_TRY(const auto old_holder, card_holder(ledger, card));
            const DinerId diner(old_holder.view.account.substr(old_holder.view.account.find(':') + 1));
            MULIN_TRY(const auto known, ledger.card(new_card));
            if (known.state == CardView::State::unknown) {
                MULIN_TRY_STATUS(access.directory.put(Card{new_card, ending(command.word("new_card")), "jinglao", diner, false}));
            }
            MULIN_TRY_STATUS(replace_card(ledger, card, new_card, now));
            MULIN_TRY_STATUS(tell_tills(access, card, true));
            MULIN_TRY_STATUS(access.directory.deny({"card", card, "replaced", now, false}));
        }
        MULIN_TRY(const auto holder, card_holder(ledger, card));
        return print_holder(command.word("card"), holder, !command.word("json").empty());
    });
}

Result<std::string> balance(District& district, const Command& command) {
    MULIN_TRY(const auto card, hash_of(district, command.word("card")));
    auto access = district.access();
    AccountLedger ledger(access.database);
    MULIN_TRY(const auto holder, card_holder(ledger, card));
    return print_holder(command.word("card"), holder, !command.word("json").empty());
}

Status take_number(const Command& command, const char* word, Money& into) {
    const std::string text = command.word(word);
    if (text.empty()) return payment::ok();
    std::int64_t fen = -1;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), fen);
    if (problem != std::errc() || end != text.data() + text.size() || fen < 0 || fen > 1'000'000'000) {
        return fail(ErrorCode::invalid_input, std::string(word) + " must be a whole number of fen; nothing was changed.");
    }
    into = Money::fen(fen);
    return payment::ok();
}

Result<std::string> limits(District& district, const Command& command) {
    auto access = district.access();
    AccountLedger ledger(access.database);
    return database::in_transaction(access.database, [&]() -> Result<std::string> {
        MULIN_TRY(auto rules, ledger.rules());
        const CardRules before = rules;
        MULIN_TRY_STATUS(take_number(command, "card_day", rules.offline_card_day));
        MULIN_TRY_STATUS(take_number(command, "till_day", rules.offline_till_day));
        MULIN_TRY_STATUS(take_number(command, "tolerance", rules.tolerance));
        if (rules != before) {
            MULIN_TRY_STATUS(ledger.set_rules(rules));
            // The limits travel in the snapshot: writing any of it sends it again.
            MULIN_TRY(const auto subdistricts, access.directory.subdistricts());
            MULIN_TRY_STATUS(access.directory.put(subdistricts));
        }
        return card_line({{"offline_card_day_fen", rules.offline_card_day.in_fen()},
                        {"offline_till_day_fen", rules.offline_till_day.in_fen()},
                        {"tolerance_fen", rules.tolerance.in_fen()}});
    });
}

Result<std::string> review(District& district, const Command& command) {
    auto access = district.access();
    AccountLedger ledger(access.database);
    const std::string booking = command.word("booking");
    if (!booking.empty()) {
        if (command.word("to") != "diner" && command.word("to") != "loss") {
            return fail(ErrorCode::invalid_input, "Say --to diner or --to loss.");
        }
        MULIN_TRY_STATUS(database::in_transaction(access.database, [&] {
            return resolve_doubt(ledger, booking, command.word("to") == "diner", command.word("by"), district.clock().utc());
        }));
    }
    MULIN_TRY(const auto doubts, ledger.doubts(true));
    ordered_json list = ordered_json::array();
    for (const Doubt& doubt : doubts) {
        list.push_back({{"booking", doubt.booking}, {"kind", doubt.kind}, {"amount_fen", doubt.amount.in_fen()},
                        {"found", payment::to_rfc3339(doubt.found)}});
    }
    return card_line(list);
}

Result<std::string> audit(District& district) {
    auto access = district.access();
    AccountLedger ledger(access.database);
    MULIN_TRY(const auto found, ledger.audit());
    return card_line({{"accounts", found.accounts},
                    {"bookings", found.bookings},
                    {"moves", found.moves},
                    {"debits_fen", found.debits.in_fen()},
                    {"credits_fen", found.credits.in_fen()}});
}

}  // namespace

Status tell_tills(District::Access& access, const std::string& hash, bool blocked) {
    auto row = access.database.prepare("SELECT record FROM card WHERE hash = ?");
    row.bind(hash);
    MULIN_TRY(const bool found, row.step());
    if (!found) return fail(ErrorCode::not_found, "There is no such card in the district; check the number.");
    MULIN_TRY(const auto value, parse_object(row.text(0), 1 << 16, "card"));
    Fields fields(*value, "card");
    Card card = read_card(fields);
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    if (!blocked) MULIN_TRY_STATUS(access.directory.lift("card", hash));
    if (card.blocked == blocked) return payment::ok();
    card.blocked = blocked;
    return access.directory.put(card);
}

Result<std::string> card_command(District& district, const Command& command) {
    const std::string what = command.name.substr(command.name.find(' ') + 1);
    if (what == "balance") return balance(district, command);
    if (what == "limits") return limits(district, command);
    if (what == "review") return review(district, command);
    if (what == "audit") return audit(district);
    if (what == "block" || what == "unblock" || what == "replace") return change(district, command, what);
    return fail(ErrorCode::invalid_input, "There is no command \"" + command.name + "\".");
}

}  // namespace mulin::sync::server
