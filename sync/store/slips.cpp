#include "sync/store/slip_queue.h"

#include "sync/store/store_impl.h"

namespace mulin::sync {

Status TerminalStore::Impl::queue_slip(const char* kind) {
    if (!slips_wanted) return payment::ok();
    return Query(db, "INSERT OR REPLACE INTO slip (entry, kind, queued_ms) VALUES (?, ?, ?)", place.last_entry, kind,
                 clock.utc().ms)
        .run();
}

void SlipQueue::enable(bool on) {
    const std::lock_guard guard(store_.mutex);
    store_.slips_wanted = on;
}

namespace {

// Columns: entry, kind, queued_ms, done_ms, copies.
Result<WaitingSlip> read_slip(TerminalStore::Impl& store, const Query& row) {
    WaitingSlip slip;
    slip.kind = row.text(1);
    slip.queued.ms = row.integer(2);
    slip.done = !row.is_null(3);
    slip.copies = row.integer(4);
    MULIN_TRY(slip.key, store.key_of(row.integer(0)));
    return slip;
}

Result<std::optional<WaitingSlip>> one_slip(TerminalStore::Impl& store, Query query) {
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::nullopt;
    MULIN_TRY(auto slip, read_slip(store, query));
    return std::optional(std::move(slip));
}

}  // namespace

Result<std::vector<WaitingSlip>> SlipQueue::waiting() {
    const std::lock_guard guard(store_.mutex);
    std::vector<WaitingSlip> slips;
    Query query(store_.db, "SELECT entry, kind, queued_ms, done_ms, copies FROM slip WHERE done_ms IS NULL ORDER BY entry");
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return slips;
        MULIN_TRY(auto slip, read_slip(store_, query));
        slips.push_back(std::move(slip));
    }
}

Result<std::optional<WaitingSlip>> SlipQueue::find(const EntryKey& key) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto id, store_.find_entry(key));
    return one_slip(store_, Query(store_.db, "SELECT entry, kind, queued_ms, done_ms, copies FROM slip WHERE entry = ?",
                                  id.value_or(0)));
}

Result<std::optional<WaitingSlip>> SlipQueue::newest(const std::string& kind) {
    const std::lock_guard guard(store_.mutex);
    return one_slip(store_, Query(store_.db, "SELECT entry, kind, queued_ms, done_ms, copies FROM slip WHERE kind = ?1 OR ?1 = '' "
                                             "ORDER BY entry DESC LIMIT 1", kind));
}

Status SlipQueue::printed(const EntryKey& key, std::int64_t copies) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto id, store_.find_entry(key));
    if (!id) return payment::ok();
    return store_.write([&] {
        return Query(store_.db, "UPDATE slip SET done_ms = coalesce(done_ms, ?), copies = max(copies, ?) WHERE entry = ?",
                     store_.clock.utc().ms, copies, *id)
            .run();
    });
}

Status SlipQueue::keep_notes(const std::string& ref, const std::vector<std::string>& notes) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto before, this->notes(ref));
    if (before == notes) return payment::ok();
    return store_.write([&]() -> Status {
        MULIN_TRY_STATUS(Query(store_.db, "DELETE FROM slip_note WHERE ref = ?", ref).run());
        std::int64_t n = 0;
        for (const auto& note : notes)
            MULIN_TRY_STATUS(Query(store_.db, "INSERT INTO slip_note (ref, n, text) VALUES (?, ?, ?)", ref, n++, note).run());
        return payment::ok();
    });
}

Result<std::vector<std::string>> SlipQueue::notes(const std::string& ref) {
    const std::lock_guard guard(store_.mutex);
    std::vector<std::string> notes;
    Query query(store_.db, "SELECT text FROM slip_note WHERE ref = ? ORDER BY n", ref);
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return notes;
        notes.push_back(query.text(0));
    }
}

Status SlipQueue::drop_notes(const std::string& ref) {
    const std::lock_guard guard(store_.mutex);
    Query sold(store_.db, "SELECT 1 FROM request WHERE ref = ?", ref);
    MULIN_TRY(const bool known, sold.next());
    if (known) return payment::ok();
    return keep_notes(ref, {});
}

SlipQueue& TerminalStore::slips() { return impl_->slips; }

}  // namespace mulin::sync
