// Staff, and how often a PIN was wrong. A try is counted on disk before anybody looks at the PIN, so
// switching the till off between tries gains nothing.

#include <algorithm>

#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

// Wait after the n-th wrong try in a row: five tries in a quarter of an hour at most, then ever longer,
// but never so long that a forgotten PIN stops a lunch; a manager can unlock at once.
constexpr std::int64_t kWaitMs[] = {0, 0, 0, 30'000, 120'000, 900'000, 1'800'000, 3'600'000};

std::int64_t wait_after(std::int64_t failed) {
    const auto last = static_cast<std::int64_t>(std::size(kWaitMs)) - 1;
    return kWaitMs[std::min(failed, last)];
}

struct Count {
    std::int64_t failed = 0;
    std::int64_t next_allowed_ms = 0;
};

Result<Count> read_count(Database& db, const StaffId& staff) {
    Query query(db, "SELECT failed, next_allowed_ms FROM pin_try WHERE staff = ?", staff.text());
    MULIN_TRY(const bool found, query.next());
    return found ? Count{query.integer(0), query.integer(1)} : Count{};
}

Status write_count(Database& db, const StaffId& staff, const Count& count) {
    return Query(db, "INSERT OR REPLACE INTO pin_try (staff, failed, next_allowed_ms) VALUES (?, ?, ?)", staff.text(),
                 count.failed, count.next_allowed_ms)
        .run();
}

// A clock set back must not lock anybody out for years, and must not shorten a wait either: where it
// shows less than the count knows of, the whole wait runs by the steady clock of this process.
std::int64_t wait_left(const payment::Clock& clock, std::map<StaffId, std::int64_t>& waits, const StaffId& staff, const Count& count) {
    const auto left = count.next_allowed_ms - clock.utc().ms;
    const auto wait = wait_after(count.failed);
    if (left <= wait) return left;
    const auto now = clock.monotonic().ms;
    return waits.try_emplace(staff, now + wait).first->second - now;
}

}  // namespace

Status TerminalStore::replace_staff(std::span<const Staff> staff) {
    const std::lock_guard guard(impl_->mutex);
    return impl_->write([&]() -> Status {
        MULIN_TRY_STATUS(impl_->db.run("DELETE FROM staff"));
        for (const auto& one : staff) {
            MULIN_TRY_STATUS(Query(impl_->db, "INSERT INTO staff (id, name, role, pin, active) VALUES (?, ?, ?, ?, ?)",
                                   one.id.text(), one.name, name_of(one.role), one.pin, one.active)
                                 .run());
        }
        return payment::ok();
    });
}

Result<std::vector<Staff>> TerminalStore::staff() {
    const std::lock_guard guard(impl_->mutex);
    std::vector<Staff> all;
    Query query(impl_->db, "SELECT id, name, role, pin, active FROM staff ORDER BY id");
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return all;
        all.push_back({StaffId(query.text(0)), query.text(1), parse_role(query.text(2)).value_or(Role::cashier),
                       query.text(3), query.integer(4) != 0});
    }
}

Result<PinTry> TerminalStore::begin_pin_try(const StaffId& staff) {
    const std::lock_guard guard(impl_->mutex);
    const auto now = impl_->clock.utc().ms;
    MULIN_TRY(auto count, read_count(impl_->db, staff));
    const auto left = wait_left(impl_->clock, impl_->pin_waits, staff, count);
    if (left > 0) return PinTry{false, count.failed, {now + left}};
    ++count.failed;
    const auto wait = wait_after(count.failed);
    // Never before what was: a clock set back for a while and then put right again gains nothing.
    count.next_allowed_ms = std::max(now, count.next_allowed_ms) + wait;
    impl_->pin_waits.erase(staff);
    const auto written = impl_->write([&] { return write_count(impl_->db, staff, count); });
    if (!written) return tl::make_unexpected(written.error());
    return PinTry{true, count.failed, {now + wait}};
}

Status TerminalStore::pin_accepted(const StaffId& staff) {
    const std::lock_guard guard(impl_->mutex);
    return impl_->write([&] { return Query(impl_->db, "DELETE FROM pin_try WHERE staff = ?", staff.text()).run(); });
}

}  // namespace mulin::sync
