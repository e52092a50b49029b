#include "sync/district/database_ledger.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "sync/district/lease_book.h"
#include "sync/district/sha256.h"

namespace mulin::sync::server {
namespace {

// Of the text that was signed, so that the same entry always has the same; 0 when it names none.
std::int64_t signed_business_day(std::string_view body) {
    constexpr std::string_view kKey = "\"business_date\":\"";
    const auto at = body.find(kKey);
    if (at == std::string_view::npos) return 0;
    const auto date = Date::parse(body.substr(at + kKey.size(), 10));
    return date ? date->days_since_1970() : 0;
}

EpochRow epoch_from(const database::Statement& row, int at) {
    EpochRow epoch;
    epoch.epoch = EpochId(row.text(at));
    epoch.watermark = row.number(at + 1);
    epoch.hash = row.text(at + 2);
    epoch.parent = EpochId(row.text(at + 3));
    epoch.parent_seq = row.number(at + 4);
    epoch.totals.sales = row.number(at + 5);
    epoch.totals.voids = row.number(at + 6);
    epoch.totals.list = Money::fen(row.number(at + 7));
    epoch.totals.benefit = Money::fen(row.number(at + 8));
    epoch.totals.paid = Money::fen(row.number(at + 9));
    return epoch;
}

}  // namespace

Result<std::optional<EpochRow>> DatabaseLedger::epoch(const TillId& till, const EpochId& epoch) {
    auto query = database_.prepare(
        "SELECT epoch, watermark, hash, parent_epoch, parent_seq, sales, voids, list_fen, benefit_fen, "
        "paid_fen "
        "FROM epoch WHERE till = ? AND epoch = ?");
    query.bind(till.text()).bind(epoch.text());
    MULIN_TRY(const bool found, query.step());
    if (!found) return std::optional<EpochRow>();
    return std::optional(epoch_from(query, 0));
}

Status DatabaseLedger::save_epoch(const TillId& till, const EpochRow& row) {
    auto write = database_.prepare(
        "INSERT INTO epoch (till, epoch, position, watermark, hash, parent_epoch, parent_seq, sales, voids, "
        "list_fen, benefit_fen, paid_fen) VALUES (?1, ?2, (SELECT count(*) FROM epoch WHERE till = ?1), "
        "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (till, epoch) DO UPDATE SET watermark = ?3, "
        "hash = ?4, sales = ?7, voids = ?8, list_fen = ?9, benefit_fen = ?10, paid_fen = ?11");
    const Totals& totals = row.totals;
    write.bind(till.text()).bind(row.epoch.text()).bind(row.watermark).bind(row.hash);
    write.bind(row.parent.text()).bind(row.parent_seq).bind(totals.sales).bind(totals.voids);
    write.bind(totals.list.in_fen()).bind(totals.benefit.in_fen()).bind(totals.paid.in_fen());
    return write.queue();
}

Result<std::optional<EpochId>> DatabaseLedger::sibling(const TillId& till, const EpochRow& row) {
    auto query = database_.prepare(
        "SELECT epoch FROM epoch WHERE till = ? AND parent_epoch = ? AND parent_seq = ? AND epoch <> ? LIMIT "
        "1");
    query.bind(till.text()).bind(row.parent.text()).bind(row.parent_seq).bind(row.epoch.text());
    MULIN_TRY(const bool found, query.step());
    if (!found) return std::optional<EpochId>();
    return std::optional(EpochId(query.text(0)));
}

Result<std::optional<HeldEntry>> DatabaseLedger::held(const EntryKey& key) {
    auto query = database_.prepare("SELECT kept, hash FROM entry_place WHERE till = ? AND epoch = ? AND seq = ?");
    query.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq);
    MULIN_TRY(const bool found, query.step());
    if (!found) return std::optional<HeldEntry>();
    return std::optional(HeldEntry{query.number(0) == 1, query.text(1)});
}

// A transaction that begins again gets others.
void DatabaseLedger::expect(std::size_t entries) {
    numbers_.clear();
    expected_ = std::clamp<int>(static_cast<int>(entries), 1, 10'000);
}

Result<std::int64_t> DatabaseLedger::next_number() {
    if (numbers_.empty()) {
        MULIN_TRY(const auto numbers, database_.numbers("entry_place", "id", expected_));
        numbers_.assign(numbers.begin(), numbers.end());
    }
    const std::int64_t number = numbers_.front();
    numbers_.pop_front();
    return number;
}

Status DatabaseLedger::insert_entry(const Entry& entry, UtcInstant received) {
    const std::int64_t day = signed_business_day(entry.body);
    MULIN_TRY(last_entry_, next_number());
    auto write = database_.prepare(
        "INSERT INTO entry_place (id, till, epoch, seq, kept, hash, received_ms, business_day) "
        "VALUES (?, ?, ?, ?, 1, ?, ?, ?)");
    write.bind(last_entry_).bind(entry.key.till.text()).bind(entry.key.epoch.text()).bind(entry.key.seq);
    write.bind(entry.hash).bind(received.ms).bind(day);
    MULIN_TRY_STATUS(write.queue());
    return insert_body(entry, day);
}

Status DatabaseLedger::insert_body(const Entry& entry, std::int64_t day) {
    auto write = database_.prepare("INSERT INTO entry_body (business_day, entry, prev, sig, body) VALUES (?, ?, ?, ?, ?)");
    write.bind(day).bind(last_entry_).bind(entry.prev).bind(entry.sig).bind(entry.body);
    return write.queue();
}

Status DatabaseLedger::lock(const TillId& till) {
    auto touch = database_.prepare("UPDATE till SET waiting = waiting WHERE id = ?");
    touch.bind(till.text());
    return touch.run();
}

Status DatabaseLedger::open_months(const std::vector<CheckedLine>& lines) {
    std::set<std::int64_t> days;
    for (const CheckedLine& line : lines) {
        if (line.entry) days.insert(signed_business_day(line.entry->body));
    }
    for (const std::int64_t day : days) MULIN_TRY_STATUS(database_.open_month("entry_body", day));
    return payment::ok();
}

Status DatabaseLedger::insert_place(const EntryKey& key, const std::string& hash, UtcInstant received) {
    MULIN_TRY(const auto number, next_number());
    auto write = database_.prepare(
        "INSERT INTO entry_place (id, till, epoch, seq, kept, hash, received_ms, business_day) "
        "VALUES (?, ?, ?, ?, 0, ?, ?, 0)");
    write.bind(number).bind(key.till.text()).bind(key.epoch.text()).bind(key.seq).bind(hash).bind(received.ms);
    return write.queue();
}

Status DatabaseLedger::fill_place(const Entry& entry, UtcInstant received) {
    auto write = database_.prepare(
        "UPDATE entry_place SET kept = 1, hash = ?, received_ms = ?, business_day = ? "
        "WHERE till = ? AND epoch = ? AND seq = ? AND kept = 0 RETURNING id");
    const std::int64_t day = signed_business_day(entry.body);
    write.bind(entry.hash).bind(received.ms).bind(day);
    write.bind(entry.key.till.text()).bind(entry.key.epoch.text()).bind(entry.key.seq);
    MULIN_TRY(const bool filled, write.step());
    if (!filled) return payment::ok();
    last_entry_ = write.number(0);
    MULIN_TRY_STATUS(insert_body(entry, day));
    // It may lie before what has been priced again already.
    auto queue = database_.prepare("INSERT INTO price_again (entry) VALUES (?) ON CONFLICT DO NOTHING");
    queue.bind(last_entry_);
    return queue.run();
}

Status DatabaseLedger::insert_sale(const EntryKey& key, const Sale& sale) {
    auto write = database_.prepare(
        "INSERT INTO sale (entry, till, epoch, seq, business_day, at_ms, site, vendor, subdistrict, meal, "
        "service, "
        "category, diner, list_fen, delivery_fen, benefit_fen, paid_fen, training) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    write.bind(last_entry_).bind(key.till.text()).bind(key.epoch.text()).bind(key.seq);
    write.bind(sale.business_date.days_since_1970()).bind(sale.at.ms).bind(sale.site.text());
    write.bind(sale.vendor.text()).bind(sale.subdistrict).bind(name_of(sale.meal)).bind(name_of(sale.service));
    write.bind(name_of(sale.category)).bind(sale.diner ? sale.diner->text() : std::string());
    write.bind(sale.list.in_fen()).bind(sale.delivery.in_fen()).bind(sale.benefit_total().in_fen());
    write.bind(sale.paid.in_fen()).bind(sale.training ? 1 : 0);
    MULIN_TRY_STATUS(write.queue());

    std::map<std::pair<std::string, std::string>, Money> payers;
    for (const Benefit& benefit : sale.benefits) {
        for (const PayerShare& share : benefit.payers) payers[{"benefit", share.payer}] += share.amount;
    }
    for (const OperatorAmount& amount : sale.operator_amounts) payers[{"operator", amount.payer}] += amount.amount;
    for (const auto& [who, amount] : payers) {
        auto row =
            database_.prepare("INSERT INTO sale_payer (entry, kind, payer, amount_fen) VALUES (?, ?, ?, ?)");
        row.bind(last_entry_).bind(who.first).bind(who.second).bind(amount.in_fen());
        MULIN_TRY_STATUS(row.queue());
    }
    std::map<std::string, Money> tenders;
    for (const Payment& payment : sale.payments) tenders[payment.method] += payment.amount;
    for (const auto& [method, amount] : tenders) {
        auto row = database_.prepare("INSERT INTO sale_tender (entry, method, amount_fen) VALUES (?, ?, ?)");
        row.bind(last_entry_).bind(method).bind(amount.in_fen());
        MULIN_TRY_STATUS(row.queue());
    }
    return LeaseBook(database_).take(key, sale);
}

Status DatabaseLedger::insert_lease_return(const EntryKey& key, const LeaseReturn& back) {
    return LeaseBook(database_).take(key, back);
}

Status DatabaseLedger::insert_void(const VoidRecord& record) {
    auto write = database_.prepare(
        "INSERT INTO sale_void (till, epoch, seq, entry, business_day, reason) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING");
    write.bind(record.target.till.text()).bind(record.target.epoch.text()).bind(record.target.seq);
    write.bind(last_entry_).bind(record.business_date.days_since_1970()).bind(record.reason);
    return write.queue();
}

Result<bool> DatabaseLedger::has_fork(const EntryKey& key, const std::string& hash) {
    auto query =
        database_.prepare("SELECT 1 FROM fork_entry WHERE till = ? AND epoch = ? AND seq = ? AND hash = ?");
    query.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq).bind(hash);
    return query.step();
}

Status DatabaseLedger::insert_fork(const Entry& entry, UtcInstant received) {
    auto write = database_.prepare(
        "INSERT INTO fork_entry (till, epoch, seq, hash, prev, sig, body, received_ms) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    write.bind(entry.key.till.text()).bind(entry.key.epoch.text()).bind(entry.key.seq).bind(entry.hash);
    write.bind(entry.prev).bind(entry.sig).bind(entry.body).bind(received.ms);
    return write.queue();
}

Status DatabaseLedger::quarantine(const TillId& till, const std::string& reason, const std::string& raw,
                                  UtcInstant received) {
    auto write = database_.prepare(
        "INSERT INTO quarantine (till, reason, raw_sha256, raw, received_ms) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING");
    write.bind(till.text()).bind(reason).bind(sha256_hex(raw)).bind(raw).bind(received.ms);
    return write.queue();
}

Status DatabaseLedger::add_finding(const EntryKey& key, const std::string& kind, const std::string& text,
                                   UtcInstant found) {
    auto write = database_.prepare(
        "INSERT INTO finding (till, epoch, seq, kind, text, found_ms) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING");
    write.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq).bind(kind).bind(text).bind(found.ms);
    return write.queue();
}

Status DatabaseLedger::each_epoch(const TillId& till,
                                  const std::function<bool(const TillId&, const EpochRow&)>& sink) {
    auto query = database_.prepare(
        "SELECT till, epoch, watermark, hash, parent_epoch, parent_seq, sales, voids, list_fen, benefit_fen, "
        "paid_fen FROM epoch WHERE ?1 = '' OR till = ?1 ORDER BY till, position");
    query.bind(till.text());
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row || !sink(TillId(query.text(0)), epoch_from(query, 1))) return payment::ok();
    }
}

Status DatabaseLedger::each_entry(const TillId& till, const EpochId& epoch,
                                  const std::function<bool(const Entry&)>& sink) {
    auto query = database_.prepare(
        "SELECT till, epoch, seq, prev, hash, sig, body FROM entry WHERE till = ? AND epoch = ? ORDER BY "
        "seq");
    query.bind(till.text()).bind(epoch.text());
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return payment::ok();
        const Entry entry{{TillId(query.text(0)), EpochId(query.text(1)), query.number(2)},
                          query.text(3), query.text(4), query.text(5), query.text(6)};
        if (!sink(entry)) return payment::ok();
    }
}

Result<std::int64_t> DatabaseLedger::count(const char* sql) {
    auto query = database_.prepare(sql);
    MULIN_TRY(const bool row, query.step());
    return row ? query.number(0) : 0;
}

}  // namespace mulin::sync::server
