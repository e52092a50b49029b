#include "payment/senior_card/senior_card_adapter.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mulin::payment {
namespace {

// Refusals after which nothing is booked and nothing will be. Anything else the service may say is unknown.
bool is_clear(const std::string& code) {
    static constexpr std::array<std::string_view, 9> kClear = {
        "insufficient", "blocked", "replaced", "unknown_card", "offline_limit", "offline_unknown_card",
        "offline_blocked", "offline_not_allowed", "closed"};
    return std::find(kClear.begin(), kClear.end(), code) != kClear.end();
}

AttemptResult result_of(const CardReply& reply, const std::string& id, Money amount) {
    AttemptResult result;
    result.channel_code = reply.code;
    result.channel_text = reply.text;
    if (reply.call != CardCall::answered) {
        result.channel_code = reply.call == CardCall::no_connection ? "no_connection" : "no_answer";
        return result;
    }
    if (!reply.number.empty()) result.refs["account_number"] = reply.number;
    if (reply.balance) result.refs["balance_fen"] = std::to_string(reply.balance->in_fen());
    const bool ours = reply.id == id && reply.amount == amount;
    switch (reply.standing) {
        case CardStanding::booked:
            result.outcome = ours ? Outcome::approved : Outcome::unknown;
            if (!ours) result.refs["alarm"] = "mismatch";
            break;
        case CardStanding::refused:
            if (reply.id == id && is_clear(reply.code)) result.outcome = Outcome::declined;
            break;
        case CardStanding::returned:
        case CardStanding::closed:
            if (reply.id == id) result.outcome = Outcome::declined;
            break;
        case CardStanding::not_known:
            result.channel_code = "not_found";
            break;
    }
    return result;
}

RefundResult refund_of(const CardReply& reply, const RefundRequest& request) {
    RefundResult result;
    result.channel_code = reply.code;
    result.channel_text = reply.text;
    if (reply.call == CardCall::no_connection) result.outcome = RefundOutcome::not_sent;
    if (reply.call != CardCall::answered) return result;
    if (!reply.number.empty()) result.refs["account_number"] = reply.number;
    const bool ours = reply.id == request.id.text();
    if (ours && reply.standing == CardStanding::booked && reply.amount == request.amount) result.outcome = RefundOutcome::refunded;
    if (ours && reply.standing == CardStanding::refused && reply.code == "too_much") result.outcome = RefundOutcome::refused;
    // The payment was granted offline and has not reached the service yet: it follows.
    if (ours && reply.standing == CardStanding::refused && reply.code == "no_such_debit") result.outcome = RefundOutcome::processing;
    return result;
}

}  // namespace

Capabilities SeniorCardAdapter::capabilities() const {
    Capabilities can;
    can.query = true;
    can.reverse = true;
    can.refund = true;
    can.refund_partial = true;
    can.refund_query = true;
    can.refund_repeatable = true;
    can.needs_code = true;
    can.start_deadline_ms = settings_.start_deadline_ms;
    can.poll = settings_.poll;
    return can;
}

AttemptResult SeniorCardAdapter::start(const AttemptRequest& request) {
    const std::int64_t deadline = request.deadline_ms > 0 ? std::min(request.deadline_ms, settings_.start_deadline_ms)
                                                          : settings_.start_deadline_ms;
    const CardDebit debit{request.id, request.code, request.amount, request.created, deadline};
    const CardReply online = accounts_.debit(debit);
    if (online.call != CardCall::no_connection) return result_of(online, request.id.text(), request.amount);
    if (offline_ != nullptr) {
        const CardReply granted = offline_->spend(debit);
        if (granted.call == CardCall::answered) {
            auto result = result_of(granted, request.id.text(), request.amount);
            result.refs["offline"] = "true";
            return result;
        }
    }
    AttemptResult result = result_of(online, request.id.text(), request.amount);
    result.outcome = Outcome::not_sent;
    return result;
}

AttemptResult SeniorCardAdapter::query(const Attempt& attempt) {
    if (offline_ != nullptr) {
        const CardReply granted = offline_->find(attempt.id);
        // A limit that cannot be read says nothing; asking the service instead could miss what was granted.
        if (granted.call != CardCall::answered) return {};
        if (granted.standing != CardStanding::not_known) {
            auto result = result_of(granted, attempt.id.text(), attempt.amount);
            result.refs["offline"] = "true";
            return result;
        }
    }
    const CardReply reply = accounts_.query(attempt.id);
    AttemptResult result = result_of(reply, attempt.id.text(), attempt.amount);
    if (reply.call == CardCall::no_connection) result.outcome = Outcome::not_sent;
    return result;
}

ReverseResult SeniorCardAdapter::reverse(const Attempt& attempt) {
    CardReply reply;
    if (offline_ != nullptr) {
        reply = offline_->find(attempt.id);
        if (reply.call != CardCall::answered) return {};
        if (reply.standing == CardStanding::booked) reply = offline_->give_back(attempt.id);
        else if (reply.standing == CardStanding::not_known) reply = accounts_.reverse(attempt.id);
    } else {
        reply = accounts_.reverse(attempt.id);
    }
    ReverseResult result;
    result.channel_code = reply.code;
    result.channel_text = reply.text;
    if (reply.call != CardCall::answered || reply.id != attempt.id.text()) return result;
    if (reply.code == "busy") result.outcome = ReverseOutcome::refused_retry;
    if (reply.code == "too_late") result.outcome = ReverseOutcome::too_late;
    if (reply.standing == CardStanding::returned) result.outcome = ReverseOutcome::reversed;
    const bool never = reply.standing == CardStanding::closed || (reply.standing == CardStanding::refused && is_clear(reply.code));
    if (never) result.outcome = ReverseOutcome::not_paid_closed;
    return result;
}

RefundResult SeniorCardAdapter::refund(const Attempt& paid, const RefundRequest& request) {
    return refund_of(accounts_.refund(paid.id, request.id, request.amount), request);
}

RefundResult SeniorCardAdapter::refund_query(const Attempt&, const RefundRequest& request) {
    return refund_of(accounts_.refund_query(request.id), request);
}

}  // namespace mulin::payment
