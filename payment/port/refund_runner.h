#pragma once
// RefundRunner: the one state machine of refunds (refund_journal.h), with the runner's discipline:
//   journalled before sent: created, then sending, each durable before the first byte leaves;
//   on doubt never under a new id: an unclear refund is asked about (Capabilities::refund_query) and
//   sent again under the same id only where the channel makes that the same refund
//   (Capabilities::refund_repeatable) and the question did not help;
//   a person decides, with the evidence, where neither is possible or a day has passed;
//   the counting refunds of an attempt never pass its amount.
// It never touches attempts: a late success is moved by the runner (runner.h), which asks here.
// Its calls are values, made here or carried by somebody else, as the runner's (runner.h).
//
// Threads: none inside; the payment worker owns it.
// Errors: a Result error means the journal could not be read or written, or the request was refused
// before anything was sent. A failed write after a send leaves the refund unsettled in the journal.
//
// A counter does: begin() -> while not is_settled(): wait for next_due(), step(due()). At program
// start, before the first begin(): recover().

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "payment/port/adapter.h"
#include "payment/port/attempt_journal.h"
#include "payment/port/channel_call.h"
#include "payment/port/refund_journal.h"
#include "payment/port/refund_tasks.h"

namespace mulin::payment {

struct RefundOrder {
    AttemptId attempt;
    Money amount;  // > 0, no more than what is left of the attempt
    std::string reason;
    std::string approver;
};

class RefundRunner final : public RefundTasks {
  public:
    using Observe = std::function<void(const Refund&)>;
    // Everything passed in outlives the runner. `observe` may be empty; it is called after each
    // durable change, before the call returns, and must not call back.
    RefundRunner(RefundJournal& refunds, AttemptJournal& attempts, const Clock& clock, IdSource& ids,
                 std::vector<Adapter*> adapters, Observe observe = {});

    // As the runner's: from now on `carry` is given every call, and heard() its answers.
    void carry_calls(CarryCall carry) { carry_ = std::move(carry); }
    Result<Refund> heard(const ChannelCall& call, ChannelAnswer answer);
    bool waits_for_channel(const RefundId& id) const { return under_way_.contains(id); }

    // Refused (nothing sent) when the attempt is not approved, when less is left of it, when its
    // channel cannot refund, or not in part. Otherwise journalled, sent, and the answer journalled.
    Result<Refund> begin(const RefundOrder& order);
    // What is left of an approved attempt to give back.
    Result<Money> refundable(const AttemptId& attempt);

    std::vector<RefundId> due() const;
    std::optional<MonotonicInstant> next_due() const;
    // Does what is due and returns the refund as it then is; nothing when not due.
    Result<Refund> step(const RefundId& id);
    // Asks at once, whatever the plan says.
    Result<Refund> query_now(const RefundId& id);
    // A person's decision on a manual_review: refunded or refused; else refused.
    Result<Refund> resolve(const RefundId& id, RefundState decision, const std::string& approver,
                           const std::string& reason);

    // At program start: sending -> unknown and asked about; the rest goes on where it was. One that cannot
    // be written now is tried again by step(), and holds up no other. Returns every refund it touched.
    Result<std::vector<Refund>> recover();
    Result<std::vector<Refund>> of_attempt(const AttemptId& attempt) { return refunds_.of_attempt(attempt); }

    // RefundTasks, for the runner. The task for a late success is made once, over the whole amount.
    Result<RefundState> give_back(const Attempt& late_success) override;
    Result<Money> claimed(const AttemptId& attempt) override;

  private:
    struct Timing {
        MonotonicInstant next;
        std::size_t rounds = 0;
    };
    // The call whose answer is waited for.
    struct UnderWay {
        std::int64_t number;
        RefundState asked_in;
        std::int64_t state_seq;
        bool go_on;  // by the plan, or was only a question
    };
    Adapter* adapter_of(const std::string& channel) const;
    Result<Refund> load(const RefundId& id);
    Result<Refund> make(const Attempt& attempt, Money amount, RefundCause cause, const RefundOrder& order);
    Result<Refund> move(Refund refund, RefundState to);
    Result<Refund> advance(Refund refund);
    Result<Refund> send(Adapter& adapter, Refund refund);
    Result<Refund> ask(Adapter& adapter, Refund refund, bool go_on);
    Result<Refund> call_channel(ChannelCall call, const Refund& refund, bool go_on);
    Result<Refund> heard_send(Refund refund, RefundResult answer);
    Result<Refund> after_asking(Adapter& adapter, Refund refund, RefundState asked_in);
    Result<Refund> review(Refund refund, const std::string& reason);
    Result<Attempt> attempt_of(const Refund& refund);
    bool too_old(const Refund& refund, const PollPlan& plan) const;
    void schedule(const Refund& refund);

    RefundJournal& refunds_;
    AttemptJournal& attempts_;
    const Clock& clock_;
    IdSource& ids_;
    std::vector<Adapter*> adapters_;
    Observe observe_;
    CarryCall carry_;
    std::int64_t calls_ = 0;
    std::map<RefundId, UnderWay> under_way_;
    std::map<RefundId, Timing> timing_;
};

}  // namespace mulin::payment
