#include "tests/contract/behaviours.h"

#include <array>
#include <utility>

#include "tests/contract/channel_under_test.h"

namespace mulin::contract {
namespace {

using B = Behaviour;

#define NAMED(behaviour) std::pair(B::behaviour, #behaviour)
constexpr std::array kNames = {
    NAMED(approve), NAMED(decline), NAMED(wait_then_approve), NAMED(wait_then_decline), NAMED(wait_for_ever),
    NAMED(no_connection), NAMED(lose_the_request), NAMED(lose_the_answer), NAMED(answer_after_deadline),
    NAMED(slow_drip), NAMED(server_error), NAMED(truncated_answer), NAMED(garbage_answer), NAMED(giant_answer),
    NAMED(arrive_late), NAMED(system_error_then_found), NAMED(wrong_amount), NAMED(wrong_order),
    NAMED(wrong_merchant), NAMED(wrong_signature), NAMED(wrong_clock), NAMED(unsigned_error), NAMED(unlisted_code),
    NAMED(duplicate_number), NAMED(query_fails_first), NAMED(rate_limited), NAMED(platform_discount),
    NAMED(merchant_discount), NAMED(busy_reverse), NAMED(reverse_while_paying), NAMED(lose_the_reverse_answer),
    NAMED(paid_before_the_reverse), NAMED(late_success), NAMED(reverse_too_late), NAMED(refund),
    NAMED(refund_answer_lost), NAMED(refund_processing), NAMED(refund_refused), NAMED(busy_with_another),
    NAMED(power_cycle), NAMED(no_repeat_receipt), NAMED(auto_reversal), NAMED(card_removed),
};
#undef NAMED

static_assert(kNames.size() == static_cast<std::size_t>(B::card_removed) + 1, "every behaviour has a name");

std::vector<ChannelMaker>& shelf() {
    static std::vector<ChannelMaker> all;
    return all;
}

}  // namespace

const std::vector<Behaviour>& all_behaviours() {
    static const std::vector<Behaviour> all = [] {
        std::vector<Behaviour> list;
        for (const auto& [behaviour, name] : kNames) list.push_back(behaviour);
        return list;
    }();
    return all;
}

const char* behaviour_name(Behaviour behaviour) {
    for (const auto& [known, name] : kNames)
        if (known == behaviour) return name;
    return "?";
}

RegisterChannel::RegisterChannel(ChannelMaker maker) { shelf().push_back(std::move(maker)); }

const std::vector<ChannelMaker>& registered_channels() { return shelf(); }

}  // namespace mulin::contract
