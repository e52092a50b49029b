#include "payment/port/transition.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace mulin::payment {
namespace {

using S = AttemptState;
using O = Outcome;
using R = ReverseOutcome;

constexpr std::array kStates = {S::created,   S::sending,  S::pending,       S::unknown,
                                S::reversing, S::approved, S::declined,      S::not_sent,
                                S::voided,    S::reversed, S::manual_review, S::late_success};
constexpr std::array kOutcomes = {O::approved, O::declined, O::pending, O::unknown, O::not_sent};

TEST(Transition, StartAnswer) {
    EXPECT_EQ(after_start(O::approved), S::approved);
    EXPECT_EQ(after_start(O::declined), S::declined);
    EXPECT_EQ(after_start(O::pending), S::pending);
    EXPECT_EQ(after_start(O::unknown), S::unknown);
    EXPECT_EQ(after_start(O::not_sent), S::not_sent);
}

struct QueryRow {
    S from;
    std::array<S, 5> to;  // in the order of kOutcomes
};

// The whole table, so that a change to any cell is a decision.
constexpr QueryRow kQueryTable[] = {
    {S::created, {S::created, S::created, S::created, S::created, S::created}},
    {S::sending, {S::approved, S::declined, S::pending, S::unknown, S::unknown}},
    {S::pending, {S::approved, S::declined, S::pending, S::pending, S::pending}},
    {S::unknown, {S::approved, S::declined, S::pending, S::unknown, S::unknown}},
    {S::reversing, {S::reversing, S::reversed, S::reversing, S::reversing, S::reversing}},
    {S::approved, {S::approved, S::approved, S::approved, S::approved, S::approved}},
    {S::declined, {S::late_success, S::declined, S::declined, S::declined, S::declined}},
    {S::not_sent, {S::late_success, S::not_sent, S::not_sent, S::not_sent, S::not_sent}},
    {S::voided, {S::late_success, S::voided, S::voided, S::voided, S::voided}},
    {S::reversed, {S::late_success, S::reversed, S::reversed, S::reversed, S::reversed}},
    {S::manual_review,
     {S::manual_review, S::manual_review, S::manual_review, S::manual_review, S::manual_review}},
    {S::late_success, {S::late_success, S::reversed, S::late_success, S::late_success, S::late_success}},
};

TEST(Transition, QueryTable) {
    ASSERT_EQ(std::size(kQueryTable), kStates.size());
    for (const auto& row : kQueryTable) {
        for (std::size_t i = 0; i < kOutcomes.size(); ++i) {
            EXPECT_EQ(after_query(row.from, kOutcomes[i]), row.to[i])
                << attempt_state_name(row.from) << " + " << outcome_name(kOutcomes[i]);
        }
    }
}

TEST(Transition, ReverseTable) {
    for (auto from : {S::reversing, S::late_success}) {
        EXPECT_EQ(after_reverse(from, R::reversed), S::reversed);
        EXPECT_EQ(after_reverse(from, R::not_paid_closed), S::reversed);
        EXPECT_EQ(after_reverse(from, R::refused_retry), from);
        EXPECT_EQ(after_reverse(from, R::unknown), from);
    }
    EXPECT_EQ(after_reverse(S::reversing, R::too_late), S::manual_review);
    EXPECT_EQ(after_reverse(S::late_success, R::too_late), S::late_success);
}

TEST(TransitionDeathTest, NothingElseIsReversed) {
    EXPECT_DEATH(after_reverse(S::approved, R::reversed), "late_success");
}

TEST(Transition, AnswersOnlyLeadWhereTheJournalMayGo) {
    for (auto outcome : kOutcomes) {
        EXPECT_TRUE(may_move(S::sending, after_start(outcome)));
        for (auto from : kStates) EXPECT_TRUE(may_move(from, after_query(from, outcome)));
    }
    for (auto outcome : {R::reversed, R::not_paid_closed, R::refused_retry, R::unknown, R::too_late}) {
        for (auto from : {S::reversing, S::late_success})
            EXPECT_TRUE(may_move(from, after_reverse(from, outcome)));
    }
}

TEST(Transition, NothingGoesBackToBeingSent) {
    for (auto from : kStates) {
        EXPECT_EQ(may_move(from, S::sending), from == S::created || from == S::sending);
        EXPECT_EQ(may_move(from, S::created), from == S::created);
    }
}

// Only a clear yes, or a person, makes an attempt approved; never from a state told as not paid.
TEST(Transition, ApprovedIsReachedFromWaitingOrReviewOnly) {
    const std::set<S> sources = {S::sending, S::pending, S::unknown, S::manual_review, S::approved};
    for (auto from : kStates) EXPECT_EQ(may_move(from, S::approved), sources.count(from) == 1);
}

TEST(Attempt, StateNamesRoundTripAndDiffer) {
    std::set<std::string> names;
    for (auto state : kStates) {
        EXPECT_EQ(parse_attempt_state(attempt_state_name(state)), state);
        names.insert(attempt_state_name(state));
    }
    EXPECT_EQ(names.size(), kStates.size());
    EXPECT_EQ(parse_attempt_state("paid"), std::nullopt);
    EXPECT_EQ(parse_attempt_state(""), std::nullopt);
}

TEST(Attempt, ASaleIsOnlyToldPaidWhenApproved) {
    for (auto state : kStates) EXPECT_EQ(outcome_of(state) == O::approved, state == S::approved);
    for (auto state : {S::manual_review, S::late_success, S::reversing, S::sending}) {
        EXPECT_EQ(outcome_of(state), O::unknown);
    }
}

TEST(Outcome, NamesRoundTrip) {
    for (auto outcome : kOutcomes) EXPECT_EQ(parse_outcome(outcome_name(outcome)), outcome);
    EXPECT_EQ(parse_outcome("maybe"), std::nullopt);
}

}  // namespace
}  // namespace mulin::payment
