#include "sync/district/report.h"

#include <nlohmann/json.hpp>

#include "sync/backtest/backtest_report.h"
#include "sync/wire/fields.h"

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;

// A sale that counts: not training, not voided.
#define MULIN_COUNTED                                                                                    \
    "FROM sale s WHERE s.business_day BETWEEN ?1 AND ?2 AND s.training = 0 AND NOT EXISTS "               \
    "(SELECT 1 FROM sale_void v WHERE v.till = s.till AND v.epoch = s.epoch AND v.seq = s.seq) "
#define MULIN_SUMS                                                                                       \
    "count(*), coalesce(sum(s.list_fen + s.delivery_fen), 0), coalesce(sum(s.delivery_fen), 0), "         \
    "coalesce(sum(s.benefit_fen), 0), coalesce(sum(s.paid_fen), 0) "
#define MULIN_BY(column) "SELECT " column ", " MULIN_SUMS MULIN_COUNTED "GROUP BY 1 ORDER BY 1"

Amounts amounts_from(const database::Statement& row, int at) {
    return {row.number(at), Money::fen(row.number(at + 1)), Money::fen(row.number(at + 2)),
            Money::fen(row.number(at + 3)), Money::fen(row.number(at + 4))};
}

database::Statement over(database::Database& database, const char* sql, const Report& report) {
    auto query = database.prepare(sql);
    query.bind(report.from.days_since_1970()).bind(report.until.days_since_1970());
    return query;
}

Status read_groups(database::Database& database, const char* sql, const Report& report,
                   std::vector<Group>& out) {
    auto query = over(database, sql, report);
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return payment::ok();
        out.push_back({query.text(0), amounts_from(query, 1)});
    }
}

Status read_shares(database::Database& database, const char* sql, const Report& report,
                   std::vector<Share>& out) {
    auto query = over(database, sql, report);
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return payment::ok();
        out.push_back({query.text(0), query.number(1), Money::fen(query.number(2))});
    }
}

#define MULIN_PAYERS(kind)                                                                               \
    "SELECT p.payer, count(*), sum(p.amount_fen) FROM sale_payer p WHERE p.kind = '" kind                 \
    "' AND p.entry IN (SELECT s.entry " MULIN_COUNTED ") GROUP BY 1 ORDER BY 1"

Status read_money(database::Database& database, Report& report) {
    MULIN_TRY_STATUS(read_shares(database, MULIN_PAYERS("benefit"), report, report.by_payer));
    MULIN_TRY_STATUS(read_shares(database, MULIN_PAYERS("operator"), report, report.by_operator_payer));
    return read_shares(database,
                       "SELECT t.method, count(*), sum(t.amount_fen) FROM sale_tender t WHERE t.entry IN "
                       "(SELECT s.entry " MULIN_COUNTED ") GROUP BY 1 ORDER BY 1",
                       report, report.by_tender);
}

Status read_doubts(database::Database& database, Report& report) {
    auto voided = over(database,
                       "SELECT " MULIN_SUMS
                       "FROM sale s JOIN sale_void v "
                       "ON v.till = s.till AND v.epoch = s.epoch AND v.seq = s.seq "
                       "WHERE s.business_day BETWEEN ?1 AND ?2 AND s.training = 0",
                       report);
    MULIN_TRY(const bool row, voided.step());
    if (row) report.voided = amounts_from(voided, 0);
    auto counts = database.prepare(
        "SELECT (SELECT count(*) FROM finding), (SELECT count(*) FROM quarantine), (SELECT count(*) FROM "
        "fork_entry)");
    MULIN_TRY(const bool counted, counts.step());
    if (counted) {
        report.findings = counts.number(0);
        report.quarantined = counts.number(1);
        report.forked = counts.number(2);
    }
    return payment::ok();
}

ordered_json amounts_value(const Amounts& amounts) {
    return {{"sales", amounts.sales},
            {"list_fen", amounts.list.in_fen()},
            {"delivery_fen", amounts.delivery.in_fen()},
            {"benefit_fen", amounts.benefit.in_fen()},
            {"paid_fen", amounts.paid.in_fen()}};
}

ordered_json groups_value(const std::vector<Group>& groups) {
    ordered_json value = ordered_json::object();
    for (const Group& group : groups) value[group.key] = amounts_value(group.amounts);
    return value;
}

ordered_json shares_value(const std::vector<Share>& shares) {
    ordered_json value = ordered_json::object();
    for (const Share& share : shares) value[share.key] = {{"sales", share.sales}, {"amount_fen", share.amount.in_fen()}};
    return value;
}

}  // namespace

Result<Report> report_of(database::Database& database, Date from, Date until) {
    Report report;
    report.from = from;
    report.until = until;
    std::vector<Group> all;
    MULIN_TRY_STATUS(read_groups(database, MULIN_BY("''"), report, all));
    if (!all.empty()) report.total = all.front().amounts;
    MULIN_TRY_STATUS(read_groups(database, MULIN_BY("s.business_day"), report, report.by_day));
    for (Group& day : report.by_day) day.key = Date::from_days(std::stoi(day.key)).text();
    MULIN_TRY_STATUS(read_groups(database, MULIN_BY("s.site"), report, report.by_site));
    MULIN_TRY_STATUS(read_groups(database, MULIN_BY("s.vendor"), report, report.by_vendor));
    MULIN_TRY_STATUS(read_groups(database, MULIN_BY("s.subdistrict"), report, report.by_subdistrict));
    MULIN_TRY_STATUS(read_groups(database, MULIN_BY("s.meal"), report, report.by_meal));
    MULIN_TRY_STATUS(read_groups(database, MULIN_BY("s.service"), report, report.by_service));
    MULIN_TRY_STATUS(read_groups(database, MULIN_BY("s.category"), report, report.by_category));
    MULIN_TRY_STATUS(read_money(database, report));
    MULIN_TRY_STATUS(read_money_back(database, report));
    MULIN_TRY_STATUS(read_doubts(database, report));
    return report;
}

Result<std::vector<QuarterHour>> sales_by_quarter(database::Database& database, Date day) {
    auto query =
        database.prepare("SELECT (s.at_ms / 1000 + 28800) % 86400 / 900 * 15, count(*) " MULIN_COUNTED
                         "GROUP BY 1 ORDER BY 1");
    query.bind(day.days_since_1970()).bind(day.days_since_1970());
    std::vector<QuarterHour> quarters;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return quarters;
        quarters.push_back({static_cast<int>(query.number(0)), query.number(1)});
    }
}

std::string report_json(const Report& report, const std::string& key, const std::string& value) {
    ordered_json out = {{key, value}};
    out.update(amounts_value(report.total));
    out["voided"] = amounts_value(report.voided);
    if (report.from != report.until) out["by_day"] = groups_value(report.by_day);
    out["by_site"] = groups_value(report.by_site);
    out["by_vendor"] = groups_value(report.by_vendor);
    out["by_subdistrict"] = groups_value(report.by_subdistrict);
    out["by_meal"] = groups_value(report.by_meal);
    out["by_service"] = groups_value(report.by_service);
    out["by_category"] = groups_value(report.by_category);
    out["by_payer"] = shares_value(report.by_payer);
    out["by_operator_payer"] = shares_value(report.by_operator_payer);
    out["by_tender"] = shares_value(report.by_tender);
    out["refunded"] = amounts_value(report.refunded);
    out["refunded"].erase("delivery_fen");
    out["refunded_by_payer"] = shares_value(report.refunded_by_payer);
    out["refunded_by_tender"] = shares_value(report.refunded_by_tender);
    out["top_ups"] = {{"sales", report.top_ups.sales}, {"amount_fen", report.top_ups.amount.in_fen()}};
    out["top_ups_by_tender"] = shares_value(report.top_ups_by_tender);
    out["findings"] = report.findings;
    out["quarantined"] = report.quarantined;
    out["forked"] = report.forked;
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string report_csv(const Report& report) {
    std::string csv = "\xEF\xBB\xBFgroup,key,sales,list,delivery,benefit,paid\r\n";
    const auto add = [&](const char* name, const std::vector<Group>& groups) {
        for (const Group& group : groups) {
            const Amounts& amounts = group.amounts;
            csv += std::string(name) + "," + csv_cell(group.key) + "," + std::to_string(amounts.sales) + "," +
                   payment::to_yuan(amounts.list) + "," + payment::to_yuan(amounts.delivery) + "," +
                   payment::to_yuan(amounts.benefit) + "," + payment::to_yuan(amounts.paid) + "\r\n";
        }
    };
    add("total", {{"", report.total}});
    add("date", report.by_day);
    add("site", report.by_site);
    add("vendor", report.by_vendor);
    add("subdistrict", report.by_subdistrict);
    add("meal", report.by_meal);
    add("service", report.by_service);
    add("category", report.by_category);
    const auto add_shares = [&](const char* name, const std::vector<Share>& shares) {
        for (const Share& share : shares) {
            csv += std::string(name) + "," + csv_cell(share.key) + "," + std::to_string(share.sales) + "," +
                   payment::to_yuan(share.amount) + ",,,\r\n";
        }
    };
    add_shares("payer", report.by_payer);
    add_shares("operator_payer", report.by_operator_payer);
    add_shares("tender", report.by_tender);
    add("refunded", {{"", report.refunded}});
    add_shares("refunded_payer", report.refunded_by_payer);
    add_shares("refunded_tender", report.refunded_by_tender);
    add_shares("top_up", report.top_ups_by_tender);
    return csv;
}

}  // namespace mulin::sync::server
