// The adapter against the simulator over HTTPS on loopback, in both protocols and both signatures.

#include "payment/wechat/wechat_adapter.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/gateway_keys.h"
#include "tests/support/wechat_gateway.h"

namespace mulin::payment {
namespace {

using tests::Behaviour;
using tests::WechatGateway;

const Money kPrice = Money::fen(1234);

class Wechat : public ::testing::TestWithParam<WechatGateway::Protocol> {
  protected:
    std::unique_ptr<Adapter> adapter(std::map<std::string, std::string> changes = {}) {
        auto values = gateway_.settings();
        for (const auto& [key, value] : changes) values[key] = value;
        auto made = make_wechat_adapter({"wechat", values}, {clock_, random_});
        EXPECT_TRUE(made) << (made ? "" : made.error().message);
        return std::move(*made);
    }
    AttemptRequest request(Behaviour behaviour, const std::string& id = "01K7QC3M5VPAYMENT000000001") {
        return {AttemptId(id), "sale-1", kPrice, WechatGateway::code_for(behaviour), 2'000, "qr", clock_.utc(), {}};
    }
    Attempt attempt(const AttemptResult& result, const std::string& id = "01K7QC3M5VPAYMENT000000001") {
        Attempt made;
        made.id = AttemptId(id);
        made.channel = "wechat";
        made.amount = kPrice;
        made.created = clock_.utc();
        made.result = result;
        return made;
    }
    AttemptResult start(Behaviour behaviour) { return adapter()->start(request(behaviour)); }
    Money held() { return Money::fen(gateway_.held_fen("01K7QC3M5VPAYMENT000000001")); }
    void TearDown() override { EXPECT_TRUE(gateway_.complaints().empty()) << gateway_.complaints().front(); }
    bool v3() const { return GetParam() == WechatGateway::Protocol::v3 || GetParam() == WechatGateway::Protocol::v3_partner; }

    SystemClock clock_;
    SystemRandom random_;
    WechatGateway gateway_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Protocols, Wechat,
                         ::testing::Values(WechatGateway::Protocol::v2_hmac, WechatGateway::Protocol::v2_md5,
                                           WechatGateway::Protocol::v3, WechatGateway::Protocol::v3_partner));

TEST_P(Wechat, ApprovesAndKeepsTheChannelsNumbers) {
    const auto result = start(Behaviour::approve);
    ASSERT_EQ(result.outcome, Outcome::approved) << result.channel_text;
    EXPECT_FALSE(result.refs.at("transaction_id").empty());
    EXPECT_TRUE(result.discounts.empty());
    EXPECT_EQ(held(), kPrice);
}

TEST_P(Wechat, SponsorsAreNamed) {
    EXPECT_EQ(start(Behaviour::platform_discount).discounts,
              (std::vector<ChannelDiscount>{{"platform", Money::fen(100)}}));
    const auto by_merchant = adapter()->start(request(Behaviour::merchant_discount, "01K7QC3M5VPAYMENT000000002"));
    EXPECT_EQ(by_merchant.outcome, Outcome::approved);
    EXPECT_EQ(by_merchant.discounts, (std::vector<ChannelDiscount>{{"merchant", Money::fen(100)}}));
}

TEST_P(Wechat, OtherReadingsOfTheDocumentsAreTaken) {
    gateway_.use_other_readings(true);
    EXPECT_EQ(start(Behaviour::platform_discount).discounts,
              (std::vector<ChannelDiscount>{{"platform", Money::fen(100)}}));
    EXPECT_EQ(adapter()->start(request(Behaviour::wait_for_ever, "01K7QC3M5VPAYMENT000000002")).outcome, Outcome::pending);
}

TEST_P(Wechat, RefusalsAreClearAndHoldNoCode) {
    const auto result = start(Behaviour::decline);
    EXPECT_EQ(result.outcome, Outcome::declined);
    EXPECT_NE(result.channel_text.find("余额不足"), std::string::npos);
    EXPECT_EQ(result.channel_text.find(WechatGateway::code_for(Behaviour::decline)), std::string::npos);
    auto asked = attempt(result);
    asked.created.ms -= 15'000;
    EXPECT_EQ(adapter()->query(asked).outcome, Outcome::declined);
}

TEST_P(Wechat, WaitsThenApprovesOrRefuses) {
    for (const auto& [behaviour, end] : {std::pair(Behaviour::wait_then_approve, Outcome::approved),
                                         std::pair(Behaviour::wait_then_decline, Outcome::declined)}) {
        const std::string id = "01K7QC3M5VPAYMENT00000001" + std::to_string(static_cast<int>(end));
        const auto started = adapter()->start(request(behaviour, id));
        EXPECT_EQ(started.outcome, Outcome::pending);
        EXPECT_EQ(adapter()->query(attempt(started, id)).outcome, Outcome::pending);
        EXPECT_EQ(adapter()->query(attempt(started, id)).outcome, Outcome::pending);
        auto asked = attempt(started, id);
        if (end == Outcome::declined) {
            const auto early = adapter()->query(asked);
            EXPECT_EQ(early.outcome, Outcome::pending) << "failed, and not reversed before it may be";
            EXPECT_GT(early.retry_after_ms, 0);
            EXPECT_EQ(gateway_.book().at(id).reverses, 0);
            asked.created.ms -= 15'000;
        }
        EXPECT_EQ(adapter()->query(asked).outcome, end);
        EXPECT_EQ(gateway_.book().at(id).reverses, end == Outcome::declined ? 1 : 0) << "what failed is reversed all the same";
    }
}

// As long as the reverse of a failed payment has no clear answer, it is not over.
TEST_P(Wechat, AFailedPaymentIsOverWhenItsReverseIsAnswered) {
    const std::string id = "01K7QC3M5VPAYMENT000000001";
    auto asked = attempt(start(Behaviour::wait_then_decline));
    asked.created.ms -= 15'000;
    for (int i = 0; i < 2; ++i) EXPECT_EQ(adapter()->query(asked).outcome, Outcome::pending);
    gateway_.server().break_handshakes(1, 1);
    EXPECT_EQ(adapter()->query(asked).outcome, Outcome::pending);
    EXPECT_EQ(gateway_.book().at(id).reverses, 0);
    EXPECT_EQ(adapter()->query(asked).outcome, Outcome::declined);
    EXPECT_EQ(gateway_.book().at(id).reverses, 1);
}

TEST_P(Wechat, WhatNobodyMayGuessIsUnknownAndFoundByAsking) {
    int number = 0;
    for (const auto behaviour : {Behaviour::lose_the_answer, Behaviour::server_error, Behaviour::truncated_answer,
                                 Behaviour::garbage_answer, Behaviour::system_error_then_found, Behaviour::unsigned_error,
                                 Behaviour::unlisted_code, Behaviour::duplicate_number}) {
        const std::string id = "01K7QC3M5VPAYMENT0000001" + std::to_string(10 + number++);
        const auto started = adapter()->start(request(behaviour, id));
        EXPECT_EQ(started.outcome, Outcome::unknown) << number;
        EXPECT_EQ(adapter()->query(attempt(started, id)).outcome, Outcome::approved) << number;
    }
}

TEST_P(Wechat, WhatIsNotAboutUsIsNotBelieved) {
    int number = 0;
    for (const auto& [behaviour, alarm] : {std::pair(Behaviour::wrong_amount, "mismatch"), std::pair(Behaviour::wrong_order, "mismatch"),
                                           std::pair(Behaviour::wrong_merchant, "mismatch"), std::pair(Behaviour::wrong_signature, "signature")}) {
        const std::string id = "01K7QC3M5VPAYMENT0000002" + std::to_string(10 + number++);
        const auto started = adapter()->start(request(behaviour, id));
        EXPECT_EQ(started.outcome, Outcome::unknown) << number;
        EXPECT_EQ(started.refs.at("alarm"), alarm);
        const auto asked = adapter()->query(attempt(started, id));
        EXPECT_EQ(asked.outcome, Outcome::unknown) << number;
        EXPECT_EQ(asked.refs.at("alarm"), alarm);
        EXPECT_EQ(adapter()->reverse(attempt(started, id)).outcome == ReverseOutcome::unknown, false) << number;
        EXPECT_EQ(gateway_.held_fen(id), 0);
    }
}

TEST_P(Wechat, ReversesWhatWasPaidOnce) {
    const auto paid = attempt(start(Behaviour::approve));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(adapter()->reverse(paid).outcome, ReverseOutcome::reversed);
    EXPECT_EQ(held(), Money());
    EXPECT_EQ(adapter()->query(paid).outcome, Outcome::declined);
}

TEST_P(Wechat, RecallMeansAgainWhateverElseIsSaid) {
    const auto waiting = attempt(start(Behaviour::busy_reverse));
    EXPECT_EQ(adapter()->reverse(waiting).outcome, ReverseOutcome::refused_retry);
    EXPECT_EQ(adapter()->reverse(waiting).outcome, ReverseOutcome::refused_retry);
    EXPECT_EQ(adapter()->reverse(waiting).outcome, ReverseOutcome::not_paid_closed);
    EXPECT_EQ(adapter()->query(waiting).outcome, Outcome::declined);
}

TEST_P(Wechat, APayerWhoIsTypingMayStillPay) {
    const auto waiting = attempt(start(Behaviour::reverse_while_paying));
    EXPECT_EQ(adapter()->reverse(waiting).outcome, ReverseOutcome::refused_retry);
    EXPECT_EQ(held(), kPrice);
    EXPECT_EQ(adapter()->reverse(waiting).outcome, ReverseOutcome::reversed);
    EXPECT_EQ(held(), Money());
}

TEST_P(Wechat, SaidToBeDoneIsNotProof) {
    // Nothing arrived; this gateway still says that the reverse is done (V2) or finds nothing (V3).
    const auto lost = start(Behaviour::lose_the_request);
    EXPECT_EQ(lost.outcome, Outcome::unknown);
    EXPECT_EQ(adapter()->reverse(attempt(lost)).outcome, ReverseOutcome::refused_retry) << "it may still arrive";
    Attempt old = attempt(lost);
    old.created.ms -= 61'000;
    EXPECT_EQ(adapter()->reverse(old).outcome, ReverseOutcome::not_paid_closed) << "the payer's code is dead by now";
}

TEST_P(Wechat, TooLateIsSaid) {
    EXPECT_EQ(adapter()->reverse(attempt(start(Behaviour::reverse_too_late))).outcome, ReverseOutcome::too_late);
    EXPECT_EQ(held(), kPrice);
}

RefundRequest refund_of(std::int64_t fen, std::int64_t before, const std::string& id) {
    return {RefundId(id), Money::fen(fen), Money::fen(before), "退一份", UtcInstant{}};
}

TEST_P(Wechat, RefundsInPartsNeverTwiceForOneNumber) {
    const auto paid = attempt(start(Behaviour::refund));
    const auto first = refund_of(234, 0, "01K7QC3M5VREFUND0000000001"), second = refund_of(1000, 234, "01K7QC3M5VREFUND0000000002");
    for (int i = 0; i < 2; ++i) {
        const auto outcome = adapter()->refund(paid, first).outcome;
        EXPECT_TRUE(outcome == RefundOutcome::refunded || outcome == RefundOutcome::processing);
        EXPECT_EQ(held(), Money::fen(1000));
    }
    EXPECT_EQ(adapter()->refund_query(paid, first).outcome, RefundOutcome::refunded);
    EXPECT_EQ(adapter()->refund_query(paid, second).outcome, RefundOutcome::unknown);
    adapter()->refund(paid, second);
    EXPECT_EQ(adapter()->refund_query(paid, second).outcome, RefundOutcome::refunded);
    EXPECT_EQ(held(), Money());
    EXPECT_EQ(adapter()->refund(paid, refund_of(1, 1234, "01K7QC3M5VREFUND0000000003")).outcome, RefundOutcome::refused);
}

TEST_P(Wechat, ARefundIsDoneOnlyWhenTheQuerySaysSo) {
    const auto paid = attempt(start(Behaviour::refund_processing));
    const auto refund = refund_of(1234, 0, "01K7QC3M5VREFUND0000000001");
    EXPECT_EQ(adapter()->refund(paid, refund).outcome, RefundOutcome::processing);
    RefundOutcome last = RefundOutcome::unknown;
    for (int i = 0; i < 3; ++i) last = adapter()->refund_query(paid, refund).outcome;
    EXPECT_EQ(last, RefundOutcome::refunded);
    auto other = refund;
    other.amount = Money::fen(5);
    EXPECT_EQ(adapter()->refund_query(paid, other).outcome, RefundOutcome::unknown) << "another amount";
}

TEST_P(Wechat, ARefundRefusedOrWithoutAnswer) {
    const auto paid = attempt(start(Behaviour::refund_refused));
    EXPECT_EQ(adapter()->refund(paid, refund_of(100, 0, "01K7QC3M5VREFUND0000000001")).outcome, RefundOutcome::refused);
    const std::string id = "01K7QC3M5VPAYMENT000000009";
    const auto other = attempt(adapter()->start(request(Behaviour::refund_answer_lost, id)), id);
    const auto refund = refund_of(100, 0, "01K7QC3M5VREFUND0000000002");
    EXPECT_EQ(adapter()->refund(other, refund).outcome, RefundOutcome::unknown);
    EXPECT_EQ(adapter()->refund_query(other, refund).outcome, RefundOutcome::refunded);
}

TEST_P(Wechat, WithoutAConnectionNothingIsSent) {
    gateway_.server().break_handshakes(1);
    EXPECT_EQ(start(Behaviour::approve).outcome, Outcome::not_sent);
    EXPECT_EQ(held(), Money());
    auto code = request(Behaviour::approve);
    code.code = "62<xml>";
    EXPECT_EQ(adapter()->start(code).outcome, Outcome::not_sent);
}

TEST_P(Wechat, AStrangersServerIsNotSpokenTo) {
    gateway_.server().be_a_stranger();
    EXPECT_EQ(start(Behaviour::approve).outcome, Outcome::not_sent);
}

TEST_P(Wechat, AnAnswerPlayedAgainOrAWrongClockIsNotBelieved) {
    if (!v3()) return;  // the older protocol signs no time
    gateway_.shift_clock_s(-301);
    const auto result = start(Behaviour::approve);
    EXPECT_EQ(result.outcome, Outcome::unknown);
    EXPECT_EQ(result.refs.at("alarm"), "clock");
    gateway_.shift_clock_s(290);
    EXPECT_EQ(adapter()->query(attempt(result)).outcome, Outcome::approved);
}

TEST_P(Wechat, WrongSettingsAreNamedWithoutRepeatingThem) {
    const auto refused = [&](std::map<std::string, std::string> changes) {
        auto values = gateway_.settings();
        for (const auto& [key, value] : changes) values[key] = value;
        const auto made = make_wechat_adapter({"wechat", values}, {clock_, random_});
        EXPECT_FALSE(made);
        return made ? "" : made.error().message;
    };
    const tests::KeyFolder folder;
    const std::string wrong_key = folder.write("wrong", "SECRETSECRETSECRET");
    const std::string message = refused({{v3() ? "merchant_key_file" : "api_key_file", wrong_key}});
    EXPECT_NE(message.find("key_file"), std::string::npos) << message;
    EXPECT_EQ(message.find("SECRET"), std::string::npos) << message;
    EXPECT_NE(refused({{"addres", "x"}}).find("addres"), std::string::npos);
    EXPECT_NE(refused({{"address", "http://127.0.0.1"}}).find("https"), std::string::npos);
    EXPECT_NE(refused({{"protocol", "v4"}}).find("protocol"), std::string::npos);
    EXPECT_NE(refused({{"device", std::string(33, 'T')}}).find("device must be at most 32"), std::string::npos);
    EXPECT_NE(refused({{"goods_tag", std::string(33, 'g')}}).find("goods_tag"), std::string::npos);
}

}  // namespace
}  // namespace mulin::payment
