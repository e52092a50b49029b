// The adapter against a gateway whose answers nobody signed: what is asked before anything is believed.

#include "payment/chinaums/chinaums_adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/chinaums_till.h"

namespace mulin::payment {
namespace {

using tests::ChinaumsPlan;
using tests::ChinaumsSimulator;
using tests::ChinaumsTill;
using tests::Delivery;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using UmsFate = ChinaumsPlan::Fate;
using Changes = ChinaumsTill::Changes;

constexpr const char* kUmsId = ChinaumsTill::kAttempt;

TEST(ChinaumsPaying, YesIsOnlyBelievedAfterAskingForOurOwnOrder) {
    ChinaumsTill till;
    EXPECT_EQ(till.start(ChinaumsPlan{}).outcome, Outcome::approved);
    EXPECT_THAT(till.gateway.paths(), ElementsAre("/v6/poslink/transaction/pay", "/v6/poslink/transaction/query"));
    EXPECT_EQ(till.gateway.held(kUmsId), 1234);
}

TEST(ChinaumsPaying, YesThatNobodyConfirmsIsUnknown) {
    ChinaumsTill till;
    ChinaumsPlan plan;
    plan.failing_queries = 1;
    EXPECT_EQ(till.start(plan).outcome, Outcome::unknown);
    EXPECT_EQ(till.query().outcome, Outcome::approved);
}

TEST(ChinaumsPaying, NoIsOnlyBelievedAfterAskingToo) {
    ChinaumsTill till;
    ChinaumsPlan refused;
    refused.fate = UmsFate::refused;
    EXPECT_EQ(till.start(refused).outcome, Outcome::declined);
    ChinaumsTill other;
    ChinaumsPlan wrongly_refused;
    wrongly_refused.start_code = "51";
    EXPECT_EQ(other.start(wrongly_refused).outcome, Outcome::approved) << "the ledger says paid, whatever the first answer said";
}

TEST(ChinaumsPaying, WaitingIsUnknownUntilTheAcquirerNamesItsCode) {
    ChinaumsPlan plan;
    plan.waiting_queries = 2;
    ChinaumsTill silent;
    EXPECT_EQ(silent.start(plan).outcome, Outcome::unknown);
    ChinaumsTill named(Changes{{"waiting_codes", "X9, W1"}});
    EXPECT_EQ(named.start(plan).outcome, Outcome::pending);
    EXPECT_EQ(named.query().outcome, Outcome::pending);
    EXPECT_EQ(named.query().outcome, Outcome::pending);
    EXPECT_EQ(named.query().outcome, Outcome::approved);
}

TEST(ChinaumsPaying, AmountsAsTextAndTheOtherWayRound) {
    for (const bool swapped : {false, true}) {
        ChinaumsTill till;
        ChinaumsPlan plan;
        plan.amounts_as_text = true;
        plan.amounts_swapped = swapped;
        plan.platform_fen = 234;
        const AttemptResult result = till.start(plan);
        EXPECT_EQ(result.outcome, Outcome::approved);
        EXPECT_THAT(result.discounts, ElementsAre(ChannelDiscount{"platform", Money::fen(234)}));
    }
}

TEST(ChinaumsPaying, AmountsThatDoNotAddUpAreNotGuessed) {
    ChinaumsTill till;
    ChinaumsPlan plan;
    plan.amounts_do_not_add_up = true;
    const AttemptResult result = till.start(plan);
    EXPECT_EQ(result.outcome, Outcome::unknown);
    EXPECT_EQ(result.refs.at("alarm"), "review");
}

TEST(ChinaumsPaying, AWrongKeyIsAnAlarm) {
    ChinaumsTill till;
    till.settings["app_key_file"] = till.folder.write("other.key", "another key");
    till.adapter = till.make();
    const AttemptResult result = till.start(ChinaumsPlan{});
    EXPECT_EQ(result.outcome, Outcome::unknown);
    EXPECT_EQ(result.refs.at("alarm"), "config");
    EXPECT_EQ(till.gateway.held(kUmsId), 0);
}

TEST(ChinaumsPaying, AServerThatIsNotThePinnedHostHearsNothing) {
    ChinaumsTill till;
    till.gateway.server().be_a_stranger();
    EXPECT_EQ(till.start(ChinaumsPlan{}).outcome, Outcome::not_sent);
    EXPECT_EQ(till.gateway.starts(kUmsId), 0);
    ChinaumsTill pinned(Changes{{"pinned_key", "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}});
    EXPECT_EQ(pinned.start(ChinaumsPlan{}).outcome, Outcome::not_sent) << "right authority, wrong key";
    EXPECT_EQ(pinned.gateway.starts(kUmsId), 0);
}

// ---- Taking back

TEST(ChinaumsReverse, APaidOneIsVoidedAndAskedAbout) {
    ChinaumsTill till;
    till.start(ChinaumsPlan{});
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
    EXPECT_EQ(till.gateway.held(kUmsId), 0);
    EXPECT_THAT(till.gateway.paths(), Not(Contains("/v6/poslink/transaction/reversepayment")));
}

TEST(ChinaumsReverse, WhatIsInDoubtIsReversedWhereTheMerchantMay) {
    for (const char* may : {"true", "false"}) {
        ChinaumsTill till(Changes{{"use_reversal", may}});
        ChinaumsPlan plan;
        plan.fate = UmsFate::waits;
        till.start(plan);
        EXPECT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
        const char* const path = may == std::string("true") ? "/v6/poslink/transaction/reversepayment" : "/v6/poslink/transaction/voidpayment";
        EXPECT_THAT(till.gateway.paths(), Contains(path));
    }
}

TEST(ChinaumsReverse, ALostVoidIsUnknownThenFound) {
    ChinaumsTill till;
    ChinaumsPlan plan;
    plan.reverse_delivery = Delivery::none;
    till.start(plan);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::unknown);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
}

TEST(ChinaumsReverse, BusyIsTriedAgain) {
    ChinaumsTill till;
    ChinaumsPlan plan;
    plan.busy_reverses = 1;
    till.start(plan);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::refused_retry);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
}

TEST(ChinaumsReverse, ARefusalFromTheAcquirersListIsForAPerson) {
    ChinaumsPlan plan;
    plan.reverse_refused = true;
    ChinaumsTill silent;
    silent.start(plan);
    EXPECT_EQ(silent.reverse().outcome, ReverseOutcome::refused_retry) << "an unknown code decides nothing";
    ChinaumsTill named(Changes{{"refused_codes", ChinaumsSimulator::kRefused}});
    named.start(plan);
    EXPECT_EQ(named.reverse().outcome, ReverseOutcome::too_late);
}

TEST(ChinaumsReverse, RefundedBySomebodyElseIsForAPerson) {
    ChinaumsTill till;
    till.start(ChinaumsPlan{});
    ASSERT_EQ(till.adapter->refund(till.attempt, till.refund_of("R1", 100)).outcome, RefundOutcome::refunded);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::too_late) << "nobody says whether that was all of it";
}

TEST(ChinaumsReverse, NotFoundIsNotGoneUntilLongAfter) {
    ChinaumsTill till;
    ChinaumsPlan plan;
    plan.lost = true;
    EXPECT_EQ(till.start(plan).outcome, Outcome::unknown);
    EXPECT_NE(till.reverse().outcome, ReverseOutcome::not_paid_closed);
    till.clock.advance_ms(16 * 60'000);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::not_paid_closed);
}

// ---- Bills

TEST(ChinaumsBill, IsShownWaitedForAndPaid) {
    ChinaumsTill till(Changes{{"mode", "shown_code"}});
    ChinaumsPlan plan;
    plan.waiting_queries = 1;
    const AttemptResult shown = till.show(plan);
    EXPECT_EQ(shown.outcome, Outcome::pending);
    EXPECT_THAT(shown.presented, HasSubstr("https://qr-test.chinaums.com/bills/"));
    EXPECT_EQ(till.query().presented, shown.presented) << "it stays on the display";
    EXPECT_EQ(till.query().outcome, Outcome::approved);
    EXPECT_EQ(till.gateway.held(kUmsId), 1234);
}

TEST(ChinaumsBill, UnpaidItIsClosed) {
    ChinaumsTill till(Changes{{"mode", "shown_code"}});
    ChinaumsPlan plan;
    plan.fate = UmsFate::waits;
    till.show(plan);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::not_paid_closed);
    EXPECT_EQ(till.query().outcome, Outcome::declined);
}

TEST(ChinaumsBill, PaidItIsRefundedOnceHoweverOftenAsked) {
    ChinaumsTill till(Changes{{"mode", "shown_code"}});
    ChinaumsPlan plan;
    plan.reverse_delivery = Delivery::none;
    till.show(plan);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::unknown) << "the answer was lost";
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::reversed);
    EXPECT_EQ(till.gateway.refunds(), 1);
    EXPECT_EQ(till.gateway.held(kUmsId), 0);
}

TEST(ChinaumsBill, RefundedInPartItIsNotTakenForReturned) {
    ChinaumsTill till(Changes{{"mode", "shown_code"}});
    till.show(ChinaumsPlan{});
    till.query();
    ASSERT_EQ(till.adapter->refund(till.attempt, till.refund_of("R1", 100)).outcome, RefundOutcome::refunded);
    EXPECT_EQ(till.reverse().outcome, ReverseOutcome::too_late);
    EXPECT_EQ(till.gateway.held(kUmsId), 1134);
}

TEST(ChinaumsBill, TheMerchantsPartIsNamed) {
    ChinaumsTill till(Changes{{"mode", "shown_code"}});
    ChinaumsPlan plan;
    plan.platform_fen = 200;
    plan.merchant_fen = 34;
    till.show(plan);
    EXPECT_THAT(till.query().discounts, ElementsAre(ChannelDiscount{"platform", Money::fen(200)}, ChannelDiscount{"merchant", Money::fen(34)}));
}

// ---- Refunds

TEST(ChinaumsRefund, PoslinkInPartsAndNeverTwice) {
    ChinaumsTill till(Changes{{"refused_codes", ChinaumsSimulator::kRefused}});
    EXPECT_FALSE(till.adapter->capabilities().refund_repeatable);
    ChinaumsPlan plan;
    plan.refund_delivery = Delivery::none;
    till.start(plan);
    const RefundRequest first = till.refund_of("R1", 1000);
    EXPECT_EQ(till.adapter->refund(till.attempt, first).outcome, RefundOutcome::unknown);
    EXPECT_EQ(till.adapter->refund_query(till.attempt, first).outcome, RefundOutcome::refunded);
    EXPECT_EQ(till.adapter->refund(till.attempt, till.refund_of("R2", 235)).outcome, RefundOutcome::refused);
    EXPECT_EQ(till.adapter->refund(till.attempt, till.refund_of("R3", 234)).outcome, RefundOutcome::refunded);
    EXPECT_EQ(till.gateway.held(kUmsId), 0);
}

TEST(ChinaumsRefund, NetpayMayBeRepeated) {
    ChinaumsTill till(Changes{{"mode", "shown_code"}});
    EXPECT_TRUE(till.adapter->capabilities().refund_repeatable);
    ChinaumsPlan plan;
    plan.refund_delivery = Delivery::none;
    till.show(plan);
    const RefundRequest first = till.refund_of("R1", 1000);
    EXPECT_EQ(till.adapter->refund(till.attempt, first).outcome, RefundOutcome::unknown);
    EXPECT_EQ(till.adapter->refund(till.attempt, first).outcome, RefundOutcome::refunded);
    EXPECT_EQ(till.gateway.refunds(), 1);
    EXPECT_EQ(till.adapter->refund(till.attempt, till.refund_of("R2", 500)).outcome, RefundOutcome::refused);
}

// ---- Settings

TEST(ChinaumsSettings, WhatCannotWorkIsRefusedAtOnce) {
    ChinaumsTill till;
    const auto good = till.settings;
    const std::pair<const char*, const char*> wrong[] = {
        {"merchant", "1"}, {"terminal", ""}, {"address", "http://127.0.0.1"}, {"mode", "both"}, {"app_key_file", "/nowhere"}, {"waiting_codes", "W1,00"},
        {"authorities_file", ""}, {"poslink_version", "v5"}, {"typo", "1"}, {"device_type", "11"}, {"valid_ms", "1"}};
    for (const auto& [key, value] : wrong) {
        till.settings = good;
        till.settings[key] = value;
        const auto made = till.try_make();
        ASSERT_FALSE(made.has_value()) << key;
        EXPECT_THAT(made.error().message, HasSubstr("chinaums")) << key;
        EXPECT_THAT(made.error().message, Not(HasSubstr(ChinaumsSimulator::kAppKey))) << key;
    }
    till.settings = good;
    EXPECT_TRUE(till.try_make().has_value());
}

}  // namespace
}  // namespace mulin::payment
