#include "sync/books/settle_trace.h"

#include <nlohmann/json.hpp>

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;

std::string json_row(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

// An empty word asks for nothing.
database::Statement asked_of(database::Database& database, const TraceFilter& filter, const std::string& account) {
    auto query = database.prepare(
        "SELECT t.till, t.epoch, t.seq, t.hash, t.n, t.kind, t.debit, t.credit, t.amount_fen, t.code, t.period, c.site, "
        "c.vendor, c.reason FROM ledger_transfer t JOIN claim c ON c.till = t.till AND c.epoch = t.epoch AND c.seq = t.seq AND "
        "c.hash = t.hash WHERE (? = '' OR t.debit = ? OR t.credit = ?) AND (? = '' OR t.period = ?) AND (? = '' OR c.vendor = "
        "?) AND (? = '' OR c.site = ?) AND (? = '' OR c.reason = ?) AND (? = '' OR (t.till = ? AND t.epoch = ? AND t.seq = "
        "?)) ORDER BY t.till, t.epoch, t.seq, t.hash, t.n");
    query.bind(account).bind(account).bind(account);
    for (const std::string& word : {filter.month, filter.vendor, filter.site, filter.reason}) query.bind(word).bind(word);
    const EntryKey sale = filter.sale.value_or(EntryKey{});
    query.bind(sale.till.text()).bind(sale.till.text()).bind(sale.epoch.text()).bind(sale.seq);
    return query;
}

bool is_from(const std::string& side, const std::string& account) {
    return account.empty() ? side.starts_with("subsidy:") : side == account;
}

}  // namespace

Result<std::string> trace_jsonl(District& district, const TraceFilter& filter) {
    auto access = district.access();
    const std::string account = filter.payer.empty() ? filter.account : "subsidy:" + filter.payer;
    auto query = asked_of(access.database, filter, account);
    std::string lines;
    std::int64_t count = 0;
    Money posted;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) break;
        const Money amount = Money::fen(query.number(8));
        ++count;
        if (const std::string kind = query.text(5); kind == "post" || kind == "direct") {
            if (is_from(query.text(6), account)) posted += amount;
            if (is_from(query.text(7), account)) posted -= amount;
        }
        lines += json_row({{"sale", {{"till", query.text(0)}, {"epoch", query.text(1)}, {"seq", query.number(2)}, {"hash", query.text(3)}}},
                           {"transfer", query.number(4)}, {"kind", query.text(5)}, {"debit", query.text(6)},
                           {"credit", query.text(7)}, {"amount_fen", query.number(8)}, {"code", query.text(9)},
                           {"period", query.text(10)}, {"site", query.text(11)}, {"vendor", query.text(12)}, {"reason", query.text(13)}});
    }
    return lines + json_row({{"transfers", count}, {"posted_fen", posted.in_fen()}});
}

}  // namespace mulin::sync::server
