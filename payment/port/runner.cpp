#include "payment/port/runner.h"

#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

#include "payment/base/check.h"
#include "payment/port/transition.h"

namespace mulin::payment {
namespace {

// Evidence that two attempts saw the same code, useless for paying.
std::string hash_of_code(const std::string& key, const std::string& code) {
    if (code.empty()) return {};
    std::array<std::uint8_t, 32> digest{};
    unsigned length = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(code.data());
    MULIN_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, code.size(),
                     digest.data(), &length) != nullptr);
    return hex(std::span(digest).first(16));
}

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

Runner::Runner(AttemptJournal& journal, const Clock& clock, IdSource& ids, std::vector<Adapter*> adapters,
               RunnerSettings settings)
    : journal_(journal),
      clock_(clock),
      ids_(ids),
      adapters_(std::move(adapters)),
      settings_(std::move(settings)) {
    MULIN_CHECK(!settings_.code_key.empty());
    std::set<std::string> names;
    for (const auto* adapter : adapters_) MULIN_CHECK(names.insert(adapter->name()).second);
}

Adapter* Runner::adapter_of(const std::string& channel) const {
    for (auto* adapter : adapters_) {
        if (adapter->name() == channel) return adapter;
    }
    return nullptr;
}

Result<Attempt> Runner::load(const AttemptId& id) {
    MULIN_TRY(auto found, journal_.find(id));
    if (!found) return fail(ErrorCode::not_found, "There is no payment attempt " + id.text() + " on this till.");
    if (const auto at = timing_.find(id); at != timing_.end() && found->state == AttemptState::pending)
        found->result.presented = at->second.presented;
    return std::move(*found);
}

void Runner::raise(const Attempt& attempt, const std::string& alarm) const {
    if (settings_.alarm && !alarm.empty())
        settings_.alarm({attempt.id, attempt.channel, alarm, attempt.result.channel_text});
}

Result<Attempt> Runner::move(Attempt attempt, AttemptState to) {
    MULIN_CHECK(may_move(attempt.state, to));
    const AttemptState from = std::exchange(attempt.state, to);
    ++attempt.state_seq;
    attempt.changed = clock_.utc();
    if (const Status written = journal_.update(attempt); !written) {
        attempt.state = from;
        schedule_again(attempt);
        return tl::make_unexpected(written.error());
    }
    schedule(attempt);
    if (settings_.observe) settings_.observe(attempt);
    if (to != from && (to == AttemptState::late_success || to == AttemptState::manual_review))
        raise(attempt, attempt_state_name(to));
    return attempt;
}

Status Runner::check_charge(const Charge& charge, const Adapter* adapter) const {
    if (adapter == nullptr) {
        return fail(ErrorCode::invalid_input, "This till has no payment channel \"" + charge.channel +
                                                  "\": choose another way to pay.");
    }
    if (charge.order_ref.empty() || charge.amount <= Money() || charge.amount > charge.order_total) {
        return fail(ErrorCode::invalid_input,
                    "The amount to take must be more than nothing and no more than the sale's total.");
    }
    if (adapter->capabilities().needs_code && charge.code.empty()) {
        return fail(ErrorCode::invalid_input, "Scan the payer's code first.");
    }
    return ok();
}

// What an earlier try of the same order left behind decides whether another may start.
Status Runner::clear_order(const Charge& charge) {
    MULIN_TRY(auto attempts, journal_.of_order(charge.order_ref));
    Money settled = charge.amount;
    for (auto& attempt : attempts) {
        if (attempt.state == AttemptState::created) {
            MULIN_TRY(attempt, move(std::move(attempt), AttemptState::voided));
        }
        if (!is_settled(attempt.state)) {
            return fail(ErrorCode::refused,
                        "The last payment of this sale has no answer yet: wait for it, or cancel it first.");
        }
        if (attempt.state != AttemptState::approved) continue;
        if (order_version_of(attempt) != charge.order_version) {
            return fail(ErrorCode::refused,
                        "The sale changed after part of it was paid: return that payment first.");
        }
        settled += attempt.amount;
    }
    if (settled > charge.order_total) {
        return fail(ErrorCode::refused, "This sale is already paid: nothing more was taken.");
    }
    return ok();
}

Attempt Runner::make_attempt(const Charge& charge) {
    Attempt attempt;
    attempt.id = ids_.next<AttemptTag>();
    attempt.order_ref = charge.order_ref;
    attempt.channel = charge.channel;
    attempt.method = charge.method;
    attempt.amount = charge.amount;
    attempt.state_seq = 1;
    attempt.created = clock_.utc();
    attempt.changed = attempt.created;
    attempt.code_hash = hash_of_code(settings_.code_key, charge.code);
    set_order_version(attempt, charge.order_version);
    return attempt;
}

Result<Attempt> Runner::begin(const Charge& charge) {
    Adapter* adapter = adapter_of(charge.channel);
    MULIN_TRY_STATUS(check_charge(charge, adapter));
    MULIN_TRY_STATUS(clear_order(charge));
    if (adapter->capabilities().immediate) return take_immediate(*adapter, charge);
    Attempt attempt = make_attempt(charge);
    if (const Status kept = journal_.create(attempt); !kept) {
        schedule_again(attempt);
        return tl::make_unexpected(kept.error());
    }
    schedule(attempt);
    if (settings_.observe) settings_.observe(attempt);
    MULIN_TRY(attempt, move(std::move(attempt), AttemptState::sending));
    return send(*adapter, std::move(attempt), charge);
}

Result<Attempt> Runner::take_immediate(Adapter& adapter, const Charge& charge) {
    Attempt attempt = make_attempt(charge);
    attempt.result = ask_for(adapter, attempt, charge);
    attempt.state = after_start(attempt.result.outcome);
    // An immediate channel has no way to find out later, so anything but a clear answer is a defect.
    MULIN_CHECK(is_settled(attempt.state));
    return attempt;
}

AttemptResult Runner::ask_for(Adapter& adapter, const Attempt& attempt, const Charge& charge) const {
    AttemptRequest request;
    request.id = attempt.id;
    request.order_ref = charge.order_ref;
    request.amount = charge.amount;
    request.code = charge.code;
    request.deadline_ms = adapter.capabilities().start_deadline_ms;
    request.method = charge.method;
    request.created = attempt.created;
    if (settings_.progress)
        request.progress = [this, id = attempt.id](const Progress& progress) { settings_.progress(id, progress); };
    AttemptResult answer = adapter.start(request);
    drop_own_marks(answer);
    doubt_nonsense(answer, attempt.amount);
    return answer;
}

Result<Attempt> Runner::send(Adapter& adapter, Attempt attempt, const Charge& charge) {
    attempt.result = ask_for(adapter, attempt, charge);
    set_order_version(attempt, charge.order_version);
    const AttemptState next = after_start(attempt.result.outcome);
    MULIN_TRY(attempt, move(std::move(attempt), next));
    raise(attempt, alarm_of(attempt.result));
    return attempt;
}

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

Result<Attempt> Runner::query(Adapter& adapter, Attempt attempt) {
    if (const auto at = timing_.find(attempt.id); at != timing_.end()) ++at->second.rounds;
    if (!adapter.capabilities().query) {
        schedule(attempt);
        return attempt;
    }
    AttemptResult answer = adapter.query(attempt);
    return absorb(std::move(attempt), std::move(answer));
}

Result<Attempt> Runner::step(const AttemptId& id) {
    auto attempt = load(id);
    const auto at = timing_.find(id);
    if (at == timing_.end() || at->second.next > clock_.monotonic()) return attempt;
    if (!attempt) {
        at->second.next.ms = clock_.monotonic().ms + kJournalRetryMs;
        if (attempt.error().code == ErrorCode::not_found) timing_.erase(at);
        return attempt;
    }
    return advance(std::move(*attempt));
}

Result<Attempt> Runner::advance(Attempt attempt) {
    schedule(attempt);
    Adapter* adapter = adapter_of(attempt.channel);
    if (attempt.state == AttemptState::created) return move(std::move(attempt), AttemptState::voided);
    if (adapter == nullptr) {
        if (is_settled(attempt.state)) return attempt;
        return review(std::move(attempt), "", "the payment channel is no longer configured on this till");
    }
    switch (attempt.state) {
        case AttemptState::sending:
        case AttemptState::pending:
        case AttemptState::unknown:
            return ask_or_abandon(*adapter, std::move(attempt));
        case AttemptState::reversing:
            return reverse(*adapter, std::move(attempt));
        case AttemptState::late_success:
            return return_late(*adapter, std::move(attempt));
        case AttemptState::reversed:
        case AttemptState::manual_review:
            return query(*adapter, std::move(attempt));
        default:
            return attempt;
    }
}

Result<Attempt> Runner::ask_or_abandon(Adapter& adapter, Attempt attempt) {
    const PollPlan plan = adapter.capabilities().poll;
    const auto& timing = timing_[attempt.id];
    if (timing.give_up_wanted || ms_since(timing.started) >= plan.give_up_ms) {
        return abandon(adapter, std::move(attempt));
    }
    return query(adapter, std::move(attempt));
}

Result<Attempt> Runner::query_now(const AttemptId& id) {
    MULIN_TRY(auto attempt, load(id));
    Adapter* adapter = adapter_of(attempt.channel);
    if (adapter == nullptr || attempt.state == AttemptState::created) return attempt;
    schedule(attempt);
    return query(*adapter, std::move(attempt));
}

Result<Attempt> Runner::give_up(const AttemptId& id) {
    MULIN_TRY(auto attempt, load(id));
    if (is_settled(attempt.state)) return attempt;
    Adapter* adapter = adapter_of(attempt.channel);
    if (attempt.state == AttemptState::created || attempt.state == AttemptState::reversing ||
        adapter == nullptr) {
        return advance(std::move(attempt));
    }
    schedule(attempt);
    return abandon(*adapter, std::move(attempt));
}

Result<Attempt> Runner::abandon(Adapter& adapter, Attempt attempt) {
    const Capabilities can = adapter.capabilities();
    auto& timing = timing_[attempt.id];
    if (ms_since(timing.started) < can.poll.reverse_not_before_ms) {
        timing.give_up_wanted = true;
        timing.next.ms = timing.started.ms + can.poll.reverse_not_before_ms;
        return attempt;
    }
    MULIN_TRY(attempt, query(adapter, std::move(attempt)));
    if (is_settled(attempt.state)) return attempt;
    return start_reversing(adapter, std::move(attempt));
}

// The journal says "reversing" before the reverse leaves: after a crash it may have landed, and a
// success that a query then shows must not be taken for good.
Result<Attempt> Runner::start_reversing(Adapter& adapter, Attempt attempt) {
    if (!adapter.capabilities().reverse) return reverse(adapter, std::move(attempt));
    MULIN_TRY(attempt, move(std::move(attempt), AttemptState::reversing));
    return reverse(adapter, std::move(attempt));
}

Result<Attempt> Runner::reverse(Adapter& adapter, Attempt attempt) {
    const Capabilities can = adapter.capabilities();
    if (!can.reverse) return review(std::move(attempt), "", "the channel cannot take a payment back");
    const auto state = attempt.state;
    const Timing timing = timing_[attempt.id];
    // Once asked, look before asking again: the channel may have done it without our hearing.
    if (timing.rounds > 0 && can.query) {
        MULIN_TRY(attempt, query(adapter, std::move(attempt)));
        if (attempt.state != state) return attempt;
    } else {
        ++timing_[attempt.id].rounds;
    }
    return reverse_once(adapter, std::move(attempt));
}

Result<Attempt> Runner::reverse_once(Adapter& adapter, Attempt attempt) {
    const AttemptState state = attempt.state;
    const MonotonicInstant since = timing_[attempt.id].phase_started;
    const auto limit_ms = adapter.capabilities().poll.reverse_give_up_ms;
    ReverseResult answer = adapter.reverse(attempt);
    AttemptResult news{.refs = std::move(answer.refs),
                       .channel_code = std::move(answer.channel_code),
                       .channel_text = std::move(answer.channel_text)};
    drop_own_marks(news);
    merge(attempt.result, std::move(news));
    AttemptState next = after_reverse(attempt.state, answer.outcome);
    // It is paid, and only a refund brings it back.
    if (next == AttemptState::manual_review && by_refund(adapter.capabilities())) next = AttemptState::late_success;
    if (next == AttemptState::manual_review)
        attempt.result.refs["till.reason"] = "the channel says that it is too late to take the payment back";
    MULIN_TRY(attempt, move(std::move(attempt), next));
    if (attempt.state != state || (ms_since(since) < limit_ms && clock_.utc().ms - attempt.created.ms < limit_ms))
        return attempt;
    return review(std::move(attempt), "", "the channel gave no clear answer to taking the payment back");
}

// Money that came after all goes back by a refund of its own where the channel can: a reverse was
// already answered and would be told so again.
Result<Attempt> Runner::return_late(Adapter& adapter, Attempt attempt) {
    const Capabilities can = adapter.capabilities();
    if (!by_refund(can)) return reverse(adapter, std::move(attempt));
    ++timing_[attempt.id].rounds;
    MULIN_TRY(const RefundState refund, settings_.refunds->give_back(attempt));
    if (refund == RefundState::refunded) return move(std::move(attempt), AttemptState::reversed);
    const bool stuck = is_settled(refund);
    // Refused may mean that the channel has returned it by itself.
    if (stuck && can.query) {
        MULIN_TRY(attempt, query(adapter, std::move(attempt)));
        if (attempt.state != AttemptState::late_success) return attempt;
    }
    if (stuck) return review(std::move(attempt), "", "the money came late and could not be given back");
    schedule(attempt);
    return attempt;
}

Result<Attempt> Runner::undo(const AttemptId& id) {
    MULIN_TRY(auto attempt, load(id));
    Adapter* adapter = adapter_of(attempt.channel);
    if (attempt.state == AttemptState::reversed || attempt.state == AttemptState::reversing) return attempt;
    if (attempt.state != AttemptState::approved) {
        return fail(ErrorCode::refused, "Only a payment that was approved can be returned.");
    }
    if (settings_.refunds != nullptr) {
        MULIN_TRY(const Money back, settings_.refunds->claimed(id));
        if (!back.is_zero()) {
            return fail(ErrorCode::refused,
                        "Part of this payment is already refunded: give the rest back as a refund too.");
        }
    }
    if (adapter == nullptr) {
        return review(std::move(attempt), "", "the payment channel is no longer configured on this till");
    }
    if (!adapter->capabilities().reverse && by_refund(adapter->capabilities()))
        return fail(ErrorCode::refused, "This payment channel gives money back as a refund.");
    return start_reversing(*adapter, std::move(attempt));
}

}  // namespace mulin::payment
