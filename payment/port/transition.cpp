#include "payment/port/transition.h"

#include "payment/base/check.h"

namespace mulin::payment {
namespace {

using State = AttemptState;

constexpr unsigned bit(State state) { return 1U << static_cast<unsigned>(state); }

// Targets beside staying.
unsigned targets(State from) {
    switch (from) {
        case State::created:
            return bit(State::sending) | bit(State::voided);
        case State::sending:
            return bit(State::approved) | bit(State::declined) | bit(State::pending) | bit(State::unknown) |
                   bit(State::not_sent) | bit(State::reversing) | bit(State::manual_review);
        case State::pending:
            return bit(State::approved) | bit(State::declined) | bit(State::unknown) | bit(State::reversing) |
                   bit(State::manual_review);
        case State::unknown:
            return bit(State::approved) | bit(State::declined) | bit(State::pending) | bit(State::reversing) |
                   bit(State::manual_review);
        case State::reversing:
            return bit(State::reversed) | bit(State::manual_review) | bit(State::late_success);
        case State::approved:
            return bit(State::reversing) | bit(State::manual_review);
        case State::manual_review:
            return bit(State::approved) | bit(State::declined) | bit(State::reversed);
        case State::late_success:
            return bit(State::reversed) | bit(State::manual_review);
        case State::declined:
        case State::not_sent:
        case State::voided:
        case State::reversed:
            return bit(State::late_success);
    }
    MULIN_CHECK(false);
}

}  // namespace

AttemptState after_start(Outcome outcome) {
    switch (outcome) {
        case Outcome::approved:
            return State::approved;
        case Outcome::declined:
            return State::declined;
        case Outcome::pending:
            return State::pending;
        case Outcome::unknown:
            return State::unknown;
        case Outcome::not_sent:
            return State::not_sent;
    }
    MULIN_CHECK(false);
}

AttemptState after_query(AttemptState from, Outcome outcome) {
    switch (from) {
        case State::sending:
        case State::unknown:
            if (outcome == Outcome::pending) return State::pending;
            [[fallthrough]];
        case State::pending:
            if (outcome == Outcome::approved) return State::approved;
            if (outcome == Outcome::declined) return State::declined;
            return from == State::sending ? State::unknown : from;
        case State::reversing:
        case State::late_success:
            return outcome == Outcome::declined ? State::reversed : from;
        case State::declined:
        case State::not_sent:
        case State::voided:
        case State::reversed:
            return outcome == Outcome::approved ? State::late_success : from;
        case State::created:
        case State::approved:
        case State::manual_review:
            return from;
    }
    MULIN_CHECK(false);
}

AttemptState after_reverse(AttemptState from, ReverseOutcome outcome) {
    MULIN_CHECK(from == State::reversing || from == State::late_success);
    switch (outcome) {
        case ReverseOutcome::reversed:
        case ReverseOutcome::not_paid_closed:
            return State::reversed;
        case ReverseOutcome::refused_retry:
        case ReverseOutcome::unknown:
            return from;
        case ReverseOutcome::too_late:
            return from == State::reversing ? State::manual_review : from;
    }
    MULIN_CHECK(false);
}

bool may_move(AttemptState from, AttemptState to) { return from == to || (targets(from) & bit(to)) != 0; }

const char* reverse_outcome_name(ReverseOutcome outcome) {
    switch (outcome) {
        case ReverseOutcome::reversed:
            return "reversed";
        case ReverseOutcome::not_paid_closed:
            return "not_paid_closed";
        case ReverseOutcome::refused_retry:
            return "refused_retry";
        case ReverseOutcome::unknown:
            return "unknown";
        case ReverseOutcome::too_late:
            return "too_late";
    }
    MULIN_CHECK(false);
}

}  // namespace mulin::payment
