#pragma once
// An attempt journal in memory, on a shelf that outlives it as a disk outlives a program. Its writes
// can fail, or the "power" can be cut, at a chosen call: before the write or after it.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "payment/port/attempt_journal.h"

namespace mulin::testing {

// Thrown by test doubles to end the program under test at an exact point.
struct PowerCut {};

// Burns down by one at every point where the power may fail; cuts at zero. Negative: never.
struct Fuse {
    int left = -1;
    int burned = 0;
    void tick() {
        ++burned;
        if (left >= 0 && left-- == 0) throw PowerCut{};
    }
};

// What is on the disk.
using AttemptShelf = std::map<payment::AttemptId, payment::Attempt>;

class MemoryAttemptJournal : public payment::AttemptJournal {
  public:
    enum class Fault { none, fail_before, fail_after };

    explicit MemoryAttemptJournal(AttemptShelf& shelf, Fuse* fuse = nullptr) : shelf_(shelf), fuse_(fuse) {}

    // Asked at every write, with the number of writes so far.
    std::function<Fault(int write)> fault;
    int writes() const { return writes_; }

    payment::Status create(const payment::Attempt& attempt) override {
        if (shelf_.count(attempt.id) > 0) return conflict("This attempt exists already.");
        for (const auto& [id, other] : shelf_) {
            if (other.order_ref == attempt.order_ref && !payment::is_settled(other.state)) {
                return conflict("The order has an unsettled attempt.");
            }
        }
        return write(attempt);
    }

    payment::Status update(const payment::Attempt& attempt) override {
        const auto at = shelf_.find(attempt.id);
        if (at == shelf_.end() || at->second.state_seq != attempt.state_seq - 1) {
            return conflict("The attempt was changed by somebody else.");
        }
        return write(attempt);
    }

    payment::Result<std::optional<payment::Attempt>> find(const payment::AttemptId& id) override {
        const auto at = shelf_.find(id);
        return at == shelf_.end() ? std::nullopt : std::optional(at->second);
    }

    payment::Result<std::vector<payment::Attempt>> unsettled() override {
        return select([](const auto& attempt) { return !payment::is_settled(attempt.state); });
    }

    payment::Result<std::vector<payment::Attempt>> of_order(const std::string& order_ref) override {
        return select([&](const auto& attempt) { return attempt.order_ref == order_ref; });
    }

    payment::Result<std::vector<payment::Attempt>> given_up_since(payment::UtcInstant since) override {
        using S = payment::AttemptState;
        return select([&](const auto& attempt) {
            const bool given_up = attempt.state == S::reversed || attempt.state == S::manual_review ||
                                  attempt.state == S::late_success;
            return given_up && attempt.changed >= since;
        });
    }

  protected:
    AttemptShelf& shelf_;

    static payment::Status conflict(const char* message) {
        return payment::fail(payment::ErrorCode::conflict, message);
    }

    template <class Wanted>
    std::vector<payment::Attempt> select(Wanted wanted) const {
        std::vector<payment::Attempt> found;
        for (const auto& [id, attempt] : shelf_) {
            if (wanted(attempt)) found.push_back(attempt);
        }
        return found;
    }

  private:
    payment::Status write(const payment::Attempt& attempt) {
        const Fault now = fault ? fault(writes_) : Fault::none;
        ++writes_;
        if (fuse_ != nullptr) fuse_->tick();
        if (now == Fault::fail_before) return disk_full();
        shelf_[attempt.id] = attempt;
        if (fuse_ != nullptr) fuse_->tick();
        if (now == Fault::fail_after) return disk_full();
        return payment::ok();
    }

    static payment::Status disk_full() {
        return payment::fail(payment::ErrorCode::disk_full, "The disk is full.", true);
    }

    Fuse* fuse_;
    int writes_ = 0;
};

}  // namespace mulin::testing
