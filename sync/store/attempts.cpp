// Payment attempts in the terminal's database: written, and flushed, before anything is sent.

#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::Attempt;
using payment::AttemptId;
using payment::ErrorCode;
using payment::fail;

constexpr const char* kById =
    "SELECT id, order_ref, channel, method, amount_fen, state, state_seq, created_ms, changed_ms, outcome, "
    "channel_code, channel_text, polls, code_hash FROM attempt WHERE id = ?";
constexpr const char* kUnsettled =
    "SELECT id, order_ref, channel, method, amount_fen, state, state_seq, created_ms, changed_ms, outcome, "
    "channel_code, channel_text, polls, code_hash FROM attempt WHERE settled = 0 ORDER BY created_ms, id";
constexpr const char* kOfOrder =
    "SELECT id, order_ref, channel, method, amount_fen, state, state_seq, created_ms, changed_ms, outcome, "
    "channel_code, channel_text, polls, code_hash FROM attempt WHERE order_ref = ? ORDER BY created_ms, id";

constexpr const char* kGivenUp =
    "SELECT id, order_ref, channel, method, amount_fen, state, state_seq, created_ms, changed_ms, outcome, "
    "channel_code, channel_text, polls, code_hash FROM attempt "
    "WHERE state IN ('reversed', 'manual_review', 'late_success') AND changed_ms >= ? ORDER BY created_ms, id";

Status put_row(Database& db, const Attempt& a) {
    return Query(db,
                 "INSERT INTO attempt (id, order_ref, channel, method, amount_fen, state, state_seq, settled, created_ms, "
                 "changed_ms, outcome, channel_code, channel_text, polls, code_hash) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                 "state = excluded.state, state_seq = excluded.state_seq, settled = excluded.settled, "
                 "changed_ms = excluded.changed_ms, outcome = excluded.outcome, channel_code = excluded.channel_code, "
                 "channel_text = excluded.channel_text, polls = excluded.polls, code_hash = excluded.code_hash",
                 a.id.text(), a.order_ref, a.channel, a.method, a.amount.in_fen(), payment::attempt_state_name(a.state),
                 a.state_seq, payment::is_settled(a.state), a.created.ms, a.changed.ms,
                 payment::outcome_name(a.result.outcome), a.result.channel_code, a.result.channel_text, a.polls, a.code_hash)
        .run();
}

Status put_details(Database& db, const Attempt& a) {
    for (const auto& [name, value] : a.result.refs) {
        MULIN_TRY_STATUS(
            Query(db, "INSERT OR REPLACE INTO attempt_ref (attempt, name, value) VALUES (?, ?, ?)", a.id.text(), name, value).run());
    }
    MULIN_TRY_STATUS(Query(db, "DELETE FROM attempt_discount WHERE attempt = ?", a.id.text()).run());
    int n = 0;
    for (const auto& discount : a.result.discounts) {
        MULIN_TRY_STATUS(Query(db, "INSERT INTO attempt_discount (attempt, n, sponsor, amount_fen) VALUES (?, ?, ?, ?)",
                               a.id.text(), n++, discount.sponsor, discount.amount.in_fen())
                             .run());
    }
    return payment::ok();
}

Status put_whole(Database& db, const Attempt& a) {
    MULIN_TRY_STATUS(put_row(db, a));
    return put_details(db, a);
}

Status read_details(Database& db, Attempt& a) {
    Query refs(db, "SELECT name, value FROM attempt_ref WHERE attempt = ?", a.id.text());
    for (;;) {
        MULIN_TRY(const bool more, refs.next());
        if (!more) break;
        a.result.refs[refs.text(0)] = refs.text(1);
    }
    Query discounts(db, "SELECT sponsor, amount_fen FROM attempt_discount WHERE attempt = ? ORDER BY n", a.id.text());
    for (;;) {
        MULIN_TRY(const bool more, discounts.next());
        if (!more) return payment::ok();
        a.result.discounts.push_back({discounts.text(0), Money::fen(discounts.integer(1))});
    }
}

Result<Attempt> read_attempt(Database& db, const Query& row) {
    const auto state = payment::parse_attempt_state(row.text(5));
    const auto outcome = payment::parse_outcome(row.text(9));
    if (!state || !outcome) return fail(ErrorCode::corrupt, "A stored payment is damaged; restore the database from the backup.");
    Attempt a;
    a.id = AttemptId(row.text(0));
    a.order_ref = row.text(1);
    a.channel = row.text(2);
    a.method = row.text(3);
    a.amount = Money::fen(row.integer(4));
    a.state = *state;
    a.state_seq = row.integer(6);
    a.created.ms = row.integer(7);
    a.changed.ms = row.integer(8);
    a.result.outcome = *outcome;
    a.result.channel_code = row.text(10);
    a.result.channel_text = row.text(11);
    a.polls = row.integer(12);
    a.code_hash = row.text(13);
    MULIN_TRY_STATUS(read_details(db, a));
    return a;
}

Result<std::vector<Attempt>> read_attempts(Database& db, Query& query) {
    std::vector<Attempt> attempts;
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return attempts;
        MULIN_TRY(auto attempt, read_attempt(db, query));
        attempts.push_back(std::move(attempt));
    }
}

Result<std::int64_t> stored_seq(Database& db, const AttemptId& id) {
    Query query(db, "SELECT state_seq FROM attempt WHERE id = ?", id.text());
    MULIN_TRY(const bool found, query.next());
    return found ? query.integer(0) : -1;
}

Status check_new(Database& db, const Attempt& attempt) {
    MULIN_TRY(const auto seq, stored_seq(db, attempt.id));
    if (seq >= 0) return fail(ErrorCode::conflict, "Payment " + attempt.id.text() + " exists already.");
    Query open(db, "SELECT id FROM attempt WHERE order_ref = ? AND settled = 0", attempt.order_ref);
    MULIN_TRY(const bool found, open.next());
    if (!found) return payment::ok();
    return fail(ErrorCode::conflict, "Payment " + open.text(0) + " of this order is not settled yet; wait for it first.");
}

}  // namespace

Status put_attempt(Database& db, const Attempt& attempt) {
    MULIN_TRY(const auto seq, stored_seq(db, attempt.id));
    if (seq == attempt.state_seq) return payment::ok();
    if (seq >= 0 && seq != attempt.state_seq - 1) {
        return fail(ErrorCode::conflict, "Payment " + attempt.id.text() + " has moved on meanwhile; read it again.");
    }
    return put_whole(db, attempt);
}

Status StoredAttempts::create(const Attempt& attempt) {
    const std::lock_guard guard(store_.mutex);
    return store_.write([&]() -> Status {
        MULIN_TRY_STATUS(check_new(store_.db, attempt));
        return put_whole(store_.db, attempt);
    });
}

Status StoredAttempts::update(const Attempt& attempt) {
    const std::lock_guard guard(store_.mutex);
    return store_.write([&]() -> Status {
        MULIN_TRY(const auto seq, stored_seq(store_.db, attempt.id));
        if (seq < 0) return fail(ErrorCode::not_found, "There is no payment " + attempt.id.text() + ".");
        if (seq != attempt.state_seq - 1) {
            return fail(ErrorCode::conflict, "Payment " + attempt.id.text() + " has moved on meanwhile; read it again.");
        }
        return put_whole(store_.db, attempt);
    });
}

Result<std::optional<Attempt>> StoredAttempts::find(const AttemptId& id) {
    const std::lock_guard guard(store_.mutex);
    Query query(store_.db, kById, id.text());
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::nullopt;
    return read_attempt(store_.db, query);
}

Result<std::vector<Attempt>> StoredAttempts::unsettled() {
    const std::lock_guard guard(store_.mutex);
    Query query(store_.db, kUnsettled);
    return read_attempts(store_.db, query);
}

Result<std::vector<Attempt>> StoredAttempts::of_order(const std::string& order_ref) {
    const std::lock_guard guard(store_.mutex);
    Query query(store_.db, kOfOrder, order_ref);
    return read_attempts(store_.db, query);
}

Result<std::vector<Attempt>> StoredAttempts::given_up_since(payment::UtcInstant since) {
    const std::lock_guard guard(store_.mutex);
    Query query(store_.db, kGivenUp, since.ms);
    return read_attempts(store_.db, query);
}

}  // namespace mulin::sync
