// The journal seen from the district: what still has to go up. The numbers in epoch are the outbox;
// nothing is deleted when it is acknowledged, so that a district restored from backup can be fed again.

#include "sync/journal/hex.h"
#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr const char* kLastExchange = "last_exchange_ms";

struct EpochRow {
    std::int64_t first_entry = 0;
    std::int64_t head_seq = 0;
    std::int64_t acked_seq = 0;
};

Result<EpochRow> find_epoch(Database& db, const EpochId& epoch) {
    Query query(db, "SELECT first_entry, head_seq, acked_seq FROM epoch WHERE id = ?", epoch.text());
    MULIN_TRY(const bool found, query.next());
    if (!found) return fail(ErrorCode::not_found, "This till never opened epoch " + epoch.text() + ".");
    return EpochRow{query.integer(0), query.integer(1), query.integer(2)};
}

std::string hex_text(const std::string& bytes) {
    return payment::hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

}  // namespace

Result<std::vector<Entry>> TerminalStore::pending_entries(int limit) {
    const std::lock_guard guard(impl_->mutex);
    std::vector<Entry> entries;
    Query oldest(impl_->db, "SELECT first_entry, head_seq, acked_seq FROM epoch WHERE acked_seq < head_seq ORDER BY n LIMIT 1");
    MULIN_TRY(const bool any, oldest.next());
    if (!any) return entries;
    const auto from = oldest.integer(0) + oldest.integer(2);
    const auto until = std::min(oldest.integer(0) + oldest.integer(1), from + limit);
    for (auto id = from; id < until; ++id) {
        MULIN_TRY(auto entry, impl_->read_entry(id));
        entries.push_back(std::move(entry));
    }
    return entries;
}

Status TerminalStore::mark_acked(const EpochId& epoch, std::int64_t seq, const std::string& hash) {
    const std::lock_guard guard(impl_->mutex);
    MULIN_TRY(const auto row, find_epoch(impl_->db, epoch));
    if (seq < 1 || seq > row.head_seq) {
        return fail(ErrorCode::conflict, "The district knows more entries of this till than the till itself.");
    }
    MULIN_TRY(const auto entry, impl_->read_entry(row.first_entry + seq - 1));
    if (entry.hash != hash) {
        return fail(ErrorCode::conflict, "The district holds another entry " + entry_name(entry.key) + " than this till.");
    }
    if (seq <= row.acked_seq) return payment::ok();
    return impl_->write([&] {
        return Query(impl_->db, "UPDATE epoch SET acked_seq = ? WHERE id = ?", seq, epoch.text()).run();
    });
}

Status TerminalStore::rewind_acked(const EpochId& epoch, std::int64_t seq) {
    const std::lock_guard guard(impl_->mutex);
    MULIN_TRY(const auto row, find_epoch(impl_->db, epoch));
    if (seq < 0 || seq > row.acked_seq) return fail(ErrorCode::invalid_input, "Nothing was acknowledged beyond that entry.");
    return impl_->write([&] {
        return Query(impl_->db, "UPDATE epoch SET acked_seq = ? WHERE id = ?", seq, epoch.text()).run();
    });
}

Result<std::vector<EpochState>> TerminalStore::epochs() {
    const std::lock_guard guard(impl_->mutex);
    std::vector<EpochState> all;
    Query query(impl_->db, "SELECT id, head_seq, head_hash, acked_seq FROM epoch ORDER BY n");
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return all;
        EpochState state{EpochId(query.text(0)), query.integer(1), hex_text(query.text(2)), query.integer(3), {}};
        if (!all.empty()) state.parent = EpochParent{all.back().epoch, all.back().head_seq, all.back().head_hash};
        all.push_back(std::move(state));
    }
}

Result<std::optional<Entry>> TerminalStore::entry(const EntryKey& key) {
    const std::lock_guard guard(impl_->mutex);
    MULIN_TRY(const auto id, impl_->find_entry(key));
    if (!id) return std::nullopt;
    return impl_->read_entry(*id);
}

Result<SyncState> TerminalStore::sync_state() {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db,
                "SELECT (SELECT coalesce(sum(head_seq - acked_seq), 0) FROM epoch), "
                "(SELECT count(*) FROM diner_outbox WHERE uploaded = 0), (SELECT value FROM setting WHERE key = ?)",
                kLastExchange);
    MULIN_TRY_STATUS(query.next());
    SyncState state{query.integer(0), query.integer(1), {}};
    if (!query.is_null(2)) state.last_exchange = UtcInstant{query.integer(2)};
    return state;
}

Status TerminalStore::set_last_exchange(UtcInstant at) { return set_setting(kLastExchange, std::to_string(at.ms)); }

Status TerminalStore::export_entries(const std::function<bool(const Entry&)>& sink) {
    std::int64_t last = 0;
    {
        const std::lock_guard guard(impl_->mutex);
        last = impl_->place.last_entry;
    }
    // One entry at a time: selling goes on meanwhile, and entries never change.
    for (std::int64_t id = 1; id <= last; ++id) {
        std::unique_lock lock(impl_->mutex);
        MULIN_TRY(const auto entry, impl_->read_entry(id));
        lock.unlock();
        if (!sink(entry)) break;
    }
    return payment::ok();
}

}  // namespace mulin::sync
