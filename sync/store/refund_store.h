#pragma once
// Refunds and top-ups in the terminal's store. A part of TerminalStore: same file, same mutex, same
// promises (terminal_store.h). A refund over a channel goes: plan() durably, before any task is sent;
// the tasks (payment/port/refund_runner.h); commit() with their ids, which ends the plan. In cash it is
// commit() alone. After a crash plans() says what was begun.

#include <span>
#include <vector>

#include "payment/port/attempt.h"
#include "sync/store/records.h"
#include "sync/store/terminal_store.h"

namespace mulin::sync {

struct CommittedRefund {
    EntryKey key;
    bool repeated = false;  // the ref was used before; nothing was written now
    RefundRecord stored;
};

struct CommittedTopUp {
    EntryKey key;
    bool repeated = false;
    TopUpRecord stored;
};

struct StoredRefund {
    EntryKey key;
    RefundRecord record;
};

class RefundStore {
  public:
    explicit RefundStore(TerminalStore::Impl& store) : store_(store) {}

    // refused: more than what is left (check_refund_fits), no second person, a voided or practice sale,
    // or another plan for the same sale is open. The same ref again replaces its plan. A planned sale
    // can be neither voided nor refunded otherwise.
    Status plan(const RefundRecord& record);
    Status drop_plan(const std::string& ref);  // nothing happened to the money; unknown refs are no error
    Result<std::vector<RefundRecord>> plans();  // oldest first

    // One transaction: entry, rows, outbox, counters and leases given back, the plan gone. Every payment
    // that is not cash names a task that is refunded, of that attempt and amount (refused otherwise).
    Result<CommittedRefund> commit(const RefundRecord& record);
    Result<std::vector<StoredRefund>> of_sale(const EntryKey& sale);  // in order
    Result<std::optional<CommittedRefund>> find_by_ref(const std::string& ref);

    // One transaction: entry, and the booking for the account service under the same ref (card_shelf.h).
    // settled as in TerminalStore::commit_sale.
    Result<CommittedTopUp> commit_top_up(const TopUpRecord& record, std::span<const payment::Attempt> settled = {});
    Result<std::optional<CommittedTopUp>> find_top_up_by_ref(const std::string& ref);
    // Of this card on that day, practice left out: for a daily limit.
    Result<Money> topped_up(const std::string& card, Date date);

  private:
    TerminalStore::Impl& store_;
};

}  // namespace mulin::sync
