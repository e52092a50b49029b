// The translation by itself: the check values, recorded examples after the published field tables (our
// own values), and answers bent one field at a time.

#include "payment/alipay/alipay_messages.h"

#include <gtest/gtest.h>

#include "payment/alipay/alipay_discounts.h"
#include "payment/wire/signature.h"

namespace mulin::payment {
namespace {

const RsaPrivateKey& alipay_key() {
    static const RsaPrivateKey key = RsaPrivateKey::generate();
    return key;
}

AlipaySettings settings() {
    static const RsaPrivateKey app_key = RsaPrivateKey::generate();
    AlipaySettings settings;
    settings.address = "https://127.0.0.1/gateway.do";
    settings.app_id = "2021000000000001";
    settings.subject = "长者午餐";
    settings.timeout_express = "5m";
    settings.app_key = app_key;
    settings.alipay_key = alipay_key().public_key();
    return settings;
}

AttemptRequest lunch() {
    AttemptRequest request;
    request.id = AttemptId("SH01_20260101_000001");
    request.amount = Money::fen(1200);
    request.code = "28763443825664394";
    return request;
}

const char* const kNode =
    R"({"code":"10000","msg":"Success","out_trade_no":"SH01_20260101_000001","trade_no":"2026010122001400000000000001",)"
    R"("total_amount":"12.00","receipt_amount":"12.00"})";

HttpAnswer signed_answer(const std::string& node, const char* root = "alipay_trade_pay_response") {
    return {200, {}, "{\"" + std::string(root) + "\":" + node + ",\"sign\":\"" + alipay_key().sign(node) + "\"}"};
}

AttemptResult read_pay(const HttpAnswer& answer) { return AlipayMessages(settings()).read_pay(lunch(), answer); }

TEST(AlipayMessages, SignsTheCheckValue) {
    const FormFields fields = {
        {"app_id", "2021000000000001"}, {"method", "alipay.trade.pay"}, {"format", "JSON"}, {"charset", "utf-8"},
        {"sign_type", "RSA2"}, {"timestamp", "2026-01-01 12:00:00"}, {"version", "1.0"}, {"sign", "x"}, {"notify_url", ""},
        {"biz_content", R"({"out_trade_no":"SH01_20260101_000001","scene":"bar_code","auth_code":"28763443825664394","subject":"长者午餐","total_amount":"12.00","timeout_express":"5m"})"}};
    EXPECT_EQ(sha256_hex(alipay_request_message(fields)), "5e4763c15371a73d91f626d1388a206d31bdb3f7d50fd804281cac8bd4a08079");
}

TEST(AlipayMessages, ARequestCarriesWhatTheTableWants) {
    const auto request = AlipayMessages(settings()).pay(lunch(), UtcInstant{1767240000'000});
    EXPECT_EQ(request.url, "https://127.0.0.1/gateway.do?charset=utf-8");
    const auto fields = form_decode(request.body, Plus::is_space);
    ASSERT_TRUE(fields);
    EXPECT_EQ(field(*fields, "timestamp"), "2026-01-01 12:00:00");
    EXPECT_TRUE(settings().app_key->public_key().verify(alipay_request_message(*fields), field(*fields, "sign")));
    const auto content = Json::parse(field(*fields, "biz_content"));
    ASSERT_TRUE(content);
    EXPECT_EQ((*content)["total_amount"].text(), "12.00");
    EXPECT_EQ((*content)["scene"].text(), "bar_code");
    EXPECT_EQ((*content)["subject"].text(), "长者午餐");
}

TEST(AlipayMessages, VerifiesTheBytesAsReceived) {
    ASSERT_EQ(sha256_hex(kNode), "c71a9bbf9bbc984dd39b03821adab80ceb333d1585337456e107d9dc63b73aba");
    EXPECT_EQ(read_pay(signed_answer(kNode)).outcome, Outcome::approved);
    // The same content in other bytes is another signature.
    HttpAnswer spaced = signed_answer(kNode);
    spaced.body.insert(spaced.body.find("\"code\""), " ");
    EXPECT_EQ(read_pay(spaced).outcome, Outcome::unknown);
    const std::string odd = "{ \"code\" : \"10000\",\"msg\":\"a}\\\"{\\/\",\"out_trade_no\":\"SH01_20260101_000001\",\"total_amount\":12.00 }";
    EXPECT_EQ(read_pay(signed_answer(odd)).outcome, Outcome::approved);
    HttpAnswer with_certificate = signed_answer(kNode);
    with_certificate.body.insert(with_certificate.body.rfind(",\"sign\""), ",\"alipay_cert_sn\":\"c9a1\"");
    EXPECT_EQ(read_pay(with_certificate).outcome, Outcome::approved);
}

TEST(AlipayMessages, ASecondNodeIsNoWayAround) {
    const std::string genuine = signed_answer(kNode).body;
    const std::string forged = R"("alipay_trade_pay_response":{"code":"10000","out_trade_no":"SH01_20260101_000001","total_amount":"12.00"},)";
    HttpAnswer twice{200, {}, "{" + forged + genuine.substr(1)};
    EXPECT_EQ(read_pay(twice).outcome, Outcome::unknown);
    twice.body = genuine.substr(0, genuine.size() - 1) + "," + forged.substr(0, forged.size() - 1) + "}";
    EXPECT_EQ(read_pay(twice).outcome, Outcome::unknown);
    EXPECT_EQ(read_pay(signed_answer(kNode, "alipay_trade_query_response")).outcome, Outcome::unknown) << "another method's node";
}

TEST(AlipayMessages, OneWrongByteAndItIsNotApproved) {
    const HttpAnswer good = signed_answer(kNode);
    for (std::size_t i = 0; i < good.body.size(); ++i) {
        HttpAnswer bent = good;
        bent.body[i] = static_cast<char>(bent.body[i] ^ 1);
        EXPECT_EQ(read_pay(bent).outcome, Outcome::unknown) << i << " " << bent.body;
    }
}

TEST(AlipayMessages, AnotherOrderOrAmountIsNotApproved) {
    for (const char* node : {
             R"({"code":"10000","out_trade_no":"SH01_20260101_000002","total_amount":"12.00"})",
             R"({"code":"10000","out_trade_no":"SH01_20260101_000001","total_amount":"12.01"})",
             R"({"code":"10000","out_trade_no":"SH01_20260101_000001","total_amount":1200})",
             R"({"code":"10000","out_trade_no":"SH01_20260101_000001","total_amount":"1.2e1"})",
             R"({"code":"10000","out_trade_no":"SH01_20260101_000001"})",
             R"({"code":"10000","out_trade_no":"SH01_20260101_000001","total_amount":"12.00","trans_currency":"USD"})",
         })
        EXPECT_EQ(read_pay(signed_answer(node)).outcome, Outcome::unknown) << node;
    for (const char* amount : {"12", "12.0", "12.00", "\"12\"", "\"12.0\""})
        EXPECT_EQ(read_pay(signed_answer(std::string(R"({"code":"10000","out_trade_no":"SH01_20260101_000001","total_amount":)") + amount + "}")).outcome,
                  Outcome::approved)
            << amount;
}

TEST(AlipayMessages, CodesByTheTable) {
    const auto node = [](const std::string& code, const std::string& sub) {
        return "{\"code\":\"" + code + "\",\"msg\":\"m\",\"sub_code\":\"" + sub + "\",\"sub_msg\":\"s\"}";
    };
    for (const char* sub : {"ACQ.PAYMENT_AUTH_CODE_INVALID", "ACQ.CONTEXT_INCONSISTENT", "ACQ.TRADE_HAS_CLOSE",
                            "ACQ.BUYER_BALANCE_NOT_ENOUGH", "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH", "ACQ.PAYMENT_FAIL",
                            "ACQ.PULL_MOBILE_CASHIER_FAIL", "ACQ.TOTAL_FEE_EXCEED", "ACQ.TRADE_BUYER_NOT_MATCH",
                            "ACQ.PAYMENT_REQUEST_HAS_RISK"}) {
        EXPECT_EQ(read_pay(signed_answer(node("40004", sub))).outcome, Outcome::declined) << sub;
        HttpAnswer not_signed{200, {}, "{\"alipay_trade_pay_response\":" + node("40004", sub) + "}"};
        EXPECT_EQ(read_pay(not_signed).outcome, Outcome::unknown) << sub;
        EXPECT_EQ(read_pay(signed_answer(node("20000", sub))).outcome, Outcome::unknown) << "20000 is never a refusal";
    }
    for (const char* code : {"20001", "40001", "40002", "40006"}) {
        const auto result = read_pay(signed_answer(node(code, "isv.x")));
        EXPECT_EQ(result.outcome, Outcome::declined) << code;
        EXPECT_EQ(result.refs.at("alarm"), "config");
        const HttpAnswer not_signed{200, {}, "{\"error_response\":" + node(code, "isv.x") + "}"};
        EXPECT_EQ(read_pay(not_signed).outcome, Outcome::unknown) << code;
        EXPECT_EQ(read_pay(not_signed).refs.at("alarm"), "config");
        const auto other = read_pay(signed_answer(node(code, "aop.something-new")));
        EXPECT_EQ(other.outcome, Outcome::unknown) << "only isv.* stands in the table";
        EXPECT_EQ(other.refs.at("alarm"), "config");
    }
    for (const char* sub : {"ACQ.SYSTEM_ERROR", "ACQ.TRADE_HAS_SUCCESS", "ACQ.SOMETHING_NEW", ""})
        EXPECT_EQ(read_pay(signed_answer(node("40004", sub))).outcome, Outcome::unknown) << sub;
    for (const char* code : {"20000", "99999", ""}) EXPECT_EQ(read_pay(signed_answer(node(code, ""))).outcome, Outcome::unknown);
    EXPECT_EQ(read_pay(signed_answer(node("10003", ""))).outcome, Outcome::pending);
}

TEST(AlipayMessages, TradeStatesOfAQuery) {
    const auto ask = [](const char* status) {
        const std::string node = std::string(R"({"code":"10000","out_trade_no":"SH01_20260101_000001","total_amount":"12.00","trade_status":")") + status + "\"}";
        return AlipayMessages(settings()).read_query(lunch().id, Money::fen(1200), signed_answer(node, "alipay_trade_query_response")).result.outcome;
    };
    EXPECT_EQ(ask("TRADE_SUCCESS"), Outcome::approved);
    EXPECT_EQ(ask("TRADE_FINISHED"), Outcome::approved);
    EXPECT_EQ(ask("WAIT_BUYER_PAY"), Outcome::pending);
    EXPECT_EQ(ask("TRADE_CLOSED"), Outcome::declined);
    EXPECT_EQ(ask("SOMETHING_NEW"), Outcome::unknown);
}

TEST(AlipayDiscounts, TheReadingThatExplainsTheDifferenceWins) {
    const auto discounts = [](const char* node) { return alipay_discounts(*Json::parse(node), Money::fen(1200)); };
    using Parts = std::vector<ChannelDiscount>;
    const Parts both = {{"platform", Money::fen(70)}, {"merchant", Money::fen(30)}};
    EXPECT_EQ(discounts(R"({"buyer_pay_amount":"11.00","voucher_detail_list":[{"amount":"1.00","merchant_contribute":"0.30","other_contribute":"0.70"}]})"), both);
    EXPECT_EQ(discounts(R"({"buyer_pay_amount":"11.00","mdiscount_amount":"0.30","discount_amount":0.7,"voucher_detail_list":[]})"), both);
    EXPECT_EQ(discounts(R"({"buyer_pay_amount":11,"fund_bill_list":[{"fund_channel":"ALIPAYACCOUNT","amount":"11.00"},{"fund_channel":"MCOUPON","amount":"0.30"},{"fund_channel":"COUPON","amount":"0.70"}]})"), both);
    EXPECT_EQ(discounts(R"({"buyer_pay_amount":"11.00","receipt_amount":"11.70"})"), both);
    EXPECT_EQ(discounts(R"({"buyer_pay_amount":"12.00","discount_amount":"0.70"})"), Parts());
    EXPECT_EQ(discounts(R"({"discount_amount":"0.70"})"), (Parts{{"platform", Money::fen(70)}}));
    EXPECT_EQ(discounts(R"({"discount_amount":"99999999999.00"})"), Parts());
    EXPECT_EQ(discounts(R"({"discount_amount":"-1.00","mdiscount_amount":"0.001"})"), Parts());
}

}  // namespace
}  // namespace mulin::payment
