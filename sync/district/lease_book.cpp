#include "sync/district/lease_book.h"

#include "sync/wire/limits.h"

namespace mulin::sync::server {
namespace {

using leases::Booked;
using leases::Standing;

constexpr std::int64_t kLookAgainMs = 60'000;

#define MULIN_BOOKED \
    "SELECT id, pool, serial, till, epoch, uses IS NULL, uses, amount_fen IS NULL, amount_fen, valid_until_ms, " \
    "standing, final_uses, final_fen FROM lease "

#define MULIN_GIVEN_BACK \
    "u.returns = 1 AND (EXISTS (SELECT 1 FROM sale_void v WHERE v.till = u.till AND v.epoch = u.epoch AND v.seq = u.seq) " \
    "OR EXISTS (SELECT 1 FROM refund r WHERE r.whole = 1 AND r.target_till = u.till AND r.target_epoch = u.epoch " \
    "AND r.target_seq = u.seq))"

Booked booked_from(const database::Statement& row) {
    Booked booked;
    booked.lease.id = row.text(0);
    booked.lease.key = row.text(1);
    booked.lease.serial = row.number(2);
    booked.lease.till = TillId(row.text(3));
    booked.lease.epoch = EpochId(row.text(4));
    if (row.number(5) == 0) booked.lease.uses = row.number(6);
    if (row.number(7) == 0) booked.lease.amount = Money::fen(row.number(8));
    booked.lease.valid_until = {row.number(9)};
    booked.standing = leases::parse_standing(row.text(10)).value_or(Standing::open);
    booked.final = {row.number(11), Money::fen(row.number(12))};
    return booked;
}

void bind_granted(database::Statement& write, const Lease& lease) {
    lease.uses ? write.bind(*lease.uses) : write.bind_null();
    lease.amount ? write.bind(lease.amount->in_fen()) : write.bind_null();
}

}  // namespace

Status LeaseBook::take(const EntryKey& key, const Sale& sale) {
    if (sale.training) return payment::ok();
    for (const CounterUse& use : sale.uses) {
        if (use.lease.empty()) continue;
        auto unknown = database_.prepare(
            "INSERT INTO lease (id, pool, serial, till, epoch, valid_until_ms, change, standing, final_uses, final_fen) "
            "VALUES (?, ?, 0, ?, ?, ?, 0, 'open', 0, 0) ON CONFLICT DO NOTHING");
        unknown.bind(use.lease).bind(use.key).bind(key.till.text()).bind(key.epoch.text()).bind(sale.at.ms);
        MULIN_TRY_STATUS(unknown.queue());
        auto write = database_.prepare(
            "INSERT INTO lease_use (lease, till, epoch, seq, uses, amount_fen, returns) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING");
        write.bind(use.lease).bind(key.till.text()).bind(key.epoch.text()).bind(key.seq);
        write.bind(use.uses).bind(use.amount.in_fen()).bind(use.returns_on_void ? 1 : 0);
        MULIN_TRY_STATUS(write.queue());
    }
    return payment::ok();
}

// "replaced": another copy of the till may have spent more, so the lease stays taken until it lapses.
Status LeaseBook::take(const EntryKey& key, const LeaseReturn& back) {
    if (back.reason == "replaced") return payment::ok();
    auto write = database_.prepare(
        "UPDATE lease SET standing = 'returned', final_uses = ?, final_fen = ? WHERE id = ? AND till = ? AND standing = 'open'");
    write.bind(back.spent.uses).bind(back.spent.amount.in_fen()).bind(back.lease).bind(key.till.text());
    return write.run();
}

Result<LeaseSpent> LeaseBook::spent(const std::string& lease) {
    auto query = database_.prepare(
        "SELECT coalesce(sum(u.uses), 0), coalesce(sum(u.amount_fen), 0) FROM lease_use u "
        "WHERE u.lease = ? AND NOT (" MULIN_GIVEN_BACK ")");
    query.bind(lease);
    MULIN_TRY_STATUS(query.step().map([](bool) { return payment::Unit{}; }));
    return LeaseSpent{query.number(0), Money::fen(query.number(1))};
}

Result<std::vector<Booked>> LeaseBook::read(database::Statement& query) {
    std::vector<Booked> books;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) break;
        books.push_back(booked_from(query));
    }
    for (Booked& booked : books) {
        MULIN_TRY(booked.spent, spent(booked.lease.id));
    }
    return books;
}

Result<std::vector<Booked>> LeaseBook::books(const std::string& pool) {
    auto query = database_.prepare(MULIN_BOOKED "WHERE pool = ? ORDER BY id");
    query.bind(pool);
    return read(query);
}

Status LeaseBook::take_pool(const std::string& pool) {
    auto write = database_.prepare(
        "INSERT INTO lease_pool (pool, grants) VALUES (?, 1) ON CONFLICT (pool) DO UPDATE SET grants = lease_pool.grants + 1");
    write.bind(pool);
    return write.run();
}

Status LeaseBook::save(const Lease& lease, UtcInstant now, std::int64_t change) {
    auto write = database_.prepare(
        "INSERT INTO lease (id, pool, serial, till, epoch, uses, amount_fen, valid_until_ms, change, standing, final_uses, "
        "final_fen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', 0, 0) ON CONFLICT (id) DO UPDATE SET serial = excluded.serial, "
        "uses = excluded.uses, amount_fen = excluded.amount_fen, valid_until_ms = excluded.valid_until_ms, "
        "change = excluded.change");
    write.bind(lease.id).bind(lease.key).bind(lease.serial).bind(lease.till.text()).bind(lease.epoch.text());
    bind_granted(write, lease);
    write.bind(lease.valid_until.ms).bind(change);
    MULIN_TRY_STATUS(write.run());
    auto grant = database_.prepare(
        "INSERT INTO lease_grant (lease, serial, uses, amount_fen, valid_until_ms, granted_ms) VALUES (?, ?, ?, ?, ?, ?)");
    grant.bind(lease.id).bind(lease.serial);
    bind_granted(grant, lease);
    grant.bind(lease.valid_until.ms).bind(now.ms);
    return grant.run();
}

Status LeaseBook::lapse(const Booked& booked) {
    auto write = database_.prepare(
        "UPDATE lease SET standing = 'lapsed', final_uses = ?, final_fen = ? WHERE id = ? AND standing = 'open'");
    write.bind(booked.spent.uses).bind(booked.spent.amount.in_fen()).bind(booked.lease.id);
    return write.run();
}

Result<std::vector<Lease>> LeaseBook::changed(const TillId& till, const EpochId& epoch, std::int64_t from, std::int64_t to,
                                              UtcInstant now) {
    auto query = database_.prepare(MULIN_BOOKED
                                   "WHERE till = ? AND change > ? AND change <= ? AND epoch = ? AND serial > 0 "
                                   "AND standing = 'open' AND valid_until_ms > ? ORDER BY change LIMIT ?");
    query.bind(till.text()).bind(from).bind(to).bind(epoch.text()).bind(now.ms);
    query.bind(static_cast<std::int64_t>(kMaxLeasesPerBundle));
    std::vector<Lease> found;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return found;
        found.push_back(booked_from(query).lease);
    }
}

Result<std::vector<leases::Use>> LeaseBook::uses_of(const std::string& lease) {
    auto query = database_.prepare("SELECT u.till, u.epoch, u.seq, u.uses, u.amount_fen, CASE WHEN " MULIN_GIVEN_BACK
                                   " THEN 1 ELSE 0 END FROM lease_use u WHERE u.lease = ? ORDER BY u.till, u.epoch, u.seq");
    query.bind(lease);
    std::vector<leases::Use> uses;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return uses;
        uses.push_back({{TillId(query.text(0)), EpochId(query.text(1)), query.number(2)},
                        {query.number(3), Money::fen(query.number(4))},
                        query.number(5) != 0});
    }
}

Result<std::vector<EntryKey>> LeaseBook::beyond(const Booked& booked) {
    if (booked.lease.serial == 0) {
        // Never granted here, or granted and forgotten with a backup.
        auto worlds = database_.prepare("SELECT count(*) FROM lease_world");
        MULIN_TRY(const bool counted, worlds.step());
        if (counted && worlds.number(0) > 1) return std::vector<EntryKey>();
    }
    MULIN_TRY(auto uses, uses_of(booked.lease.id));
    const auto limit = booked.standing == Standing::lapsed ? std::optional(booked.final) : std::nullopt;
    Lease granted = booked.lease;
    if (granted.serial == 0) granted.uses = 0;
    return leases::exceeded(std::move(uses), granted, limit);
}

Result<std::vector<EntryKey>> LeaseBook::exceeded_in(const std::string& lease) {
    auto query = database_.prepare(MULIN_BOOKED "WHERE id = ?");
    query.bind(lease);
    MULIN_TRY(const auto books, read(query));
    return books.empty() ? std::vector<EntryKey>() : beyond(books.front());
}

Result<std::vector<EntryKey>> LeaseBook::exceeded() {
    auto query = database_.prepare(MULIN_BOOKED "ORDER BY till, id");
    MULIN_TRY(const auto books, read(query));
    std::vector<EntryKey> all;
    for (const Booked& booked : books) {
        MULIN_TRY(auto sales, beyond(booked));
        for (EntryKey& sale : sales) all.push_back(std::move(sale));
    }
    return all;
}

Result<bool> LeaseBook::due(const TillId& till, UtcInstant now, std::int64_t snapshot) {
    auto query = database_.prepare("SELECT looked_ms, snapshot FROM lease_look WHERE till = ?");
    query.bind(till.text());
    MULIN_TRY(const bool known, query.step());
    // A clock that was set back must not put it off.
    const bool lately = known && now.ms >= query.number(0) && now.ms - query.number(0) < kLookAgainMs;
    if (lately && query.number(1) == snapshot) return false;
    auto write = database_.prepare(
        "INSERT INTO lease_look (till, looked_ms, snapshot) VALUES (?, ?, ?) ON CONFLICT (till) DO UPDATE SET "
        "looked_ms = excluded.looked_ms, snapshot = excluded.snapshot");
    write.bind(till.text()).bind(now.ms).bind(snapshot);
    MULIN_TRY_STATUS(write.run());
    return true;
}

Result<UtcInstant> LeaseBook::since(const std::string& incarnation, UtcInstant now) {
    auto query = database_.prepare("SELECT since_ms FROM lease_world WHERE incarnation = ?");
    query.bind(incarnation);
    MULIN_TRY(const bool known, query.step());
    if (known) return UtcInstant{query.number(0)};
    auto others = database_.prepare("SELECT count(*) FROM lease_world");
    MULIN_TRY(const bool counted, others.step());
    const UtcInstant since = counted && others.number(0) > 0 ? now : UtcInstant{};
    auto write = database_.prepare("INSERT INTO lease_world (incarnation, since_ms) VALUES (?, ?) ON CONFLICT DO NOTHING");
    write.bind(incarnation).bind(since.ms);
    MULIN_TRY_STATUS(write.run());
    return since;
}

Result<bool> LeaseBook::all_heard_since(UtcInstant since) {
    auto query = database_.prepare("SELECT count(*) FROM till WHERE state = 'active' AND (last_seen_ms < ? OR waiting > 0)");
    query.bind(since.ms);
    MULIN_TRY(const bool row, query.step());
    return row && query.number(0) == 0;
}

Result<std::int64_t> LeaseBook::tills_seen_since(UtcInstant since) {
    auto query = database_.prepare("SELECT count(*) FROM till WHERE state = 'active' AND last_seen_ms >= ?");
    query.bind(since.ms);
    MULIN_TRY(const bool row, query.step());
    return row ? query.number(0) : 0;
}

}  // namespace mulin::sync::server
