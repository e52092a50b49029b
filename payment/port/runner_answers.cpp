// The part of the runner for what a channel answered, whether it was waited for here or came back from
// another thread after who knows what had happened to the attempt meanwhile.

#include <utility>

#include "payment/base/check.h"
#include "payment/port/runner.h"
#include "payment/port/transition.h"

namespace mulin::payment {
namespace {

// A success whose sponsored parts make no sense is not believed.
bool discounts_fit(const AttemptResult& answer, Money amount) {
    Money total;
    for (const auto& discount : answer.discounts) {
        if (discount.amount.is_negative() || discount.amount > amount) return false;
        total += discount.amount;
        if (total > amount) return false;
    }
    return true;
}

// Believed only when it can be true: what the till keeps must never add up to more than was asked for.
void doubt_nonsense(AttemptResult& answer, Money amount) {
    if (answer.outcome != Outcome::approved || discounts_fit(answer, amount)) return;
    answer.outcome = Outcome::unknown;
    answer.refs["alarm"] = "mismatch";
}

// The runner's own marks are not the channel's to change.
void drop_own_marks(AttemptResult& answer) {
    std::erase_if(answer.refs, [](const auto& ref) { return ref.first.starts_with("till."); });
}

std::string alarm_of(const AttemptResult& result) {
    const auto found = result.refs.find("alarm");
    return found == result.refs.end() ? std::string() : found->second;
}

bool is_clear(Outcome outcome) { return outcome == Outcome::approved || outcome == Outcome::declined; }

// An answer that says nothing takes nothing away from what was known.
void merge(AttemptResult& kept, AttemptResult answer) {
    for (auto& [key, value] : answer.refs) kept.refs[key] = std::move(value);
    if (is_clear(answer.outcome) || answer.outcome == Outcome::pending) kept.outcome = answer.outcome;
    if (answer.outcome == Outcome::approved) kept.discounts = std::move(answer.discounts);
    kept.retry_after_ms = answer.retry_after_ms;
    if (!answer.presented.empty()) kept.presented = std::move(answer.presented);
    if (!answer.channel_code.empty()) kept.channel_code = std::move(answer.channel_code);
    if (!answer.channel_text.empty()) kept.channel_text = std::move(answer.channel_text);
}

bool same_answer(const AttemptResult& a, const AttemptResult& b) {
    return a.outcome == b.outcome && a.refs == b.refs && a.discounts == b.discounts &&
           a.channel_code == b.channel_code && a.channel_text == b.channel_text;
}

}  // namespace

Result<bool> Runner::given_back(const Attempt& attempt) const {
    if (settings_.refunds == nullptr) return false;
    MULIN_TRY(const Money back, settings_.refunds->claimed(attempt.id));
    return back == attempt.amount;
}

// Settled attempts are written only when the answer brings something new, so that looking for late
// successes does not keep them young for ever.
Result<Attempt> Runner::absorb(Attempt attempt, AttemptResult answer) {
    drop_own_marks(answer);
    doubt_nonsense(answer, attempt.amount);
    const Outcome heard = answer.outcome;
    AttemptState next = after_query(attempt.state, heard);
    if (next == AttemptState::late_success && next != attempt.state) {
        // Many a channel goes on calling a payment paid that was given back in full.
        MULIN_TRY(const bool back, given_back(attempt));
        if (back) next = attempt.state;
    }
    Attempt after = attempt;
    merge(after.result, std::move(answer));
    const bool evidence = attempt.state == AttemptState::manual_review && is_clear(heard) &&
                          !same_answer(attempt.result, after.result);
    if (is_settled(attempt.state) && next == attempt.state && !evidence) {
        schedule(attempt);
        return attempt;
    }
    ++after.polls;
    const std::string alarm = alarm_of(after.result);
    MULIN_TRY(after, move(std::move(after), next));
    if (alarm != alarm_of(attempt.result)) raise(after, alarm);
    return after;
}

Result<Attempt> Runner::heard(const ChannelCall& call, ChannelAnswer answer) {
    const auto at = under_way_.find(call.attempt.id);
    if (at == under_way_.end() || at->second.number != call.number) return load(call.attempt.id);
    const Then then = at->second.then;
    under_way_.erase(at);
    auto attempt = load(call.attempt.id);
    if (!attempt) {
        schedule_again(call.attempt);
        return attempt;
    }
    if (auto* reversed = std::get_if<ReverseResult>(&answer))
        return heard_reverse(*call.adapter, std::move(*attempt), std::move(*reversed));
    auto* result = std::get_if<AttemptResult>(&answer);
    MULIN_CHECK(result != nullptr);
    if (call.what == ChannelCall::What::start && attempt->state_seq == call.attempt.state_seq)
        return heard_start(std::move(*attempt), std::move(*result));
    MULIN_TRY(auto now, absorb(std::move(*attempt), std::move(*result)));
    return go_on(*call.adapter, std::move(now), call.attempt.state, then);
}

Result<Attempt> Runner::heard_start(Attempt attempt, AttemptResult answer) {
    const std::int64_t version = order_version_of(attempt);
    drop_own_marks(answer);
    doubt_nonsense(answer, attempt.amount);
    attempt.result = std::move(answer);
    set_order_version(attempt, version);
    const AttemptState next = after_start(attempt.result.outcome);
    MULIN_TRY(attempt, move(std::move(attempt), next));
    raise(attempt, alarm_of(attempt.result));
    return give_up_wanted(attempt) ? advance(std::move(attempt)) : attempt;
}

// What the question was asked for, if the attempt is still what it was.
Result<Attempt> Runner::go_on(Adapter& adapter, Attempt attempt, AttemptState asked_in, Then then) {
    switch (then) {
        case Then::rest:
            if (!give_up_wanted(attempt)) return attempt;
            [[fallthrough]];
        case Then::reverse:
            if (is_settled(attempt.state) || too_early_to_reverse(adapter, attempt)) return attempt;
            return start_reversing(adapter, std::move(attempt));
        case Then::reverse_now:
            return attempt.state == asked_in ? reverse_now(adapter, std::move(attempt)) : attempt;
        case Then::review_late:
            if (attempt.state != AttemptState::late_success) return attempt;
            return review(std::move(attempt), "", "the money came late and could not be given back");
    }
    MULIN_CHECK(false);
}

Result<Attempt> Runner::heard_reverse(Adapter& adapter, Attempt attempt, ReverseResult answer) {
    const AttemptState state = attempt.state;
    AttemptResult news{.refs = std::move(answer.refs),
                       .channel_code = std::move(answer.channel_code),
                       .channel_text = std::move(answer.channel_text)};
    drop_own_marks(news);
    const bool in_doubt = !alarm_of(news).empty();
    merge(attempt.result, std::move(news));
    if (state != AttemptState::reversing && state != AttemptState::late_success) {
        // Somebody decided meanwhile: for whoever looks at it, and no more.
        attempt.result.refs["till.reverse"] = reverse_outcome_name(answer.outcome);
        return move(std::move(attempt), state);
    }
    const MonotonicInstant since = timing_[attempt.id].phase_started;
    const auto limit_ms = adapter.capabilities().poll.reverse_give_up_ms;
    AttemptState next = after_reverse(state, answer.outcome);
    // It is paid, and only a refund brings it back.
    if (next == AttemptState::manual_review && !in_doubt && by_refund(adapter.capabilities())) next = AttemptState::late_success;
    if (next == AttemptState::manual_review)
        attempt.result.refs["till.reason"] = in_doubt ? "the channel cannot say whether it was paid"
                                                      : "the channel says that it is too late to take the payment back";
    MULIN_TRY(attempt, move(std::move(attempt), next));
    if (attempt.state != state || (ms_since(since) < limit_ms && clock_.utc().ms - attempt.created.ms < limit_ms))
        return attempt;
    return review(std::move(attempt), "", "the channel gave no clear answer to taking the payment back");
}

// Its answer is whole when the call returns, and nothing has left the till.
Result<Attempt> Runner::take_immediate(const Charge& charge) {
    Adapter* adapter = adapter_of(charge.channel);
    MULIN_TRY_STATUS(check_charge(charge, adapter));
    if (!adapter->capabilities().immediate)
        return fail(ErrorCode::invalid_input, "The payment channel \"" + charge.channel + "\" does not answer at once.");
    Attempt attempt = make_attempt(charge);
    attempt.result = adapter->start(request_for(*adapter, attempt, charge));
    drop_own_marks(attempt.result);
    doubt_nonsense(attempt.result, attempt.amount);
    attempt.state = after_start(attempt.result.outcome);
    // An immediate channel has no way to find out later, so anything but a clear answer is a defect.
    MULIN_CHECK(is_settled(attempt.state));
    return attempt;
}

}  // namespace mulin::payment
