#include "sync/store/lease_store.h"

#include <algorithm>

#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr const char* kPriceAgain =
    "What was left of this benefit's shared pool is gone meanwhile, so nothing was sold; price the order again.";

tl::unexpected<payment::Error> price_again() { return fail(ErrorCode::refused, kPriceAgain, true); }

#define MULIN_LEASE_COLUMNS "SELECT l.id, l.pool, l.serial, l.till, l.epoch, l.uses, l.amount_fen, l.valid_until_ms, " \
    "coalesce(s.uses, 0), coalesce(s.amount_fen, 0), r.entry IS NOT NULL "                                           \
    "FROM lease l LEFT JOIN lease_spent s ON s.lease = l.id LEFT JOIN lease_returned r ON r.lease = l.id "

struct LeaseRow {
    Lease lease;
    LeaseSpent spent;
    bool returned = false;
};

LeaseRow read_lease_row(const Query& row) {
    LeaseRow found;
    found.lease.id = row.text(0);
    found.lease.key = row.text(1);
    found.lease.serial = row.integer(2);
    found.lease.till = TillId(row.text(3));
    found.lease.epoch = EpochId(row.text(4));
    if (!row.is_null(5)) found.lease.uses = row.integer(5);
    if (!row.is_null(6)) found.lease.amount = Money::fen(row.integer(6));
    found.lease.valid_until = {row.integer(7)};
    found.spent = {row.integer(8), Money::fen(row.integer(9))};
    found.returned = row.integer(10) != 0;
    return found;
}

Result<std::optional<LeaseRow>> find_lease(Database& db, const std::string& id) {
    Query query(db, MULIN_LEASE_COLUMNS "WHERE l.id = ?", id);
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::nullopt;
    return read_lease_row(query);
}

// What orders under way hold, the one under `ref` left out.
Result<LeaseSpent> held_of(Database& db, const std::string& lease, const std::string& ref) {
    Query query(db, "SELECT coalesce(sum(uses), 0), coalesce(sum(amount_fen), 0) FROM lease_hold WHERE lease = ? AND ref <> ?",
                lease, ref);
    MULIN_TRY_STATUS(query.next());
    return LeaseSpent{query.integer(0), Money::fen(query.integer(1))};
}

// Whether the order set this much apart before: then it was checked, and counted against everybody else.
Result<bool> holds_enough(Database& db, const std::string& ref, const std::string& lease, const LeaseSpent& part) {
    Query query(db, "SELECT 1 FROM lease_hold WHERE ref = ? AND lease = ? AND uses >= ? AND amount_fen >= ?", ref, lease,
                part.uses, part.amount.in_fen());
    return query.next();
}

Result<bool> holds_any(Database& db, const std::string& ref) {
    Query query(db, "SELECT 1 FROM lease_hold WHERE ref = ?", ref);
    return query.next();
}

LeaseSpent plus(const LeaseSpent& a, const LeaseSpent& b) { return {a.uses + b.uses, a.amount + b.amount}; }

// One lease and all that a list of uses takes from it.
struct Taken {
    std::string lease;
    std::string key;
    LeaseSpent part;
};

std::vector<Taken> taken_by(const std::vector<CounterUse>& uses) {
    std::vector<Taken> all;
    for (const auto& use : uses) {
        if (use.lease.empty()) continue;
        auto at = std::find_if(all.begin(), all.end(), [&](const Taken& one) { return one.lease == use.lease; });
        if (at == all.end()) at = all.insert(all.end(), Taken{use.lease, use.key, {}});
        at->part = plus(at->part, {use.uses, use.amount});
    }
    return all;
}

// Whose epoch counts: this process's, or the one it goes on from and will make its own.
bool is_ours(const JournalPlace& place, const Lease& lease) {
    return place.head && (place.epoch_is_ours || place.continues) && lease.till == place.head->key.till &&
           lease.epoch == place.head->key.epoch;
}

Status check_room(TerminalStore::Impl& store, const Taken& taken, const std::string& ref, const LeaseSpent& besides) {
    MULIN_TRY(const auto row, find_lease(store.db, taken.lease));
    if (!row || row->returned || row->lease.key != taken.key) return price_again();
    MULIN_TRY(const bool held, holds_enough(store.db, ref, taken.lease, taken.part));
    if (held) return payment::ok();
    if (!is_ours(store.place, row->lease) || store.known_time() >= row->lease.valid_until) return price_again();
    MULIN_TRY(const auto others, held_of(store.db, taken.lease, ref));
    if (covers(row->lease, plus(others, besides), taken.part.uses, taken.part.amount)) return payment::ok();
    return price_again();
}

Status put_lease(Database& db, const Lease& lease) {
    std::optional<std::int64_t> amount;
    if (lease.amount) amount = lease.amount->in_fen();
    return Query(db,
                 "INSERT INTO lease (id, pool, serial, till, epoch, uses, amount_fen, valid_until_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                 "ON CONFLICT (id) DO UPDATE SET serial = excluded.serial, epoch = excluded.epoch, uses = excluded.uses, "
                 "amount_fen = excluded.amount_fen, valid_until_ms = excluded.valid_until_ms",
                 lease.id, lease.key, lease.serial, lease.till.text(), lease.epoch.text(), lease.uses, amount,
                 lease.valid_until.ms)
        .run();
}

Status take_grant(TerminalStore::Impl& store, Lease lease) {
    MULIN_TRY_STATUS(check_lease(lease));
    Query owner(store.db, "SELECT value FROM setting WHERE key = 'till'");
    MULIN_TRY(const bool named, owner.next());
    if (!named || owner.text(0) != lease.till.text()) {
        return fail(ErrorCode::invalid_input, "The district sent a lease that belongs to another till.");
    }
    MULIN_TRY(const auto known, find_lease(store.db, lease.id));
    if (!known) return put_lease(store.db, lease);
    if (known->returned || lease.serial <= known->lease.serial || lease.key != known->lease.key) return payment::ok();
    // Its spending moved on with this journal, so an older epoch on the wire does not call it back.
    if (is_ours(store.place, known->lease)) lease.epoch = known->lease.epoch;
    if (lease.uses && known->lease.uses) lease.uses = std::max(*lease.uses, *known->lease.uses);
    if (lease.amount && known->lease.amount) lease.amount = std::max(*lease.amount, *known->lease.amount);
    return put_lease(store.db, lease);
}

// What this file has seen spent is all there is only where it went on without a break: another copy of it may
// have spent the rest, so nothing comes back then; the district waits until the lease has run out.
LeaseReturn return_of(const LeaseRow& row, const std::string& reason, bool ours) {
    auto unspent = ours ? left_of(row.lease, row.spent) : LeaseSpent{};
    if (!row.lease.uses) unspent.uses = 0;
    if (!row.lease.amount) unspent.amount = Money();
    return {row.lease.id, row.lease.key, row.lease.serial, row.spent, unspent, reason};
}

Result<std::vector<LeaseRow>> all_rows(Database& db) {
    std::vector<LeaseRow> rows;
    Query query(db, MULIN_LEASE_COLUMNS "ORDER BY l.id");
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return rows;
        rows.push_back(read_lease_row(query));
    }
}

}  // namespace

bool is_price_again(const payment::Error& error) { return error.message == kPriceAgain; }

UtcInstant TerminalStore::Impl::known_time() {
    latest = std::max(latest, clock.utc());
    return latest;
}

Status TerminalStore::Impl::check_leases(const Sale& sale) {
    const auto all = taken_by(sale.uses);
    if (sale.training || all.empty()) return payment::ok();
    for (const auto& taken : all) {
        Query spent(db, "SELECT uses, amount_fen FROM lease_spent WHERE lease = ?", taken.lease);
        MULIN_TRY(const bool any, spent.next());
        // The entry is in already, so what is spent holds this sale too.
        LeaseSpent before;
        if (any) before = {spent.integer(0) - taken.part.uses, Money::fen(spent.integer(1)) - taken.part.amount};
        MULIN_TRY_STATUS(check_room(*this, taken, sale.ref, before));
    }
    return Query(db, "DELETE FROM lease_hold WHERE ref = ?", sale.ref).run();
}

Status LeaseStore::grant(std::span<const Lease> leases) {
    const std::lock_guard guard(store_.mutex);
    return store_.write([&]() -> Status {
        for (const auto& lease : leases) MULIN_TRY_STATUS(take_grant(store_, lease));
        return payment::ok();
    });
}

Result<std::optional<LeaseLeft>> LeaseStore::best(const std::string& key) {
    const std::lock_guard guard(store_.mutex);
    const auto now = store_.known_time();
    std::optional<LeaseLeft> best;
    Query query(store_.db, MULIN_LEASE_COLUMNS "WHERE l.pool = ? ORDER BY l.valid_until_ms, l.id", key);
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return best;
        const auto row = read_lease_row(query);
        if (row.returned || !is_ours(store_.place, row.lease) || now >= row.lease.valid_until) continue;
        MULIN_TRY(const auto held, held_of(store_.db, row.lease.id, ""));
        const auto left = left_of(row.lease, plus(row.spent, held));
        if (left.uses < 1) continue;
        if (!best || left.amount > best->left.amount) best = LeaseLeft{row.lease.id, left};
    }
}

Status LeaseStore::hold(const std::string& ref, const std::vector<CounterUse>& uses) {
    const std::lock_guard guard(store_.mutex);
    const auto taken = taken_by(uses);
    MULIN_TRY(const bool held, holds_any(store_.db, ref));
    if (taken.empty() && !held) return payment::ok();
    return store_.write([&]() -> Status {
        for (const auto& one : taken) {
            MULIN_TRY(const auto row, find_lease(store_.db, one.lease));
            MULIN_TRY_STATUS(check_room(store_, one, ref, row ? row->spent : LeaseSpent{}));
        }
        MULIN_TRY_STATUS(Query(store_.db, "DELETE FROM lease_hold WHERE ref = ?", ref).run());
        for (const auto& one : taken) {
            MULIN_TRY_STATUS(Query(store_.db, "INSERT INTO lease_hold (ref, lease, uses, amount_fen) VALUES (?, ?, ?, ?)", ref,
                                   one.lease, one.part.uses, one.part.amount.in_fen())
                                 .run());
        }
        return payment::ok();
    });
}

Status LeaseStore::release(const std::string& ref) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const bool held, holds_any(store_.db, ref));
    if (!held) return payment::ok();
    return store_.write([&] { return Query(store_.db, "DELETE FROM lease_hold WHERE ref = ?", ref).run(); });
}

Result<std::vector<std::string>> LeaseStore::holders() {
    const std::lock_guard guard(store_.mutex);
    std::vector<std::string> refs;
    Query query(store_.db, "SELECT DISTINCT ref FROM lease_hold ORDER BY ref");
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return refs;
        refs.push_back(query.text(0));
    }
}

Result<std::vector<LeaseState>> LeaseStore::all() {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto rows, all_rows(store_.db));
    std::vector<LeaseState> states;
    for (const auto& row : rows) {
        LeaseState state{row.lease, row.spent, {}, false};
        MULIN_TRY(state.held, held_of(store_.db, row.lease.id, ""));
        state.open = !row.returned && is_ours(store_.place, row.lease) && store_.known_time() < row.lease.valid_until;
        states.push_back(std::move(state));
    }
    return states;
}

Result<std::int64_t> LeaseStore::return_finished(Date business_date) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto rows, all_rows(store_.db));
    std::int64_t returned = 0;
    for (const auto& row : rows) {
        const bool ours = is_ours(store_.place, row.lease);
        if (row.returned || (ours && store_.known_time() < row.lease.valid_until)) continue;
        MULIN_TRY(const auto held, held_of(store_.db, row.lease.id, ""));
        if (held.uses > 0) continue;
        MULIN_TRY_STATUS(store_.write_entry(return_of(row, ours ? "expired" : "replaced", ours), business_date, payment::ok));
        ++returned;
    }
    return returned;
}

Status LeaseStore::give_back(const std::string& lease, const std::string& reason, Date business_date) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto row, find_lease(store_.db, lease));
    if (!row || row->returned) return fail(ErrorCode::not_found, "There is no such lease to give back.");
    MULIN_TRY(const auto held, held_of(store_.db, lease, ""));
    if (held.uses > 0) return fail(ErrorCode::conflict, "An order under way still holds a part of this lease; finish it first.", true);
    MULIN_TRY_STATUS(store_.write_entry(return_of(*row, reason, is_ours(store_.place, row->lease)), business_date, payment::ok));
    return payment::ok();
}

Result<EpochId> LeaseStore::open_epoch(Date business_date) {
    const std::lock_guard guard(store_.mutex);
    if (!store_.place.epoch_is_ours && !store_.place.continues) {
        MULIN_TRY_STATUS(store_.write([&] { return store_.open_epoch(business_date); }));
    }
    return store_.place.head->key.epoch;
}

UtcInstant LeaseStore::known_time() {
    const std::lock_guard guard(store_.mutex);
    return store_.known_time();
}

LeaseStore& TerminalStore::leases() { return impl_->leases; }

}  // namespace mulin::sync
