// Refunds and top-ups as rows, and what reports say of them. They are counted on their own day and
// change no figure of the sales.

#include <map>

#include "sync/district/database_ledger.h"
#include "sync/district/report.h"

namespace mulin::sync::server {
namespace {

Status put_amounts(database::Database& database, const char* sql, std::int64_t entry,
                   const std::map<std::string, Money>& amounts) {
    for (const auto& [key, amount] : amounts) {
        auto row = database.prepare(sql);
        row.bind(entry).bind(key).bind(amount.in_fen());
        MULIN_TRY_STATUS(row.run());
    }
    return payment::ok();
}

template <class Payments>
std::map<std::string, Money> amounts_by_method(const Payments& payments) {
    std::map<std::string, Money> methods;
    for (const auto& part : payments) methods[part.method] += part.amount;
    return methods;
}

std::map<std::string, Money> amounts_by_payer(const RefundRecord& record) {
    std::map<std::string, Money> payers;
    for (const Benefit& benefit : record.benefits) {
        for (const PayerShare& share : benefit.payers) payers[share.payer] += share.amount;
    }
    return payers;
}

Status fill_shares(database::Database& database, const char* sql, const Report& report,
                   std::vector<Share>& out) {
    auto query = database.prepare(sql);
    query.bind(report.from.days_since_1970()).bind(report.until.days_since_1970());
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return payment::ok();
        out.push_back({query.text(0), query.number(1), Money::fen(query.number(2))});
    }
}

Status fill_totals_back(database::Database& database, Report& report) {
    auto query = database.prepare(
        "SELECT count(*), coalesce(sum(list_fen), 0), coalesce(sum(benefit_fen), 0), coalesce(sum(paid_fen), "
        "0), "
        "(SELECT count(*) FROM top_up WHERE business_day BETWEEN ?1 AND ?2 AND training = 0), "
        "(SELECT coalesce(sum(amount_fen), 0) FROM top_up WHERE business_day BETWEEN ?1 AND ?2 AND training "
        "= 0) "
        "FROM refund WHERE business_day BETWEEN ?1 AND ?2");
    query.bind(report.from.days_since_1970()).bind(report.until.days_since_1970());
    MULIN_TRY_STATUS(query.step());
    report.refunded.sales = query.number(0);
    report.refunded.list = Money::fen(query.number(1));
    report.refunded.benefit = Money::fen(query.number(2));
    report.refunded.paid = Money::fen(query.number(3));
    report.top_ups = {"", query.number(4), Money::fen(query.number(5))};
    return payment::ok();
}

}  // namespace

Status DatabaseLedger::insert_refund(const EntryKey& key, const RefundRecord& record) {
    auto write = database_.prepare(
        "INSERT INTO refund (entry, till, epoch, seq, target_till, target_epoch, target_seq, business_day, "
        "at_ms, site, "
        "whole, list_fen, benefit_fen, paid_fen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    write.bind(last_entry_).bind(key.till.text()).bind(key.epoch.text()).bind(key.seq);
    write.bind(record.target.till.text()).bind(record.target.epoch.text()).bind(record.target.seq);
    write.bind(record.business_date.days_since_1970()).bind(record.at.ms).bind(record.site.text()).bind(record.whole ? 1 : 0);
    write.bind(record.list_value().in_fen()).bind(record.benefit_total().in_fen()).bind(record.paid.in_fen());
    MULIN_TRY_STATUS(write.run());
    MULIN_TRY_STATUS(put_amounts(database_,
                                 "INSERT INTO refund_payer (entry, payer, amount_fen) VALUES (?, ?, ?)",
                                 last_entry_, amounts_by_payer(record)));
    return put_amounts(database_, "INSERT INTO refund_tender (entry, method, amount_fen) VALUES (?, ?, ?)",
                       last_entry_, amounts_by_method(record.payments));
}

Status DatabaseLedger::insert_top_up(const EntryKey& key, const TopUpRecord& record) {
    auto write = database_.prepare(
        "INSERT INTO top_up (entry, till, business_day, at_ms, site, card, amount_fen, training) VALUES (?, "
        "?, ?, ?, ?, ?, ?, ?)");
    write.bind(last_entry_).bind(key.till.text()).bind(record.business_date.days_since_1970()).bind(record.at.ms);
    write.bind(record.site.text()).bind(record.card).bind(record.amount.in_fen()).bind(record.training ? 1 : 0);
    MULIN_TRY_STATUS(write.run());
    return put_amounts(database_, "INSERT INTO top_up_tender (entry, method, amount_fen) VALUES (?, ?, ?)",
                       last_entry_, amounts_by_method(record.payments));
}

Status read_money_back(database::Database& database, Report& report) {
    MULIN_TRY_STATUS(fill_totals_back(database, report));
    MULIN_TRY_STATUS(
        fill_shares(database,
                    "SELECT p.payer, count(*), sum(p.amount_fen) FROM refund r JOIN refund_payer p ON "
                    "p.entry = r.entry WHERE r.business_day BETWEEN ?1 AND ?2 GROUP BY 1 ORDER BY 1",
                    report, report.refunded_by_payer));
    MULIN_TRY_STATUS(
        fill_shares(database,
                    "SELECT p.method, count(*), sum(p.amount_fen) FROM refund r JOIN refund_tender p ON "
                    "p.entry = r.entry WHERE r.business_day BETWEEN ?1 AND ?2 GROUP BY 1 ORDER BY 1",
                    report, report.refunded_by_tender));
    return fill_shares(database,
                       "SELECT p.method, count(*), sum(p.amount_fen) FROM top_up t JOIN top_up_tender p ON "
                       "p.entry = t.entry "
                       "WHERE t.business_day BETWEEN ?1 AND ?2 AND t.training = 0 GROUP BY 1 ORDER BY 1",
                       report, report.top_ups_by_tender);
}

}  // namespace mulin::sync::server
