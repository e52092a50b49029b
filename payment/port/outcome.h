#pragma once
// What became of a payment attempt. Unknown is the starting answer; only a clear, verified yes or
// no ends it. Seen by sync/model, so it stands alone.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "payment/base/id.h"
#include "payment/money/money.h"

namespace mulin::payment {

using AttemptId = Id<struct AttemptTag>;

enum class Outcome {
    approved,  // verified, and id, amount and merchant match
    declined,  // from the channel's allow-list of refusals only
    pending,   // the channel waits for the payer
    unknown,   // anything else: ask again, never repeat
    not_sent,  // no byte of the request left the till
};

const char* outcome_name(Outcome outcome);
std::optional<Outcome> parse_outcome(std::string_view name);

// A part of the amount that the channel or a sponsor paid instead of the payer.
struct ChannelDiscount {
    std::string sponsor;
    Money amount;
    friend bool operator==(const ChannelDiscount&, const ChannelDiscount&) = default;
};

}  // namespace mulin::payment
