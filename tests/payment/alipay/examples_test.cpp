// One lunch over Alipay as both sides write it (tests/golden): what the till signs is compared byte by
// byte, what comes back is read.

#include <gtest/gtest.h>

#include "payment/alipay/alipay_messages.h"
#include "tests/support/gateway_examples.h"
#include "tests/support/gateway_keys.h"

namespace mulin::payment {
namespace {

constexpr UtcInstant kExampleTime{1'773'114'300'000};  // 2026-03-10 11:45:00 in China

AlipaySettings example_settings() {
    AlipaySettings settings;
    settings.address = "https://127.0.0.1/gateway.do";
    settings.app_id = "2021000000000001";
    settings.subject = "长者午餐";
    settings.store = "S001";
    settings.terminal = "T01";
    settings.timeout_express = "2m";
    settings.app_key = tests::rsa_key_of_process(1);
    settings.alipay_key = tests::rsa_key_of_process(0).public_key();
    return settings;
}

class Conversation {
  public:
    Conversation() {
        paid_.id = AttemptId("01K7QC3M5VPAYMENT000000001");
        paid_.amount = Money::fen(1234);
        refund_.id = RefundId("01K7QC3M5VREFUND0000000001");
        refund_.amount = Money::fen(434);
        refund_.reason = "汤凉了";
        asked_ = {paid_.id, "sale-1", paid_.amount, "28763443825664394", 10'000, "qr", kExampleTime, {}};
    }
    // The line that our signature covers; the signature itself must be over it.
    std::string sent(const std::string& call) {
        const HttpRequest request = call == "pay"       ? messages_.pay(asked_, kExampleTime)
                                    : call == "query"   ? messages_.query(paid_.id, kExampleTime)
                                    : call == "reverse" ? messages_.cancel(paid_.id, kExampleTime)
                                    : call == "refund"  ? messages_.refund(paid_, refund_, kExampleTime)
                                                        : messages_.refund_query(paid_, refund_, kExampleTime);
        const auto fields = form_decode(request.body, Plus::is_space).value();
        const std::string line = alipay_request_message(fields);
        EXPECT_TRUE(tests::rsa_key_of_process(1).public_key().verify(line, field(fields, "sign")));
        return line;
    }
    std::string meant(const tests::Example& one) {
        if (one.call == "pay") return outcome_name(kept(messages_.read_pay(asked_, signed_node(one, "alipay_trade_pay"))));
        if (one.call == "query")
            return outcome_name(kept(messages_.read_query(paid_.id, paid_.amount, signed_node(one, "alipay_trade_query")).result));
        if (one.call == "refund") return refund_outcome_name(messages_.read_refund(paid_, refund_, signed_node(one, "alipay_trade_refund")).outcome);
        if (one.call == "refund_query")
            return refund_outcome_name(messages_.read_refund_query(paid_, refund_, signed_node(one, "alipay_trade_fastpay_refund_query")).outcome);
        const auto cancel = messages_.read_cancel(paid_.id, signed_node(one, "alipay_trade_cancel")).answer;
        return cancel == AlipayCancel::Answer::done ? "done" : cancel == AlipayCancel::Answer::again ? "again" : "other";
    }
    const std::vector<ChannelDiscount>& discounts() const { return discounts_; }

  private:
    Outcome kept(const AttemptResult& result) {
        if (result.outcome == Outcome::approved) discounts_ = result.discounts;
        return result.outcome;
    }
    static HttpAnswer signed_node(const tests::Example& one, const std::string& method) {
        return {one.status, {}, "{\"" + method + "_response\":" + one.answer + ",\"sign\":\"" + tests::rsa_key_of_process(0).sign(one.answer) + "\"}"};
    }
    AlipayMessages messages_{example_settings()};
    AttemptRequest asked_;
    Attempt paid_;
    RefundRequest refund_;
    std::vector<ChannelDiscount> discounts_;
};

TEST(AlipayExamples, OneLunchFromScanToRefund) {
    Conversation conversation;
    const auto examples = tests::recorded_examples("tests/golden/alipay_lunch.txt");
    EXPECT_EQ(examples.size(), 7U);
    for (const auto& one : examples) {
        EXPECT_EQ(conversation.sent(one.call), one.request);
        EXPECT_EQ(conversation.meant(one), one.outcome) << one.call << " " << one.answer;
    }
    const std::vector<ChannelDiscount> sponsors = {{"platform", Money::fen(200)}, {"merchant", Money::fen(34)}};
    EXPECT_EQ(conversation.discounts(), sponsors);
}

}  // namespace
}  // namespace mulin::payment
