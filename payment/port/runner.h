#pragma once
// Runner: the one state machine of payment attempts. It journals before the first byte leaves,
// queries and never sends twice, undoes what was given up, and picks up after a crash. It does not
// know wallets, codes or screens, and keeps no truth of its own: the journal is read before every
// move, only timing lives in memory.
//
// Every operation writes what must be durable, makes one call to the channel as a value (channel_call.h),
// and goes on when its answer is heard(), perhaps with another call. Without carry_calls() each call is made
// in between, and an operation blocks as long as the adapter does; with it somebody else makes the calls,
// and the operations return the attempt as it then stands ("sending", "reversing", ...). Meanwhile the
// attempt is not asked again, and the wish to give it up is kept. An answer that finds its attempt moved on
// (set aside, decided, told by another road) is treated as report() treats news.
//
// Threads: none inside; one thread (the payment worker) owns a runner; heard() is called on it, too.
// Time: waits use the clock's monotonic time, records its UTC time.
// Errors: a Result error means the journal could not be read or written, or the request was refused
// before anything was sent. A failed write after a send leaves the attempt unsettled in the
// journal: it is queried, never shown as paid.
//
// A counter does:  begin() -> while not is_settled(): wait for next_due(), step(due()) -> approved? store
// the sale with its id. The cashier's cancel key is give_up(). At program start, before begin(): recover().
// A caller that repeats an order (same order_ref after a crash) asks attempts_of() first and uses
// what is already approved.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "payment/port/adapter.h"
#include "payment/port/attempt_journal.h"
#include "payment/port/channel_call.h"
#include "payment/port/charge.h"
#include "payment/port/runner_memory.h"

namespace mulin::payment {

class Runner {
  public:
    // Everything passed in outlives the runner. Adapter names are unique.
    Runner(AttemptJournal& journal, const Clock& clock, IdSource& ids, std::vector<Adapter*> adapters,
           RunnerSettings settings);

    // From now on `carry` is given every call; it must not call the runner before it returns.
    void carry_calls(CarryCall carry) { carry_ = std::move(carry); }
    // The answer to a call that was given to it. Once for each; a second one says nothing.
    Result<Attempt> heard(const ChannelCall& call, ChannelAnswer answer);
    bool waits_for_channel(const AttemptId& id) const { return under_way_.contains(id); }

    // Is asked with every approval that is to be written: writes it and what it completes in one transaction
    // and answers true; or writes nothing and answers false. Of this runner it calls take_immediate() only.
    void complete_with(std::function<bool(const Attempt& approved)> complete) { complete_ = std::move(complete); }

    // Journals the attempt as created, then sending, each durably; then asks the adapter once and
    // journals what it answered. Refused (ErrorCode::refused or invalid_input, nothing sent) when
    // the order has an unsettled attempt, when the approved sum would pass order_total, for an
    // unknown channel, an amount <= 0, a missing code, or when another version of the order has an
    // approved attempt (the money for what the sale was must go back first). An immediate channel is not journalled.
    Result<Attempt> begin(const Charge& charge);

    // begin() for an immediate channel, beside other parts of the order that the caller has looked at.
    Result<Attempt> take_immediate(const Charge& charge);

    // Attempts whose next query, reverse or look for a late success is due now.
    std::vector<AttemptId> due() const;
    // When due() next changes by time alone; none when nothing waits.
    std::optional<MonotonicInstant> next_due() const;
    // Does what is due for this attempt and returns it as it then is; nothing when not due.
    Result<Attempt> step(const AttemptId& id);

    // Queries at once, whatever the plan says.
    Result<Attempt> query_now(const AttemptId& id);
    // Ends the attempt: created -> voided. Otherwise one last query (approved stays approved), then
    // reverse; without a clear answer it stays reversing and step() goes on. A channel that cannot
    // reverse leads to manual_review. Earlier than the plan's reverse_not_before_ms it only marks
    // the wish; step() carries it out.
    Result<Attempt> give_up(const AttemptId& id);
    // Returns the money of an approved attempt (a sale voided the same day). Refused when part of it
    // is already refunded.
    Result<Attempt> undo(const AttemptId& id);
    // A supervisor lets the queue move on: unsettled -> manual_review, with who and why kept.
    Result<Attempt> set_aside(const AttemptId& id, const std::string& approver, const std::string& reason);
    // A person's decision on a manual_review: approved, declined or reversed; else refused.
    Result<Attempt> resolve(const AttemptId& id, AttemptState decision, const std::string& approver,
                            const std::string& reason);
    // News that came by another road (push message, bill). Approved after we gave up becomes
    // late_success.
    Result<Attempt> report(const AttemptId& id, const AttemptResult& news);

    // At program start: created -> voided; sending, pending, unknown -> unknown and queried;
    // reversing goes on reversing (a reverse may have left); recently given-up ones are watched for
    // a late success. Nothing is sent again. One that cannot be written now is tried again by step(), and
    // holds up no other. Returns every attempt it touched, as it then is. Asking::later only makes the
    // questions due, so that a counter opens at once however many channels do not answer.
    enum class Asking { now, later };
    Result<std::vector<Attempt>> recover(Asking asking = Asking::now);

    Result<std::vector<Attempt>> attempts_of(const std::string& order_ref);
    // What waits for a person: manual_review, and late successes whose money is still here.
    Result<std::vector<Attempt>> review_queue();

  private:
    static constexpr std::int64_t kJournalRetryMs = 1'000;  // after a failed read or write
    using Timing = RunnerTiming;
    using Then = AfterAnswer;
    Adapter* adapter_of(const std::string& channel) const;
    Result<Attempt> load(const AttemptId& id);
    Result<Attempt> move(Attempt attempt, AttemptState to);
    Status check_charge(const Charge& charge, const Adapter* adapter) const;
    Status clear_order(const Charge& charge);
    Attempt make_attempt(const Charge& charge);
    AttemptRequest request_for(const Adapter& adapter, const Attempt& attempt, const Charge& charge) const;
    Result<Attempt> ask(ChannelCall call, Then then);
    Result<Attempt> heard_start(Attempt attempt, AttemptResult answer);
    Result<Attempt> heard_reverse(Adapter& adapter, Attempt attempt, ReverseResult answer);
    Result<Attempt> go_on(Adapter& adapter, Attempt attempt, AttemptState asked_in, Then then);
    Result<Attempt> absorb(Attempt attempt, AttemptResult answer);
    Result<Attempt> query(Adapter& adapter, Attempt attempt, Then then);
    Result<Attempt> advance(Attempt attempt);
    Result<Attempt> ask_or_abandon(Adapter& adapter, Attempt attempt);
    Result<Attempt> abandon(Adapter& adapter, Attempt attempt);
    bool give_up_wanted(const Attempt& attempt) const;
    bool too_early_to_reverse(const Adapter& adapter, const Attempt& attempt);
    Result<Attempt> start_reversing(Adapter& adapter, Attempt attempt);
    Result<Attempt> reverse(Adapter& adapter, Attempt attempt);
    Result<Attempt> reverse_now(Adapter& adapter, Attempt attempt);
    Result<Attempt> return_late(Adapter& adapter, Attempt attempt);
    bool by_refund(const Capabilities& can) const { return settings_.refunds != nullptr && can.refund; }
    Result<bool> given_back(const Attempt& attempt) const;
    void raise(const Attempt& attempt, const std::string& alarm) const;
    Result<Attempt> review(Attempt attempt, const std::string& approver, const std::string& reason);
    Result<Attempt> recover_one(Attempt attempt, Asking asking);
    std::int64_t ms_since(MonotonicInstant instant) const;
    void schedule(const Attempt& attempt);
    void schedule_again(const Attempt& attempt);
    std::optional<std::int64_t> wait_before_next(const Attempt& attempt, const Timing& timing) const;

    AttemptJournal& journal_;
    const Clock& clock_;
    IdSource& ids_;
    std::vector<Adapter*> adapters_;
    RunnerSettings settings_;
    CarryCall carry_;
    std::function<bool(const Attempt&)> complete_;
    std::int64_t calls_ = 0;
    std::map<AttemptId, CallUnderWay> under_way_;
    std::map<AttemptId, Timing> timing_;
};

}  // namespace mulin::payment
