// The adapter against the simulator over HTTPS on loopback.

#include "payment/alipay/alipay_adapter.h"

#include <gtest/gtest.h>

#include "payment/wire/rsa.h"
#include "tests/support/alipay_gateway.h"

namespace mulin::payment {
namespace {

using tests::AlipayGateway;
using tests::Behaviour;

const Money kPrice = Money::fen(1234);
const char* const kNumber = "01K7QC3M5VPAYMENT000000001";

class Alipay : public ::testing::Test {
  protected:
    std::unique_ptr<Adapter> adapter() {
        auto made = make_alipay_adapter({"alipay", gateway_.settings()}, {clock_, random_});
        EXPECT_TRUE(made) << (made ? "" : made.error().message);
        return std::move(*made);
    }
    AttemptRequest request(Behaviour behaviour, const std::string& id = kNumber) {
        return {AttemptId(id), "sale-1", kPrice, AlipayGateway::code_for(behaviour), 2'000, "qr", clock_.utc(), {}};
    }
    Attempt attempt(const AttemptResult& result, const std::string& id = kNumber) {
        Attempt made;
        made.id = AttemptId(id);
        made.channel = "alipay";
        made.amount = kPrice;
        made.created = clock_.utc();
        made.result = result;
        return made;
    }
    AttemptResult start(Behaviour behaviour, const std::string& id = kNumber) { return adapter()->start(request(behaviour, id)); }
    Money held(const std::string& id = kNumber) { return Money::fen(gateway_.held_fen(id)); }
    void TearDown() override { EXPECT_EQ(gateway_.complaints().size(), expected_complaints_); }

    SystemClock clock_;
    SystemRandom random_;
    AlipayGateway gateway_;
    std::size_t expected_complaints_ = 0;
};

TEST_F(Alipay, ApprovesAndKeepsTheChannelsNumbers) {
    const auto result = start(Behaviour::approve);
    ASSERT_EQ(result.outcome, Outcome::approved) << result.channel_text;
    EXPECT_EQ(result.refs.at("trade_no"), "202601012200101K7QC3M5VPAYME");
    EXPECT_EQ(result.refs.at("receipt_amount"), "12.34");
    EXPECT_TRUE(result.discounts.empty());
    EXPECT_EQ(held(), kPrice);
}

TEST_F(Alipay, SponsorsAreNamedInEveryReading) {
    for (const bool other : {false, true}) {
        gateway_.use_other_readings(other);
        const std::string id = std::string("01K7QC3M5VPAYMENT00000010") + (other ? "1" : "0"), second = id + "9";
        const auto by_platform = start(Behaviour::platform_discount, id);
        EXPECT_EQ(by_platform.outcome, Outcome::approved);
        EXPECT_EQ(by_platform.discounts, (std::vector<ChannelDiscount>{{"platform", Money::fen(100)}}));
        const auto by_merchant = start(Behaviour::merchant_discount, second);
        EXPECT_EQ(by_merchant.outcome, Outcome::approved);
        EXPECT_EQ(by_merchant.discounts, (std::vector<ChannelDiscount>{{"merchant", Money::fen(100)}}));
    }
}

TEST_F(Alipay, RefusalsAreClearAndHoldNoCode) {
    const auto result = start(Behaviour::decline);
    EXPECT_EQ(result.outcome, Outcome::declined);
    EXPECT_NE(result.channel_text.find("余额不足"), std::string::npos);
    EXPECT_EQ(result.channel_text.find(AlipayGateway::code_for(Behaviour::decline)), std::string::npos);
}

TEST_F(Alipay, WaitsThenApprovesOrRefuses) {
    for (const auto& [behaviour, end] : {std::pair(Behaviour::wait_then_approve, Outcome::approved),
                                         std::pair(Behaviour::wait_then_decline, Outcome::declined)}) {
        const std::string id = "01K7QC3M5VPAYMENT00000001" + std::to_string(static_cast<int>(end));
        const auto started = start(behaviour, id);
        EXPECT_EQ(started.outcome, Outcome::pending);
        EXPECT_EQ(adapter()->query(attempt(started, id)).outcome, Outcome::pending);
        EXPECT_EQ(adapter()->query(attempt(started, id)).outcome, Outcome::pending);
        EXPECT_EQ(adapter()->query(attempt(started, id)).outcome, end);
    }
}

TEST_F(Alipay, WhatNobodyMayGuessIsUnknownAndFoundByAsking) {
    int number = 0;
    for (const auto behaviour : {Behaviour::lose_the_answer, Behaviour::server_error, Behaviour::truncated_answer,
                                 Behaviour::garbage_answer, Behaviour::system_error_then_found, Behaviour::unsigned_error,
                                 Behaviour::unlisted_code, Behaviour::duplicate_number}) {
        const std::string id = "01K7QC3M5VPAYMENT0000001" + std::to_string(10 + number++);
        const auto started = start(behaviour, id);
        EXPECT_EQ(started.outcome, Outcome::unknown) << number;
        EXPECT_EQ(adapter()->query(attempt(started, id)).outcome, Outcome::approved) << number;
    }
}

TEST_F(Alipay, WhatIsNotAboutUsIsNotBelieved) {
    int number = 0;
    for (const auto& [behaviour, alarm] : {std::pair(Behaviour::wrong_amount, "mismatch"), std::pair(Behaviour::wrong_order, "mismatch"),
                                           std::pair(Behaviour::wrong_signature, "signature")}) {
        const std::string id = "01K7QC3M5VPAYMENT0000002" + std::to_string(10 + number++);
        const auto started = start(behaviour, id);
        EXPECT_EQ(started.outcome, Outcome::unknown) << number;
        EXPECT_EQ(started.refs.at("alarm"), alarm);
        const auto asked = adapter()->query(attempt(started, id));
        EXPECT_EQ(asked.outcome, Outcome::unknown) << number;
        EXPECT_EQ(asked.refs.at("alarm"), alarm);
        EXPECT_EQ(adapter()->reverse(attempt(started, id)).outcome, ReverseOutcome::reversed) << number;
        EXPECT_EQ(held(id), Money());
    }
}

TEST_F(Alipay, CancelGivesBackOrClosesOnce) {
    const auto paid = attempt(start(Behaviour::approve));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(adapter()->reverse(paid).outcome, ReverseOutcome::reversed);
    EXPECT_EQ(held(), Money());
    const std::string id = "01K7QC3M5VPAYMENT000000002";
    const auto waiting = attempt(start(Behaviour::wait_for_ever, id), id);
    const auto closed = adapter()->reverse(waiting);
    EXPECT_EQ(closed.outcome, ReverseOutcome::not_paid_closed);
    EXPECT_EQ(closed.refs.at("action"), "close");
    EXPECT_EQ(adapter()->query(waiting).outcome, Outcome::declined);
}

TEST_F(Alipay, RetryFlagMeansAgain) {
    const auto waiting = attempt(start(Behaviour::busy_reverse));
    EXPECT_EQ(adapter()->reverse(waiting).outcome, ReverseOutcome::refused_retry);
    EXPECT_EQ(adapter()->reverse(waiting).outcome, ReverseOutcome::refused_retry);
    EXPECT_EQ(adapter()->reverse(waiting).outcome, ReverseOutcome::not_paid_closed);
    const std::string id = "01K7QC3M5VPAYMENT000000002";
    const auto typing = attempt(start(Behaviour::reverse_while_paying, id), id);
    EXPECT_EQ(adapter()->reverse(typing).outcome, ReverseOutcome::refused_retry);
    EXPECT_EQ(held(id), kPrice);
    EXPECT_EQ(adapter()->reverse(typing).outcome, ReverseOutcome::reversed);
    EXPECT_EQ(held(id), Money());
}

TEST_F(Alipay, ACancelOfNothingSucceedsAndProvesNothing) {
    const auto lost = start(Behaviour::lose_the_request);
    EXPECT_EQ(lost.outcome, Outcome::unknown);
    EXPECT_EQ(adapter()->reverse(attempt(lost)).outcome, ReverseOutcome::refused_retry) << "it may still arrive";
    Attempt old = attempt(lost);
    old.created.ms -= 61'000;
    EXPECT_EQ(adapter()->reverse(old).outcome, ReverseOutcome::not_paid_closed) << "the payer's code is dead by now";
}

TEST_F(Alipay, TooLateIsSaid) {
    EXPECT_EQ(adapter()->reverse(attempt(start(Behaviour::reverse_too_late))).outcome, ReverseOutcome::too_late);
    EXPECT_EQ(held(), kPrice);
}

RefundRequest refund_of(std::int64_t fen, std::int64_t before, const std::string& id) {
    return {RefundId(id), Money::fen(fen), Money::fen(before), "退一份", UtcInstant{}};
}

TEST_F(Alipay, RefundsInPartsNeverTwiceForOneNumber) {
    const auto paid = attempt(start(Behaviour::refund));
    const auto first = refund_of(234, 0, "01K7QC3M5VREFUND0000000001"), second = refund_of(1000, 234, "01K7QC3M5VREFUND0000000002");
    EXPECT_EQ(adapter()->refund(paid, first).outcome, RefundOutcome::refunded);
    EXPECT_EQ(adapter()->refund(paid, first).outcome, RefundOutcome::processing) << "nothing moved in this call";
    EXPECT_EQ(held(), Money::fen(1000));
    EXPECT_EQ(adapter()->refund_query(paid, first).outcome, RefundOutcome::refunded);
    EXPECT_EQ(adapter()->refund_query(paid, second).outcome, RefundOutcome::unknown);
    EXPECT_EQ(adapter()->refund(paid, second).outcome, RefundOutcome::refunded);
    EXPECT_EQ(held(), Money());
    EXPECT_EQ(adapter()->refund(paid, refund_of(1, 1234, "01K7QC3M5VREFUND0000000003")).outcome, RefundOutcome::refused);
    auto other = first;
    other.amount = Money::fen(5);
    EXPECT_EQ(adapter()->refund(paid, other).outcome, RefundOutcome::unknown) << "this number was another amount";
    EXPECT_EQ(adapter()->refund_query(paid, other).outcome, RefundOutcome::unknown);
}

TEST_F(Alipay, ARefundRefusedLostOrSlow) {
    const auto poor = attempt(start(Behaviour::refund_refused));
    EXPECT_EQ(adapter()->refund(poor, refund_of(100, 0, "01K7QC3M5VREFUND0000000001")).outcome, RefundOutcome::refused);
    for (const auto behaviour : {Behaviour::refund_answer_lost, Behaviour::refund_processing}) {
        const std::string id = "01K7QC3M5VPAYMENT0000000" + std::to_string(10 + static_cast<int>(behaviour));
        const auto paid = attempt(start(behaviour, id), id);
        const auto refund = refund_of(100, 0, "01K7QC3M5VREFUND00000000" + std::to_string(10 + static_cast<int>(behaviour)));
        const bool lost = behaviour == Behaviour::refund_answer_lost;
        EXPECT_EQ(adapter()->refund(paid, refund).outcome, lost ? RefundOutcome::unknown : RefundOutcome::processing);
        RefundOutcome last = RefundOutcome::unknown;
        for (int i = 0; i < 3; ++i) last = adapter()->refund_query(paid, refund).outcome;
        EXPECT_EQ(last, RefundOutcome::refunded);
        EXPECT_EQ(held(id), Money::fen(1134));
    }
}

TEST_F(Alipay, WithoutAConnectionNothingIsSent) {
    gateway_.server().break_handshakes(1);
    EXPECT_EQ(start(Behaviour::approve).outcome, Outcome::not_sent);
    auto code = request(Behaviour::approve);
    code.code = "28\",\"total_amount\":\"0.01";
    EXPECT_EQ(adapter()->start(code).outcome, Outcome::not_sent);
    gateway_.server().be_a_stranger();
    EXPECT_EQ(start(Behaviour::approve).outcome, Outcome::not_sent);
    EXPECT_EQ(held(), Money());
}

TEST_F(Alipay, AnotherKeyIsRefusedByTheGatewayAndNothingIsTaken) {
    auto values = gateway_.settings();
    values["app_key_file"] = gateway_.folder().write("other.pem", RsaPrivateKey::generate().pem());
    const auto other = std::move(*make_alipay_adapter({"alipay", values}, {clock_, random_}));
    const auto result = other->start(request(Behaviour::approve));
    EXPECT_EQ(result.outcome, Outcome::unknown) << "the refusal is not signed";
    EXPECT_EQ(result.refs.at("alarm"), "config");
    EXPECT_EQ(held(), Money());
    expected_complaints_ = 1;
}

TEST_F(Alipay, WrongSettingsAreNamedWithoutRepeatingThem) {
    const auto refused = [&](std::map<std::string, std::string> changes) {
        auto values = gateway_.settings();
        for (const auto& [key, value] : changes) values[key] = value;
        const auto made = make_alipay_adapter({"alipay", values}, {clock_, random_});
        EXPECT_FALSE(made);
        return made ? "" : made.error().message;
    };
    const std::string message = refused({{"app_key_file", gateway_.folder().write("wrong", "SECRETSECRETSECRET")}});
    EXPECT_NE(message.find("app_key_file"), std::string::npos) << message;
    EXPECT_EQ(message.find("SECRET"), std::string::npos) << message;
    EXPECT_NE(refused({{"adress", "x"}}).find("adress"), std::string::npos);
    EXPECT_NE(refused({{"address", "http://127.0.0.1"}}).find("https"), std::string::npos);
}

}  // namespace
}  // namespace mulin::payment
