#include "sync/console/console_months.h"

#include <nlohmann/json.hpp>

#include "sync/books/period_close.h"
#include "sync/database/in_transaction.h"
#include "sync/district/month.h"

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;
using payment::ErrorCode;
using payment::fail;

std::string proposal_key(const std::string& month) { return "close_proposal/" + month; }

struct Proposal {
    std::string person;
    std::string at;
};

Result<std::optional<Proposal>> proposal_of(database::Database& database, const std::string& month) {
    auto query = database.prepare("SELECT value FROM meta WHERE key = ?");
    query.bind(proposal_key(month));
    MULIN_TRY(const bool found, query.step());
    if (!found) return std::optional<Proposal>();
    const std::string value = query.text(0);
    const std::size_t space = value.find(' ');
    return std::optional(Proposal{value.substr(space + 1), value.substr(0, space)});
}

Status forget_proposal(database::Database& database, const std::string& month) {
    auto drop = database.prepare("DELETE FROM meta WHERE key = ?");
    return drop.bind(proposal_key(month)).run();
}

struct MonthRow {
    std::string month;
    std::int64_t claims = 0;
    std::int64_t awaiting = 0;
};

Result<std::vector<MonthRow>> months_with_claims(database::Database& database) {
    auto query = database.prepare(
        "SELECT c.period, count(*), sum(CASE WHEN c.reason IN ('forked', 'identity_disputed', 'unjudged') AND EXISTS (SELECT 1 "
        "FROM claim_part p WHERE p.till = c.till AND p.epoch = c.epoch AND p.seq = c.seq AND p.hash = c.hash AND p.suspense_fen > "
        "0) THEN 1 ELSE 0 END) FROM claim c GROUP BY c.period ORDER BY c.period DESC");
    std::vector<MonthRow> rows;
    for (;;) {
        MULIN_TRY(const bool more, query.step());
        if (!more) return rows;
        rows.push_back({query.text(0), query.number(1), query.number(2)});
    }
}

Result<ordered_json> month_value(database::Database& database, const MonthRow& row, const std::vector<ClosedMonth>& closed) {
    ordered_json value = {{"month", row.month}, {"state", "open"}, {"claims", row.claims}, {"awaiting", row.awaiting}};
    for (const ClosedMonth& one : closed) {
        if (one.month != row.month) continue;
        value["state"] = "closed";
        value["by"] = one.person;
        value["approver"] = one.approver;
        value["closed"] = payment::to_rfc3339({one.closed.ms / 1000 * 1000});
        value["sha256"] = one.sha256;
        return value;
    }
    MULIN_TRY(const auto proposal, proposal_of(database, row.month));
    if (proposal) value.update({{"state", "proposed"}, {"by", proposal->person}, {"proposed", proposal->at}});
    return value;
}

// Inside a transaction. The line in the log only with a change.
Status propose_or_withdraw(District::Access& access, const Visitor& visitor, UtcInstant now, const std::string& month, CloseStep step) {
    MULIN_TRY(const auto closed, closed_month(access.database, month));
    if (closed) return fail(ErrorCode::conflict, "The month " + month + " is closed already.");
    MULIN_TRY(const auto proposal, proposal_of(access.database, month));
    if (step == CloseStep::withdraw) {
        if (!proposal) return payment::ok();
        MULIN_TRY_STATUS(forget_proposal(access.database, month));
        return write_audit(access, visitor, now, "withdraw_close", month, "");
    }
    if (proposal && proposal->person == visitor.member.name) return payment::ok();
    if (proposal) return fail(ErrorCode::conflict, proposal->person + " has proposed to close " + month + " already.");
    auto write = access.database.prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
    const std::string value = payment::to_rfc3339({now.ms / 1000 * 1000}) + " " + visitor.member.name;
    MULIN_TRY_STATUS(write.bind(proposal_key(month)).bind(value).run());
    return write_audit(access, visitor, now, "propose_close", month, "");
}

Status confirm(District& district, const Visitor& visitor, UtcInstant now, const std::string& month) {
    std::string person;
    {
        auto access = district.access();
        MULIN_TRY(const auto closed, closed_month(access.database, month));
        if (closed && closed->approver == visitor.member.name) return payment::ok();  // the same press again
        MULIN_TRY(const auto proposal, proposal_of(access.database, month));
        if (closed || !proposal) return fail(ErrorCode::conflict, "Nobody proposes to close " + month + " any more; look again.");
        person = proposal->person;
    }
    if (person == visitor.member.name) return fail(ErrorCode::refused, "Another person than who proposed it confirms a close.");
    return close_month(district, {month, person, visitor.member.name}, [&](District::Access& access) -> Status {
               MULIN_TRY_STATUS(forget_proposal(access.database, month));
               return write_audit(access, visitor, now, "confirm_close", month + " proposed by " + person, "");
           })
        .map([](const ClosedMonth&) { return payment::Unit{}; });
}

}  // namespace

Result<std::string> months_view(District& district) {
    auto access = district.access();
    MULIN_TRY(auto rows, months_with_claims(access.database));
    MULIN_TRY(const auto closed, closed_months(access.database));
    ordered_json value = {{"list", ordered_json::array()}};
    for (const MonthRow& row : rows) {
        MULIN_TRY(auto one, month_value(access.database, row, closed));
        value["list"].push_back(std::move(one));
    }
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

Result<std::string> close_step(District& district, const Visitor& visitor, const std::string& month, CloseStep step) {
    const UtcInstant now = district.clock().utc();
    MULIN_TRY(const auto days, days_of_month(month));
    if (days.second >= payment::china_date(now)) {
        return fail(ErrorCode::refused, "The month " + month + " ends on " + days.second.text() + "; close it after that day.");
    }
    if (step == CloseStep::confirm) {
        MULIN_TRY_STATUS(confirm(district, visitor, now, month));
    } else {
        auto access = district.access();
        MULIN_TRY_STATUS(database::in_transaction(access.database, [&] { return propose_or_withdraw(access, visitor, now, month, step); }));
    }
    return months_view(district);
}

}  // namespace mulin::sync::server
