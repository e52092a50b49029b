// Checks the whole store against its journal: the chain itself, then every table that derives from
// it, by replaying all entries into an empty database in memory and comparing row by row.

#include "sync/store/evidence.h"
#include "sync/store/schema.h"
#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

struct DerivedTable {
    const char* name;
    const char* all_rows;  // first column: what to call the row
};

constexpr DerivedTable kDerived[] = {
    {"epoch", "SELECT id, n, till, first_entry, head_seq, head_hash FROM epoch ORDER BY n"},
    {"request", "SELECT ref, entry FROM request ORDER BY ref"},
    {"sale",
     "SELECT entry, business_date, minute, meal, service, category, diner, shift, training, list_fen, delivery_fen, "
     "benefit_fen, paid_fen, cash_rounding_fen, voided_by, void_shift, refunded_by FROM sale ORDER BY entry"},
    {"sale_line", "SELECT sale, n, item, name_zh, name_en, quantity, weight_g, amount_fen FROM sale_line ORDER BY sale, n"},
    {"sale_share", "SELECT sale, n, kind, rule, payer, amount_fen FROM sale_share ORDER BY sale, n"},
    {"sale_payment", "SELECT sale, n, method, channel, attempt, amount_fen FROM sale_payment ORDER BY sale, n"},
    {"counter", "SELECT key, uses, amount_fen FROM counter ORDER BY key"},
    {"visit", "SELECT diner, meal, business_date, sales, last_sale FROM visit ORDER BY diner, meal, business_date"},
    {"refund",
     "SELECT entry, target, business_date, shift, whole, list_fen, benefit_fen, paid_fen, cash_rounding_fen FROM refund ORDER BY entry"},
    {"refund_share", "SELECT refund, n, rule, payer, amount_fen FROM refund_share ORDER BY refund, n"},
    {"refund_payment",
     "SELECT refund, n, method, channel, attempt, task, amount_fen FROM refund_payment ORDER BY refund, n"},
    {"top_up", "SELECT entry, business_date, shift, card, amount_fen, cash_rounding_fen, training FROM top_up ORDER BY entry"},
    {"top_up_payment", "SELECT top_up, n, method, channel, attempt, amount_fen FROM top_up_payment ORDER BY top_up, n"},
    {"lease_spent", "SELECT lease, uses, amount_fen FROM lease_spent ORDER BY lease"},
    {"lease_returned", "SELECT lease, entry FROM lease_returned ORDER BY lease"},
    {"shift", "SELECT id, opened, closed, business_date, at_ms, site, cashier, drawer_float_fen FROM shift ORDER BY id"},
};

Status differs(const DerivedTable& table, const Query& row) {
    return fail(ErrorCode::corrupt, std::string("Table ") + table.name + " does not follow from the journal at \"" +
                                        row.text(0) + "\".");
}

bool same_row(const Query& a, const Query& b) {
    if (a.columns() != b.columns()) return false;
    for (int column = 0; column < a.columns(); ++column) {
        if (a.is_null(column) != b.is_null(column) || a.text(column) != b.text(column)) return false;
    }
    return true;
}

Status compare(Database& stored, Database& rebuilt, const DerivedTable& table) {
    Query have(stored, table.all_rows);
    Query want(rebuilt, table.all_rows);
    for (;;) {
        MULIN_TRY(const bool more_have, have.next());
        MULIN_TRY(const bool more_want, want.next());
        if (!more_have && !more_want) return payment::ok();
        if (more_have != more_want) return differs(table, more_have ? have : want);
        if (!same_row(have, want)) return differs(table, have);
    }
}

// The replay needs the bodies only where a void looks up its sale.
Status replay(Database& rebuilt, std::int64_t id, const Entry& entry, const EntryBody& body) {
    MULIN_TRY_STATUS(derive(rebuilt, id, entry.key, entry.hash, body));
    return Query(rebuilt,
                 "INSERT INTO entry (id, epoch, seq, prev, hash, sig, body) VALUES (?1, (SELECT max(n) FROM epoch), ?2, "
                 "zeroblob(32), zeroblob(32), zeroblob(64), ?3)",
                 id, entry.key.seq, entry.body)
        .run();
}

struct Replayed {
    std::optional<ChainHead> head;
    VerifiedStore counts;
};

Status replay_entry(TerminalStore::Impl& store, Database& rebuilt, ChainVerifier& chain, std::int64_t id, Replayed& so_far) {
    MULIN_TRY(const auto entry, store.read_entry(id));
    MULIN_TRY(const auto decoded, chain.accept(entry));
    if (auto done = replay(rebuilt, id, entry, decoded.body); !done) {
        return fail(ErrorCode::corrupt, "Entry " + entry_name(entry.key) + " contradicts the entries before it: " + done.error().message);
    }
    ++so_far.counts.entries;
    if (std::holds_alternative<Sale>(decoded.body)) ++so_far.counts.sales;
    return payment::ok();
}

Status replay_all(TerminalStore::Impl& store, Database& rebuilt, Replayed& so_far) {
    Query count(store.db, "SELECT coalesce(max(id), 0), count(*) FROM entry");
    MULIN_TRY_STATUS(count.next());
    const auto last = count.integer(0);
    if (last != count.integer(1)) return fail(ErrorCode::corrupt, "Entries are missing from the middle of the journal.");
    if (last == 0) return payment::ok();
    MULIN_TRY(const auto first, store.key_of(1));
    // Where keys were changed the chain begins with another key than it ends with; it must lead to ours.
    MULIN_TRY(const auto first_key, Evidence(store).first_key());
    MULIN_TRY(const auto key, PublicKey::from_hex(first_key.value_or(std::string())));
    ChainVerifier chain(first.till, key);
    for (std::int64_t id = 1; id <= last; ++id) {
        MULIN_TRY_STATUS(replay_entry(store, rebuilt, chain, id, so_far));
    }
    if (chain.key() != store.key.public_key()) return fail(ErrorCode::corrupt, "The journal was not written with this till's key.");
    so_far.head = chain.head();
    so_far.counts.head = chain.head()->key;
    return payment::ok();
}

}  // namespace

Result<VerifiedStore> TerminalStore::verify() {
    const std::lock_guard guard(impl_->mutex);
    Database rebuilt;
    MULIN_TRY_STATUS(rebuilt.open(":memory:", "", true));
    MULIN_TRY_STATUS(migrate(rebuilt));
    Replayed replayed;
    Transaction transaction(rebuilt);
    MULIN_TRY_STATUS(transaction.begin());
    MULIN_TRY_STATUS(replay_all(*impl_, rebuilt, replayed));
    MULIN_TRY_STATUS(transaction.commit());
    if (replayed.head != impl_->place.head) return fail(ErrorCode::corrupt, "The journal does not end where it did when it was written.");
    for (const auto& table : kDerived) MULIN_TRY_STATUS(compare(impl_->db, rebuilt, table));
    return replayed.counts;
}

}  // namespace mulin::sync
