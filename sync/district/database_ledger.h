#pragma once
// LedgerStore on the district's database, and reading it back for export and verification.

#include <deque>
#include <functional>

#include "sync/database/database.h"
#include "sync/district/ingest.h"
#include "sync/district/ledger_store.h"

namespace mulin::sync::server {

class DatabaseLedger final : public LedgerStore {
  public:
    explicit DatabaseLedger(database::Database& database) : database_(database) {}

    Result<std::optional<EpochRow>> epoch(const TillId& till, const EpochId& epoch) override;
    Status save_epoch(const TillId& till, const EpochRow& row) override;
    Result<std::optional<EpochId>> sibling(const TillId& till, const EpochRow& row) override;
    Result<std::vector<EpochId>> children_before(const TillId& till, const EpochId& epoch, std::int64_t seq) override;
    Result<bool> has_other_epoch(const TillId& till, const EpochId& epoch) override;
    Result<std::string> epoch_key(const TillId& till, const EpochId& epoch) override;
    Result<std::string> key_after(const EntryKey& key, const std::string& hash) override;
    Status set_epoch_key(const TillId& till, const EpochId& epoch, const std::string& public_key) override;
    Result<std::string> newest_key(const TillId& till) override;
    Status add_till_key(const TillId& till, const std::string& public_key) override;
    void expect(std::size_t entries) override;
    Result<std::optional<HeldEntry>> held(const EntryKey& key) override;
    Status insert_entry(const Entry& entry, UtcInstant received) override;
    Status insert_place(const EntryKey& key, const std::string& hash, UtcInstant received) override;
    Status fill_place(const Entry& entry, UtcInstant received) override;
    Status insert_sale(const EntryKey& key, const Sale& sale) override;
    Status insert_void(const VoidRecord& record) override;
    Status insert_refund(const EntryKey& key, const RefundRecord& record) override;
    Status insert_top_up(const EntryKey& key, const TopUpRecord& record) override;
    Status insert_lease_return(const EntryKey& key, const LeaseReturn& back) override;
    Result<bool> has_fork(const EntryKey& key, const std::string& hash) override;
    Status insert_fork(const Entry& entry, UtcInstant received) override;
    Status quarantine(const TillId& till, const std::string& reason, const std::string& raw,
                      UtcInstant received) override;
    Result<std::vector<std::pair<std::int64_t, std::string>>> quarantined(const TillId& till, const std::string& reason,
                                                                          std::int64_t after, int limit) override;
    Status remove_quarantined(std::int64_t id) override;
    Status add_finding(const EntryKey& key, const std::string& kind, const std::string& text,
                       UtcInstant found) override;

    // Before the transaction that ingests them: every entry finds a table for its month.
    Status open_months(const std::vector<CheckedLine>& lines);
    // Locks the till for one upload: of two servers with the same till one waits for the other's end.
    Status lock(const TillId& till);

    // In the order epochs came and numbers run; an empty till means all. Stops when sink says false.
    Status each_epoch(const TillId& till, const std::function<bool(const TillId&, const EpochRow&)>& sink);
    // Places whose entry is in quarantine come with an empty body and signature.
    Status each_entry(const TillId& till, const EpochId& epoch, const std::function<bool(const Entry&)>& sink);
    Result<std::int64_t> count(const char* sql);

  private:
    Result<std::int64_t> next_number();
    Status insert_body(const Entry& entry, std::int64_t day);
    database::Database& database_;
    std::int64_t last_entry_ = 0;
    int expected_ = 1;
    std::deque<std::int64_t> numbers_;  // for the rows of entry_place that come next
};

}  // namespace mulin::sync::server
