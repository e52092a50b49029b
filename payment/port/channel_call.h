#pragma once
// One question to one channel as a value. A runner makes it once everything that must be durable before it
// is; whoever carries it out may do so on another thread and hands the answer back to that runner (heard()).
// So a channel that takes its time holds up nobody but itself. Decides nothing.
//
// Threads: carry_out() on any, but one call at a time for each adapter; it blocks as long as the adapter does.

#include <cstdint>
#include <functional>
#include <variant>

#include "payment/port/adapter.h"

namespace mulin::payment {

struct ChannelCall {
    enum class What { start, query, reverse, refund, refund_query };
    What what = What::query;
    Adapter* adapter = nullptr;
    std::int64_t number = 0;  // the runner's own: an answer is taken once
    Attempt attempt;          // as it was when the call was made; of a refund: what was paid
    AttemptRequest request;   // of a start
    RefundRequest refund;     // of a refund and of the question about it
};

using ChannelAnswer = std::variant<AttemptResult, ReverseResult, RefundResult>;

ChannelAnswer carry_out(const ChannelCall& call);
// The answer of a call that was never made: nothing left.
ChannelAnswer never_made(const ChannelCall& call);

// Carries a call out, later and elsewhere, and sees to it that the runner hears the answer.
using CarryCall = std::function<void(ChannelCall)>;

}  // namespace mulin::payment
