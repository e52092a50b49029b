#include "sync/judging/reprice_rows.h"

namespace mulin::sync::server {
namespace {

Status put(database::Database& database, const EntryKey& key, UtcInstant at,
           const std::vector<CounterUse>& uses, bool returned) {
    for (const CounterUse& use : uses) {
        if (returned && !use.returns_on_void) continue;
        auto write = database.prepare(
            "INSERT INTO counter_use (key, at_ms, till, epoch, seq, returned, uses, amount_fen) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (key, at_ms, till, epoch, seq, returned) DO UPDATE SET uses = excluded.uses, "
            "amount_fen = excluded.amount_fen");
        write.bind(use.key).bind(at.ms).bind(key.till.text()).bind(key.epoch.text()).bind(key.seq).bind(returned ? 1 : 0);
        write.bind(returned ? -use.uses : use.uses).bind(returned ? -use.amount.in_fen() : use.amount.in_fen());
        MULIN_TRY_STATUS(write.queue());
    }
    return payment::ok();
}

}  // namespace

Status put_uses(database::Database& database, const EntryKey& key, UtcInstant at,
                const std::vector<CounterUse>& uses) {
    return put(database, key, at, uses, false);
}

Status put_returned(database::Database& database, const EntryKey& sale, UtcInstant at,
                    const std::vector<CounterUse>& uses) {
    return put(database, sale, at, uses, true);
}

Status take_out_uses(database::Database& database, const EntryKey& key, UtcInstant at, UtcInstant voided,
                     const std::vector<CounterUse>& uses) {
    for (const CounterUse& use : uses) {
        auto erase = database.prepare(
            "DELETE FROM counter_use WHERE key = ? AND at_ms IN (?, ?) AND till = ? AND epoch = ? AND seq = "
            "?");
        erase.bind(use.key).bind(at.ms).bind(voided.ms).bind(key.till.text()).bind(key.epoch.text()).bind(key.seq);
        MULIN_TRY_STATUS(erase.queue());
    }
    return payment::ok();
}

Result<Usage> used_before(database::Database& database, const std::string& key, const EntryKey& before,
                          UtcInstant at, bool this_till_only) {
    auto query = database.prepare(
        "SELECT coalesce(sum(uses), 0), coalesce(sum(amount_fen), 0) FROM counter_use WHERE key = ? AND "
        "at_ms <= ? "
        "AND (at_ms, till, epoch, seq) < (?, ?, ?, ?) AND (? = 0 OR till = ?)");
    query.bind(key)
        .bind(at.ms)
        .bind(at.ms)
        .bind(before.till.text())
        .bind(before.epoch.text())
        .bind(before.seq);
    query.bind(this_till_only ? 1 : 0).bind(before.till.text());
    MULIN_TRY(const bool row, query.step());
    return row ? Usage{query.number(0), Money::fen(query.number(1))} : Usage{};
}

Status put_payments(database::Database& database, std::int64_t entry, const Sale& sale) {
    std::int64_t position = 0;
    for (const Payment& payment : sale.payments) {
        auto write = database.prepare(
            "INSERT INTO sale_payment (entry, position, channel, attempt, amount_fen, china_day) VALUES (?, "
            "?, ?, ?, ?, ?) "
            "ON CONFLICT (entry, position) DO UPDATE SET channel = excluded.channel, attempt = "
            "excluded.attempt, amount_fen = excluded.amount_fen, china_day = excluded.china_day");
        write.bind(entry).bind(position++).bind(payment.channel).bind(payment.attempt.text()).bind(payment.amount.in_fen());
        write.bind(payment::china_date(sale.at).days_since_1970());
        MULIN_TRY_STATUS(write.queue());
    }
    return payment::ok();
}

std::string renamed_key(const std::string& key, const std::string& sent, const std::string& kept) {
    const auto bar = key.find('|');
    if (sent == kept || bar == std::string::npos || key.compare(bar + 1, sent.size(), sent) != 0) return key;
    const auto end = bar + 1 + sent.size();
    if (end >= key.size() || (key[end] != '|' && key[end] != '@')) return key;
    return key.substr(0, bar + 1) + kept + key.substr(end);
}

}  // namespace mulin::sync::server
