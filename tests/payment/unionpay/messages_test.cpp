// UnionPay's requests field by field, and what its answers mean.

#include "payment/unionpay/unionpay_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "payment/unionpay/unionpay_signature.h"
#include "payment/wire/redact.h"
#include "payment/wire/signature.h"

namespace mulin::payment {
namespace {

using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::HasSubstr;

// 2026-01-01 12:00:00 in China.
constexpr UtcInstant kNoon{1'767'240'000'000};

UnionpayShop shop() { return {"777290058110048", "49000002", "69026276696", "http://127.0.0.1/backRcv", "08"}; }

AttemptRequest lunch() {
    AttemptRequest request;
    request.id = AttemptId("SH0120260101000001");
    request.amount = Money::fen(1200);
    request.code = "6225735053201615202";
    request.created = kNoon;
    return request;
}

Attempt paid_lunch() {
    Attempt attempt;
    attempt.id = lunch().id;
    attempt.amount = lunch().amount;
    attempt.created = kNoon;
    return attempt;
}

TEST(UnionpayRequest, ThePaymentOfTheVectorIsWrittenExactly) {
    EXPECT_EQ(sorted_line(unionpay_pay(shop(), lunch()), {"signature"}),
              "accessType=0&backUrl=http://127.0.0.1/backRcv&bizType=000000&certId=69026276696&channelType=08&currencyCode=156&"
              "encoding=UTF-8&merId=777290058110048&orderId=SH0120260101000001&qrNo=6225735053201615202&signMethod=01&termId=49000002&"
              "txnAmt=1200&txnSubType=06&txnTime=20260101120000&txnType=01&version=5.1.0");
    EXPECT_EQ(unionpay_digest(unionpay_pay(shop(), lunch())), "cebbdbd6703b4a3914b3391a6f30cda8f296ba6b46eb56ac3c981dd0935bdd07");
}

TEST(UnionpayRequest, TheRecipeWithASharedKeyHasTheVectorsValue) {
    const std::string line = sorted_line(unionpay_pay(shop(), lunch()), {"signature"});
    EXPECT_EQ(sha256_hex(line + "&" + sha256_hex("88888888")), "fbdbd4f16595c1fdf7dcd23129c53c70d6ef59730483a4c58e55e025c359d710");
}

TEST(UnionpayRequest, AShownCodeHasAnEndAndNoPayer) {
    const FormFields fields = unionpay_show(shop(), lunch(), {kNoon.ms + 120'000});
    EXPECT_EQ(field(fields, "txnSubType"), "07");
    EXPECT_EQ(field(fields, "payTimeout"), "20260101120200");
    EXPECT_EQ(fields.count("qrNo"), 0U);
}

TEST(UnionpayRequest, AQueryNamesOrderAndItsTime) {
    const FormFields fields = unionpay_query(shop(), unionpay_order(lunch().id, kNoon));
    EXPECT_EQ(field(fields, "txnType"), "00");
    EXPECT_EQ(field(fields, "orderId"), "SH0120260101000001");
    EXPECT_EQ(field(fields, "txnTime"), "20260101120000");
    EXPECT_EQ(fields.count("txnAmt"), 0U);
}

TEST(UnionpayRequest, AnUndoIsAnOrderOfItsOwnOverTheFullAmount) {
    Attempt attempt = paid_lunch();
    const UnionpayOrder undo = unionpay_undo_order(AttemptId("01K7QC3M5VPAYMENT000000001"), "20260101120130");
    EXPECT_EQ(undo.id, "01K7QC3M5VPAYMENT000000001U260101120130");
    EXPECT_LE(undo.id.size(), 40U);
    FormFields fields = unionpay_undo(shop(), attempt, undo);
    EXPECT_EQ(field(fields, "txnType"), "31");
    EXPECT_EQ(field(fields, "txnAmt"), "1200");
    EXPECT_EQ(field(fields, "origOrderId"), "SH0120260101000001");
    EXPECT_EQ(field(fields, "origTxnTime"), "20260101120000");
    attempt.result.refs["queryId"] = "202601011200001234567";
    fields = unionpay_undo(shop(), attempt, undo);
    EXPECT_EQ(field(fields, "origQryId"), "202601011200001234567");
    EXPECT_EQ(fields.count("origOrderId"), 0U);
}

TEST(UnionpayRequest, AReversalBearsTheOriginalsNumber) {
    const FormFields fields = unionpay_reversal(shop(), paid_lunch());
    EXPECT_EQ(field(fields, "txnType"), "99");
    EXPECT_EQ(field(fields, "txnSubType"), "01");
    EXPECT_EQ(field(fields, "orderId"), "SH0120260101000001");
    EXPECT_EQ(field(fields, "txnTime"), "20260101120000");
}

TEST(UnionpayRequest, ARefundHasItsOwnNumberAndAmount) {
    RefundRequest refund;
    refund.id = RefundId("01K7QC3M5VREFUND0000000001");
    refund.amount = Money::fen(300);
    refund.created = {kNoon.ms + 3'600'000};
    const FormFields fields = unionpay_refund(shop(), paid_lunch(), refund);
    EXPECT_EQ(field(fields, "txnType"), "04");
    EXPECT_EQ(field(fields, "orderId"), "01K7QC3M5VREFUND0000000001");
    EXPECT_EQ(field(fields, "txnTime"), "20260101130000");
    EXPECT_EQ(field(fields, "txnAmt"), "300");
}

TEST(UnionpayTime, BothWays) {
    EXPECT_EQ(unionpay_time(kNoon), "20260101120000");
    EXPECT_EQ(unionpay_time({1'767'196'799'999}), "20251231235959");
    EXPECT_EQ(parse_unionpay_time("20260101120000")->ms, kNoon.ms);
    for (const char* text : {"", "2026010112000", "20261301120000", "2026010112000x", "20260101126000"})
        EXPECT_FALSE(parse_unionpay_time(text)) << text;
}

TEST(UnionpayCodes, TheTable) {
    using C = UnionpayCode;
    const std::pair<const char*, C> table[] = {
        {"00", C::success},       {"A6", C::success},   {"03", C::in_doubt},    {"04", C::in_doubt},      {"05", C::accepted},
        {"01", C::refused},       {"30", C::refused},   {"33", C::refused},     {"60", C::refused},       {"64", C::refused},
        {"80", C::refused},       {"88", C::refused},   {"10", C::refused_setup}, {"11", C::refused_setup}, {"13", C::refused_setup},
        {"12", C::duplicate},     {"34", C::not_found}, {"35", C::wrong_state}, {"36", C::in_doubt},      {"37", C::too_often},
        {"42", C::paid_but},      {"74", C::paid_but},  {"75", C::paid_but},    {"45", C::returned},      {"29", C::in_doubt},
        {"81", C::in_doubt},      {"99", C::in_doubt},  {"", C::in_doubt},      {"6", C::in_doubt},       {"640", C::in_doubt},
        {"6a", C::in_doubt},      {"ZZ", C::in_doubt},
    };
    for (const auto& [code, meaning] : table) EXPECT_EQ(unionpay_code(code), meaning) << code;
}

FormFields query_answer(const std::string& of_it, const std::string& of_question = "00") {
    return {{"respCode", of_question}, {"origRespCode", of_it}, {"respMsg", "成功[0000000]"}, {"origRespMsg", "原因"},
            {"merId", "777290058110048"}, {"orderId", "SH0120260101000001"}, {"txnTime", "20260101120000"},
            {"txnAmt", "1200"}, {"currencyCode", "156"}, {"queryId", "202601011200001234567"}, {"accNo", "6216261000000000018"}};
}

AttemptResult read(const FormFields& answer) {
    return unionpay_read_payment(answer, shop(), unionpay_order(lunch().id, kNoon), Money::fen(1200));
}

TEST(UnionpayAnswer, PaidIsOnlyWhatIsOurs) {
    EXPECT_EQ(read(query_answer("00")).outcome, Outcome::approved);
    for (const auto& [name, other] : {std::pair("merId", "777290058110049"), std::pair("orderId", "SH0120260101000002"),
                                      std::pair("txnTime", "20260101120001"), std::pair("txnAmt", "1201"),
                                      std::pair("currencyCode", "840")}) {
        FormFields answer = query_answer("00");
        answer[name] = other;
        const AttemptResult result = read(answer);
        EXPECT_EQ(result.outcome, Outcome::unknown) << name;
        EXPECT_EQ(result.refs.at("alarm"), "mismatch") << name;
        answer.erase(name);
        EXPECT_NE(read(answer).outcome, Outcome::approved) << name << " is missing";
    }
}

TEST(UnionpayAnswer, ARefusalOfAnotherOrderIsNoRefusal) {
    FormFields answer = query_answer("64");
    EXPECT_EQ(read(answer).outcome, Outcome::declined);
    answer["orderId"] = "SH0120260101000002";
    EXPECT_EQ(read(answer).outcome, Outcome::unknown);
    answer = query_answer("64");
    answer["txnAmt"] = "99";
    EXPECT_EQ(read(answer).outcome, Outcome::unknown);
}

TEST(UnionpayAnswer, TheQuestionsOwnCodeIsNotThePayments) {
    for (const char* code : {"01", "10", "11", "34", "37", "64", "ZZ"})
        EXPECT_EQ(read(query_answer("00", code)).outcome, Outcome::unknown) << code;
    EXPECT_GT(read(query_answer("00", "37")).retry_after_ms, 0);
    EXPECT_EQ(read(query_answer("00", "11")).refs.at("alarm"), "config");
}

TEST(UnionpayAnswer, WhatThePaymentsCodesMean) {
    for (const char* code : {"03", "04", "36", "34", "12", "ZZ", "42", "74", "75"})
        EXPECT_EQ(read(query_answer(code)).outcome, Outcome::unknown) << code;
    EXPECT_EQ(read(query_answer("05")).outcome, Outcome::pending);
    EXPECT_EQ(read(query_answer("74")).refs.at("alarm"), "review");
    const AttemptResult defect = read(query_answer("A6"));
    EXPECT_EQ(defect.outcome, Outcome::approved);
    EXPECT_EQ(defect.refs.at("alarm"), "defect");
}

TEST(UnionpayAnswer, NumbersAreKeptButNoCard) {
    const AttemptResult result = read(query_answer("00"));
    EXPECT_EQ(result.refs.at("queryId"), "202601011200001234567");
    for (const auto& [key, value] : result.refs) EXPECT_THAT(value, Not(HasSubstr("6216261"))) << key;
}

AttemptResult started(const std::string& code, const char* order = "SH0120260101000001") {
    FormFields answer = query_answer("", code);
    answer["orderId"] = order;
    return unionpay_read_start(answer, shop(), unionpay_order(lunch().id, kNoon), Money::fen(1200));
}

TEST(UnionpayAnswer, AcceptedIsNotPaid) {
    EXPECT_EQ(started("00").outcome, Outcome::pending);
    EXPECT_EQ(started("A6").outcome, Outcome::pending);
    EXPECT_EQ(started("05").outcome, Outcome::pending);
    for (const char* code : {"03", "04", "12", "34", "35", "36", "37", "42", "45", "74", "75", "ZZ", ""})
        EXPECT_EQ(started(code).outcome, Outcome::unknown) << code;
    EXPECT_EQ(started("64").outcome, Outcome::declined);
    EXPECT_EQ(started("64", "SH0120260101000002").outcome, Outcome::unknown);
    EXPECT_EQ(started("10").outcome, Outcome::declined);
    EXPECT_EQ(started("10").refs.at("alarm"), "config");
}

TEST(UnionpayCoupons, SponsorsAreNamedAndAddedUp) {
    const auto read_coupons = unionpay_coupons(
        R"([{"type":"DD01","spnsrId":"00010000","offstAmt":"500","id":"a"},{"type":"DD01","spnsrId":"848120048712365","offstAmt":"000000000200"},)"
        R"({"type":"CP01","spnsrId":"01030000","offstAmt":"50"},{"spnsrId":"00010000","offstAmt":"100"},{"spnsrId":"03080000","offstAmt":"0"}])",
        Money::fen(1200));
    ASSERT_TRUE(read_coupons.has_value());
    EXPECT_THAT(*read_coupons, ElementsAre(ChannelDiscount{"issuer", Money::fen(50)}, ChannelDiscount{"merchant", Money::fen(200)},
                                           ChannelDiscount{"platform", Money::fen(600)}));
}

TEST(UnionpayCoupons, BaseSixtyFourAndAnObjectAreReadToo) {
    const std::string array = R"([{"spnsrId":"00010000","offstAmt":"500"}])";
    const std::vector<ChannelDiscount> expected = {{"platform", Money::fen(500)}};
    EXPECT_EQ(unionpay_coupons(base64(array), Money::fen(1200)).value(), expected);
    EXPECT_EQ(unionpay_coupons("{\"couponInfo\":" + array + "}", Money::fen(1200)).value(), expected);
}

TEST(UnionpayCoupons, NonsenseIsNoDiscountAndDoesNotStopThePayment) {
    for (const char* text : {"[", "{}", "5", R"([{"spnsrId":"00010000"}])", R"([{"offstAmt":"1"}])", R"([{"spnsrId":"00010000","offstAmt":"-1"}])",
                             R"([{"spnsrId":"00010000","offstAmt":"1.5"}])", R"([{"spnsrId":"00010000","offstAmt":"1201"}])",
                             R"([{"spnsrId":"00010000","offstAmt":"700"},{"spnsrId":"00010000","offstAmt":"700"}])",
                             R"([{"spnsrId":"00010000","offstAmt":"99999999999999999999"}])"}) {
        EXPECT_FALSE(unionpay_coupons(text, Money::fen(1200)).has_value()) << text;
        FormFields answer = query_answer("00");
        answer["couponInfo"] = text;
        const AttemptResult result = read(answer);
        EXPECT_EQ(result.outcome, Outcome::approved) << text;
        EXPECT_TRUE(result.discounts.empty()) << text;
        EXPECT_EQ(result.refs.at("alarm"), "discount") << text;
    }
}

TEST(UnionpayWords, LongNumbersAreHidden) {
    EXPECT_EQ(without_long_numbers("无此二维码6225735053201615202[8800000]"), "无此二维码*******************[8800000]");
    EXPECT_EQ(without_long_numbers("成功[0000000]"), "成功[0000000]");
    EXPECT_EQ(without_long_numbers("\xD7\xEE 1"), "?? 1") << "not UTF-8";
    EXPECT_EQ(without_long_numbers("午餐午餐", 7), "午餐") << "cut between characters";
}

}  // namespace
}  // namespace mulin::payment
