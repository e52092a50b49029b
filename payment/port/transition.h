#pragma once
// The table of the attempt state machine, as pure functions: which state an answer leads to, and
// which moves exist at all. The runner (runner.h) decides when to ask; this decides what an answer
// means. Every function is total: an answer that cannot improve a state leaves it as it is.

#include "payment/port/adapter.h"

namespace mulin::payment {

// The first call's answer, from sending.
AttemptState after_start(Outcome outcome);

// A query's answer, or news by another road. A query that could not be asked (not_sent) says nothing
// about the payment. While reversing, a success seen is not taken: the reverse may still land.
AttemptState after_query(AttemptState from, Outcome outcome);

// A reverse's answer, from reversing or late_success.
AttemptState after_reverse(AttemptState from, ReverseOutcome outcome);

// True when the journal may ever show `to` directly after `from` (staying counts).
bool may_move(AttemptState from, AttemptState to);

}  // namespace mulin::payment
