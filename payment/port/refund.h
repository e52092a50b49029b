#pragma once
// Money going back from an approved attempt, in full or in part, as plain records. Not the decision
// to refund, and not the undoing of an attempt that is not settled yet (that is a reverse).

#include <map>
#include <string>

#include "payment/base/clock.h"
#include "payment/base/id.h"
#include "payment/money/money.h"

namespace mulin::payment {

using RefundId = Id<struct RefundTag>;

enum class RefundOutcome {
    refunded,    // verified; the payer has the money, or has it as soon as the bank is done
    processing,  // accepted, not done: ask again
    refused,     // clearly not: nothing went back
    unknown,     // no clear answer: ask again, or send the same request id again
    not_sent,    // no byte left
};

const char* refund_outcome_name(RefundOutcome outcome);

struct RefundRequest {
    RefundId id;  // made and stored before the first send; the channel's key against doubles
    Money amount;
    Money refunded_before;  // of the same attempt, by earlier refunds that are not refused
    std::string reason;
    UtcInstant created;
};

struct RefundResult {
    RefundOutcome outcome = RefundOutcome::unknown;
    std::map<std::string, std::string> refs;
    std::string channel_code;
    std::string channel_text;
};

}  // namespace mulin::payment
