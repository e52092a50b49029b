#include "payment/port/channel_call.h"

#include "payment/base/check.h"

namespace mulin::payment {

ChannelAnswer carry_out(const ChannelCall& call) {
    switch (call.what) {
        case ChannelCall::What::start:
            return call.adapter->start(call.request);
        case ChannelCall::What::query:
            return call.adapter->query(call.attempt);
        case ChannelCall::What::reverse:
            return call.adapter->reverse(call.attempt);
        case ChannelCall::What::refund:
            return call.adapter->refund(call.attempt, call.refund);
        case ChannelCall::What::refund_query:
            return call.adapter->refund_query(call.attempt, call.refund);
    }
    MULIN_CHECK(false);
}

ChannelAnswer never_made(const ChannelCall& call) {
    switch (call.what) {
        case ChannelCall::What::start:
        case ChannelCall::What::query:
            return AttemptResult{.outcome = Outcome::not_sent};
        case ChannelCall::What::reverse:
            return ReverseResult{};
        case ChannelCall::What::refund:
        case ChannelCall::What::refund_query:
            return RefundResult{.outcome = RefundOutcome::not_sent};
    }
    MULIN_CHECK(false);
}

}  // namespace mulin::payment
