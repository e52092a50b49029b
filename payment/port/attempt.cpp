#include "payment/port/attempt.h"

#include <charconv>

#include "payment/base/check.h"

namespace mulin::payment {
namespace {

constexpr const char* kOrderVersion = "till.order_version";

constexpr AttemptState kStates[] = {
    AttemptState::created,   AttemptState::sending,  AttemptState::pending,       AttemptState::unknown,
    AttemptState::reversing, AttemptState::approved, AttemptState::declined,      AttemptState::not_sent,
    AttemptState::voided,    AttemptState::reversed, AttemptState::manual_review, AttemptState::late_success,
};

}  // namespace

const char* attempt_state_name(AttemptState state) {
    switch (state) {
        case AttemptState::created:
            return "created";
        case AttemptState::sending:
            return "sending";
        case AttemptState::pending:
            return "pending";
        case AttemptState::unknown:
            return "unknown";
        case AttemptState::reversing:
            return "reversing";
        case AttemptState::approved:
            return "approved";
        case AttemptState::declined:
            return "declined";
        case AttemptState::not_sent:
            return "not_sent";
        case AttemptState::voided:
            return "voided";
        case AttemptState::reversed:
            return "reversed";
        case AttemptState::manual_review:
            return "manual_review";
        case AttemptState::late_success:
            return "late_success";
    }
    MULIN_CHECK(false);
}

std::optional<AttemptState> parse_attempt_state(std::string_view name) {
    for (auto state : kStates) {
        if (name == attempt_state_name(state)) return state;
    }
    return std::nullopt;
}

bool is_settled(AttemptState state) {
    switch (state) {
        case AttemptState::created:
        case AttemptState::sending:
        case AttemptState::pending:
        case AttemptState::unknown:
        case AttemptState::reversing:
            return false;
        case AttemptState::approved:
        case AttemptState::declined:
        case AttemptState::not_sent:
        case AttemptState::voided:
        case AttemptState::reversed:
        case AttemptState::manual_review:
        case AttemptState::late_success:
            return true;
    }
    MULIN_CHECK(false);
}

Outcome outcome_of(AttemptState state) {
    switch (state) {
        case AttemptState::approved:
            return Outcome::approved;
        case AttemptState::declined:
        case AttemptState::voided:
        case AttemptState::reversed:
            return Outcome::declined;
        case AttemptState::not_sent:
            return Outcome::not_sent;
        case AttemptState::pending:
            return Outcome::pending;
        case AttemptState::created:
        case AttemptState::sending:
        case AttemptState::unknown:
        case AttemptState::reversing:
        case AttemptState::manual_review:
        case AttemptState::late_success:
            return Outcome::unknown;
    }
    MULIN_CHECK(false);
}

std::int64_t order_version_of(const Attempt& attempt) {
    const auto found = attempt.result.refs.find(kOrderVersion);
    std::int64_t version = 0;
    if (found != attempt.result.refs.end())
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), version);
    return version;
}

void set_order_version(Attempt& attempt, std::int64_t version) {
    if (version != 0) attempt.result.refs[kOrderVersion] = std::to_string(version);
}

DinerHears diner_hears(AttemptState state) {
    switch (state) {
        case AttemptState::approved:
            return DinerHears::paid;
        case AttemptState::declined:
        case AttemptState::not_sent:
        case AttemptState::voided:
        case AttemptState::reversed:
            return DinerHears::nothing_taken;
        case AttemptState::created:
        case AttemptState::sending:
        case AttemptState::pending:
        case AttemptState::unknown:
        case AttemptState::reversing:
            return DinerHears::still_asking;
        case AttemptState::manual_review:
            return DinerHears::kept_under_review;
        case AttemptState::late_success:
            return DinerHears::money_comes_back;
    }
    MULIN_CHECK(false);
}

}  // namespace mulin::payment
