// The part of the ledger that is about keys, branches and what was kept aside.

#include "sync/district/database_ledger.h"

namespace mulin::sync::server {

Result<std::vector<EpochId>> DatabaseLedger::children_before(const TillId& till, const EpochId& epoch, std::int64_t seq) {
    auto query = database_.prepare(
        "SELECT epoch FROM epoch WHERE till = ? AND parent_epoch = ? AND parent_seq < ? ORDER BY position");
    query.bind(till.text()).bind(epoch.text()).bind(seq);
    std::vector<EpochId> children;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return children;
        children.emplace_back(query.text(0));
    }
}

Result<bool> DatabaseLedger::has_other_epoch(const TillId& till, const EpochId& epoch) {
    auto query = database_.prepare("SELECT epoch FROM epoch WHERE till = ? AND epoch <> ? LIMIT 1");
    query.bind(till.text()).bind(epoch.text());
    return query.step();
}

Result<std::string> DatabaseLedger::epoch_key(const TillId& till, const EpochId& epoch) {
    auto query = database_.prepare("SELECT public_key FROM epoch_key WHERE till = ? AND epoch = ?");
    query.bind(till.text()).bind(epoch.text());
    MULIN_TRY(const bool found, query.step());
    // Nothing for epochs from before keys could change, and where the opening is in quarantine: any key will do.
    return found ? query.text(0) : std::string();
}

Result<std::string> DatabaseLedger::key_after(const EntryKey& key, const std::string& hash) {
    auto query = database_.prepare(
        "SELECT body FROM entry WHERE till = ? AND epoch = ? AND seq = ? AND hash = ? AND kept = 1 UNION ALL "
        "SELECT body FROM fork_entry WHERE till = ? AND epoch = ? AND seq = ? AND hash = ?");
    for (int i = 0; i < 2; ++i) query.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq).bind(hash);
    MULIN_TRY(const bool found, query.step());
    if (!found) return std::string();
    if (const auto decoded = decode_body(query.text(0))) {
        if (const auto* change = std::get_if<KeyChange>(&decoded->body)) return change->public_key;
    }
    return epoch_key(key.till, key.epoch);
}

Status DatabaseLedger::set_epoch_key(const TillId& till, const EpochId& epoch, const std::string& public_key) {
    auto write = database_.prepare(
        "INSERT INTO epoch_key (till, epoch, public_key) VALUES (?, ?, ?) ON CONFLICT (till, epoch) DO NOTHING");
    write.bind(till.text()).bind(epoch.text()).bind(public_key);
    return write.run();
}

Result<std::string> DatabaseLedger::newest_key(const TillId& till) {
    auto query = database_.prepare("SELECT public_key FROM till_key WHERE till = ? ORDER BY position DESC LIMIT 1");
    query.bind(till.text());
    MULIN_TRY(const bool found, query.step());
    return found ? query.text(0) : std::string();
}

Status DatabaseLedger::add_till_key(const TillId& till, const std::string& public_key) {
    auto known = database_.prepare("SELECT position FROM till_key WHERE till = ? AND public_key = ?");
    known.bind(till.text()).bind(public_key);
    MULIN_TRY(const bool found, known.step());
    if (found) return payment::ok();
    auto write = database_.prepare(
        "INSERT INTO till_key (till, position, public_key) "
        "SELECT ?, coalesce(max(position), 0) + 1, ? FROM till_key WHERE till = ?");
    write.bind(till.text()).bind(public_key).bind(till.text());
    return write.run();
}

Result<std::vector<std::pair<std::int64_t, std::string>>> DatabaseLedger::quarantined(const TillId& till,
                                                                                       const std::string& reason,
                                                                                       std::int64_t after, int limit) {
    auto query = database_.prepare(
        "SELECT id, raw FROM quarantine WHERE till = ? AND reason = ? AND id > ? ORDER BY id LIMIT ?");
    query.bind(till.text()).bind(reason).bind(after).bind(limit);
    std::vector<std::pair<std::int64_t, std::string>> lines;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return lines;
        lines.emplace_back(query.number(0), query.text(1));
    }
}

Status DatabaseLedger::remove_quarantined(std::int64_t id) {
    auto write = database_.prepare("DELETE FROM quarantine WHERE id = ?");
    write.bind(id);
    return write.run();
}

}  // namespace mulin::sync::server
