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

Result<std::vector<WaitingSlip>> SlipQueue::waiting() {
    const std::lock_guard guard(store_.mutex);
    std::vector<WaitingSlip> slips;
    Query query(store_.db, "SELECT entry, kind, queued_ms FROM slip ORDER BY entry");
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return slips;
        WaitingSlip slip{{}, query.text(1), {query.integer(2)}};
        MULIN_TRY(slip.key, store_.key_of(query.integer(0)));
        slips.push_back(std::move(slip));
    }
}

Status SlipQueue::printed(const EntryKey& key) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto id, store_.find_entry(key));
    if (!id) return payment::ok();
    return store_.write([&] { return Query(store_.db, "DELETE FROM slip WHERE entry = ?", *id).run(); });
}

SlipQueue& TerminalStore::slips() { return impl_->slips; }

}  // namespace mulin::sync
