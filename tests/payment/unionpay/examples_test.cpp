// One lunch over UnionPay's gateway as both sides write it. The values are our own; the shapes are the
// documents'. What the adapter sends is compared byte for byte, what it receives is read.

#include <gtest/gtest.h>

#include "payment/unionpay/unionpay_messages.h"

namespace mulin::payment {
namespace {

constexpr const char* kPaymentSent =
    "accessType=0&backUrl=http%3A%2F%2Fwww.specialUrl.com&bizType=000000&certId=69026276696&channelType=08&currencyCode=156&encoding=UTF-8&"
    "merId=777290058110048&orderId=01K7QC3M5VPAYMENT000000001&qrNo=6225735053201615202&signMethod=01&termId=49000002&txnAmt=1234&"
    "txnSubType=06&txnTime=20260310114500&txnType=01&version=5.1.0";
constexpr const char* kPaymentAnswered =
    "accessType=0&bizType=000000&encoding=UTF-8&merId=777290058110048&orderId=01K7QC3M5VPAYMENT000000001&queryId=202603101145000000001&"
    "respCode=00&respMsg=成功[0000000]&signMethod=01&txnAmt=1234&currencyCode=156&txnSubType=06&txnTime=20260310114500&txnType=01&version=5.1.0";
constexpr const char* kQuerySent =
    "accessType=0&bizType=000000&certId=69026276696&encoding=UTF-8&merId=777290058110048&orderId=01K7QC3M5VPAYMENT000000001&signMethod=01&"
    "txnSubType=00&txnTime=20260310114500&txnType=00&version=5.1.0";
constexpr const char* kQueryAnswered =
    "accNo=6216***********0018&accessType=0&bizType=000000&couponInfo=[{\"type\":\"DD01\",\"spnsrId\":\"00010000\",\"offstAmt\":\"234\",\"id\":\"c1\"}]&"
    "currencyCode=156&encoding=UTF-8&merId=777290058110048&orderId=01K7QC3M5VPAYMENT000000001&origRespCode=00&origRespMsg=成功[0000000]&"
    "payCardType=01&queryId=202603101145000000001&respCode=00&respMsg=成功[0000000]&settleAmt=1234&settleDate=0310&signMethod=01&"
    "traceNo=000001&traceTime=0310114500&txnAmt=1234&txnSubType=06&txnTime=20260310114500&txnType=01&version=5.1.0";
constexpr const char* kUndoSent =
    "accessType=0&backUrl=http%3A%2F%2Fwww.specialUrl.com&bizType=000000&certId=69026276696&channelType=08&currencyCode=156&encoding=UTF-8&"
    "merId=777290058110048&orderId=01K7QC3M5VPAYMENT000000001U260310115000&origQryId=202603101145000000001&signMethod=01&termId=49000002&"
    "txnAmt=1234&txnSubType=00&txnTime=20260310115000&txnType=31&version=5.1.0";
constexpr const char* kRefundSent =
    "accessType=0&backUrl=http%3A%2F%2Fwww.specialUrl.com&bizType=000000&certId=69026276696&channelType=08&currencyCode=156&encoding=UTF-8&"
    "merId=777290058110048&orderId=01K7QC3M5VREFUND0000000001&origQryId=202603101145000000001&signMethod=01&termId=49000002&txnAmt=300&"
    "txnSubType=00&txnTime=20260311090000&txnType=04&version=5.1.0";

const UnionpayShop kExampleShop{"777290058110048", "49000002", "69026276696", "http://www.specialUrl.com", "08"};
constexpr UtcInstant kLunchTime{1'773'114'300'000};  // 2026-03-10 11:45:00 in China

TEST(UnionpayExamples, OneLunchFromScanToRefund) {
    AttemptRequest request;
    request.id = AttemptId("01K7QC3M5VPAYMENT000000001");
    request.amount = Money::fen(1234);
    request.code = "6225735053201615202";
    request.created = kLunchTime;
    const UnionpayOrder order = unionpay_order(request.id, request.created);
    EXPECT_EQ(form_encode(unionpay_pay(kExampleShop, request)), kPaymentSent);
    EXPECT_EQ(unionpay_read_start(form_split(kPaymentAnswered).value(), kExampleShop, order, request.amount).outcome, Outcome::pending);
    EXPECT_EQ(form_encode(unionpay_query(kExampleShop, order)), kQuerySent);

    const AttemptResult paid = unionpay_read_payment(form_split(kQueryAnswered).value(), kExampleShop, order, request.amount);
    EXPECT_EQ(paid.outcome, Outcome::approved);
    ASSERT_EQ(paid.discounts.size(), 1U);
    EXPECT_EQ(paid.discounts[0], (ChannelDiscount{"platform", Money::fen(234)}));
    EXPECT_EQ(paid.refs.at("settleDate"), "0310");

    Attempt attempt;
    attempt.id = request.id;
    attempt.amount = request.amount;
    attempt.created = request.created;
    attempt.result = paid;
    EXPECT_EQ(form_encode(unionpay_undo(kExampleShop, attempt, unionpay_undo_order(request.id, "20260310115000"))), kUndoSent);

    RefundRequest refund;
    refund.id = RefundId("01K7QC3M5VREFUND0000000001");
    refund.amount = Money::fen(300);
    refund.created = {kLunchTime.ms + 76'500'000};
    EXPECT_EQ(form_encode(unionpay_refund(kExampleShop, attempt, refund)), kRefundSent);
}

}  // namespace
}  // namespace mulin::payment
