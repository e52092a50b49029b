#include "payment/port/refund_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "payment/port/runner.h"
#include "tests/support/pay_memory_refunds.h"

namespace mulin::payment {
namespace {

using mulin::testing::AttemptShelf;
using mulin::testing::Fuse;
using mulin::testing::MemoryAttemptJournal;
using mulin::testing::MemoryRefundJournal;
using mulin::testing::PowerCut;
using mulin::testing::RefundShelf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using RS = RefundState;

// Answers as told; done() is what it has really given back, once for each request id.
class Channel final : public Adapter {
  public:
    std::string name() const override { return "channel"; }
    Capabilities capabilities() const override { return can; }
    AttemptResult start(const AttemptRequest&) override { return {.outcome = Outcome::approved}; }
    AttemptResult query(const Attempt&) override { return asked; }
    ReverseResult reverse(const Attempt&) override { return reversed; }
    RefundResult refund(const Attempt&, const RefundRequest& request) override {
        sent.push_back(request.id);
        return {.outcome = next(answers)};
    }
    RefundResult refund_query(const Attempt&, const RefundRequest&) override {
        ++questions;
        return {.outcome = next(found)};
    }

    Capabilities can{.query = true, .reverse = true, .refund = true, .refund_partial = true, .refund_query = true};
    std::deque<RefundOutcome> answers;
    std::deque<RefundOutcome> found;
    std::vector<RefundId> sent;
    int questions = 0;
    AttemptResult asked;
    ReverseResult reversed{.outcome = ReverseOutcome::reversed};

  private:
    static RefundOutcome next(std::deque<RefundOutcome>& from) {
        if (from.empty()) return RefundOutcome::unknown;
        const RefundOutcome outcome = from.front();
        from.pop_front();
        return outcome;
    }
};

class Refunds : public ::testing::Test {
  protected:
    Refunds() {
        Attempt paid;
        paid.id = AttemptId("A1");
        paid.order_ref = "sale-1";
        paid.channel = "channel";
        paid.amount = Money::fen(1000);
        paid.state = AttemptState::approved;
        paid.state_seq = 1;
        attempts_[paid.id] = paid;
        restart();
    }
    void restart() {
        runner.reset();
        journal.emplace(shelf, &fuse);
        attempt_journal.emplace(attempts_);
        runner.emplace(*journal, *attempt_journal, clock, ids, std::vector<Adapter*>{&channel});
    }
    Result<Refund> begin(std::int64_t fen) { return runner->begin({AttemptId("A1"), Money::fen(fen), "cold soup", "staff-2"}); }
    void rest() {
        for (int i = 0; i < 1000; ++i) {
            const auto next = runner->next_due();
            if (!next) return;
            if (*next > clock.monotonic()) clock.advance_ms(next->ms - clock.monotonic().ms);
            for (const auto& id : runner->due()) (void)runner->step(id);
        }
        FAIL() << "never comes to rest";
    }
    RS state(const Result<Refund>& begun) { return shelf.at(begun->id).state; }

    Fuse fuse;
    RefundShelf shelf;
    AttemptShelf attempts_;
    ManualClock clock{UtcInstant{1'773'114'300'000}};
    SeededRandom random{3};
    IdSource ids{clock, random};
    Channel channel;
    std::optional<MemoryRefundJournal> journal;
    std::optional<MemoryAttemptJournal> attempt_journal;
    std::optional<RefundRunner> runner;
};

TEST_F(Refunds, InPartsUpToWhatWasPaidAndNotAFenMore) {
    channel.answers = {RefundOutcome::refunded, RefundOutcome::refused, RefundOutcome::refunded};
    EXPECT_EQ(state(begin(400)), RS::refunded);
    EXPECT_EQ(*runner->refundable(AttemptId("A1")), Money::fen(600));
    EXPECT_EQ(begin(601).error().code, ErrorCode::refused);
    EXPECT_EQ(begin(0).error().code, ErrorCode::refused);
    EXPECT_EQ(state(begin(600)), RS::refused) << "nothing went back";
    EXPECT_EQ(*runner->refundable(AttemptId("A1")), Money::fen(600)) << "a refused refund counts for nothing";
    EXPECT_EQ(state(begin(600)), RS::refunded);
    EXPECT_FALSE(begin(1));
    EXPECT_EQ(channel.sent.size(), 3U);
    EXPECT_EQ(refund_standing(*runner->of_attempt(AttemptId("A1"))), RefundStanding::refunded);
}

TEST_F(Refunds, AnUnclearRefundCountsAndIsAskedAbout) {
    channel.answers = {RefundOutcome::unknown};
    channel.found = {RefundOutcome::unknown, RefundOutcome::processing, RefundOutcome::refunded};
    const auto begun = begin(1000);
    EXPECT_EQ(state(begun), RS::unknown);
    EXPECT_FALSE(begin(1)) << "the money may be on its way";
    rest();
    EXPECT_EQ(state(begun), RS::refunded);
    EXPECT_EQ(channel.sent.size(), 1U) << "never sent again where the channel does not promise that this is safe";
}

TEST_F(Refunds, IsSentAgainUnderTheSameIdOnlyWhereThatIsTheSameRefund) {
    channel.can.refund_query = false;
    channel.can.refund_repeatable = true;
    channel.answers = {RefundOutcome::unknown, RefundOutcome::unknown, RefundOutcome::refunded};
    const auto begun = begin(1000);
    rest();
    EXPECT_EQ(state(begun), RS::refunded);
    ASSERT_EQ(channel.sent.size(), 3U);
    EXPECT_THAT(channel.sent, ::testing::Each(begun->id));
}

TEST_F(Refunds, ARefusalOfARepeatedRefundIsNotBelieved) {
    channel.can.refund_query = false;
    channel.can.refund_repeatable = true;
    channel.answers = {RefundOutcome::unknown, RefundOutcome::refused, RefundOutcome::refunded};
    const auto begun = begin(1000);
    rest();
    EXPECT_EQ(state(begun), RS::refunded) << "refused may mean: done already";
}

TEST_F(Refunds, APersonDecidesWhereNothingElseIsPossible) {
    channel.can.refund_query = false;
    const auto begun = begin(1000);
    rest();
    EXPECT_EQ(state(begun), RS::manual_review);
    EXPECT_EQ(channel.sent.size(), 1U);
    EXPECT_THAT(shelf.at(begun->id).result.refs.at("till.reason"), HasSubstr("safely"));
    EXPECT_EQ(runner->resolve(begun->id, RS::created, "staff-9", "x").error().code, ErrorCode::refused);
    EXPECT_EQ(runner->resolve(begun->id, RS::refunded, "staff-9", "seen in the bank's list")->state, RS::refunded);
    EXPECT_EQ(shelf.at(begun->id).result.refs.at("till.approver"), "staff-9");
}

TEST_F(Refunds, ADayWithoutAnAnswerGoesToAPerson) {
    const auto begun = begin(1000);
    rest();
    EXPECT_EQ(state(begun), RS::manual_review);
    EXPECT_GT(channel.questions, 10);
    EXPECT_EQ(channel.sent.size(), 1U);
}

TEST_F(Refunds, WhatDidNotLeaveIsSentLater) {
    channel.answers = {RefundOutcome::not_sent, RefundOutcome::not_sent, RefundOutcome::refunded};
    const auto begun = begin(1000);
    EXPECT_EQ(state(begun), RS::created);
    rest();
    EXPECT_EQ(state(begun), RS::refunded);
    EXPECT_EQ(shelf.at(begun->id).sends, 1) << "only what left counts as sent";
}

TEST_F(Refunds, OnlyOfWhatWasApprovedAndWhereTheChannelCan) {
    attempts_.at(AttemptId("A1")).state = AttemptState::manual_review;
    EXPECT_EQ(begin(10).error().code, ErrorCode::refused);
    attempts_.at(AttemptId("A1")).state = AttemptState::approved;
    channel.can.refund_partial = false;
    EXPECT_EQ(begin(10).error().code, ErrorCode::refused) << "only the whole";
    channel.can.refund = false;
    EXPECT_EQ(begin(1000).error().code, ErrorCode::refused);
    EXPECT_THAT(channel.sent, IsEmpty());
    EXPECT_EQ(runner->begin({AttemptId("none"), Money::fen(1), "", ""}).error().code, ErrorCode::refused);
}

TEST_F(Refunds, AFullDiskStopsItBeforeItIsSent) {
    for (int write : {0, 1}) {
        int written = 0;
        journal->fails = [write, written](int) mutable { return written++ == write; };
        EXPECT_EQ(begin(1000).error().code, ErrorCode::disk_full);
        EXPECT_THAT(channel.sent, IsEmpty());
        journal->fails = nullptr;
    }
    // The one that was written down is owed, and is sent when there is room.
    channel.answers = {RefundOutcome::refunded};
    rest();
    EXPECT_EQ(channel.sent.size(), 1U);
    EXPECT_EQ(shelf.size(), 1U);
}

// The power fails at every point: afterwards the money went back once, or a person is asked.
TEST_F(Refunds, ThePowerFailsAtEveryPoint) {
    int points = 0;
    for (bool cut = true; cut; ++points) {
        shelf.clear();
        channel.sent.clear();
        channel.answers = {RefundOutcome::refunded};
        channel.found.assign(20, RefundOutcome::refunded);
        restart();
        cut = false;
        fuse.left = points;
        try {
            (void)begin(1000);
        } catch (const PowerCut&) {
            cut = true;
        }
        fuse.left = -1;
        restart();
        ASSERT_TRUE(runner->recover());
        if (channel.sent.empty()) channel.found.clear();
        rest();
        ASSERT_LE(channel.sent.size(), 1U) << "sent twice, cut at " << points;
        for (const auto& [id, refund] : shelf) EXPECT_TRUE(is_settled(refund.state)) << points;
    }
    EXPECT_GE(points, 7);
}

TEST(RefundState, MovesAndNamesAreWhole) {
    for (auto from : {RS::created, RS::sending, RS::processing, RS::unknown, RS::refunded, RS::refused, RS::voided, RS::manual_review}) {
        EXPECT_EQ(parse_refund_state(refund_state_name(from)), from);
        EXPECT_TRUE(may_move(from, from));
        // What is over stays over; only a person moves a review.
        const bool over = from == RS::refunded || from == RS::refused || from == RS::voided;
        for (auto to : {RS::created, RS::sending, RS::processing, RS::unknown, RS::refunded, RS::refused, RS::voided, RS::manual_review}) {
            if (over) {
                EXPECT_EQ(may_move(from, to), from == to);
            } else if (to == RS::sending) {
                EXPECT_EQ(may_move(from, to), from == RS::created || from == RS::unknown || from == to);
            }
        }
    }
    EXPECT_EQ(parse_refund_state("gone"), std::nullopt);
}

// A payment that is approved after it was given up becomes a refund task, once, and is then at rest.
TEST_F(Refunds, LateMoneyBecomesARefundTask) {
    auto& attempt = attempts_.at(AttemptId("A1"));
    attempt.state = AttemptState::reversed;
    attempt.changed = clock.utc();
    channel.asked = {.outcome = Outcome::approved};
    channel.answers = {RefundOutcome::unknown};
    channel.found = {RefundOutcome::unknown, RefundOutcome::refunded};
    std::vector<std::string> alarms;
    RunnerSettings settings;
    settings.code_key = "k";
    settings.refunds = &*runner;
    settings.alarm = [&](const Alarm& alarm) { alarms.push_back(alarm.kind); };
    Runner attempts(*attempt_journal, clock, ids, {&channel}, settings);
    ASSERT_TRUE(attempts.recover());
    for (int i = 0; i < 200; ++i) {
        clock.advance_ms(60'000);
        for (const auto& id : attempts.due()) (void)attempts.step(id);
        for (const auto& id : runner->due()) (void)runner->step(id);
    }
    EXPECT_EQ(attempts_.at(AttemptId("A1")).state, AttemptState::reversed);
    ASSERT_EQ(shelf.size(), 1U) << "one task, however often the channel says that it is paid";
    EXPECT_EQ(shelf.begin()->second.cause, RefundCause::late_success);
    EXPECT_EQ(shelf.begin()->second.state, RS::refunded);
    EXPECT_THAT(alarms, ElementsAre("late_success"));
    EXPECT_EQ(channel.sent.size(), 1U);
}

// Too late to reverse: paid, and a refund brings it back. With an alarm nobody knows that it was paid, and a
// refund would be a guess.
TEST_F(Refunds, TooLateToReverseIsARefundUnlessItIsInDoubt) {
    RunnerSettings settings;
    settings.code_key = "k";
    settings.refunds = &*runner;
    Runner attempts(*attempt_journal, clock, ids, {&channel}, settings);
    for (const bool in_doubt : {false, true}) {
        auto& attempt = attempts_.at(AttemptId("A1"));
        attempt.state = AttemptState::unknown;
        channel.reversed = {.outcome = ReverseOutcome::too_late};
        if (in_doubt) channel.reversed.refs["alarm"] = "review";
        ASSERT_TRUE(attempts.give_up(AttemptId("A1")));
        EXPECT_EQ(attempt.state, in_doubt ? AttemptState::manual_review : AttemptState::late_success);
        EXPECT_EQ(attempt.result.refs.count("till.reason"), in_doubt ? 1U : 0U);
    }
}

TEST_F(Refunds, WhatIsPartlyRefundedIsNotUndoneOnTop) {
    channel.answers = {RefundOutcome::refunded};
    ASSERT_TRUE(begin(100));
    RunnerSettings settings;
    settings.code_key = "k";
    settings.refunds = &*runner;
    Runner attempts(*attempt_journal, clock, ids, {&channel}, settings);
    EXPECT_EQ(attempts.undo(AttemptId("A1")).error().code, ErrorCode::refused);
}

}  // namespace
}  // namespace mulin::payment
