#pragma once
// LedgerStore on the district's database, and reading it back for export and verification.

#include <functional>

#include "sync/database/database.h"
#include "sync/server/ledger_store.h"

namespace mulin::sync::server {

class DatabaseLedger final : public LedgerStore {
  public:
    explicit DatabaseLedger(database::Database& database) : database_(database) {}

    Result<std::optional<EpochRow>> epoch(const TillId& till, const EpochId& epoch) override;
    Status save_epoch(const TillId& till, const EpochRow& row) override;
    Result<std::optional<EpochId>> sibling(const TillId& till, const EpochRow& row) override;
    Result<std::optional<HeldEntry>> held(const EntryKey& key) override;
    Status insert_entry(const Entry& entry, UtcInstant received) override;
    Status insert_place(const EntryKey& key, const std::string& hash, UtcInstant received) override;
    Status fill_place(const Entry& entry, UtcInstant received) override;
    Status insert_sale(const EntryKey& key, const Sale& sale) override;
    Status insert_void(const VoidRecord& record) override;
    Status insert_refund(const EntryKey& key, const RefundRecord& record) override;
    Status insert_top_up(const EntryKey& key, const TopUpRecord& record) override;
    Result<bool> has_fork(const EntryKey& key, const std::string& hash) override;
    Status insert_fork(const Entry& entry, UtcInstant received) override;
    Status quarantine(const TillId& till, const std::string& reason, const std::string& raw,
                      UtcInstant received) override;
    Status add_finding(const EntryKey& key, const std::string& kind, const std::string& text,
                       UtcInstant found) override;

    // In the order epochs came and numbers run; an empty till means all. Stops when sink says false.
    Status each_epoch(const TillId& till, const std::function<bool(const TillId&, const EpochRow&)>& sink);
    // Places whose entry is in quarantine come with an empty body and signature.
    Status each_entry(const TillId& till, const EpochId& epoch, const std::function<bool(const Entry&)>& sink);
    Result<std::int64_t> count(const char* sql);

  private:
    database::Database& database_;
    std::int64_t last_entry_ = 0;
};

}  // namespace mulin::sync::server
