// The part of the runner for what a person decides, and for the program's start.

#include "payment/port/runner.h"
#include "payment/port/transition.h"

namespace mulin::payment {
namespace {

constexpr std::int64_t kWatchBackMs = 24LL * 3600 * 1000;

}  // namespace

Result<Attempt> Runner::review(Attempt attempt, const std::string& approver, const std::string& reason) {
    if (!approver.empty()) attempt.result.refs["till.approver"] = approver;
    attempt.result.refs["till.reason"] = reason;
    return move(std::move(attempt), AttemptState::manual_review);
}

Result<Attempt> Runner::set_aside(const AttemptId& id, const std::string& approver,
                                  const std::string& reason) {
    MULIN_TRY(auto attempt, load(id));
    if (is_settled(attempt.state) || attempt.state == AttemptState::created) {
        return fail(ErrorCode::refused,
                    "This payment is not waiting for an answer: there is nothing to set aside.");
    }
    return review(std::move(attempt), approver, reason);
}

Result<Attempt> Runner::resolve(const AttemptId& id, AttemptState decision, const std::string& approver,
                                const std::string& reason) {
    MULIN_TRY(auto attempt, load(id));
    const bool known = decision == AttemptState::approved || decision == AttemptState::declined ||
                       decision == AttemptState::reversed;
    const bool open =
        attempt.state == AttemptState::manual_review || attempt.state == AttemptState::late_success;
    if (!known || !open || !may_move(attempt.state, decision)) {
        return fail(ErrorCode::refused, "This payment does not wait for a person's decision of that kind.");
    }
    attempt.result.refs["till.approver"] = approver;
    attempt.result.refs["till.reason"] = reason;
    return move(std::move(attempt), decision);
}

Result<Attempt> Runner::report(const AttemptId& id, const AttemptResult& news) {
    MULIN_TRY(auto attempt, load(id));
    return absorb(std::move(attempt), news);
}

Result<std::vector<Attempt>> Runner::recover(Asking asking) {
    std::vector<Attempt> touched;
    MULIN_TRY(auto unsettled, journal_.unsettled());
    Status first_failure = ok();
    for (auto& attempt : unsettled) {
        if (waits_for_channel(attempt.id)) continue;  // begun by this program
        schedule(attempt);
        auto now = recover_one(std::move(attempt), asking);
        if (now) touched.push_back(std::move(*now));
        else if (first_failure) first_failure = tl::make_unexpected(now.error());
    }
    MULIN_TRY(auto given_up, journal_.given_up_since({clock_.utc().ms - kWatchBackMs}));
    for (const auto& attempt : given_up) schedule(attempt);
    MULIN_TRY_STATUS(first_failure);
    return touched;
}

Result<Attempt> Runner::recover_one(Attempt attempt, Asking asking) {
    Adapter* adapter = adapter_of(attempt.channel);
    const bool reversing = attempt.state == AttemptState::reversing;
    if (attempt.state == AttemptState::created || adapter == nullptr || (reversing && asking == Asking::now))
        return advance(std::move(attempt));
    if (attempt.state != AttemptState::unknown && !reversing) {
        MULIN_TRY(attempt, move(std::move(attempt), AttemptState::unknown));
    }
    schedule(attempt);
    if (asking == Asking::later) {
        timing_[attempt.id].next = clock_.monotonic();
        return attempt;
    }
    return query(*adapter, std::move(attempt), Then::rest);
}

Result<std::vector<Attempt>> Runner::review_queue() {
    MULIN_TRY(auto given_up, journal_.given_up_since({}));
    std::erase_if(given_up, [](const Attempt& attempt) { return attempt.state == AttemptState::reversed; });
    return given_up;
}

Result<std::vector<Attempt>> Runner::attempts_of(const std::string& order_ref) {
    return journal_.of_order(order_ref);
}

}  // namespace mulin::payment
