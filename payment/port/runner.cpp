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
    const bool whole = to == AttemptState::approved && from != to && complete_ && complete_(attempt);
    if (const Status written = whole ? ok() : journal_.update(attempt); !written) {
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
    if (adapter->capabilities().immediate) return take_immediate(charge);
    Attempt attempt = make_attempt(charge);
    if (const Status kept = journal_.create(attempt); !kept) {
        schedule_again(attempt);
        return tl::make_unexpected(kept.error());
    }
    schedule(attempt);
    if (settings_.observe) settings_.observe(attempt);
    MULIN_TRY(attempt, move(std::move(attempt), AttemptState::sending));
    ChannelCall call{.what = ChannelCall::What::start, .adapter = adapter, .attempt = attempt};
    call.request = request_for(*adapter, attempt, charge);
    return ask(std::move(call), Then::rest);
}

AttemptRequest Runner::request_for(const Adapter& adapter, const Attempt& attempt, const Charge& charge) const {
    AttemptRequest request;
    request.id = attempt.id;
    request.order_ref = charge.order_ref;
    request.amount = charge.amount;
    request.code = charge.code;
    request.deadline_ms = adapter.capabilities().start_deadline_ms;
    request.method = charge.method;
    request.created = attempt.created;
    if (settings_.progress)
        request.progress = [tell = settings_.progress, id = attempt.id](const Progress& progress) { tell(id, progress); };
    return request;
}

// One call for each attempt at a time: what comes next is decided when its answer is there.
Result<Attempt> Runner::ask(ChannelCall call, Then then) {
    const Attempt attempt = call.attempt;
    call.number = ++calls_;
    MULIN_CHECK(under_way_.try_emplace(attempt.id, CallUnderWay{call.number, then}).second);
    if (carry_) {
        carry_(std::move(call));
        return attempt;
    }
    return heard(call, carry_out(call));
}

Result<Attempt> Runner::query(Adapter& adapter, Attempt attempt, Then then) {
    if (const auto at = timing_.find(attempt.id); at != timing_.end()) ++at->second.rounds;
    if (adapter.capabilities().query)
        return ask({.what = ChannelCall::What::query, .adapter = &adapter, .attempt = std::move(attempt)}, then);
    schedule(attempt);
    const AttemptState state = attempt.state;
    return go_on(adapter, std::move(attempt), state, then);
}

Result<Attempt> Runner::step(const AttemptId& id) {
    auto attempt = load(id);
    const auto at = timing_.find(id);
    if (at == timing_.end() || at->second.next > clock_.monotonic() || waits_for_channel(id)) return attempt;
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
            return query(*adapter, std::move(attempt), Then::rest);
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
    return query(adapter, std::move(attempt), Then::rest);
}

Result<Attempt> Runner::query_now(const AttemptId& id) {
    MULIN_TRY(auto attempt, load(id));
    Adapter* adapter = adapter_of(attempt.channel);
    if (adapter == nullptr || attempt.state == AttemptState::created || waits_for_channel(id)) return attempt;
    schedule(attempt);
    return query(*adapter, std::move(attempt), Then::rest);
}

Result<Attempt> Runner::give_up(const AttemptId& id) {
    MULIN_TRY(auto attempt, load(id));
    if (is_settled(attempt.state)) return attempt;
    if (waits_for_channel(id)) {
        timing_[id].give_up_wanted = true;  // go_on() carries it out
        return attempt;
    }
    Adapter* adapter = adapter_of(attempt.channel);
    if (attempt.state == AttemptState::created || attempt.state == AttemptState::reversing ||
        adapter == nullptr) {
        return advance(std::move(attempt));
    }
    schedule(attempt);
    return abandon(*adapter, std::move(attempt));
}

Result<Attempt> Runner::abandon(Adapter& adapter, Attempt attempt) {
    if (too_early_to_reverse(adapter, attempt)) return attempt;
    return query(adapter, std::move(attempt), Then::reverse);
}

// Then only the wish is kept, for step().
bool Runner::too_early_to_reverse(const Adapter& adapter, const Attempt& attempt) {
    const std::int64_t not_before_ms = adapter.capabilities().poll.reverse_not_before_ms;
    auto& timing = timing_[attempt.id];
    if (ms_since(timing.started) >= not_before_ms) return false;
    timing.give_up_wanted = true;
    timing.next.ms = timing.started.ms + not_before_ms;
    return true;
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
    // Once asked, look before asking again: the channel may have done it without our hearing.
    auto& rounds = timing_[attempt.id].rounds;
    if (rounds > 0 && can.query) return query(adapter, std::move(attempt), Then::reverse_now);
    ++rounds;
    return reverse_now(adapter, std::move(attempt));
}

Result<Attempt> Runner::reverse_now(Adapter& adapter, Attempt attempt) {
    return ask({.what = ChannelCall::What::reverse, .adapter = &adapter, .attempt = std::move(attempt)}, Then::rest);
}

// Money that came after all goes back by a refund of its own where the channel can: a reverse was
// already answered and would be told so again.
Result<Attempt> Runner::return_late(Adapter& adapter, Attempt attempt) {
    const Capabilities can = adapter.capabilities();
    if (!by_refund(can)) return reverse(adapter, std::move(attempt));
    ++timing_[attempt.id].rounds;
    MULIN_TRY(const RefundState refund, settings_.refunds->give_back(attempt));
    if (refund == RefundState::refunded) return move(std::move(attempt), AttemptState::reversed);
    if (!is_settled(refund)) {
        schedule(attempt);
        return attempt;
    }
    // Refused may mean that the channel has returned it by itself.
    return query(adapter, std::move(attempt), Then::review_late);
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
    // Its answer first; then step() reverses.
    if (waits_for_channel(id) && adapter->capabilities().reverse) return move(std::move(attempt), AttemptState::reversing);
    return start_reversing(*adapter, std::move(attempt));
}

}  // namespace mulin::payment
