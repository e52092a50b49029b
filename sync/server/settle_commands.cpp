#include "sync/server/settle_commands.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "sync/books/period_close.h"
#include "sync/books/settle_audit.h"
#include "sync/books/settle_desk.h"
#include "sync/books/settle_reconcile.h"
#include "sync/books/settle_report.h"
#include "sync/books/settle_trace.h"
#include "sync/database/in_transaction.h"
#include "sync/district/month.h"
#include "sync/server/review_commands.h"

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;
using payment::ErrorCode;
using payment::fail;

constexpr std::int64_t kMaxWaitingShown = 10'000;

std::string json_line_of(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json sale_value(const RecordName& record) {
    return {{"till", record.key.till.text()}, {"epoch", record.key.epoch.text()}, {"seq", record.key.seq}, {"hash", record.hash}};
}

ordered_json verdict_value(const ClaimVerdict& one) {
    ordered_json payers = ordered_json::object();
    for (const auto& [payer, part] : one.parts)
        payers[payer] = {{"claimed_fen", part.claimed.in_fen()}, {"posted_fen", part.posted.in_fen()},
                         {"voided_fen", part.voided.in_fen()}, {"refunded_fen", part.returned.in_fen()},
                         {"borne_by_vendor_fen", part.vendor.in_fen()}, {"borne_by_tolerance_fen", part.tolerance.in_fen()},
                         {"borne_by_diner_fen", part.diner.in_fen()}, {"suspense_fen", part.suspense.in_fen()}};
    return {{"sale", sale_value(one.record)}, {"date", one.business_date.text()}, {"diner", one.subject},
            {"site", one.site.text()}, {"vendor", one.vendor.text()}, {"reason", one.reason}, {"payers", std::move(payers)},
            {"verdict", one.n}, {"rules", one.rules}, {"facts", one.facts}, {"period", one.period}};
}

std::string lines_of_verdicts(const std::vector<ClaimVerdict>& verdicts) {
    std::string lines;
    for (const ClaimVerdict& one : verdicts) lines += json_line_of(verdict_value(one));
    return lines;
}

Result<SaleName> sale_named(const Command& command) {
    const auto name = parse_sale_name(command.word("sale"));
    if (!name) return fail(ErrorCode::invalid_input, "\"" + command.word("sale") + "\" names no sale; write it as TILL/EPOCH/NUMBER.");
    return *name;
}

Result<std::string> verdict_waiting(District& district, const Command&) {
    MULIN_TRY_STATUS(settle_all(district));
    auto access = district.access();
    MULIN_TRY(const auto waiting, waiting_verdicts(access.database, kMaxWaitingShown));
    return lines_of_verdicts(waiting);
}

Result<std::string> verdict_show(District& district, const Command& command) {
    MULIN_TRY(const auto name, sale_named(command));
    MULIN_TRY_STATUS(settle_all(district));
    auto access = district.access();
    MULIN_TRY(const auto verdicts, verdicts_of(access.database, name.key));
    MULIN_TRY(const auto rulings, rulings_of(access.database, name.key));
    std::string lines = lines_of_verdicts(verdicts);
    for (const RulingRow& one : rulings)
        lines += json_line_of({{"ruling", one.ruling}, {"sale", sale_value(one.record)}, {"by", one.person}, {"reason", one.reason},
                               {"at", payment::to_rfc3339(one.at)}});
    if (lines.empty()) return fail(ErrorCode::not_found, "The sale " + command.word("sale") + " asks nobody for anything, or is not here.");
    return lines;
}

Result<std::string> verdict_rule(District& district, const Command& command, const std::string& ruling) {
    MULIN_TRY(const auto name, sale_named(command));
    MULIN_TRY_STATUS(settle_all(district));
    MULIN_TRY_STATUS(rule(district, {name.key, name.hash, ruling, command.word("by"), command.word("reason")}));
    return verdict_show(district, command);
}

Result<std::string> verdict_decide(District& district, const Command& command) {
    const std::string as = command.word("as");
    if (as == "dispute") return fail(ErrorCode::invalid_input, "A dispute is no decision; use `verdict dispute`.");
    return verdict_rule(district, command, as);
}

Result<std::string> verdict_dispute(District& district, const Command& command) { return verdict_rule(district, command, "dispute"); }

Result<std::string> verdict_site(District& district, const Command& command) {
    MULIN_TRY(const auto days, days_of_month(command.word("month")));
    MULIN_TRY_STATUS(settle_all(district));
    auto access = district.access();
    MULIN_TRY(const auto verdicts, site_verdicts(access.database, SiteId(command.word("site")), days.first, days.second));
    return lines_of_verdicts(verdicts);
}

// What the command asks for, put on what stands.
Status change_verdict_settings(const Command& command, VerdictSettings& settings) {
    const std::string fen = command.word("tolerance");
    const std::string one = command.word("one_a_meal");
    if (!fen.empty()) {
        std::int64_t amount = 0;
        const auto [end, error] = std::from_chars(fen.data(), fen.data() + fen.size(), amount);
        if (error != std::errc() || end != fen.data() + fen.size() || amount < 0 || amount > kMaxAmountFen)
            return fail(ErrorCode::invalid_input, "\"" + fen + "\" is no amount; write the tolerance in whole fen.");
        settings.tolerance_per_diner_day = Money::fen(amount);
    }
    if (!one.empty() && one != "yes" && one != "no")
        return fail(ErrorCode::invalid_input, "\"" + one + "\" is neither yes nor no.");
    if (!one.empty()) settings.one_subsidy_a_meal = one == "yes";
    return payment::ok();
}

Result<std::string> verdict_rules(District& district, const Command& command) {
    auto access = district.access();
    const auto settings = database::in_transaction(access.database, [&]() -> Result<VerdictSettings> {
        MULIN_TRY(auto asked, read_verdict_settings(access.database));
        MULIN_TRY_STATUS(change_verdict_settings(command, asked));
        const bool any = !command.word("tolerance").empty() || !command.word("one_a_meal").empty();
        if (any) MULIN_TRY_STATUS(write_verdict_settings(access.database, asked));
        return asked;
    });
    if (!settings) return tl::make_unexpected(settings.error());
    return json_line_of({{"tolerance_fen", settings->tolerance_per_diner_day.in_fen()}, {"one_subsidy_a_meal", settings->one_subsidy_a_meal},
                         {"version", settings->version()}});
}

CommandResult ledger_verify(District& district) {
    if (const auto settled = settle_all(district); !settled) return failed(settled.error());
    auto access = district.access();
    const auto audit = audit_ledger(access.database);
    if (!audit) return failed(audit.error());
    const std::string out = json_line_of({{"claims", audit->claims}, {"transfers", audit->transfers},
                                          {"debits_posted_fen", audit->debits_posted.in_fen()},
                                          {"credits_posted_fen", audit->credits_posted.in_fen()},
                                          {"debits_pending_fen", audit->debits_pending.in_fen()},
                                          {"credits_pending_fen", audit->credits_pending.in_fen()},
                                          {"ok", audit->faults.empty()}, {"faults", audit->faults}});
    if (audit->faults.empty()) return {0, out, ""};
    return {1, out, audit->faults.front()};
}

Result<std::string> ledger_show(District& district, const Command& command) {
    MULIN_TRY_STATUS(settle_all(district));
    TraceFilter filter;
    filter.account = command.word("account");
    filter.month = command.word("month");
    filter.payer = command.word("payer");
    filter.vendor = command.word("vendor");
    filter.site = command.word("site");
    filter.reason = command.word("reason");
    if (!command.word("sale").empty()) {
        MULIN_TRY(const auto name, sale_named(command));
        filter.sale = name.key;
    }
    if (!filter.month.empty()) MULIN_TRY_STATUS(days_of_month(filter.month).map([](const auto&) { return payment::Unit{}; }));
    return trace_jsonl(district, filter);
}

ordered_json closed_value(const ClosedMonth& month) {
    return {{"month", month.month}, {"closed", payment::to_rfc3339(month.closed)}, {"by", month.person},
            {"approver", month.approver}, {"sha256", month.sha256}};
}

Result<std::string> close_month_command(District& district, const Command& command) {
    MULIN_TRY(const auto closed, close_month(district, {command.word("month"), command.word("by"), command.word("approver"),
                                                        !command.word("unfinished").empty()}));
    return json_line_of(closed_value(closed));
}

Result<std::string> close_list(District& district, const Command&) {
    auto access = district.access();
    MULIN_TRY(const auto months, closed_months(access.database));
    std::string lines;
    for (const ClosedMonth& month : months) lines += json_line_of(closed_value(month));
    return lines;
}

Result<std::string> report_day(District& district, const Command& command) {
    const auto date = Date::parse(command.word("date"));
    if (!date) return fail(ErrorCode::invalid_input, "\"" + command.word("date") + "\" is not a date; write it like 2026-03-10.");
    MULIN_TRY_STATUS(settle_all(district));
    return day_report(district, *date, !command.word("csv").empty());
}

Result<std::string> report_month(District& district, const Command& command) {
    MULIN_TRY_STATUS(days_of_month(command.word("month")).map([](const auto&) { return payment::Unit{}; }));
    MULIN_TRY_STATUS(settle_all(district));
    return month_report(district, command.word("month"), !command.word("csv").empty());
}

}  // namespace

std::optional<CommandResult> settle_command(District& district, const Command& command) {
    using Run = Result<std::string> (*)(District&, const Command&);
    static const std::map<std::string, Run> commands = {
        {"report day", report_day},           {"report month", report_month}, {"verdict waiting", verdict_waiting},
        {"verdict show", verdict_show},       {"verdict decide", verdict_decide}, {"verdict dispute", verdict_dispute},
        {"verdict site", verdict_site},       {"verdict rules", verdict_rules}, {"ledger show", ledger_show},
        {"close month", close_month_command}, {"close list", close_list},
    };
    if (command.name == "ledger verify") return ledger_verify(district);
    const auto found = commands.find(command.name);
    if (found == commands.end()) return std::nullopt;
    const auto out = found->second(district, command);
    return out ? CommandResult{0, *out, ""} : failed(out.error());
}

}  // namespace mulin::sync::server
