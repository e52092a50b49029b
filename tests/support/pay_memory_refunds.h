#pragma once
// A refund journal in memory, on a shelf that outlives it, with the same faults as the attempts' one
// (pay_memory_journal.h).

#include <map>
#include <vector>

#include "payment/port/refund_journal.h"
#include "tests/support/pay_memory_journal.h"

namespace mulin::testing {

using RefundShelf = std::map<payment::RefundId, payment::Refund>;

class MemoryRefundJournal : public payment::RefundJournal {
  public:
    explicit MemoryRefundJournal(RefundShelf& shelf, Fuse* fuse = nullptr) : shelf_(shelf), fuse_(fuse) {}

    std::function<bool(int write)> fails;  // asked at every write, with the number of writes so far

    payment::Status create(const payment::Refund& refund) override {
        if (shelf_.count(refund.id) > 0)
            return payment::fail(payment::ErrorCode::conflict, "This refund exists already.");
        payment::Money sum = refund.amount;
        for (const auto& [id, other] : shelf_) {
            if (other.attempt == refund.attempt && payment::counts(other.state)) sum += other.amount;
        }
        if (sum > refund.attempt_amount)
            return payment::fail(payment::ErrorCode::refused, "More than was paid cannot be refunded.");
        return write(refund);
    }
    payment::Status update(const payment::Refund& refund) override {
        const auto at = shelf_.find(refund.id);
        if (at == shelf_.end() || at->second.state_seq != refund.state_seq - 1)
            return payment::fail(payment::ErrorCode::conflict, "The refund was changed by somebody else.");
        return write(refund);
    }
    payment::Result<std::optional<payment::Refund>> find(const payment::RefundId& id) override {
        const auto at = shelf_.find(id);
        return at == shelf_.end() ? std::nullopt : std::optional(at->second);
    }
    payment::Result<std::vector<payment::Refund>> unsettled() override {
        return select([](const auto& refund) { return !payment::is_settled(refund.state); });
    }
    payment::Result<std::vector<payment::Refund>> of_attempt(const payment::AttemptId& attempt) override {
        return select([&](const auto& refund) { return refund.attempt == attempt; });
    }
    payment::Result<std::vector<payment::Refund>> under_review() override {
        return select([](const auto& refund) { return refund.state == payment::RefundState::manual_review; });
    }

  protected:
    RefundShelf& shelf_;

  private:
    template <class Wanted>
    std::vector<payment::Refund> select(Wanted wanted) const {
        std::vector<payment::Refund> found;
        for (const auto& [id, refund] : shelf_) {
            if (wanted(refund)) found.push_back(refund);
        }
        return found;
    }
    payment::Status write(const payment::Refund& refund) {
        const bool full = fails && fails(writes_);
        ++writes_;
        if (fuse_ != nullptr) fuse_->tick();
        if (full) return payment::fail(payment::ErrorCode::disk_full, "The disk is full.", true);
        shelf_[refund.id] = refund;
        if (fuse_ != nullptr) fuse_->tick();
        return payment::ok();
    }
    Fuse* fuse_;
    int writes_ = 0;
};

}  // namespace mulin::testing
