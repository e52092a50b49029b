#include "sync/store/refund_store.h"

#include "sync/store/card_shelf.h"
#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

struct RefundTarget {
    std::int64_t entry_id = 0;
    Sale sale;
    std::vector<RefundRecord> earlier;
};

Result<std::vector<StoredRefund>> refunds_of(TerminalStore::Impl& store, std::int64_t target) {
    std::vector<StoredRefund> refunds;
    Query query(store.db, "SELECT entry FROM refund WHERE target = ? ORDER BY entry", target);
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return refunds;
        MULIN_TRY(auto decoded, store.read_body(query.integer(0)));
        auto* record = std::get_if<RefundRecord>(&decoded.body);
        if (record == nullptr) return fail(ErrorCode::corrupt, "The till's tables do not match its journal; run journal verify.");
        MULIN_TRY(auto key, store.key_of(query.integer(0)));
        refunds.push_back({std::move(key), std::move(*record)});
    }
}

Status check_refundable(const Query& sale_row) {
    if (sale_row.integer(0) != 0) return fail(ErrorCode::refused, "A practice sale needs no refund: it counts nowhere.");
    if (!sale_row.is_null(1)) return fail(ErrorCode::refused, "This sale is voided; its money went back already.");
    return payment::ok();
}

Result<RefundTarget> find_refund_target(TerminalStore::Impl& store, const EntryKey& key) {
    MULIN_TRY(const auto id, store.find_entry(key));
    Query row(store.db, "SELECT training, voided_by FROM sale WHERE entry = ?", id.value_or(0));
    MULIN_TRY(const bool found, row.next());
    if (!found) return fail(ErrorCode::not_found, "There is no sale " + entry_name(key) + " at this till.");
    MULIN_TRY_STATUS(check_refundable(row));
    RefundTarget target;
    target.entry_id = *id;
    MULIN_TRY(auto record, store.read_sale(*id, std::nullopt));
    target.sale = std::move(record.sale);
    MULIN_TRY(auto earlier, refunds_of(store, *id));
    for (auto& one : earlier) target.earlier.push_back(std::move(one.record));
    return target;
}

Status check_persons(const RefundRecord& record) {
    if (record.ref.empty() || record.ref.size() > 128) {
        return fail(ErrorCode::invalid_input, "A refund needs a reference of 1 to 128 characters.");
    }
    if (record.reason.empty()) return fail(ErrorCode::invalid_input, "A refund needs a reason.");
    if (!record.approver.empty() && record.approver != record.cashier) return payment::ok();
    return fail(ErrorCode::refused, "A second person must approve a refund.");
}

Status check_no_other_plan(Database& db, std::int64_t target, const std::string& ref) {
    Query query(db, "SELECT 1 FROM refund_plan WHERE target = ? AND ref <> ?", target, ref);
    MULIN_TRY(const bool other, query.next());
    if (!other) return payment::ok();
    return fail(ErrorCode::refused, "Another refund of this sale is under way; wait until it is finished.");
}

// The money must be back, by a task of that attempt and amount which no other refund has counted.
Status check_task(TerminalStore::Impl& store, const RefundPayment& part) {
    if (part.channel == "cash") return payment::ok();
    MULIN_TRY(const auto task, store.refund_tasks.find(part.refund));
    const bool back = task && (*task).state == payment::RefundState::refunded && (*task).attempt == part.attempt &&
                      (*task).amount == part.amount;
    if (!back) return fail(ErrorCode::refused, "The channel has not confirmed that the money went back; nothing was recorded yet.");
    Query used(store.db, "SELECT 1 FROM refund_payment WHERE attempt = ? AND task = ?", part.attempt.text(), part.refund.text());
    MULIN_TRY(const bool counted, used.next());
    if (counted) return fail(ErrorCode::conflict, "This refund of the channel was recorded before.");
    return payment::ok();
}

template <class Committed, class Record>
Result<std::optional<Committed>> repeated(TerminalStore::Impl& store, const std::string& ref) {
    Query query(store.db, "SELECT entry FROM request WHERE ref = ?", ref);
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::nullopt;
    MULIN_TRY(auto decoded, store.read_body(query.integer(0)));
    auto* record = std::get_if<Record>(&decoded.body);
    if (record == nullptr) return fail(ErrorCode::conflict, "This reference was used for something else before.");
    MULIN_TRY(auto key, store.key_of(query.integer(0)));
    return Committed{std::move(key), true, std::move(*record)};
}

// What the account service is to hear of it.
CardNote note_of(const TopUpRecord& record) { return {record.ref, "top_up", record.card, record.amount, record.at, false, false}; }

}  // namespace

Status RefundStore::plan(const RefundRecord& record) {
    MULIN_TRY_STATUS(check_persons(record));
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto known, (repeated<CommittedRefund, RefundRecord>(store_, record.ref)));
    if (known) return fail(ErrorCode::conflict, "This refund is recorded already.");
    MULIN_TRY(const auto target, find_refund_target(store_, record.target));
    MULIN_TRY_STATUS(check_no_other_plan(store_.db, target.entry_id, record.ref));
    MULIN_TRY_STATUS(check_refund_fits(record, target.sale, target.earlier));
    MULIN_TRY(const auto body, encode_body(record, {record.at, 0, record.business_date}, {}));
    return store_.write([&] {
        return Query(store_.db,
                     "INSERT INTO refund_plan (ref, target, body) VALUES (?, ?, ?) ON CONFLICT (ref) DO UPDATE SET "
                     "target = excluded.target, body = excluded.body",
                     record.ref, target.entry_id, body)
            .run();
    });
}

Status RefundStore::drop_plan(const std::string& ref) {
    const std::lock_guard guard(store_.mutex);
    return store_.write([&] { return Query(store_.db, "DELETE FROM refund_plan WHERE ref = ?", ref).run(); });
}

Result<std::vector<RefundRecord>> RefundStore::plans() {
    const std::lock_guard guard(store_.mutex);
    std::vector<RefundRecord> plans;
    Query query(store_.db, "SELECT body FROM refund_plan ORDER BY id");
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return plans;
        MULIN_TRY(auto decoded, decode_body(query.text(0)));
        if (auto* record = std::get_if<RefundRecord>(&decoded.body)) plans.push_back(std::move(*record));
    }
}

Result<CommittedRefund> RefundStore::commit(const RefundRecord& record) {
    MULIN_TRY_STATUS(check_persons(record));
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(auto known, (repeated<CommittedRefund, RefundRecord>(store_, record.ref)));
    if (known) return std::move(*known);
    MULIN_TRY(const auto target, find_refund_target(store_, record.target));
    MULIN_TRY_STATUS(check_no_other_plan(store_.db, target.entry_id, record.ref));
    MULIN_TRY_STATUS(check_refund_fits(record, target.sale, target.earlier));
    for (const auto& part : record.payments) MULIN_TRY_STATUS(check_task(store_, part));
    const auto also = [&]() -> Status {
        MULIN_TRY_STATUS(Query(store_.db, "DELETE FROM refund_plan WHERE ref = ?", record.ref).run());
        return store_.queue_slip("refund");
    };
    MULIN_TRY(auto key, store_.write_entry(record, record.business_date, also));
    return CommittedRefund{std::move(key), false, record};
}

Result<std::vector<StoredRefund>> RefundStore::of_sale(const EntryKey& sale) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto id, store_.find_entry(sale));
    return refunds_of(store_, id.value_or(0));
}

Result<std::optional<CommittedRefund>> RefundStore::find_by_ref(const std::string& ref) {
    const std::lock_guard guard(store_.mutex);
    return repeated<CommittedRefund, RefundRecord>(store_, ref);
}

Result<CommittedTopUp> RefundStore::commit_top_up(const TopUpRecord& record, std::span<const payment::Attempt> settled) {
    MULIN_TRY_STATUS(check_top_up(record));
    if (record.ref.empty() || record.ref.size() > 128) {
        return fail(ErrorCode::invalid_input, "A top-up needs a reference of 1 to 128 characters.");
    }
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(auto known, (repeated<CommittedTopUp, TopUpRecord>(store_, record.ref)));
    if (known) return std::move(*known);
    MULIN_TRY_STATUS(store_.enough_space());
    const auto also = [&]() -> Status {
        MULIN_TRY_STATUS(link_attempts(store_, record.payments, settled));
        if (!record.training) MULIN_TRY_STATUS(CardShelf(store_).take_top_up(note_of(record)));
        return store_.queue_slip("top_up");
    };
    MULIN_TRY(auto key, store_.write_entry(record, record.business_date, also));
    return CommittedTopUp{std::move(key), false, record};
}

Result<std::optional<CommittedTopUp>> RefundStore::find_top_up_by_ref(const std::string& ref) {
    const std::lock_guard guard(store_.mutex);
    return repeated<CommittedTopUp, TopUpRecord>(store_, ref);
}

Result<Money> RefundStore::topped_up(const std::string& card, Date date) {
    const std::lock_guard guard(store_.mutex);
    Query query(store_.db, "SELECT coalesce(sum(amount_fen), 0) FROM top_up WHERE business_date = ? AND card = ? AND training = 0",
                date.days_since_1970(), card);
    MULIN_TRY_STATUS(query.next());
    return Money::fen(query.integer(0));
}

RefundStore& TerminalStore::refunds() { return impl_->refunds; }

}  // namespace mulin::sync
