#pragma once
// What ingest needs of a store: facts in, facts out, no rules. One transaction around a whole batch
// is the caller's. Implementations: DatabaseLedger. Plain values; one thread at a time.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sync/journal/body.h"
#include "sync/journal/entry.h"

namespace mulin::sync::server {

struct TillRecord {
    TillId id;
    SiteId site;
    std::string signing_key;         // 64 hex
    std::string certificate_sha256;  // 64 hex; another certificate of the same till is refused
    bool revoked = false;
    UtcInstant enrolled_at;
    UtcInstant last_seen;
    std::int64_t clock_ahead_ms = 0;  // the till's clock minus ours, at last_seen
    std::int64_t waiting = 0;         // entries the till still had to send, at last_seen
    std::string software;
};

// An epoch as far as it is held without a gap.
struct EpochRow {
    EpochId epoch;
    std::int64_t watermark = 0;  // 0: nothing yet
    std::string hash;            // of the entry at the watermark
    EpochId parent;
    std::int64_t parent_seq = 0;
    Totals totals;
};

// What stands at one number of an epoch.
struct HeldEntry {
    bool kept = false;  // false: only a place, its entry is in quarantine
    std::string hash;
};

class LedgerStore {
  public:
    virtual ~LedgerStore() = default;

    virtual Result<std::optional<EpochRow>> epoch(const TillId& till, const EpochId& epoch) = 0;
    virtual Status save_epoch(const TillId& till, const EpochRow& row) = 0;
    // Another epoch that continues from the same entry.
    virtual Result<std::optional<EpochId>> sibling(const TillId& till, const EpochRow& row) = 0;
    // Epochs that continue from an entry of this one before `seq`.
    virtual Result<std::vector<EpochId>> children_before(const TillId& till, const EpochId& epoch, std::int64_t seq) = 0;
    virtual Result<bool> has_other_epoch(const TillId& till, const EpochId& epoch) = 0;

    // The key that an epoch was opened with, and the one in force after one of its entries.
    virtual Result<std::string> epoch_key(const TillId& till, const EpochId& epoch) = 0;
    virtual Result<std::string> key_after(const EntryKey& key, const std::string& hash) = 0;
    virtual Status set_epoch_key(const TillId& till, const EpochId& epoch, const std::string& public_key) = 0;
    // Empty as long as the till has never changed its first one.
    virtual Result<std::string> newest_key(const TillId& till) = 0;
    virtual Status add_till_key(const TillId& till, const std::string& public_key) = 0;

    // Before anything else of a batch: it may insert so many entries and places.
    virtual void expect(std::size_t entries) = 0;
    virtual Result<std::optional<HeldEntry>> held(const EntryKey& key) = 0;
    virtual Status insert_entry(const Entry& entry, UtcInstant received) = 0;
    // Marks the number as taken by something in quarantine; hash is what it claimed, or empty.
    virtual Status insert_place(const EntryKey& key, const std::string& hash, UtcInstant received) = 0;
    virtual Status fill_place(const Entry& entry, UtcInstant received) = 0;
    // Rows for reports, from the body of the entry inserted last.
    virtual Status insert_sale(const EntryKey& key, const Sale& sale) = 0;
    virtual Status insert_void(const VoidRecord& record) = 0;
    virtual Status insert_refund(const EntryKey& key, const RefundRecord& record) = 0;
    virtual Status insert_top_up(const EntryKey& key, const TopUpRecord& record) = 0;
    virtual Status insert_lease_return(const EntryKey& key, const LeaseReturn& back) = 0;

    virtual Result<bool> has_fork(const EntryKey& key, const std::string& hash) = 0;
    virtual Status insert_fork(const Entry& entry, UtcInstant received) = 0;
    virtual Status quarantine(const TillId& till, const std::string& reason, const std::string& raw,
                              UtcInstant received) = 0;
    // Up to `limit` raw lines kept aside for this reason, in the order they came, behind `after`.
    virtual Result<std::vector<std::pair<std::int64_t, std::string>>> quarantined(const TillId& till, const std::string& reason,
                                                                                  std::int64_t after, int limit) = 0;
    virtual Status remove_quarantined(std::int64_t id) = 0;
    virtual Status add_finding(const EntryKey& key, const std::string& kind, const std::string& text,
                               UtcInstant found) = 0;
};

}  // namespace mulin::sync::server
