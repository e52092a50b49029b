// Selling and undoing, each one transaction; and finding what was sold.

#include "payment/base/check.h"
#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr std::size_t kMaxRefBytes = 128;

Status check_ref(const std::string& ref) {
    if (!ref.empty() && ref.size() <= kMaxRefBytes) return payment::ok();
    return fail(ErrorCode::invalid_input, "A sale or void needs a reference of 1 to 128 characters.");
}

Result<std::optional<std::int64_t>> entry_of_ref(Database& db, const std::string& ref) {
    Query query(db, "SELECT entry FROM request WHERE ref = ?", ref);
    MULIN_TRY(const bool found, query.next());
    return found ? std::optional(query.integer(0)) : std::nullopt;
}

// An attempt that the store knows must have taken the money, and for this sale only.
Status link_attempt(Database& db, const Payment& part, std::int64_t sale) {
    if (part.attempt.empty()) return payment::ok();
    Query query(db, "SELECT state, sale, amount_fen FROM attempt WHERE id = ?", part.attempt.text());
    MULIN_TRY(const bool found, query.next());
    if (!found) return payment::ok();
    if (query.text(0) != payment::attempt_state_name(payment::AttemptState::approved)) {
        return fail(ErrorCode::refused, "Payment " + part.attempt.text() + " is not approved, so the sale cannot be closed.");
    }
    if (!query.is_null(1) && query.integer(1) != sale) {
        return fail(ErrorCode::conflict, "Payment " + part.attempt.text() + " already paid for another sale.");
    }
    return Query(db, "UPDATE attempt SET sale = ? WHERE id = ?", sale, part.attempt.text()).run();
}

template <class Committed, class Record>
Result<Committed> repeat_of(TerminalStore::Impl& store, std::int64_t entry_id) {
    MULIN_TRY(auto decoded, store.read_body(entry_id));
    auto* record = std::get_if<Record>(&decoded.body);
    if (record == nullptr) return fail(ErrorCode::conflict, "This reference was used for something else before.");
    MULIN_TRY(auto key, store.key_of(entry_id));
    return Committed{std::move(key), true, std::move(*record)};
}

struct VoidTarget {
    std::int64_t entry_id = 0;
    bool training = false;
    bool voided = false;
    Date business_date;
};

Result<VoidTarget> find_void_target(TerminalStore::Impl& store, const EntryKey& key) {
    MULIN_TRY(const auto id, store.find_entry(key));
    Query query(store.db, "SELECT training, voided_by, business_date FROM sale WHERE entry = ?", id.value_or(0));
    MULIN_TRY(const bool found, query.next());
    if (!found) return fail(ErrorCode::not_found, "There is no sale " + entry_name(key) + " at this till.");
    return VoidTarget{*id, query.integer(0) != 0, !query.is_null(1),
                      Date::from_days(static_cast<std::int32_t>(query.integer(2)))};
}

Status check_void(const VoidRecord& record, const VoidTarget& target) {
    if (record.reason.empty()) return fail(ErrorCode::invalid_input, "A void needs a reason.");
    if (record.approver.empty() || record.approver == record.cashier) {
        return fail(ErrorCode::refused, "A second person must approve a void.");
    }
    if (target.training) return fail(ErrorCode::refused, "A practice sale needs no void: it counts nowhere.");
    if (target.voided) return fail(ErrorCode::refused, "This sale is already voided.");
    if (target.business_date != record.business_date) {
        return fail(ErrorCode::invalid_input, "The void names another day than its sale.");
    }
    return payment::ok();
}

Status check_not_refunded(Database& db, std::int64_t sale) {
    Query query(db, "SELECT (SELECT count(*) FROM refund WHERE target = ?1), (SELECT count(*) FROM refund_plan WHERE target = ?1)",
                sale);
    MULIN_TRY_STATUS(query.next());
    if (query.integer(0) > 0) {
        return fail(ErrorCode::refused, "A part of this sale was refunded, so it cannot be voided; refund the rest of it.");
    }
    if (query.integer(1) > 0) return fail(ErrorCode::refused, "A refund of this sale is under way; wait until it is finished.");
    return payment::ok();
}

}  // namespace

Status link_attempts(TerminalStore::Impl& store, const std::vector<Payment>& payments,
                     std::span<const payment::Attempt> settled) {
    for (const auto& attempt : settled) MULIN_TRY_STATUS(put_attempt(store.db, attempt));
    for (const auto& part : payments) MULIN_TRY_STATUS(link_attempt(store.db, part, store.place.last_entry));
    return payment::ok();
}

Result<SaleRecord> TerminalStore::Impl::read_sale(std::int64_t entry_id, std::optional<std::int64_t> voided_by) {
    MULIN_TRY(auto decoded, read_body(entry_id));
    auto* sale = std::get_if<Sale>(&decoded.body);
    if (sale == nullptr) return fail(ErrorCode::corrupt, "The till's tables do not match its journal; run journal verify.");
    SaleRecord record;
    record.sale = std::move(*sale);
    MULIN_TRY(record.key, key_of(entry_id));
    Query refunded(db, "SELECT coalesce(sum(list_fen), 0) FROM refund WHERE target = ?", entry_id);
    MULIN_TRY_STATUS(refunded.next());
    record.refunded = Money::fen(refunded.integer(0));
    if (!voided_by) return record;
    MULIN_TRY(record.voided_by, key_of(*voided_by));
    return record;
}

Result<CommittedSale> TerminalStore::commit_sale(const Sale& sale, std::span<const payment::Attempt> settled) {
    MULIN_TRY_STATUS(check_sale(sale));
    MULIN_TRY_STATUS(check_ref(sale.ref));
    const std::lock_guard guard(impl_->mutex);
    auto& store = *impl_;
    MULIN_TRY(const auto known, entry_of_ref(store.db, sale.ref));
    if (known) return repeat_of<CommittedSale, Sale>(store, *known);
    MULIN_TRY_STATUS(store.enough_space());
    const auto also = [&]() -> Status {
        MULIN_TRY_STATUS(store.check_leases(sale));
        MULIN_TRY_STATUS(link_attempts(store, sale.payments, settled));
        return store.queue_slip("sale");
    };
    MULIN_TRY(auto key, store.write_entry(sale, sale.business_date, also));
    return CommittedSale{key, false, sale};
}

Result<CommittedVoid> TerminalStore::commit_void(const VoidRecord& record) {
    MULIN_TRY_STATUS(check_ref(record.ref));
    const std::lock_guard guard(impl_->mutex);
    auto& store = *impl_;
    MULIN_TRY(const auto known, entry_of_ref(store.db, record.ref));
    if (known) return repeat_of<CommittedVoid, VoidRecord>(store, *known);
    MULIN_TRY(const auto target, find_void_target(store, record.target));
    MULIN_TRY_STATUS(check_void(record, target));
    MULIN_TRY_STATUS(check_not_refunded(store.db, target.entry_id));
    const auto also = [&] { return store.queue_slip("void"); };
    MULIN_TRY(auto key, store.write_entry(record, record.business_date, also));
    return CommittedVoid{key, false, record};
}

Result<std::optional<SaleRecord>> TerminalStore::find_sale(const EntryKey& key) {
    const std::lock_guard guard(impl_->mutex);
    MULIN_TRY(const auto id, impl_->find_entry(key));
    Query query(impl_->db, "SELECT entry, voided_by FROM sale WHERE entry = ?", id.value_or(0));
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::nullopt;
    std::optional<std::int64_t> voided_by;
    if (!query.is_null(1)) voided_by = query.integer(1);
    return impl_->read_sale(query.integer(0), voided_by);
}

Result<std::optional<SaleRecord>> TerminalStore::find_sale_by_ref(const std::string& ref) {
    EntryKey key;
    {
        const std::lock_guard guard(impl_->mutex);
        MULIN_TRY(const auto id, entry_of_ref(impl_->db, ref));
        if (!id) return std::nullopt;
        MULIN_TRY(key, impl_->key_of(*id));
    }
    return find_sale(key);
}

Result<std::vector<SaleRecord>> TerminalStore::sales_of_day(Date date, int limit) {
    const std::lock_guard guard(impl_->mutex);
    std::vector<SaleRecord> sales;
    Query query(impl_->db, "SELECT entry, voided_by FROM sale WHERE business_date = ? ORDER BY entry DESC LIMIT ?",
                date.days_since_1970(), limit);
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return sales;
        std::optional<std::int64_t> voided_by;
        if (!query.is_null(1)) voided_by = query.integer(1);
        MULIN_TRY(auto record, impl_->read_sale(query.integer(0), voided_by));
        sales.push_back(std::move(record));
    }
}

Result<SalesChanged> TerminalStore::sales_changed(Date date, std::int64_t mark) {
    const std::lock_guard guard(impl_->mutex);
    SalesChanged changed;
    Query query(impl_->db,
                "SELECT entry, voided_by FROM sale WHERE business_date = ?1 AND (entry > ?2 OR voided_by > ?2) ORDER BY entry",
                date.days_since_1970(), mark);
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) break;
        std::optional<std::int64_t> voided_by;
        if (!query.is_null(1)) voided_by = query.integer(1);
        MULIN_TRY(auto record, impl_->read_sale(query.integer(0), voided_by));
        changed.sales.push_back(std::move(record));
    }
    changed.mark = impl_->place.last_entry;
    return changed;
}

Result<CounterUsed> TerminalStore::counter_used(const std::string& key) {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db, "SELECT uses, amount_fen FROM counter WHERE key = ?", key);
    MULIN_TRY(const bool found, query.next());
    return found ? CounterUsed{query.integer(0), Money::fen(query.integer(1))} : CounterUsed{};
}

Result<std::int64_t> TerminalStore::meals_served(const DinerId& diner, Date date, Meal meal) {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db, "SELECT sales FROM visit WHERE diner = ? AND meal = ? AND business_date = ?", diner.text(),
                name_of(meal), date.days_since_1970());
    MULIN_TRY(const bool found, query.next());
    return found ? query.integer(0) : 0;
}

Result<std::optional<SaleRecord>> TerminalStore::last_visit(const DinerId& diner, Date until) {
    const std::lock_guard guard(impl_->mutex);
    std::int64_t newest = 0;
    for (const auto meal : kAllMeals) {
        Query query(impl_->db,
                    "SELECT last_sale FROM visit WHERE diner = ? AND meal = ? AND business_date <= ? "
                    "ORDER BY business_date DESC LIMIT 1",
                    diner.text(), name_of(meal), until.days_since_1970());
        MULIN_TRY(const bool found, query.next());
        if (found) newest = std::max(newest, query.integer(0));
    }
    if (newest == 0) return std::nullopt;
    return impl_->read_sale(newest, std::nullopt);
}

}  // namespace mulin::sync
