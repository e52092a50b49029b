#pragma once
// Money that must go back, as durable tasks: the record of one refund, its states, and where the
// records are kept. The refund runner (refund_runner.h) alone moves a state; adapters only see
// RefundRequest (refund.h). A refund is a promise to the payer: unlike an attempt, one that was
// written and not yet sent is sent after a restart.
//
// Every call returns only when what it wrote is durable; a failed write means that nothing may be
// sent. Implemented by the terminal's store; one in memory for tests.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "payment/base/result.h"
#include "payment/port/attempt.h"
#include "payment/port/refund.h"

namespace mulin::payment {

enum class RefundState {
    created,        // journalled, nothing has left: is sent, also after a restart
    sending,        // journalled durably; the first byte may have left
    processing,     // the channel has taken it and is not done
    unknown,        // no clear answer: asked, or sent again under the same id where that is safe
    refunded,       // final: the payer has the money
    refused,        // final: nothing went back, and the channel said so
    voided,         // final: given up before anything was sent
    manual_review,  // a person must decide, with the evidence
};

const char* refund_state_name(RefundState state);
std::optional<RefundState> parse_refund_state(std::string_view name);
// True when nothing further happens by itself: refunded, refused, voided, manual_review.
bool is_settled(RefundState state);
// True when the money counts as gone, or may be on its way: all but refused and voided. The amounts
// of an attempt's refunds that count never pass the attempt's amount.
bool counts(RefundState state);
// True when a journal may ever show `to` directly after `from` (staying counts).
bool may_move(RefundState from, RefundState to);

enum class RefundCause {
    counter,       // a person at the till asked for it
    late_success,  // approved by the channel after we had given the attempt up
};

const char* refund_cause_name(RefundCause cause);
std::optional<RefundCause> parse_refund_cause(std::string_view name);

struct Refund {
    RefundId id;
    AttemptId attempt;      // what is given back is what this attempt took
    std::string order_ref;  // of the attempt
    std::string channel;    // of the attempt
    Money attempt_amount;   // of the attempt: the bound
    Money amount;           // > 0
    Money refunded_before;  // counting refunds of the same attempt when this one was made
    RefundCause cause = RefundCause::counter;
    std::string reason;
    std::string approver;  // who allowed it; empty for a late success
    RefundState state = RefundState::created;
    std::int64_t state_seq = 0;  // grows by one with every change, from 1
    UtcInstant created;
    UtcInstant changed;
    RefundResult result;
    std::int64_t sends = 0;  // times the request was handed to the adapter, always under this id
    std::int64_t polls = 0;  // times the channel was asked what became of it
};

class RefundJournal {
  public:
    virtual ~RefundJournal() = default;
    // ErrorCode::conflict if the id exists; ErrorCode::refused if the counting refunds of the same
    // attempt and this one together pass attempt_amount, or if the attempt has a counting refund for
    // a late success. Check and write are one transaction.
    virtual Status create(const Refund& refund) = 0;
    // Replaces the record if the stored state_seq is exactly refund.state_seq - 1, else conflict.
    virtual Status update(const Refund& refund) = 0;
    virtual Result<std::optional<Refund>> find(const RefundId& id) = 0;
    virtual Result<std::vector<Refund>> unsettled() = 0;
    // Oldest first.
    virtual Result<std::vector<Refund>> of_attempt(const AttemptId& attempt) = 0;
    // Those in manual_review, oldest first: the manager's queue.
    virtual Result<std::vector<Refund>> under_review() = 0;
};

// What a screen says of an attempt and its refunds together.
enum class RefundStanding { none, refunding, part_refunded, refunded, unclear };
RefundStanding refund_standing(const std::vector<Refund>& of_attempt);
// Sum of the counting refunds.
Money counted(const std::vector<Refund>& of_attempt);

}  // namespace mulin::payment
