// Refund tasks in the terminal's database: written, and flushed, before anything is sent.

#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;
using payment::Refund;
using payment::RefundId;

#define MULIN_TASK_COLUMNS                                                                                    \
    "SELECT id, attempt, order_ref, channel, attempt_amount_fen, amount_fen, refunded_before_fen, cause, reason, " \
    "approver, state, state_seq, created_ms, changed_ms, outcome, channel_code, channel_text, sends, polls FROM refund_task "

Status put_task_row(Database& db, const Refund& r) {
    return Query(db,
                 "INSERT INTO refund_task (id, attempt, order_ref, channel, attempt_amount_fen, amount_fen, "
                 "refunded_before_fen, cause, reason, approver, state, state_seq, settled, counts, created_ms, changed_ms, "
                 "outcome, channel_code, channel_text, sends, polls) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                 "reason = excluded.reason, approver = excluded.approver, state = excluded.state, "
                 "state_seq = excluded.state_seq, settled = excluded.settled, counts = excluded.counts, "
                 "changed_ms = excluded.changed_ms, outcome = excluded.outcome, channel_code = excluded.channel_code, "
                 "channel_text = excluded.channel_text, sends = excluded.sends, polls = excluded.polls",
                 r.id.text(), r.attempt.text(), r.order_ref, r.channel, r.attempt_amount.in_fen(), r.amount.in_fen(),
                 r.refunded_before.in_fen(), payment::refund_cause_name(r.cause), r.reason, r.approver,
                 payment::refund_state_name(r.state), r.state_seq, payment::is_settled(r.state), payment::counts(r.state),
                 r.created.ms, r.changed.ms, payment::refund_outcome_name(r.result.outcome), r.result.channel_code,
                 r.result.channel_text, r.sends, r.polls)
        .run();
}

Status put_task(Database& db, const Refund& r) {
    MULIN_TRY_STATUS(put_task_row(db, r));
    MULIN_TRY_STATUS(Query(db, "DELETE FROM refund_task_ref WHERE task = ?", r.id.text()).run());
    for (const auto& [name, value] : r.result.refs) {
        MULIN_TRY_STATUS(
            Query(db, "INSERT INTO refund_task_ref (task, name, value) VALUES (?, ?, ?)", r.id.text(), name, value).run());
    }
    return payment::ok();
}

std::optional<payment::RefundOutcome> parse_refund_outcome_name(const std::string& name) {
    using O = payment::RefundOutcome;
    for (const auto outcome : {O::refunded, O::processing, O::refused, O::unknown, O::not_sent}) {
        if (name == payment::refund_outcome_name(outcome)) return outcome;
    }
    return std::nullopt;
}

Status read_task_refs(Database& db, Refund& r) {
    Query refs(db, "SELECT name, value FROM refund_task_ref WHERE task = ?", r.id.text());
    for (;;) {
        MULIN_TRY(const bool more, refs.next());
        if (!more) return payment::ok();
        r.result.refs[refs.text(0)] = refs.text(1);
    }
}

Result<Refund> read_task(Database& db, const Query& row) {
    const auto cause = payment::parse_refund_cause(row.text(7));
    const auto state = payment::parse_refund_state(row.text(10));
    const auto outcome = parse_refund_outcome_name(row.text(14));
    if (!cause || !state || !outcome) {
        return fail(ErrorCode::corrupt, "A stored refund is damaged; restore the database from the backup.");
    }
    Refund r;
    r.id = RefundId(row.text(0));
    r.attempt = payment::AttemptId(row.text(1));
    r.order_ref = row.text(2);
    r.channel = row.text(3);
    r.attempt_amount = Money::fen(row.integer(4));
    r.amount = Money::fen(row.integer(5));
    r.refunded_before = Money::fen(row.integer(6));
    r.cause = *cause;
    r.reason = row.text(8);
    r.approver = row.text(9);
    r.state = *state;
    r.state_seq = row.integer(11);
    r.created.ms = row.integer(12);
    r.changed.ms = row.integer(13);
    r.result.outcome = *outcome;
    r.result.channel_code = row.text(15);
    r.result.channel_text = row.text(16);
    r.sends = row.integer(17);
    r.polls = row.integer(18);
    MULIN_TRY_STATUS(read_task_refs(db, r));
    return r;
}

Result<std::vector<Refund>> read_tasks(Database& db, Query& query) {
    std::vector<Refund> tasks;
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return tasks;
        MULIN_TRY(auto task, read_task(db, query));
        tasks.push_back(std::move(task));
    }
}

// -1 when there is none.
Result<std::int64_t> task_seq(Database& db, const RefundId& id) {
    Query query(db, "SELECT state_seq FROM refund_task WHERE id = ?", id.text());
    MULIN_TRY(const bool found, query.next());
    return found ? query.integer(0) : -1;
}

Status check_new_task(Database& db, const Refund& refund) {
    MULIN_TRY(const auto seq, task_seq(db, refund.id));
    if (seq >= 0) return fail(ErrorCode::conflict, "Refund " + refund.id.text() + " exists already.");
    Query counted(db,
                  "SELECT coalesce(sum(amount_fen), 0), coalesce(sum(cause = 'late_success'), 0) FROM refund_task "
                  "WHERE attempt = ? AND counts = 1",
                  refund.attempt.text());
    MULIN_TRY_STATUS(counted.next());
    if (counted.integer(1) > 0) {
        return fail(ErrorCode::refused, "This payment is already going back whole; nothing more can be refunded of it.");
    }
    const bool counts = payment::counts(refund.state);
    if (counts && Money::fen(counted.integer(0)) + refund.amount > refund.attempt_amount) {
        return fail(ErrorCode::refused, "More would go back than was paid; look at the earlier refunds of this payment.");
    }
    return payment::ok();
}

}  // namespace

Status StoredRefundTasks::create(const Refund& refund) {
    const std::lock_guard guard(store_.mutex);
    return store_.write([&]() -> Status {
        MULIN_TRY_STATUS(check_new_task(store_.db, refund));
        return put_task(store_.db, refund);
    });
}

Status StoredRefundTasks::update(const Refund& refund) {
    const std::lock_guard guard(store_.mutex);
    return store_.write([&]() -> Status {
        MULIN_TRY(const auto seq, task_seq(store_.db, refund.id));
        if (seq < 0 || seq != refund.state_seq - 1) {
            return fail(ErrorCode::conflict, "Refund " + refund.id.text() + " has moved on meanwhile; read it again.");
        }
        return put_task(store_.db, refund);
    });
}

Result<std::optional<Refund>> StoredRefundTasks::find(const RefundId& id) {
    const std::lock_guard guard(store_.mutex);
    Query query(store_.db, MULIN_TASK_COLUMNS "WHERE id = ?", id.text());
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::nullopt;
    return read_task(store_.db, query);
}

Result<std::vector<Refund>> StoredRefundTasks::unsettled() {
    const std::lock_guard guard(store_.mutex);
    Query query(store_.db, MULIN_TASK_COLUMNS "WHERE settled = 0 ORDER BY created_ms, id");
    return read_tasks(store_.db, query);
}

Result<std::vector<Refund>> StoredRefundTasks::of_attempt(const payment::AttemptId& attempt) {
    const std::lock_guard guard(store_.mutex);
    Query query(store_.db, MULIN_TASK_COLUMNS "WHERE attempt = ? ORDER BY created_ms, id", attempt.text());
    return read_tasks(store_.db, query);
}

Result<std::vector<Refund>> StoredRefundTasks::under_review() {
    const std::lock_guard guard(store_.mutex);
    Query query(store_.db, MULIN_TASK_COLUMNS "WHERE state = 'manual_review' ORDER BY created_ms, id");
    return read_tasks(store_.db, query);
}

payment::RefundJournal& TerminalStore::refund_tasks() { return impl_->refund_tasks; }

}  // namespace mulin::sync
