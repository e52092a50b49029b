#include "payment/port/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "payment/cash/cash_adapter.h"
#include "tests/support/pay_till.h"

namespace mulin::payment {
namespace {

using mulin::testing::code_for;
using mulin::testing::MemoryAttemptJournal;
using mulin::testing::PayTill;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using S = AttemptState;

std::vector<std::string> states_of(const PayTill& till) {
    std::vector<std::string> names;
    for (const auto& attempt : till.history) {
        const std::string name = attempt_state_name(attempt.state);
        if (names.empty() || names.back() != name) names.push_back(name);
    }
    return names;
}

struct Story {
    Script script;
    std::vector<std::string> states;
    S after_begin;
};

void PrintTo(const Story& story, std::ostream* out) { *out << "script " << static_cast<int>(story.script); }

class RunnerStory : public ::testing::TestWithParam<Story> {};

// One story per script: what the counter is shown, from the scan to the end.
TEST_P(RunnerStory, IsShownInThisOrder) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", GetParam().script));
    ASSERT_TRUE(begun);
    EXPECT_EQ(begun->state, GetParam().after_begin);
    EXPECT_TRUE(till.run_until_quiet());
    EXPECT_EQ(states_of(till), GetParam().states);
    EXPECT_THAT(till.invariants(true), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Scripts, RunnerStory,
    ::testing::Values(
        Story{Script::approve, {"created", "sending", "approved"}, S::approved},
        Story{Script::decline, {"created", "sending", "declined"}, S::declined},
        Story{Script::pending_approve, {"created", "sending", "pending", "approved"}, S::pending},
        Story{Script::answer_lost, {"created", "sending", "unknown", "approved"}, S::unknown},
        Story{Script::late_success,
              {"created", "sending", "pending", "reversing", "reversed", "late_success", "reversed"},
              S::pending},
        Story{Script::not_sent, {"created", "sending", "not_sent"}, S::not_sent},
        Story{
            Script::pending_forever, {"created", "sending", "pending", "reversing", "reversed"}, S::pending},
        Story{Script::request_lost, {"created", "sending", "unknown", "reversing", "reversed"}, S::unknown},
        Story{Script::wrong_amount, {"created", "sending", "unknown", "reversing", "reversed"}, S::unknown},
        Story{Script::pending_decline, {"created", "sending", "pending", "declined"}, S::pending},
        Story{Script::reverse_busy, {"created", "sending", "pending", "reversing", "reversed"}, S::pending},
        Story{Script::reverse_lost, {"created", "sending", "pending", "reversing", "reversed"}, S::pending},
        Story{Script::request_late, {"created", "sending", "unknown", "approved"}, S::unknown}),
    [](const auto& story) { return "script" + std::to_string(static_cast<int>(story.param.script)); });

TEST(Runner, JournalsSendingBeforeTheChannelHearsOfIt) {
    PayTill till;
    till.fuse.left = 4;  // created: 2 points, sending: 2 points, then the call itself
    EXPECT_THROW((void)till.runner->begin(till.charge("sale-1", Script::approve)), mulin::testing::PowerCut);
    ASSERT_EQ(till.shelf.size(), 1U);
    EXPECT_EQ(till.shelf.begin()->second.state, S::sending);
    EXPECT_THAT(till.gateway.payments(), IsEmpty());
}

TEST(Runner, RefusesASecondPaymentWhileTheFirstHasNoAnswer) {
    PayTill till;
    ASSERT_TRUE(till.runner->begin(till.charge("sale-1", Script::pending_forever)));
    const auto second = till.runner->begin(till.charge("sale-1", Script::approve));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::refused);
    EXPECT_EQ(till.gateway.payments().size(), 1U);
    EXPECT_TRUE(till.runner->begin(till.charge("sale-2", Script::approve))) << "another sale is free";
}

TEST(Runner, RefusesToTakeMoreThanTheSale) {
    PayTill till;
    auto part = till.charge("sale-1", Script::approve);
    part.amount = Money::fen(700);
    ASSERT_TRUE(till.runner->begin(part));
    const auto again = till.runner->begin(part);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::refused);
    part.amount = Money::fen(500);
    EXPECT_TRUE(till.runner->begin(part)) << "the rest of a split is fine";
    EXPECT_EQ(till.gateway.net_of_order("sale-1"), Money::fen(1200));
}

TEST(Runner, RefusesNonsenseBeforeAnythingIsSent) {
    PayTill till;
    auto bad = till.charge("sale-1", Script::approve);
    bad.amount = Money();
    EXPECT_EQ(till.runner->begin(bad).error().code, ErrorCode::invalid_input);
    bad.amount = Money::fen(1201);
    EXPECT_EQ(till.runner->begin(bad).error().code, ErrorCode::invalid_input);
    bad = till.charge("sale-1", Script::approve);
    bad.channel = "barter";
    EXPECT_EQ(till.runner->begin(bad).error().code, ErrorCode::invalid_input);
    bad = till.charge("", Script::approve);
    EXPECT_EQ(till.runner->begin(bad).error().code, ErrorCode::invalid_input);
    EXPECT_THAT(till.shelf, IsEmpty());
    EXPECT_THAT(till.gateway.payments(), IsEmpty());
}

TEST(Runner, AfterADeclineTheDinerMayPayAnotherWay) {
    PayTill till;
    ASSERT_EQ(till.runner->begin(till.charge("sale-1", Script::decline))->state, S::declined);
    EXPECT_EQ(till.runner->begin(till.charge("sale-1", Script::approve))->state, S::approved);
    EXPECT_EQ(till.gateway.net_of_order("sale-1"), Money::fen(1200));
}

TEST(Runner, CardsNeedNoCode) {
    PayTill till;
    for (const char* method : {"senior_card", "bank_card"}) {
        auto charge = till.charge(std::string("sale-") + method, Script::approve);
        charge.method = method;
        charge.code.clear();
        EXPECT_EQ(till.runner->begin(charge)->state, S::approved);
    }
}

TEST(Runner, FollowsThePollPlanOfTheChannel) {
    PayTill till(1, {.poll = {.delays_ms = {1'000, 4'000}, .give_up_ms = 20'000}});
    const auto begun = till.runner->begin(till.charge("sale-1", Script::pending_forever));
    const auto start = till.clock.monotonic();
    std::vector<std::int64_t> asked_at;
    while (till.shelf.at(begun->id).state == S::pending) {
        const auto next = till.runner->next_due();
        ASSERT_TRUE(next);
        EXPECT_THAT(till.runner->due(), IsEmpty());
        till.clock.advance_ms(next->ms - till.clock.monotonic().ms);
        asked_at.push_back(till.clock.monotonic().ms - start.ms);
        ASSERT_THAT(till.runner->due(), ElementsAre(begun->id));
        ASSERT_TRUE(till.runner->step(begun->id));
    }
    EXPECT_THAT(asked_at, ElementsAre(1'000, 5'000, 9'000, 13'000, 17'000, 20'000));
}

TEST(Runner, StepDoesNothingBeforeItsTime) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::pending_approve));
    for (int i = 0; i < 10; ++i) EXPECT_EQ(till.runner->step(begun->id)->polls, 0);
    EXPECT_EQ(till.gateway.find(begun->id.text())->queries, 0);
}

// Waiting is counted on the clock that nobody can set.
TEST(Runner, SettingTheWallClockNeitherHurriesNorStopsThePlan) {
    for (std::int64_t wall_ms : {0LL, 4'102'444'800'000LL}) {  // 1970 and 2100
        PayTill till;
        const auto begun = till.runner->begin(till.charge("sale-1", Script::pending_approve));
        const auto next = till.runner->next_due();
        till.clock.set_utc(UtcInstant{wall_ms});
        EXPECT_EQ(till.runner->next_due(), next);
        EXPECT_EQ(till.run_until_settled(begun->id).state, S::approved);
        EXPECT_LT(till.clock.monotonic().ms, 10'000);
    }
}

TEST(Runner, ReversesBackOffUpToTheLongestWait) {
    PayTill till(1, {.poll = {.delays_ms = {1'000},
                              .give_up_ms = 1'000,
                              .reverse_first_ms = 2'000,
                              .reverse_longest_ms = 8'000}});
    const auto begun = till.runner->begin(till.charge("sale-1", Script::pending_forever));
    till.gateway.set_faults([](const char*) { return SimulatedGateway::Fault::no_connection; });
    ASSERT_EQ(till.runner->give_up(begun->id)->state, S::reversing);
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 5; ++i) {
        waits.push_back(till.runner->next_due()->ms - till.clock.monotonic().ms);
        till.clock.advance_ms(waits.back());
        ASSERT_EQ(till.runner->step(begun->id)->state, S::reversing);
    }
    EXPECT_THAT(waits, ElementsAre(2'000, 4'000, 8'000, 8'000, 8'000));
}

TEST(Runner, GiveUpTakesAnApprovalThatTheLastQueryFinds) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::answer_lost));
    ASSERT_EQ(begun->state, S::unknown);
    EXPECT_EQ(till.runner->give_up(begun->id)->state, S::approved);
    EXPECT_EQ(till.gateway.find(begun->id.text())->returns, 0);
}

TEST(Runner, GiveUpReversesWhatWaits) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::pending_forever));
    EXPECT_EQ(till.runner->give_up(begun->id)->state, S::reversed);
    EXPECT_EQ(till.runner->begin(till.charge("sale-1", Script::approve))->state, S::approved);
}

TEST(Runner, GiveUpWaitsUntilTheChannelAllowsAReverse) {
    PayTill till(1, {.poll = {.delays_ms = {60'000}, .reverse_not_before_ms = 15'000}});
    const auto begun = till.runner->begin(till.charge("sale-1", Script::pending_forever));
    till.clock.advance_ms(3'000);
    EXPECT_EQ(till.runner->give_up(begun->id)->state, S::pending);
    EXPECT_EQ(till.gateway.find(begun->id.text())->reverses, 0);
    EXPECT_EQ(till.runner->next_due()->ms - till.clock.monotonic().ms, 12'000);
    till.clock.advance_ms(12'000);
    EXPECT_EQ(till.runner->step(begun->id)->state, S::reversed);
}

TEST(Runner, AChannelThatCannotReverseGoesToAPerson) {
    PayTill till(1, {.can_reverse = false});
    const auto begun = till.runner->begin(till.charge("sale-1", Script::pending_forever));
    const auto given_up = till.runner->give_up(begun->id);
    EXPECT_EQ(given_up->state, S::manual_review);
    EXPECT_THAT(given_up->result.refs.at("till.reason"), HasSubstr("cannot take a payment back"));
    EXPECT_TRUE(till.runner->begin(till.charge("sale-1", Script::approve))) << "the queue moves on";
}

TEST(Runner, AChannelThatCannotQueryIsReversedAtTheEndOfThePlan) {
    PayTill till(1, {.can_query = false});
    const auto begun = till.runner->begin(till.charge("sale-1", Script::answer_lost));
    ASSERT_EQ(begun->state, S::unknown);
    EXPECT_EQ(till.runner->next_due()->ms - till.clock.monotonic().ms, 45'000);
    EXPECT_EQ(till.run_until_settled(begun->id).state, S::reversed);
    EXPECT_EQ(till.gateway.net_of_order("sale-1"), Money());
}

// A reverse may still land after a query shows success: that success must not be taken.
TEST(Runner, ASuccessSeenWhileReversingIsNotTaken) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::answer_lost));
    int calls = 0;
    till.gateway.set_faults([&](const char* call) {
        if (std::string(call) == "query" && ++calls == 1) return SimulatedGateway::Fault::no_connection;
        return std::string(call) == "reverse" && calls < 3 ? SimulatedGateway::Fault::request_lost
                                                           : SimulatedGateway::Fault::none;
    });
    ASSERT_EQ(till.runner->give_up(begun->id)->state, S::reversing);
    ASSERT_EQ(till.runner->query_now(begun->id)->state, S::reversing) << "the query shows success";
    EXPECT_EQ(till.run_until_settled(begun->id).state, S::reversed);
    EXPECT_EQ(till.gateway.net_of_order("sale-1"), Money());
}

TEST(Runner, NoClearAnswerToAReverseGoesToAPersonInTheEnd) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::pending_forever));
    till.gateway.set_faults([](const char*) { return SimulatedGateway::Fault::no_connection; });
    EXPECT_EQ(till.run_until_settled(begun->id).state, S::manual_review);
    EXPECT_GE(till.clock.utc().ms - begun->created.ms, 24LL * 3600 * 1000);
}

TEST(Runner, ASupervisorMayLetTheQueueMoveOn) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::answer_lost));
    const auto aside = till.runner->set_aside(begun->id, "staff-2", "paid in cash meanwhile");
    ASSERT_TRUE(aside);
    EXPECT_EQ(aside->state, S::manual_review);
    EXPECT_EQ(aside->result.refs.at("till.approver"), "staff-2");
    EXPECT_TRUE(till.run_until_quiet());
    const auto& kept = till.shelf.at(begun->id);
    EXPECT_EQ(kept.state, S::manual_review) << "a query does not decide for the person";
    EXPECT_EQ(kept.result.outcome, Outcome::approved) << "but the evidence is kept";
    EXPECT_FALSE(till.runner->resolve(begun->id, S::voided, "staff-2", "x"));
    EXPECT_EQ(till.runner->resolve(begun->id, S::approved, "staff-2", "seen in the bill")->state,
              S::approved);
    EXPECT_FALSE(till.runner->resolve(begun->id, S::declined, "staff-2", "x")) << "decided once";
}

TEST(Runner, UndoReturnsAnApprovedPaymentOnce) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::approve));
    EXPECT_EQ(till.runner->undo(begun->id)->state, S::reversed);
    EXPECT_EQ(till.runner->undo(begun->id)->state, S::reversed);
    EXPECT_EQ(till.gateway.find(begun->id.text())->returns, 1);
    const auto declined = till.runner->begin(till.charge("sale-2", Script::decline));
    EXPECT_EQ(till.runner->undo(declined->id).error().code, ErrorCode::refused);
}

TEST(Runner, NewsFromElsewhereOfAClosedPaymentIsALateSuccess) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::decline));
    EXPECT_EQ(till.runner->report(begun->id, {.outcome = Outcome::approved})->state, S::late_success);
    EXPECT_EQ(till.runner->report(AttemptId("nobody"), {}).error().code, ErrorCode::not_found);
}

TEST(Runner, NewsCannotUndoAnApproval) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::approve));
    for (auto outcome : {Outcome::declined, Outcome::unknown, Outcome::pending, Outcome::not_sent}) {
        EXPECT_EQ(till.runner->report(begun->id, {.outcome = outcome})->state, S::approved);
    }
    EXPECT_FALSE(till.runner->next_due()) << "nothing is left to do";
}

TEST(Runner, DiscountsThatDoNotFitAreNotBelieved) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::pending_forever));
    AttemptResult news{.outcome = Outcome::approved};
    news.discounts = {{"platform", Money::fen(1201)}};
    EXPECT_EQ(till.runner->report(begun->id, news)->state, S::pending);
    news.discounts = {{"platform", Money::fen(700)}, {"bank", Money::fen(600)}};
    EXPECT_EQ(till.runner->report(begun->id, news)->state, S::pending);
    news.discounts = {{"platform", Money::fen(300)}};
    const auto taken = till.runner->report(begun->id, news);
    EXPECT_EQ(taken->state, S::approved);
    EXPECT_EQ(taken->result.discounts, news.discounts);
}

TEST(Runner, KeepsOnlyAKeyedHashOfTheCode) {
    PayTill till;
    const auto charge = till.charge("sale-1", Script::approve);
    const auto first = till.runner->begin(charge);
    auto other = charge;
    other.order_ref = "sale-2";
    EXPECT_EQ(till.runner->begin(other)->code_hash, first->code_hash) << "the same code is recognised";
    EXPECT_EQ(first->code_hash.size(), 32U);
    Runner foreign(*till.journal, till.clock, till.ids, {till.adapter}, {.code_key = "another till"});
    other.order_ref = "sale-3";
    EXPECT_NE(foreign.begin(other)->code_hash, first->code_hash) << "without the key it cannot be tried out";
}

TEST(Runner, CashIsApprovedAtOnceAndNotJournalled) {
    mulin::testing::AttemptShelf shelf;
    MemoryAttemptJournal journal(shelf);
    ManualClock clock(UtcInstant{0});
    SeededRandom random(1);
    IdSource ids(clock, random);
    CashAdapter cash;
    Runner runner(journal, clock, ids, {&cash}, {.code_key = "k"});
    const auto paid = runner.begin({"sale-1", Money::fen(1200), "cash", "cash", Money::fen(1200), ""});
    ASSERT_TRUE(paid);
    EXPECT_EQ(paid->state, S::approved);
    EXPECT_EQ(paid->id.text().size(), 26U);
    EXPECT_EQ(journal.writes(), 0);
    EXPECT_FALSE(runner.next_due());
}

TEST(Runner, AJournalThatCannotKeepTheAttemptStopsIt) {
    using Fault = MemoryAttemptJournal::Fault;
    for (int failing : {0, 1}) {
        for (auto kind : {Fault::fail_before, Fault::fail_after}) {
            PayTill till;
            auto& journal = dynamic_cast<MemoryAttemptJournal&>(*till.journal);
            journal.fault = [&](int write) { return write == failing ? kind : Fault::none; };
            const auto begun = till.runner->begin(till.charge("sale-1", Script::approve));
            ASSERT_FALSE(begun);
            EXPECT_EQ(begun.error().code, ErrorCode::disk_full);
            EXPECT_THAT(till.gateway.payments(), IsEmpty()) << "nothing may be sent";
            EXPECT_TRUE(till.run_until_quiet());
            EXPECT_EQ(till.gateway.net_of_order("sale-1"), Money());
            EXPECT_EQ(till.runner->begin(till.charge("sale-1", Script::approve))->state, S::approved);
            EXPECT_THAT(till.invariants(true), IsEmpty());
        }
    }
}

TEST(Runner, AnApprovalThatCouldNotBeKeptIsAskedForAgain) {
    PayTill till;
    auto& journal = dynamic_cast<MemoryAttemptJournal&>(*till.journal);
    journal.fault = [](int write) {
        return write == 2 ? MemoryAttemptJournal::Fault::fail_before : MemoryAttemptJournal::Fault::none;
    };
    ASSERT_FALSE(till.runner->begin(till.charge("sale-1", Script::approve)));
    EXPECT_FALSE(till.paid("sale-1")) << "what is not kept is not shown";
    EXPECT_TRUE(till.run_until_quiet());
    EXPECT_TRUE(till.paid("sale-1"));
    EXPECT_EQ(till.gateway.net_of_order("sale-1"), Money::fen(1200));
}

}  // namespace
}  // namespace mulin::payment
