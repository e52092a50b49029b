#include "payment/port/transition.h"

#include "payment/base/check.h"

namespace mulin::payment {
namespace {

using S = AttemptState;

constexpr unsigned bit(S state) { return 1U << static_cast<unsigned>(state); }

// Targets beside staying.
unsigned targets(S from) {
    switch (from) {
        case S::created:
            return bit(S::sending) | bit(S::voided);
        case S::sending:
            return bit(S::approved) | bit(S::declined) | bit(S::pending) | bit(S::unknown) |
                   bit(S::not_sent) | bit(S::reversing) | bit(S::manual_review);
        case S::pending:
            return bit(S::approved) | bit(S::declined) | bit(S::unknown) | bit(S::reversing) |
                   bit(S::manual_review);
        case S::unknown:
            return bit(S::approved) | bit(S::declined) | bit(S::pending) | bit(S::reversing) |
                   bit(S::manual_review);
        case S::reversing:
            return bit(S::reversed) | bit(S::manual_review) | bit(S::late_success);
        case S::approved:
            return bit(S::reversing) | bit(S::manual_review);
        case S::manual_review:
            return bit(S::approved) | bit(S::declined) | bit(S::reversed);
        case S::late_success:
            return bit(S::reversed) | bit(S::manual_review);
        case S::declined:
        case S::not_sent:
        case S::voided:
        case S::reversed:
            return bit(S::late_success);
    }
    MULIN_CHECK(false);
}

}  // namespace

AttemptState after_start(Outcome outcome) {
    switch (outcome) {
        case Outcome::approved:
            return S::approved;
        case Outcome::declined:
            return S::declined;
        case Outcome::pending:
            return S::pending;
        case Outcome::unknown:
            return S::unknown;
        case Outcome::not_sent:
            return S::not_sent;
    }
    MULIN_CHECK(false);
}

AttemptState after_query(AttemptState from, Outcome outcome) {
    switch (from) {
        case S::sending:
        case S::unknown:
            if (outcome == Outcome::pending) return S::pending;
            [[fallthrough]];
        case S::pending:
            if (outcome == Outcome::approved) return S::approved;
            if (outcome == Outcome::declined) return S::declined;
            return from == S::sending ? S::unknown : from;
        case S::reversing:
        case S::late_success:
            return outcome == Outcome::declined ? S::reversed : from;
        case S::declined:
        case S::not_sent:
        case S::voided:
        case S::reversed:
            return outcome == Outcome::approved ? S::late_success : from;
        case S::created:
        case S::approved:
        case S::manual_review:
            return from;
    }
    MULIN_CHECK(false);
}

AttemptState after_reverse(AttemptState from, ReverseOutcome outcome) {
    MULIN_CHECK(from == S::reversing || from == S::late_success);
    switch (outcome) {
        case ReverseOutcome::reversed:
        case ReverseOutcome::not_paid_closed:
            return S::reversed;
        case ReverseOutcome::refused_retry:
        case ReverseOutcome::unknown:
            return from;
        case ReverseOutcome::too_late:
            return from == S::reversing ? S::manual_review : from;
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
