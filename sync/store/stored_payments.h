#pragma once
// The port's two journals over the terminal's database, for the sources of this folder only.

#include "sync/store/terminal_store.h"

namespace mulin::sync {

class StoredAttempts final : public payment::AttemptJournal {
  public:
    explicit StoredAttempts(TerminalStore::Impl& store) : store_(store) {}
    Status create(const payment::Attempt& attempt) override;
    Status update(const payment::Attempt& attempt) override;
    Result<std::optional<payment::Attempt>> find(const payment::AttemptId& id) override;
    Result<std::vector<payment::Attempt>> unsettled() override;
    Result<std::vector<payment::Attempt>> of_order(const std::string& order_ref) override;
    Result<std::vector<payment::Attempt>> given_up_since(payment::UtcInstant since) override;

  private:
    TerminalStore::Impl& store_;
};

class StoredRefundTasks final : public payment::RefundJournal {
  public:
    explicit StoredRefundTasks(TerminalStore::Impl& store) : store_(store) {}
    Status create(const payment::Refund& refund) override;
    Status update(const payment::Refund& refund) override;
    Result<std::optional<payment::Refund>> find(const payment::RefundId& id) override;
    Result<std::vector<payment::Refund>> unsettled() override;
    Result<std::vector<payment::Refund>> of_attempt(const payment::AttemptId& attempt) override;
    Result<std::vector<payment::Refund>> under_review() override;

  private:
    TerminalStore::Impl& store_;
};

}  // namespace mulin::sync
