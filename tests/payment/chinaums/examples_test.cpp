// Two lunches over ChinaUMS as both sides write them: one scanned, one paid by a code of ours. The values
// are our own; the shapes are those of recorded messages, misspelt names included.

#include <gtest/gtest.h>

#include "payment/chinaums/chinaums_messages.h"

namespace mulin::payment {
namespace {

constexpr const char* kScanned =
    R"({"merchantCode":"898000000000001","terminalCode":"00000001","transactionAmount":1234,"transactionCurrencyCode":"156","merchantOrderId":"01K7QC3M5VPAYMENT000000001","merchantRemark":"长者午餐","payMode":"CODE_SCAN","payCode":"130061098828009406","orderDesc":"长者午餐","deviceType":"11","longitude":"+121.5273","latitude":"+31.2599"})";
constexpr const char* kScannedAnswer =
    R"({"errCode":"00","errInfo":"10000成功响应码","transactionTime":"114501","transactionDate":"0310","settlementDate":"0310","transactionDateWithYear":"20260310","settlementDateWithYear":"20260310","retrievalRefNum":"15005163609N","transactionAmount":1234,"actualTransactionAmount":1000,"amount":1234,"orderId":"20260310114501406370624529","thirdPartyDiscountInstruction":"微信钱包支付10.00元","thirdPartyName":"微信钱包","thirdPartyBuyerId":"own-value","thirdPartyPayInformation":"现金:1000","cardAttr":"03","chnlType":"WXPay","promotionAmt":"234","systemTraceNum":"000015"})";
constexpr const char* kAsked =
    R"({"merchantCode":"898000000000001","terminalCode":"00000001","merchantOrderId":"01K7QC3M5VPAYMENT000000001","originalOrderId":"20260310114501406370624529","oriTransDate":"20260310"})";
constexpr const char* kAskedAnswer =
    R"({"errCode":"00","errInfo":"00000成功响应码","originalTransactionTime":"20260310114501","queryResCode":"0","queryResDesc":"成功","originalPayCode":"130061098828009406","originalBatchNo":"000001","originalSystemTraceNum":"000015","originalRetrievalRefNum":"15005163609N","origialRetrievalRefNum":"15005163609N","originalTransactionAmount":1234,"amount":1234,"refundedAmount":0,"refundAmonunt":0,"actualTransactionAmount":1000,"promotionAmt":"234","thirdPartyName":"微信钱包","thirdPartyBuyerId":"own-value","orderId":"20260310114501406370624529","merchantOrderId":"01K7QC3M5VPAYMENT000000001","originalSettlementDate":"20260310","issInstCode":"某银行"})";
constexpr const char* kBillShown =
    R"({"requestTimestamp":"2026-03-10 11:45:00","msgId":"01K7QC3M5VPAYMENT000000002","mid":"898000000000001","tid":"00000001","instMid":"QRPAYDEFAULT","billNo":"999901K7QC3M5VPAYMENT000000002","billDate":"2026-03-10","billDesc":"长者午餐","totalAmount":1234,"expireTime":"2026-03-10 11:47:00"})";
constexpr const char* kBillShownAnswer =
    R"({"errCode":"SUCCESS","msgId":"01K7QC3M5VPAYMENT000000002","mid":"898000000000001","tid":"00000001","billNo":"999901K7QC3M5VPAYMENT000000002","billDate":"2026-03-10","qrCodeId":"99992603101145000001","billQRCode":"https://qr.chinaums.com/bills/qrCode.do?id=99992603101145000001"})";
constexpr const char* kBillAnswer =
    R"({"errCode":"SUCCESS","mid":"898000000000001","tid":"00000001","billNo":"999901K7QC3M5VPAYMENT000000002","billStatus":"PAID","totalAmount":1234,"billPayment":{"status":"TRADE_SUCCESS","payTime":"2026-03-10 11:45:20","paySeqId":"15005163610N","settleDate":"2026-03-10","buyerId":"own-value","totalAmount":1234,"couponAmount":234,"buyerPayAmount":1000,"buyerCashPayAmt":1000,"receiptAmount":1234,"invoiceAmount":1000,"targetOrderId":"4200000000000000000000000001","merOrderId":"999901K7QC3M5VPAYMENT000000002","targetSys":"WXPay"}})";

ChinaumsShop example_shop() {
    ChinaumsShop shop;
    shop.merchant = "898000000000001";
    shop.terminal = "00000001";
    shop.source_id = "9999";
    shop.description = "长者午餐";
    shop.device_type = "11";
    shop.longitude = "+121.5273";
    shop.latitude = "+31.2599";
    return shop;
}

constexpr UtcInstant kUmsLunchTime{1'773'114'300'000};  // 2026-03-10 11:45:00 in China

AttemptRequest example_request(const char* id) {
    AttemptRequest request;
    request.id = AttemptId(id);
    request.amount = Money::fen(1234);
    request.code = "130061098828009406";
    request.created = kUmsLunchTime;
    return request;
}

Attempt example_attempt(const AttemptRequest& request) {
    Attempt attempt;
    attempt.id = request.id;
    attempt.amount = request.amount;
    attempt.created = request.created;
    return attempt;
}

TEST(ChinaumsExamples, ALunchScanned) {
    const AttemptRequest request = example_request("01K7QC3M5VPAYMENT000000001");
    EXPECT_EQ(poslink_pay(example_shop(), request), kScanned);
    const ChinaumsSaid said = read_poslink(kScannedAnswer, example_shop(), request.amount);
    EXPECT_EQ(said.word, ChinaumsSaid::Word::yes);
    Attempt attempt = example_attempt(request);
    attempt.result.refs = said.refs;
    EXPECT_EQ(poslink_query(example_shop(), attempt), kAsked);
    const AttemptResult paid = chinaums_result(read_poslink_query(kAskedAnswer, example_shop(), attempt));
    EXPECT_EQ(paid.outcome, Outcome::approved);
    ASSERT_EQ(paid.discounts.size(), 1U);
    EXPECT_EQ(paid.discounts[0], (ChannelDiscount{"platform", Money::fen(234)}));
    EXPECT_EQ(paid.refs.at("originalSettlementDate"), "20260310");
}

TEST(ChinaumsExamples, ALunchPaidByACodeOfOurs) {
    const AttemptRequest request = example_request("01K7QC3M5VPAYMENT000000002");
    EXPECT_EQ(netpay_show(example_shop(), request, kUmsLunchTime, {kUmsLunchTime.ms + 120'000}), kBillShown);
    const ChinaumsBill bill = read_netpay_show(kBillShownAnswer, example_shop(), request);
    EXPECT_EQ(bill.code, "https://qr.chinaums.com/bills/qrCode.do?id=99992603101145000001");
    const AttemptResult paid = chinaums_result(read_netpay_query(kBillAnswer, example_shop(), example_attempt(request)));
    EXPECT_EQ(paid.outcome, Outcome::approved);
    EXPECT_EQ(paid.discounts.size(), 1U);
    EXPECT_EQ(paid.refs.at("paySeqId"), "15005163610N");
}

}  // namespace
}  // namespace mulin::payment
