#include "payment/port/refund_runner.h"

#include <algorithm>
#include <utility>

#include "payment/base/check.h"

namespace mulin::payment {
namespace {

using S = RefundState;

constexpr std::int64_t kJournalRetryMs = 1'000;
constexpr std::size_t kQuestionsBeforeRepeat = 2;

void merge(RefundResult& kept, RefundResult answer) {
    for (auto& [key, value] : answer.refs) kept.refs[key] = std::move(value);
    kept.outcome = answer.outcome;
    if (!answer.channel_code.empty()) kept.channel_code = std::move(answer.channel_code);
    if (!answer.channel_text.empty()) kept.channel_text = std::move(answer.channel_text);
}

RefundRequest request_of(const Refund& refund) {
    return {refund.id, refund.amount, refund.refunded_before, refund.reason, refund.created};
}

// What an answer to the request itself means; `sends` counts this one.
S after_send(RefundOutcome outcome, std::int64_t sends) {
    switch (outcome) {
        case RefundOutcome::refunded: return S::refunded;
        case RefundOutcome::processing: return S::processing;
        // The second request under one id may be refused because the first one was done.
        case RefundOutcome::refused: return sends == 1 ? S::refused : S::unknown;
        case RefundOutcome::unknown: return S::unknown;
        case RefundOutcome::not_sent: return sends == 1 ? S::created : S::unknown;
    }
    MULIN_CHECK(false);
}

S after_question(S from, RefundOutcome outcome) {
    switch (outcome) {
        case RefundOutcome::refunded: return S::refunded;
        case RefundOutcome::refused: return S::refused;
        case RefundOutcome::processing: return S::processing;
        case RefundOutcome::unknown:
        case RefundOutcome::not_sent: return from;
    }
    MULIN_CHECK(false);
}

}  // namespace

RefundRunner::RefundRunner(RefundJournal& refunds, AttemptJournal& attempts, const Clock& clock, IdSource& ids,
                           std::vector<Adapter*> adapters, Observe observe)
    : refunds_(refunds), attempts_(attempts), clock_(clock), ids_(ids), adapters_(std::move(adapters)),
      observe_(std::move(observe)) {}

Adapter* RefundRunner::adapter_of(const std::string& channel) const {
    for (auto* adapter : adapters_)
        if (adapter->name() == channel) return adapter;
    return nullptr;
}

Result<Refund> RefundRunner::load(const RefundId& id) {
    MULIN_TRY(auto found, refunds_.find(id));
    if (!found) return fail(ErrorCode::not_found, "There is no refund " + id.text() + " on this till.");
    return std::move(*found);
}

Result<Attempt> RefundRunner::attempt_of(const Refund& refund) {
    MULIN_TRY(auto found, attempts_.find(refund.attempt));
    if (!found)
        return fail(ErrorCode::not_found, "The payment " + refund.attempt.text() + " is not on this till.");
    return std::move(*found);
}

Result<Money> RefundRunner::refundable(const AttemptId& id) {
    MULIN_TRY(const auto attempt, attempts_.find(id));
    if (!attempt || attempt->state != AttemptState::approved) return Money();
    MULIN_TRY(const auto sum, claimed(id));
    return attempt->amount - sum;
}

Result<Money> RefundRunner::claimed(const AttemptId& attempt) {
    MULIN_TRY(const auto refunds, refunds_.of_attempt(attempt));
    return counted(refunds);
}

Result<Refund> RefundRunner::begin(const RefundOrder& order) {
    MULIN_TRY(const auto attempt, attempts_.find(order.attempt));
    if (!attempt || attempt->state != AttemptState::approved)
        return fail(ErrorCode::refused, "Only a payment that was approved can be refunded.");
    const Adapter* adapter = adapter_of(attempt->channel);
    if (adapter == nullptr)
        return fail(ErrorCode::refused, "The payment channel is no longer configured on this till.");
    const Capabilities can = adapter->capabilities();
    if (!can.refund && !can.refund_partial)
        return fail(ErrorCode::refused, "This payment channel cannot give money back by itself: return it in cash.");
    MULIN_TRY(const auto left, refundable(order.attempt));
    if (order.amount <= Money() || order.amount > left)
        return fail(ErrorCode::refused, "No more than " + to_yuan(left) + " yuan of this payment can still be refunded.");
    if (order.amount != attempt->amount && !can.refund_partial)
        return fail(ErrorCode::refused, "This payment channel can only give the whole amount back.");
    MULIN_TRY(auto refund, make(*attempt, order.amount, RefundCause::counter, order));
    return send(*adapter_of(attempt->channel), std::move(refund));
}

Result<Refund> RefundRunner::make(const Attempt& attempt, Money amount, RefundCause cause, const RefundOrder& order) {
    Refund refund;
    refund.id = ids_.next<RefundTag>();
    refund.attempt = attempt.id;
    refund.order_ref = attempt.order_ref;
    refund.channel = attempt.channel;
    refund.attempt_amount = attempt.amount;
    refund.amount = amount;
    refund.cause = cause;
    refund.reason = order.reason;
    refund.approver = order.approver;
    refund.state_seq = 1;
    refund.created = clock_.utc();
    refund.changed = refund.created;
    MULIN_TRY(refund.refunded_before, claimed(attempt.id));
    const Status kept = refunds_.create(refund);
    // Also after a failed write: it may be on the disk, and must then be carried out or found open.
    schedule(refund);
    if (!kept) {
        timing_[refund.id].next.ms = clock_.monotonic().ms + kJournalRetryMs;
        return tl::make_unexpected(kept.error());
    }
    if (observe_) observe_(refund);
    return refund;
}

Result<Refund> RefundRunner::move(Refund refund, RefundState to) {
    MULIN_CHECK(may_move(refund.state, to));
    refund.state = to;
    ++refund.state_seq;
    refund.changed = clock_.utc();
    if (const Status written = refunds_.update(refund); !written) {
        timing_[refund.id].next.ms = clock_.monotonic().ms + kJournalRetryMs;
        return tl::make_unexpected(written.error());
    }
    schedule(refund);
    if (observe_) observe_(refund);
    return refund;
}

// "Sending" is durable before the first byte leaves, every time.
Result<Refund> RefundRunner::send(Adapter& adapter, Refund refund) {
    MULIN_TRY(const auto attempt, attempt_of(refund));
    ++refund.sends;
    MULIN_TRY(refund, move(std::move(refund), S::sending));
    return call_channel({.what = ChannelCall::What::refund, .adapter = &adapter, .attempt = attempt, .refund = request_of(refund)},
                        refund, true);
}

Result<Refund> RefundRunner::ask(Adapter& adapter, Refund refund, bool go_on) {
    MULIN_TRY(const auto attempt, attempt_of(refund));
    return call_channel({.what = ChannelCall::What::refund_query, .adapter = &adapter, .attempt = attempt, .refund = request_of(refund)},
                        refund, go_on);
}

Result<Refund> RefundRunner::call_channel(ChannelCall call, const Refund& refund, bool go_on) {
    call.number = ++calls_;
    MULIN_CHECK(under_way_.try_emplace(refund.id, UnderWay{call.number, refund.state, refund.state_seq, go_on}).second);
    if (carry_) {
        carry_(std::move(call));
        return refund;
    }
    return heard(call, carry_out(call));
}

Result<Refund> RefundRunner::heard(const ChannelCall& call, ChannelAnswer answer) {
    const RefundId& id = call.refund.id;
    const auto at = under_way_.find(id);
    if (at == under_way_.end() || at->second.number != call.number) return load(id);
    const UnderWay asked = at->second;
    under_way_.erase(at);
    auto refund = load(id);
    if (!refund) {
        timing_[id].next.ms = clock_.monotonic().ms + kJournalRetryMs;
        return refund;
    }
    // Nobody else moves a refund that waits for its channel; an answer for another state is not believed.
    if (refund->state_seq != asked.state_seq) return refund;
    auto* result = std::get_if<RefundResult>(&answer);
    MULIN_CHECK(result != nullptr);
    if (call.what == ChannelCall::What::refund) return heard_send(std::move(*refund), std::move(*result));
    const S next = after_question(refund->state, result->outcome);
    ++refund->polls;
    merge(refund->result, std::move(*result));
    MULIN_TRY(auto now, move(std::move(*refund), next));
    return asked.go_on ? after_asking(*call.adapter, std::move(now), asked.asked_in) : now;
}

Result<Refund> RefundRunner::heard_send(Refund refund, RefundResult answer) {
    const S next = after_send(answer.outcome, refund.sends);
    if (next == S::created) --refund.sends;  // nothing left: the next one is again the first
    merge(refund.result, std::move(answer));
    return move(std::move(refund), next);
}

Result<Refund> RefundRunner::review(Refund refund, const std::string& reason) {
    refund.result.refs["till.reason"] = reason;
    return move(std::move(refund), S::manual_review);
}

bool RefundRunner::too_old(const Refund& refund, const PollPlan& plan) const {
    return clock_.utc().ms - refund.created.ms >= plan.reverse_give_up_ms;
}

Result<Refund> RefundRunner::advance(Refund refund) {
    if (is_settled(refund.state)) {
        timing_.erase(refund.id);
        return refund;
    }
    Adapter* adapter = adapter_of(refund.channel);
    if (adapter == nullptr)
        return review(std::move(refund), "the payment channel is no longer configured on this till");
    if (refund.state == S::sending) {
        MULIN_TRY(refund, move(std::move(refund), S::unknown));
    }
    const Capabilities can = adapter->capabilities();
    ++timing_[refund.id].rounds;
    if (refund.state == S::created) {
        if (too_old(refund, can.poll)) return review(std::move(refund), "the channel could not be reached");
        return send(*adapter, std::move(refund));
    }
    if (can.refund_query) return ask(*adapter, std::move(refund), true);
    const S state = refund.state;
    return after_asking(*adapter, std::move(refund), state);
}

Result<Refund> RefundRunner::after_asking(Adapter& adapter, Refund refund, RefundState asked_in) {
    const Capabilities can = adapter.capabilities();
    if (is_settled(refund.state)) return refund;
    if (too_old(refund, can.poll))
        return review(std::move(refund), "the channel gave no clear answer about the refund");
    const bool unanswered = asked_in == S::unknown && refund.state == S::unknown;
    const auto rounds = timing_[refund.id].rounds;
    if (unanswered && can.refund_repeatable && (!can.refund_query || rounds > kQuestionsBeforeRepeat))
        return send(adapter, std::move(refund));
    if (unanswered && !can.refund_query && !can.refund_repeatable)
        return review(std::move(refund), "the channel can neither be asked about a refund nor sent it again safely");
    schedule(refund);
    return refund;
}

Result<Refund> RefundRunner::step(const RefundId& id) {
    auto refund = load(id);
    const auto at = timing_.find(id);
    if (at == timing_.end() || at->second.next > clock_.monotonic() || waits_for_channel(id)) return refund;
    if (!refund) {
        at->second.next.ms = clock_.monotonic().ms + kJournalRetryMs;
        if (refund.error().code == ErrorCode::not_found) timing_.erase(at);
        return refund;
    }
    return advance(std::move(*refund));
}

Result<Refund> RefundRunner::query_now(const RefundId& id) {
    MULIN_TRY(auto refund, load(id));
    Adapter* adapter = adapter_of(refund.channel);
    const bool asked = refund.state == S::processing || refund.state == S::unknown;
    if (!asked || adapter == nullptr || !adapter->capabilities().refund_query || waits_for_channel(id)) return refund;
    return ask(*adapter, std::move(refund), false);
}

Result<Refund> RefundRunner::resolve(const RefundId& id, RefundState decision, const std::string& approver,
                                     const std::string& reason) {
    MULIN_TRY(auto refund, load(id));
    if (refund.state != S::manual_review || (decision != S::refunded && decision != S::refused))
        return fail(ErrorCode::refused, "This refund does not wait for a person's decision of that kind.");
    refund.result.refs["till.approver"] = approver;
    refund.result.refs["till.reason"] = reason;
    return move(std::move(refund), decision);
}

Result<std::vector<Refund>> RefundRunner::recover() {
    std::vector<Refund> touched;
    MULIN_TRY(auto unsettled, refunds_.unsettled());
    Status first_failure = ok();
    for (auto& refund : unsettled) {
        if (waits_for_channel(refund.id)) continue;  // begun by this program
        schedule(refund);
        auto now = advance(std::move(refund));
        if (now) touched.push_back(std::move(*now));
        else if (first_failure) first_failure = tl::make_unexpected(now.error());
    }
    MULIN_TRY_STATUS(first_failure);
    return touched;
}

Result<RefundState> RefundRunner::give_back(const Attempt& late) {
    MULIN_TRY(const auto refunds, refunds_.of_attempt(late.id));
    for (const auto& refund : refunds)
        if (refund.cause == RefundCause::late_success) return refund.state;
    Adapter* adapter = adapter_of(late.channel);
    if (adapter == nullptr) return fail(ErrorCode::refused, "The payment channel is no longer configured on this till.");
    RefundOrder order;
    order.reason = "paid after the payment had been given up";
    MULIN_TRY(auto refund, make(late, late.amount, RefundCause::late_success, order));
    MULIN_TRY(refund, send(*adapter, std::move(refund)));
    return refund.state;
}

// Waits double from the channel's shortest wait between reverses to its longest.
void RefundRunner::schedule(const Refund& refund) {
    if (is_settled(refund.state)) {
        timing_.erase(refund.id);
        return;
    }
    const Adapter* adapter = adapter_of(refund.channel);
    const PollPlan plan = adapter != nullptr ? adapter->capabilities().poll : PollPlan{};
    Timing& timing = timing_[refund.id];
    std::int64_t wait = plan.reverse_first_ms;
    for (std::size_t i = 0; i < timing.rounds && wait < plan.reverse_longest_ms; ++i) wait *= 2;
    timing.next.ms = clock_.monotonic().ms + std::min(wait, plan.reverse_longest_ms);
}

std::vector<RefundId> RefundRunner::due() const {
    std::vector<RefundId> ids;
    for (const auto& [id, timing] : timing_)
        if (timing.next <= clock_.monotonic() && !waits_for_channel(id)) ids.push_back(id);
    return ids;
}

std::optional<MonotonicInstant> RefundRunner::next_due() const {
    std::optional<MonotonicInstant> earliest;
    for (const auto& [id, timing] : timing_)
        if (!waits_for_channel(id) && (!earliest || timing.next < *earliest)) earliest = timing.next;
    return earliest;
}

}  // namespace mulin::payment
