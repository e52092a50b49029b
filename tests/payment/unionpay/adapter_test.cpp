// The adapter against a gateway that insists on times, days and numbers: what is asked, undone and shown.

#include "payment/unionpay/unionpay_adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "payment/unionpay/emv_qr.h"
#include "tests/support/unionpay_till.h"

namespace mulin::payment {
namespace {

using tests::Delivery;
using tests::UnionpayPlan;
using tests::UnionpaySimulator;
using tests::UnionpayTill;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Fate = UnionpayPlan::Fate;

constexpr const char* kId = UnionpayTill::kAttempt;

TEST(UnionpayPaying, AcceptedThenFoundPaid) {
    UnionpayTill till;
    EXPECT_EQ(till.start(UnionpayPlan{}).outcome, Outcome::pending);
    till.clock.advance_ms(1'000);
    const AttemptResult paid = till.query();
    EXPECT_EQ(paid.outcome, Outcome::approved);
    EXPECT_THAT(paid.refs.at("queryId"), SizeIs(21));
    EXPECT_EQ(till.gateway.held(kId), 1234);
}

TEST(UnionpayPaying, TheTimeOfTheAttemptIsKeptHoweverLateTheQuestion) {
    UnionpayTill till;
    UnionpayPlan lost_answer;
    lost_answer.start_delivery = Delivery::none;
    EXPECT_EQ(till.start(lost_answer).outcome, Outcome::unknown);
    till.clock.advance_ms(40 * 60'000);
    EXPECT_EQ(till.make()->query(till.attempt).outcome, Outcome::approved);
}

TEST(UnionpayPaying, AClockThatIsWrongIsRefusedNotCharged) {
    UnionpayTill till;
    AttemptRequest request = till.request(till.gateway.code_for({}));
    request.created.ms -= 30 * 60'000;
    const AttemptResult result = till.start(request);
    EXPECT_EQ(result.outcome, Outcome::declined);
    EXPECT_EQ(result.refs.at("alarm"), "config");
    EXPECT_EQ(till.gateway.held(kId), 0);
}

TEST(UnionpayPaying, TheDelaysAreThePublishedOnes) {
    UnionpayTill till;
    const Capabilities can = till.adapter->capabilities();
    EXPECT_THAT(can.poll.delays_ms, ElementsAre(1'000, 2'000, 4'000, 8'000, 16'000, 32'000));
    EXPECT_EQ(can.poll.give_up_ms, 63'000);
    EXPECT_TRUE(can.needs_code);
    EXPECT_FALSE(can.presented_code);
}

TEST(UnionpayPaying, WhatIsNoUnionPayCodeNeverLeaves) {
    UnionpayTill till;
    for (const char* code : {"", "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=", "62257350532016152021X", "622573505320161520211"}) {
        const AttemptResult result = till.start(till.request(code));
        EXPECT_EQ(result.outcome, Outcome::not_sent) << code;
        EXPECT_FALSE(result.channel_text.empty());
    }
    EXPECT_EQ(till.gateway.server().connections(), 0);
}

TEST(UnionpayPaying, ACodeNobodyKnowsIsDeclined) {
    UnionpayTill till;
    EXPECT_EQ(till.start(till.request("6200000000000000000")).outcome, Outcome::declined);
}

TEST(UnionpayPaying, TooManyQuestionsWaitAWhile) {
    UnionpayTill till;
    UnionpayPlan plan;
    plan.too_often_queries = 1;
    till.start(plan);
    const AttemptResult first = till.query();
    EXPECT_EQ(first.outcome, Outcome::unknown);
    EXPECT_GE(first.retry_after_ms, 5'000);
    EXPECT_EQ(till.query().outcome, Outcome::approved);
}

TEST(UnionpayPaying, PaidButSomethingIsForAPerson) {
    for (const char* code : {"42", "74", "75"}) {
        UnionpayTill till;
        UnionpayPlan plan;
        plan.success_code = code;
        till.start(plan);
        const AttemptResult result = till.query();
        EXPECT_EQ(result.outcome, Outcome::unknown) << code;
        EXPECT_EQ(result.refs.at("alarm"), "review") << code;
        EXPECT_EQ(till.reverse().outcome, ReverseOutcome::too_late) << code;
        EXPECT_EQ(till.gateway.held(kId), 1234) << "nothing was undone blindly";
    }
}

TEST(UnionpayPaying, SponsoredPartsComeBack) {
    UnionpayTill till;
    UnionpayPlan plan;
    plan.coupon_info = R"([{"type":"DD01","spnsrId":"00010000","offstAmt":"300","id":"c"},{"type":"DD01","spnsrId":"777290058110048","offstAmt":"34","id":"c"}])";
    till.start(plan);
    EXPECT_THAT(till.query().discounts, ElementsAre(ChannelDiscount{"merchant", Money::fen(34)}, ChannelDiscount{"platform", Money::fen(300)}));
}

TEST(UnionpayPaying, AStrangersSignatureIsNotBelieved) {
    for (const bool stranger : {true, false}) {
        UnionpaySimulator::Options options;
        options.stranger_signs = stranger;
        if (!stranger) options.signer_name = "041@8310000000083040@Somebody else@00016495";
        UnionpayTill till(UnionpayTill::Changes{}, options);
        const AttemptResult result = till.start(UnionpayPlan{});
        EXPECT_EQ(result.outcome, Outcome::unknown);
        EXPECT_EQ(result.refs.at("alarm"), "unverified");
        EXPECT_EQ(till.query().outcome, Outcome::unknown);
    }
    UnionpaySimulator::Options named;
    named.signer_name = "Somebody else";
    UnionpayTill till(UnionpayTill::Changes{{"signer_name", "Somebody else"}}, named);
    EXPECT_EQ(till.start(UnionpayPlan{}).outcome, Outcome::pending) << "control: the name is configuration";
}

TEST(UnionpayPaying, AServerThatIsNotTheGatewayHearsNothing) {
    UnionpayTill till;
    till.gateway.server().be_a_stranger();
    EXPECT_EQ(till.start(UnionpayPlan{}).outcome, Outcome::not_sent);
    EXPECT_EQ(till.gateway.starts(kId), 0);
}

// ---- Undoing

TEST(UnionpayUndoing, AnUndoIsAnOrderOfItsOwn) {
    UnionpayTill till;
    till.start(UnionpayPlan{});
    till.query();
    till.clock.advance_ms(5 * 60'000);
    const ReverseResult undone = till.reverse();
    EXPECT_EQ(undone.outcome, ReverseOutcome::reversed);
    EXPECT_EQ(till.gateway.held(kId), 0);
    const auto undos = till.gateway.orders_of("31");
    ASSERT_THAT(undos, SizeIs(1));
    EXPECT_NE(undos[0], kId);
    EXPECT_TRUE(undos[0].ends_with(undone.refs.at("undo_time").substr(2)));
}

TEST(UnionpayUndoing, RepeatedItIsAskedForAndNotSentAgain) {
    UnionpayTill till;
    UnionpayPlan plan;
    plan.undone_says_paid = true;
    plan.reverse_delivery = Delivery::none;
    till.start(plan);
    till.query();
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::unknown) << "the answer was lost";
    till.clock.advance_ms(2'000);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
    EXPECT_THAT(till.gateway.orders_of("31"), SizeIs(1));
}

// The till dies after the undo left and before it wrote down any answer; all it has is the mark.
TEST(UnionpayUndoing, AfterACrashTheMarkFindsTheSameUndo) {
    UnionpayTill till;
    UnionpayPlan plan;
    plan.undone_says_paid = true;
    plan.reverse_delivery = Delivery::none;
    till.start(plan);
    till.query();
    till.reverse(false);
    till.clock.advance_ms(3 * 3'600'000);
    till.adapter = till.make();
    EXPECT_EQ(till.reverse(false).outcome, ReverseOutcome::reversed);
    EXPECT_THAT(till.gateway.orders_of("31"), SizeIs(1));
    EXPECT_EQ(till.gateway.held(kId), 0);
}

// Control: without the mark's instant the undo cannot be found again, and a person must look.
TEST(UnionpayUndoing, WithoutTheMarkAPersonDecides) {
    UnionpayTill till;
    UnionpayPlan plan;
    plan.undone_says_paid = true;
    plan.reverse_delivery = Delivery::none;
    till.start(plan);
    till.query();
    till.reverse(false);
    till.clock.advance_ms(2'000);
    till.attempt.state = AttemptState::unknown;
    EXPECT_EQ(till.adapter->reverse(till.attempt).outcome, ReverseOutcome::too_late);
    EXPECT_THAT(till.gateway.orders_of("31"), SizeIs(1)) << "but it is never undone twice";
}

// The undo never reached the gateway; hours later its old time would be refused.
TEST(UnionpayUndoing, AnUndoThatNeverArrivedIsSentWithANewTime) {
    UnionpayTill till;
    till.start(UnionpayPlan{});
    till.query();
    till.mark_reversing();
    till.clock.advance_ms(3 * 3'600'000);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
    EXPECT_EQ(till.gateway.held(kId), 0);
}

TEST(UnionpayUndoing, WhatWasUndoneIsNoLateSuccess) {
    UnionpayTill till;
    UnionpayPlan plan;
    plan.undone_says_paid = true;
    till.start(plan);
    EXPECT_EQ(till.query().outcome, Outcome::approved);
    ASSERT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
    till.attempt.state = AttemptState::reversed;
    EXPECT_EQ(till.query().outcome, Outcome::declined);
}

TEST(UnionpayUndoing, AnUndoInProgressIsWaitedFor) {
    UnionpayTill till;
    UnionpayPlan plan;
    plan.undo_waiting_queries = 2;
    till.start(plan);
    till.query();
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::unknown);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::unknown);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
    EXPECT_THAT(till.gateway.orders_of("31"), SizeIs(1));
}

TEST(UnionpayUndoing, AnotherClearingDayIsTooLate) {
    UnionpayTill till;
    till.start(UnionpayPlan{});
    till.query();
    till.clock.advance_ms(11 * 3'600'000 + 60'000);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::too_late);
    EXPECT_EQ(till.gateway.held(kId), 1234);
}

TEST(UnionpayUndoing, APendingPaymentCannotBeUndone) {
    UnionpayTill till;
    UnionpayPlan plan;
    plan.fate = Fate::waits;
    till.start(plan);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::refused_retry);
    EXPECT_THAT(till.gateway.orders_of("31"), IsEmpty());
}

TEST(UnionpayUndoing, APendingPaymentThatIsThenPaidIsUndone) {
    UnionpayTill till;
    UnionpayPlan plan;
    plan.waiting_queries = 2;
    till.start(plan);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::refused_retry);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::refused_retry);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
    EXPECT_EQ(till.gateway.held(kId), 0);
}

TEST(UnionpayUndoing, NotFoundIsNotGoneUntilLongAfter) {
    UnionpayTill till;
    UnionpayPlan plan;
    plan.lost = true;
    EXPECT_EQ(till.start(plan).outcome, Outcome::unknown);
    EXPECT_EQ(till.query().outcome, Outcome::unknown);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::refused_retry);
    till.clock.advance_ms(16 * 60'000);
    EXPECT_EQ(till.query().outcome, Outcome::unknown);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::not_paid_closed);
}

TEST(UnionpayUndoing, TheReversalClosesWhatIsPending) {
    UnionpayTill till(UnionpayTill::Changes{{"use_reversal", "true"}});
    UnionpayPlan plan;
    plan.fate = Fate::waits;
    till.start(plan);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
    EXPECT_EQ(till.query().outcome, Outcome::declined);
}

TEST(UnionpayUndoing, AWrongAmountIsNeverUndoneBlindly) {
    UnionpayTill till;
    UnionpayPlan plan;
    plan.lie = UnionpayPlan::Lie::amount;
    till.start(plan);
    const ReverseResult result = till.reverse();
    EXPECT_EQ(result.outcome, ReverseOutcome::too_late);
    EXPECT_EQ(result.refs.at("alarm"), "mismatch");
}

// ---- Showing a code

TEST(UnionpayShowing, TheCodeIsShownAndPaid) {
    UnionpayTill till(UnionpayTill::Changes{{"mode", "shown_code"}});
    EXPECT_TRUE(till.adapter->capabilities().presented_code);
    EXPECT_FALSE(till.adapter->capabilities().needs_code);
    AttemptRequest request = till.request("");
    std::string drawn;
    request.progress = [&](const Progress& progress) { drawn = progress.phase == Phase::presented ? progress.text : drawn; };
    const AttemptResult shown = till.start(request);
    EXPECT_EQ(shown.outcome, Outcome::pending);
    EXPECT_THAT(shown.presented, HasSubstr("https://qr.95516.com/"));
    EXPECT_EQ(drawn, shown.presented);
    EXPECT_EQ(till.query().outcome, Outcome::pending) << "nobody has scanned it: there is no such payment yet";
    till.gateway.scan(kId);
    EXPECT_EQ(till.query().outcome, Outcome::approved);
}

TEST(UnionpayShowing, ACodeThatNobodyScannedEnds) {
    UnionpayTill till(UnionpayTill::Changes{{"mode", "shown_code"}, {"valid_ms", "60000"}});
    till.start(till.request(""));
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::refused_retry) << "it may still be scanned";
    till.clock.advance_ms(61'000);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::refused_retry) << "just over: it may be on its way";
    till.clock.advance_ms(10'000);
    EXPECT_EQ(till.query().outcome, Outcome::unknown);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::not_paid_closed);
    EXPECT_GE(till.adapter->capabilities().poll.give_up_ms, 70'000);
}

TEST(UnionpayShowing, AnEmvTextMustBeWholeAndOverOurAmount) {
    const auto text = [](const char* yuan) { return build_emv_text({{"00", "01"}, {"15", "A000000333"}, {"53", "156"}, {"54", yuan}, {"58", "CN"}}).value(); };
    std::string broken = text("12.34");
    broken[10] = '9';
    const std::pair<std::string, Outcome> table[] = {
        {text("12.34"), Outcome::pending}, {text("12.35"), Outcome::unknown}, {broken, Outcome::unknown}, {"", Outcome::unknown}};
    for (const auto& [code, outcome] : table) {
        UnionpaySimulator::Options options;
        options.shown_code = code;
        UnionpayTill till(UnionpayTill::Changes{{"mode", "shown_code"}}, options);
        const AttemptResult result = till.start(till.request(""));
        EXPECT_EQ(result.outcome, outcome) << code;
        EXPECT_EQ(result.presented, outcome == Outcome::pending ? code : "");
    }
}

// ---- Refunds

RefundRequest refund_of(UnionpayTill& till, const char* id, std::int64_t fen) {
    RefundRequest request;
    request.id = RefundId(id);
    request.amount = Money::fen(fen);
    request.created = till.clock.utc();
    return request;
}

TEST(UnionpayRefunds, InPartsUntilNothingIsLeft) {
    UnionpayTill till;
    till.start(UnionpayPlan{});
    till.query();
    till.clock.advance_ms(86'400'000);
    EXPECT_EQ(till.adapter->refund(till.attempt, refund_of(till, "01K7QC3M5VREFUND0000000001", 1000)).outcome, RefundOutcome::refunded);
    EXPECT_EQ(till.gateway.held(kId), 234);
    EXPECT_EQ(till.adapter->refund(till.attempt, refund_of(till, "01K7QC3M5VREFUND0000000002", 235)).outcome, RefundOutcome::refused);
    EXPECT_EQ(till.adapter->refund(till.attempt, refund_of(till, "01K7QC3M5VREFUND0000000003", 234)).outcome, RefundOutcome::refunded);
    EXPECT_EQ(till.adapter->refund(till.attempt, refund_of(till, "01K7QC3M5VREFUND0000000004", 1)).outcome, RefundOutcome::refused);
    EXPECT_EQ(till.gateway.held(kId), 0);
}

TEST(UnionpayRefunds, TheSameNumberIsTheSameRefundHoweverLate) {
    UnionpayTill till;
    UnionpayPlan plan;
    plan.refund_delivery = Delivery::none;
    till.start(plan);
    till.query();
    const RefundRequest request = refund_of(till, "01K7QC3M5VREFUND0000000001", 500);
    EXPECT_EQ(till.adapter->refund(till.attempt, request).outcome, RefundOutcome::unknown);
    EXPECT_EQ(till.adapter->refund(till.attempt, request).outcome, RefundOutcome::refunded) << "at once: the gateway knows the number";
    till.clock.advance_ms(7'200'000);
    EXPECT_EQ(till.adapter->refund(till.attempt, request).outcome, RefundOutcome::refunded) << "late: it is asked about first";
    EXPECT_EQ(till.adapter->refund_query(till.attempt, request).outcome, RefundOutcome::refunded);
    EXPECT_THAT(till.gateway.orders_of("04"), SizeIs(1));
    EXPECT_EQ(till.gateway.held(kId), 734);
}

TEST(UnionpayRefunds, NoSuchRefundIsUnknown) {
    UnionpayTill till;
    till.start(UnionpayPlan{});
    EXPECT_EQ(till.adapter->refund_query(till.attempt, refund_of(till, "01K7QC3M5VREFUND0000000001", 500)).outcome, RefundOutcome::unknown);
}

}  // namespace
}  // namespace mulin::payment
