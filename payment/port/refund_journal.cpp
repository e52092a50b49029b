#include "payment/port/refund_journal.h"

#include "payment/base/check.h"

namespace mulin::payment {
namespace {

using S = RefundState;

constexpr S kRefundStates[] = {S::created, S::sending, S::processing, S::unknown,
                         S::refunded, S::refused, S::voided, S::manual_review};
constexpr RefundCause kCauses[] = {RefundCause::counter, RefundCause::late_success};

}  // namespace

const char* refund_state_name(RefundState state) {
    switch (state) {
        case S::created: return "created";
        case S::sending: return "sending";
        case S::processing: return "processing";
        case S::unknown: return "unknown";
        case S::refunded: return "refunded";
        case S::refused: return "refused";
        case S::voided: return "voided";
        case S::manual_review: return "manual_review";
    }
    MULIN_CHECK(false);
}

std::optional<RefundState> parse_refund_state(std::string_view name) {
    for (const auto state : kRefundStates)
        if (name == refund_state_name(state)) return state;
    return std::nullopt;
}

bool is_settled(RefundState state) {
    return state == S::refunded || state == S::refused || state == S::voided || state == S::manual_review;
}

bool counts(RefundState state) { return state != S::refused && state != S::voided; }

// A refund that was sent may go back to created when nothing left, and from unknown to sending when
// the channel takes the same id for the same refund.
bool may_move(RefundState from, RefundState to) {
    if (from == to) return true;
    switch (from) {
        case S::created: return to == S::sending || to == S::voided || to == S::manual_review;
        case S::sending: return to != S::voided;
        case S::processing: return to == S::refunded || to == S::refused || to == S::manual_review;
        case S::unknown:
            return to == S::sending || to == S::processing || to == S::refunded || to == S::refused ||
                   to == S::manual_review;
        case S::manual_review: return to == S::refunded || to == S::refused;
        case S::refunded:
        case S::refused:
        case S::voided: return false;
    }
    MULIN_CHECK(false);
}

const char* refund_cause_name(RefundCause cause) {
    return cause == RefundCause::counter ? "counter" : "late_success";
}

std::optional<RefundCause> parse_refund_cause(std::string_view name) {
    for (const auto cause : kCauses)
        if (name == refund_cause_name(cause)) return cause;
    return std::nullopt;
}

Money counted(const std::vector<Refund>& of_attempt) {
    Money sum;
    for (const auto& refund : of_attempt)
        if (counts(refund.state)) sum += refund.amount;
    return sum;
}

RefundStanding refund_standing(const std::vector<Refund>& of_attempt) {
    bool any = false;
    bool waiting = false;
    Money back;
    Money whole;
    for (const auto& refund : of_attempt) {
        if (!counts(refund.state)) continue;
        if (refund.state == S::unknown || refund.state == S::manual_review) return RefundStanding::unclear;
        any = true;
        waiting = waiting || refund.state != S::refunded;
        back += refund.amount;
        whole = refund.attempt_amount;
    }
    if (!any) return RefundStanding::none;
    if (waiting) return RefundStanding::refunding;
    return back == whole ? RefundStanding::refunded : RefundStanding::part_refunded;
}

}  // namespace mulin::payment
