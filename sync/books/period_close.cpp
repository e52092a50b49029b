#include "sync/books/period_close.h"

#include "sync/books/settle_reconcile.h"
#include "sync/books/settle_report.h"
#include "sync/database/in_transaction.h"
#include "sync/district/month.h"
#include "sync/district/sha256.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

ClosedMonth closed_from(const database::Statement& row) {
    return {row.text(0), {row.number(1)}, row.text(2), row.text(3), row.text(4), "", ""};
}

bool is_blank(const std::string& text) { return text.find_first_not_of(" \t") == std::string::npos; }

Status check_request(const CloseRequest& request, Date last, Date today) {
    if (is_blank(request.person) || is_blank(request.approver) || request.person == request.approver) {
        return fail(ErrorCode::refused, "Two different persons close a month; name them with --by and --approver.");
    }
    if (today > last || request.unfinished) return payment::ok();
    return fail(ErrorCode::refused, "The month " + request.month + " ends on " + last.text() +
                                        "; close it after that day, or say --unfinished to close it all the same.");
}

Status check_order(database::Database& database, const std::string& month) {
    auto query = database.prepare(
        "SELECT min(period) FROM claim WHERE period < ? AND period NOT IN (SELECT month FROM closed_month)");
    query.bind(month);
    MULIN_TRY(const bool row, query.step());
    if (!row || query.text(0).empty()) return payment::ok();
    return fail(ErrorCode::refused, "The month " + query.text(0) + " is still open; close the earlier months first.");
}

// Entries and people that were not looked at yet.
Result<bool> is_settled(database::Database& database) {
    auto query = database.prepare(
        "SELECT (SELECT count(*) FROM settle_queue) + (SELECT count(*) FROM price_again) + (SELECT count(*) FROM epoch "
        "WHERE priced < watermark)");
    MULIN_TRY(const bool row, query.step());
    return row && query.number(0) == 0;
}

Status save(database::Database& database, const ClosedMonth& closed) {
    auto write = database.prepare(
        "INSERT INTO closed_month (month, closed_ms, person, approver, sha256, json, csv) VALUES (?, ?, ?, ?, ?, ?, ?)");
    write.bind(closed.month).bind(closed.closed.ms).bind(closed.person).bind(closed.approver);
    write.bind(closed.sha256).bind(closed.json).bind(closed.csv);
    return write.run();
}

// Inside a transaction. Nothing when an upload came between: then there is more to settle first.
Result<std::optional<ClosedMonth>> close_settled(District::Access& access, const CloseRequest& request, UtcInstant now,
                                                 const std::function<Status(District::Access&)>& also) {
    database::Database& database = access.database;
    MULIN_TRY(auto known, closed_month(database, request.month));
    if (known) return known;
    MULIN_TRY_STATUS(check_order(database, request.month));
    MULIN_TRY(const bool settled, is_settled(database));
    if (!settled) return std::optional<ClosedMonth>();
    ClosedMonth closed{request.month, now, request.person, request.approver, "", "", ""};
    MULIN_TRY(closed.json, open_month_report(database, request.month, false));
    MULIN_TRY(closed.csv, open_month_report(database, request.month, true));
    closed.sha256 = sha256_hex(closed.json);
    MULIN_TRY_STATUS(save(database, closed));
    if (also) MULIN_TRY_STATUS(also(access));
    return std::optional(std::move(closed));
}

}  // namespace

Result<std::optional<ClosedMonth>> closed_month(database::Database& database, const std::string& month) {
    auto query = database.prepare(
        "SELECT month, closed_ms, person, approver, sha256, json, csv FROM closed_month WHERE month = ?");
    query.bind(month);
    MULIN_TRY(const bool row, query.step());
    if (!row) return std::optional<ClosedMonth>();
    ClosedMonth closed = closed_from(query);
    closed.json = query.text(5);
    closed.csv = query.text(6);
    return std::optional(std::move(closed));
}

Result<std::vector<ClosedMonth>> closed_months(database::Database& database) {
    auto query = database.prepare("SELECT month, closed_ms, person, approver, sha256 FROM closed_month ORDER BY month");
    std::vector<ClosedMonth> months;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return months;
        months.push_back(closed_from(query));
    }
}

Result<ClosedMonth> close_month(District& district, const CloseRequest& request,
                                const std::function<Status(District::Access&)>& also) {
    MULIN_TRY(const auto days, days_of_month(request.month));
    MULIN_TRY_STATUS(check_request(request, days.second, payment::china_date(district.clock().utc())));
    for (int tries = 0; tries < 5; ++tries) {
        MULIN_TRY_STATUS(settle_all(district));
        auto access = district.access();
        const UtcInstant now = district.clock().utc();
        MULIN_TRY(auto closed, database::in_transaction(access.database, [&] { return close_settled(access, request, now, also); }));
        if (closed) return std::move(*closed);
    }
    return fail(ErrorCode::conflict, "Tills are uploading faster than their sales can be settled; try again in a minute.", true);
}

}  // namespace mulin::sync::server
