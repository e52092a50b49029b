// Shifts: who has the drawer from when to when, and what it should hold at the end.

#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

ShiftOpen read_shift(const Query& row) {
    return {ShiftId(row.text(0)),
            Date::from_days(static_cast<std::int32_t>(row.integer(1))),
            {row.integer(2)},
            SiteId(row.text(3)),
            StaffId(row.text(4)),
            Money::fen(row.integer(5))};
}

Result<std::optional<ShiftOpen>> one_shift(Query query) {
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::nullopt;
    return read_shift(query);
}

Result<std::optional<ShiftOpen>> open_shift_of(Database& db) {
    return one_shift(Query(db, "SELECT id, business_date, at_ms, site, cashier, drawer_float_fen FROM shift WHERE closed IS NULL"));
}

// Cash of sales and top-ups made in the shift, less cash given back in it for sales of any shift.
Result<Money> cash_moved(Database& db, const ShiftId& shift) {
    Query query(db,
                "SELECT (SELECT coalesce(sum(p.amount_fen), 0) FROM sale s JOIN sale_payment p ON p.sale = s.entry "
                "WHERE s.entry > (SELECT opened FROM shift WHERE id = ?1) AND s.shift = ?1 AND p.method = 'cash' AND s.training = 0) "
                "- (SELECT coalesce(sum(q.amount_fen), 0) FROM sale v "
                "JOIN sale_payment q ON q.sale = v.entry WHERE v.void_shift = ?1 AND q.method = 'cash' AND v.training = 0) "
                "- (SELECT coalesce(sum(q.amount_fen), 0) FROM refund r "
                "JOIN refund_payment q ON q.refund = r.entry WHERE r.shift = ?1 AND q.method = 'cash') "
                "+ (SELECT coalesce(sum(q.amount_fen), 0) FROM top_up t "
                "JOIN top_up_payment q ON q.top_up = t.entry WHERE t.shift = ?1 AND q.method = 'cash' AND t.training = 0)",
                shift.text());
    MULIN_TRY_STATUS(query.next());
    return Money::fen(query.integer(0));
}

Result<ShiftTotals> totals_of(Database& db, const ShiftOpen& shift) {
    Query sold(db,
               "SELECT count(*), coalesce(sum(list_fen + delivery_fen), 0), coalesce(sum(benefit_fen), 0), "
               "coalesce(sum(paid_fen), 0) FROM sale WHERE entry > (SELECT opened FROM shift WHERE id = ?1) "
               "AND shift = ?1 AND training = 0 AND voided_by IS NULL",
               shift.shift.text());
    MULIN_TRY_STATUS(sold.next());
    Query voided(db, "SELECT count(*) FROM sale WHERE void_shift = ?", shift.shift.text());
    MULIN_TRY_STATUS(voided.next());
    MULIN_TRY(const auto cash, cash_moved(db, shift.shift));
    return ShiftTotals{sold.integer(0),
                       voided.integer(0),
                       Money::fen(sold.integer(1)),
                       Money::fen(sold.integer(2)),
                       Money::fen(sold.integer(3)),
                       shift.drawer_float + cash};
}

}  // namespace

Result<EntryKey> TerminalStore::open_shift(const ShiftOpen& shift) {
    const std::lock_guard guard(impl_->mutex);
    if (shift.shift.empty()) return fail(ErrorCode::invalid_input, "A shift needs an id.");
    MULIN_TRY(const auto open, open_shift_of(impl_->db));
    if (open) return fail(ErrorCode::conflict, "A shift is open already; close it first.");
    Query used(impl_->db, "SELECT 1 FROM shift WHERE id = ?", shift.shift.text());
    MULIN_TRY(const bool known, used.next());
    if (known) return fail(ErrorCode::conflict, "There was a shift with this id before; open one with a new id.");
    return impl_->write_entry(shift, shift.business_date, payment::ok);
}

Result<ShiftTotals> TerminalStore::shift_totals(const ShiftId& shift) {
    const std::lock_guard guard(impl_->mutex);
    MULIN_TRY(const auto open, open_shift_of(impl_->db));
    if (!open || open->shift != shift) return fail(ErrorCode::not_found, "This shift is not open.");
    return totals_of(impl_->db, *open);
}

Result<ShiftClose> TerminalStore::close_shift(const ShiftId& shift, const StaffId& cashier, std::optional<Money> counted,
                                              const Note* how) {
    const std::lock_guard guard(impl_->mutex);
    MULIN_TRY(const auto open, open_shift_of(impl_->db));
    if (!open || open->shift != shift) return fail(ErrorCode::not_found, "This shift is not open.");
    ShiftClose close{shift, open->business_date, impl_->clock.utc(), cashier, counted, {}};
    MULIN_TRY(close.totals, totals_of(impl_->db, *open));
    const auto written = impl_->write([&]() -> Status {
        if (how != nullptr) MULIN_TRY_STATUS(impl_->append(*how, close.business_date));
        MULIN_TRY_STATUS(impl_->append(close, close.business_date));
        return impl_->queue_slip("shift_close");
    });
    if (!written) return tl::make_unexpected(written.error());
    // Nobody is waiting now: a good moment to fold the log into the file. The close is durable already.
    (void)impl_->db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    return close;
}

Result<std::optional<ShiftOpen>> TerminalStore::shift(const ShiftId& id) {
    const std::lock_guard guard(impl_->mutex);
    return one_shift(Query(impl_->db, "SELECT id, business_date, at_ms, site, cashier, drawer_float_fen FROM shift WHERE id = ?", id.text()));
}

Result<std::optional<ShiftOpen>> TerminalStore::current_shift() {
    const std::lock_guard guard(impl_->mutex);
    return open_shift_of(impl_->db);
}

}  // namespace mulin::sync
