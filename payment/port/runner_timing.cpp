// The part of the runner that decides when an attempt is looked at again.

#include <algorithm>

#include "payment/port/runner.h"

namespace mulin::payment {
namespace {

std::int64_t doubled(std::int64_t first, std::int64_t longest, std::size_t times) {
    std::int64_t wait = first;
    for (std::size_t i = 0; i < times && wait < longest; ++i) wait *= 2;
    return std::min(wait, longest);
}

bool asking(AttemptState state) {
    return state == AttemptState::sending || state == AttemptState::pending || state == AttemptState::unknown;
}

}  // namespace

std::int64_t Runner::ms_since(MonotonicInstant instant) const { return clock_.monotonic().ms - instant.ms; }

bool Runner::give_up_wanted(const Attempt& attempt) const {
    const auto at = timing_.find(attempt.id);
    return at != timing_.end() && at->second.give_up_wanted && asking(attempt.state);
}

// None when nothing more happens by itself.
std::optional<std::int64_t> Runner::wait_before_next(const Attempt& attempt, const Timing& timing) const {
    const Adapter* adapter = adapter_of(attempt.channel);
    const Capabilities can = adapter != nullptr ? adapter->capabilities() : Capabilities{};
    const PollPlan& plan = can.poll;
    switch (attempt.state) {
        case AttemptState::created:
            return 0;
        case AttemptState::sending:
        case AttemptState::pending:
        case AttemptState::unknown: {
            const std::int64_t until_give_up =
                std::max<std::int64_t>(0, plan.give_up_ms - ms_since(timing.started));
            if (!can.query || plan.delays_ms.empty()) return until_give_up;
            if (timing.asked_wait_ms > 0) return std::min(timing.asked_wait_ms, until_give_up);
            const std::int64_t delay = plan.delays_ms[std::min(timing.rounds, plan.delays_ms.size() - 1)];
            return std::min(delay, until_give_up);
        }
        case AttemptState::reversing:
        case AttemptState::late_success:
            return timing.rounds == 0
                       ? 0
                       : doubled(plan.reverse_first_ms, plan.reverse_longest_ms, timing.rounds - 1);
        case AttemptState::reversed:
        case AttemptState::manual_review:
            if (!can.query || timing.rounds >= plan.watch_ms.size()) return std::nullopt;
            return plan.watch_ms[timing.rounds];
        default:
            return std::nullopt;
    }
}

// Sets when this attempt is looked at next, counted from now; a new phase starts its count anew.
void Runner::schedule(const Attempt& attempt) {
    const MonotonicInstant now = clock_.monotonic();
    auto [at, fresh] = timing_.try_emplace(attempt.id);
    Timing& timing = at->second;
    if (fresh) timing.started = now;
    const bool same_phase = timing.phase == attempt.state || (asking(timing.phase) && asking(attempt.state));
    if (fresh || !same_phase) {
        timing.phase_started = now;
        timing.rounds = 0;
    }
    timing.phase = attempt.state;
    timing.asked_wait_ms = attempt.result.retry_after_ms;
    if (!attempt.result.presented.empty()) timing.presented = attempt.result.presented;
    const auto wait = wait_before_next(attempt, timing);
    if (!wait) {
        timing_.erase(at);
        return;
    }
    timing.next.ms = now.ms + *wait;
}

// After a failed write nobody knows what the journal holds: look again soon, but not at once.
void Runner::schedule_again(const Attempt& attempt) {
    schedule(attempt);
    Timing& timing = timing_[attempt.id];
    timing.next.ms = std::max(timing.next.ms, clock_.monotonic().ms + kJournalRetryMs);
}

std::vector<AttemptId> Runner::due() const {
    const MonotonicInstant now = clock_.monotonic();
    std::vector<std::pair<MonotonicInstant, AttemptId>> waiting;
    for (const auto& [id, timing] : timing_) {
        if (timing.next <= now && !waits_for_channel(id)) waiting.emplace_back(timing.next, id);
    }
    std::sort(waiting.begin(), waiting.end());
    std::vector<AttemptId> ids;
    ids.reserve(waiting.size());
    for (auto& [next, id] : waiting) ids.push_back(std::move(id));
    return ids;
}

std::optional<MonotonicInstant> Runner::next_due() const {
    std::optional<MonotonicInstant> earliest;
    for (const auto& [id, timing] : timing_) {
        if (!waits_for_channel(id) && (!earliest || timing.next < *earliest)) earliest = timing.next;
    }
    return earliest;
}

}  // namespace mulin::payment
