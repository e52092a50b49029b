#pragma once
// Adapter: one payment channel (cash, a QR gateway, a card terminal) as stateless translation: our
// attempt into its bytes, its bytes into an outcome. It remembers nothing between calls, keeps no
// journal, repeats nothing by itself, and decides nothing: that is the runner's (runner.h).
//
// Threads: one call at a time, in the till on a thread of the channel's own (pos/app/channel_lines.h), never
// on the one that draws; a call may block up to its deadline. Errors: there are none. Whatever goes wrong is an outcome, and "unknown" is the
// starting answer:
//   approved  only when the answer is verified and id, amount and merchant are the ones we sent;
//   declined  only for codes on the channel's list of clear refusals;
//   not_sent  only when no byte of the request left the till.
// The payer's code is passed through to the channel and stored or logged nowhere.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "payment/port/attempt.h"
#include "payment/port/refund.h"

namespace mulin::payment {

// When to ask again and when to stop. All waits in milliseconds of monotonic time.
struct PollPlan {
    // Waits before the first, second, ... query; the last one repeats.
    std::vector<std::int64_t> delays_ms = {5'000, 10'000};
    // This long after the start the runner gives up and undoes the attempt.
    std::int64_t give_up_ms = 45'000;
    // No reverse earlier than this after the start (some channels refuse or race it).
    std::int64_t reverse_not_before_ms = 0;
    // Waits between reverses double from the first to the longest.
    std::int64_t reverse_first_ms = 2'000;
    std::int64_t reverse_longest_ms = 300'000;
    // A reverse that never gets a clear answer goes to a person after this long.
    std::int64_t reverse_give_up_ms = 24LL * 3600 * 1000;
    // After giving up, queries that look for a late success; each waits from the one before.
    std::vector<std::int64_t> watch_ms = {10'000, 60'000, 600'000, 3'600'000};
};

struct Capabilities {
    bool query = false;       // query() can find an attempt by its id, also after a restart
    bool reverse = false;     // reverse() can undo; safe to repeat
    bool refund = false;          // refund() can return the whole amount of an approved attempt
    bool refund_partial = false;  // ... or a part of it, several times
    // Both decide what happens to a refund without a clear answer. With neither, a person decides.
    bool refund_query = false;       // refund_query() can find a refund by its request id
    bool refund_repeatable = false;  // the same request id sent again is the same refund, never a second
    bool presented_code = false;  // start() answers pending with a code that the payer scans
    bool needs_code = false;  // start() needs the code that the payer shows
    // Approved by start() itself without anything leaving the till (cash): nothing to recover, so
    // the runner does not journal it; the sale's own record is the evidence.
    bool immediate = false;
    std::int64_t start_deadline_ms = 10'000;
    PollPlan poll;
};

enum class ReverseOutcome {
    reversed,         // was paid, is undone: the payer has the money back
    not_paid_closed,  // was not paid and can no longer be
    refused_retry,    // not now (the payer is typing, the channel is busy): ask again later
    unknown,          // no clear answer
    too_late,         // cannot be undone by reversing; a refund must do it, or a person: always a person when
                      // the refs hold an alarm, for then it is not certain that anything was paid
};

const char* reverse_outcome_name(ReverseOutcome outcome);

struct ReverseResult {
    ReverseOutcome outcome = ReverseOutcome::unknown;
    std::map<std::string, std::string> refs;
    std::string channel_code;
    std::string channel_text;
};

class Adapter {
  public:
    virtual ~Adapter() = default;
    // The channel's name as configured and journalled ("cash", "simulated"); never changes.
    virtual std::string name() const = 0;
    virtual Capabilities capabilities() const = 0;
    // Asks for the money, once. Never called twice with the same id.
    virtual AttemptResult start(const AttemptRequest& request) = 0;
    // Read-only; any number of times, also after a restart. "not_sent" means the question itself
    // did not leave. "No such payment" is unknown, not declined: the request may still arrive.
    virtual AttemptResult query(const Attempt& attempt) = 0;
    // The till no longer wants to wait for this start: end it early if that is possible, with whatever
    // outcome is then true. May come from another thread, while start() runs; one that comes too late for its
    // start does nothing.
    virtual void cancel(const AttemptId& id) { (void)id; }
    // The till ends: a call that runs returns soon, with whatever outcome is then true, and none comes after
    // it. May come from another thread.
    virtual void stop() {}
    // Undoes what start may have done. Safe to repeat.
    virtual ReverseResult reverse(const Attempt& attempt) = 0;
    // Returns money of an approved attempt. Called again with the same request id only where
    // Capabilities::refund_repeatable says that this is the same refund, or nothing had left before
    // (not_sent). A channel that cannot refund answers refused; anything not clearly refused is
    // unknown or processing.
    virtual RefundResult refund(const Attempt& paid, const RefundRequest& request);
    // What became of a refund. "No such refund" is unknown: the request may still arrive. Only called
    // with Capabilities::refund_query; without it the answer is unknown.
    virtual RefundResult refund_query(const Attempt& paid, const RefundRequest& request);
};

}  // namespace mulin::payment
