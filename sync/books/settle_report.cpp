#include "sync/books/settle_report.h"

#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "sync/backtest/backtest_report.h"
#include "sync/books/period_close.h"
#include "sync/district/month.h"
#include "sync/district/report.h"
#include "sync/settlement/ledger.h"

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;
using settlement::Part;

#define MULIN_PARTS(t)                                                                                          \
    t ".claimed_fen, " t ".returned_fen, " t ".voided_fen, " t ".posted_fen, " t ".vendor_fen, " t               \
    ".tolerance_fen, " t ".diner_fen, " t ".suspense_fen "
#define MULIN_PART_SUMS(t)                                                                                      \
    "sum(" t ".claimed_fen), sum(" t ".returned_fen), sum(" t ".voided_fen), sum(" t ".posted_fen), sum(" t     \
    ".vendor_fen), sum(" t ".tolerance_fen), sum(" t ".diner_fen), sum(" t ".suspense_fen) "

Part part_from(const database::Statement& row, int at) {
    const auto fen = [&](int column) { return Money::fen(row.number(at + column)); };
    return {fen(0), fen(1), fen(2), fen(3), fen(4), fen(5), fen(6), fen(7)};
}

// Added up here, row by row: to group millions of them SQLite would first sort them in memory.
Status read_rows(database::Database& database, Date from, Date until, Settlement& settlement) {
    auto query = database.prepare(
        "SELECT p.payer, c.vendor, c.site, c.reason, " MULIN_PARTS("p")
        "FROM claim c JOIN claim_part p ON p.till = c.till AND p.epoch = c.epoch AND p.seq = c.seq AND p.hash = c.hash "
        "WHERE c.period BETWEEN ? AND ? AND c.business_day BETWEEN ? AND ?");
    query.bind(settlement::month_of(from)).bind(settlement::month_of(until));
    query.bind(from.days_since_1970()).bind(until.days_since_1970());
    std::map<std::array<std::string, 4>, SettlementRow> rows;
    for (;;) {
        MULIN_TRY(const bool more, query.step());
        if (!more) break;
        const auto [at, fresh] = rows.try_emplace({query.text(0), query.text(1), query.text(2), query.text(3)});
        SettlementRow& row = at->second;
        if (fresh) row = {at->first[0], at->first[1], at->first[2], at->first[3], "", 0, {}};
        ++row.claims;
        row.part += part_from(query, 4);
    }
    for (auto& [key, row] : rows) {
        settlement.total += row.part;
        settlement.rows.push_back(std::move(row));
    }
    return payment::ok();
}

Status read_adjusted(database::Database& database, const std::string& month, Settlement& settlement) {
    auto query = database.prepare(
        "SELECT a.payer, a.vendor, a.site, a.reason, a.of_month, sum(a.claims), " MULIN_PART_SUMS("a")
        "FROM adjustment a WHERE a.period = ? GROUP BY a.of_month, a.payer, a.vendor, a.site, a.reason ORDER BY a.of_month, "
        "a.payer, a.vendor, a.site, a.reason");
    query.bind(month);
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return payment::ok();
        settlement.adjusted.push_back({query.text(0), query.text(1), query.text(2), query.text(3), query.text(4),
                                       query.number(5), part_from(query, 6)});
        settlement.adjustment += settlement.adjusted.back().part;
    }
}

Status read_counts(database::Database& database, Date from, Date until, Settlement& settlement) {
    auto query = database.prepare(
        "SELECT count(*), coalesce(sum(CASE WHEN reason IN ('forked', 'identity_disputed', 'unjudged') THEN 1 ELSE 0 END), "
        "0) FROM claim WHERE period BETWEEN ? AND ? AND business_day BETWEEN ? AND ?");
    query.bind(settlement::month_of(from)).bind(settlement::month_of(until));
    query.bind(from.days_since_1970()).bind(until.days_since_1970());
    MULIN_TRY(const bool row, query.step());
    if (row) settlement.claims = query.number(0);
    if (row) settlement.awaiting_person = query.number(1);
    return payment::ok();
}

ordered_json part_value(const Part& part) {
    return {{"claimed_fen", part.claimed.in_fen()},     {"posted_fen", part.posted.in_fen()},
            {"voided_fen", part.voided.in_fen()},       {"refunded_fen", part.returned.in_fen()},
            {"borne_by_vendor_fen", part.vendor.in_fen()}, {"borne_by_tolerance_fen", part.tolerance.in_fen()},
            {"borne_by_diner_fen", part.diner.in_fen()}, {"suspense_fen", part.suspense.in_fen()}};
}

ordered_json rows_value(const std::vector<SettlementRow>& rows) {
    ordered_json list = ordered_json::array();
    for (const SettlementRow& row : rows) {
        ordered_json value = {{"payer", row.payer}, {"vendor", row.vendor}, {"site", row.site}, {"reason", row.reason}};
        if (!row.of_month.empty()) value["of_month"] = row.of_month;
        value["claims"] = row.claims;
        value.update(part_value(row.part));
        list.push_back(std::move(value));
    }
    return list;
}

template <class Key>
ordered_json summed_by(const std::vector<SettlementRow>& rows, Key key) {
    std::map<std::string, Part> sums;
    for (const SettlementRow& row : rows) sums[key(row)] += row.part;
    ordered_json value = ordered_json::object();
    for (const auto& [name, part] : sums) value[name] = part_value(part);
    return value;
}

void add_lines(std::string& csv, const char* kind, const std::vector<SettlementRow>& rows) {
    for (const SettlementRow& row : rows) {
        csv += kind;
        for (const std::string& text : {row.of_month, row.payer, row.vendor, row.site, row.reason}) csv += "," + csv_cell(text);
        csv += "," + std::to_string(row.claims);
        const Part& part = row.part;
        for (const Money amount : {part.claimed, part.posted, part.voided, part.returned, part.vendor, part.tolerance, part.diner,
                                   part.suspense})
            csv += "," + payment::to_yuan(amount);
        csv += "\r\n";
    }
}

Result<std::string> report_text(database::Database& database, Date from, Date until, const std::string& month, bool csv) {
    MULIN_TRY(const auto report, report_of(database, from, until));
    MULIN_TRY(const auto settlement, settlement_of(database, from, until, month));
    if (csv) return report_csv(report) + settlement_csv(settlement);
    std::string text = month.empty() ? report_json(report, "date", from.text()) : report_json(report, "month", month);
    text.insert(text.rfind('}'), ",\"settlement\":" + settlement_json(settlement));
    return text + "\n";
}

}  // namespace

Result<Settlement> settlement_of(database::Database& database, Date from, Date until, const std::string& month) {
    Settlement settlement;
    MULIN_TRY_STATUS(read_rows(database, from, until, settlement));
    MULIN_TRY_STATUS(read_counts(database, from, until, settlement));
    if (!month.empty()) MULIN_TRY_STATUS(read_adjusted(database, month, settlement));
    return settlement;
}

std::string settlement_json(const Settlement& settlement) {
    ordered_json value = {{"claims", settlement.claims}, {"awaiting_person", settlement.awaiting_person}};
    value.update(part_value(settlement.total));
    value["by_payer"] = summed_by(settlement.rows, [](const SettlementRow& row) { return row.payer; });
    value["by_vendor"] = summed_by(settlement.rows, [](const SettlementRow& row) { return row.vendor; });
    value["by_reason"] = summed_by(settlement.rows, [](const SettlementRow& row) { return row.reason; });
    value["rows"] = rows_value(settlement.rows);
    value["adjustment"] = part_value(settlement.adjustment);
    value["adjusted"] = rows_value(settlement.adjusted);
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string settlement_csv(const Settlement& settlement) {
    std::string csv =
        "\r\nsettlement,of_month,payer,vendor,site,reason,claims,claimed,posted,voided,refunded,borne_by_vendor,"
        "borne_by_tolerance,borne_by_diner,suspense\r\n";
    add_lines(csv, "settled", settlement.rows);
    add_lines(csv, "settled_total", {{"", "", "", "", "", settlement.claims, settlement.total}});
    add_lines(csv, "adjusted", settlement.adjusted);
    add_lines(csv, "adjusted_total", {{"", "", "", "", "", 0, settlement.adjustment}});
    return csv;
}

Result<std::string> open_month_report(database::Database& database, const std::string& month, bool csv) {
    MULIN_TRY(const auto days, days_of_month(month));
    return report_text(database, days.first, days.second, month, csv);
}

Result<std::string> month_report(District& district, const std::string& month, bool csv) {
    auto access = district.access();
    MULIN_TRY(const auto closed, closed_month(access.database, month));
    if (closed) return csv ? closed->csv : closed->json;
    return open_month_report(access.database, month, csv);
}

Result<std::string> day_report(District& district, Date day, bool csv) {
    auto access = district.access();
    return report_text(access.database, day, day, "", csv);
}

}  // namespace mulin::sync::server
