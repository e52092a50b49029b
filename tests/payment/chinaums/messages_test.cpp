// ChinaUMS's requests byte by byte, and what its answers mean, those with self-made values among them.

#include "payment/chinaums/chinaums_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mulin::payment {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr UtcInstant kNoonUms{1'767'240'000'000};  // 2026-01-01 12:00:00 in China

ChinaumsShop ums_shop() {
    ChinaumsShop shop;
    shop.merchant = "898000000000001";
    shop.terminal = "00000001";
    shop.source_id = "9999";
    return shop;
}

AttemptRequest ums_lunch() {
    AttemptRequest request;
    request.id = AttemptId("SH0120260101000001");
    request.amount = Money::fen(1200);
    request.code = "6225735053201615202";
    request.created = kNoonUms;
    return request;
}

Attempt ums_attempt() {
    Attempt attempt;
    attempt.id = ums_lunch().id;
    attempt.amount = ums_lunch().amount;
    attempt.created = kNoonUms;
    return attempt;
}

TEST(PoslinkRequest, Payment) {
    EXPECT_EQ(poslink_pay(ums_shop(), ums_lunch()),
              R"({"merchantCode":"898000000000001","terminalCode":"00000001","transactionAmount":1200,"transactionCurrencyCode":"156",)"
              R"("merchantOrderId":"SH0120260101000001","merchantRemark":"午餐","payMode":"CODE_SCAN","payCode":"6225735053201615202","orderDesc":"午餐"})");
    ChinaumsShop placed = ums_shop();
    placed.device_type = "11";
    placed.longitude = "+121.5273";
    placed.latitude = "+31.2599";
    EXPECT_THAT(poslink_pay(placed, ums_lunch()), HasSubstr(R"("deviceType":"11","longitude":"+121.5273","latitude":"+31.2599")"));
}

TEST(PoslinkRequest, QueryVoidAndRefundNameTheOrder) {
    Attempt attempt = ums_attempt();
    EXPECT_EQ(poslink_query(ums_shop(), attempt),
              R"({"merchantCode":"898000000000001","terminalCode":"00000001","merchantOrderId":"SH0120260101000001","oriTransDate":"20260101"})");
    attempt.result.refs["orderId"] = "2026010112000000000001";
    EXPECT_EQ(poslink_void(ums_shop(), attempt),
              R"({"merchantCode":"898000000000001","terminalCode":"00000001","merchantOrderId":"SH0120260101000001","originalOrderId":"2026010112000000000001"})");
    RefundRequest refund;
    refund.id = RefundId("01K7QC3M5VREFUND0000000001");
    refund.amount = Money::fen(300);
    EXPECT_THAT(poslink_refund(ums_shop(), attempt, refund), HasSubstr(R"("refundRequestId":"01K7QC3M5VREFUND0000000001","transactionAmount":300)"));
    EXPECT_THAT(poslink_refund_query(ums_shop(), attempt, refund), HasSubstr(R"("oriTransDate":"20260101")"));
}

TEST(NetpayRequest, NumbersBeginWithTheSource) {
    EXPECT_EQ(netpay_show(ums_shop(), ums_lunch(), {kNoonUms.ms + 1'000}, {kNoonUms.ms + 120'000}),
              R"({"requestTimestamp":"2026-01-01 12:00:01","msgId":"SH0120260101000001","mid":"898000000000001","tid":"00000001",)"
              R"("instMid":"QRPAYDEFAULT","billNo":"9999SH0120260101000001","billDate":"2026-01-01","billDesc":"午餐","totalAmount":1200,)"
              R"("expireTime":"2026-01-01 12:02:00"})");
    EXPECT_EQ(netpay_undo_number(ums_shop(), ums_lunch().id), "9999SH0120260101000001U");
    EXPECT_EQ(netpay_refund_number(ums_shop(), RefundId("R1")), "9999R1");
    EXPECT_THAT(netpay_query(ums_shop(), ums_attempt(), kNoonUms, "9999R1"), HasSubstr(R"("refundOrderId":"9999R1")"));
    EXPECT_THAT(netpay_query(ums_shop(), ums_attempt(), kNoonUms, ""), Not(HasSubstr("refundOrderId")));
    EXPECT_THAT(netpay_refund(ums_shop(), ums_attempt(), kNoonUms, "9999R1", Money::fen(5)), HasSubstr(R"("refundAmount":5)"));
}

TEST(ChinaumsTimes, AreBeijings) {
    EXPECT_EQ(chinaums_time({kNoonUms.ms + 999}), "20260101120000");
    EXPECT_EQ(chinaums_stamp({1'767'196'799'999}), "2025-12-31 23:59:59");
}

// ---- poslink's answers

std::string asked(const std::string& result, const std::string& amounts = R"("originalTransactionAmount":1200,"amount":1200,"actualTransactionAmount":1200)",
                  const std::string& order = "SH0120260101000001") {
    return R"({"errCode":"00","errInfo":"00000成功响应码","queryResCode":")" + result + R"(","queryResDesc":"查询","originalPayCode":"6225735053201615202",)"
           R"("refundedAmount":0,"refundAmonunt":0,"origialRetrievalRefNum":"15005163609N","thirdPartyBuyerId":"otdJ-own-value","orderId":"2026010112000000000001",)"
           R"("merchantOrderId":")" + order + "\"," + amounts + "}";
}

AttemptResult poslink_result(const std::string& body) { return chinaums_result(read_poslink_query(body, ums_shop(), ums_attempt())); }

TEST(PoslinkAnswer, TheTable) {
    const std::pair<const char*, Outcome> table[] = {
        {"0", Outcome::approved}, {"1", Outcome::unknown}, {"2", Outcome::declined},  {"3", Outcome::unknown},  {"4", Outcome::declined},
        {"5", Outcome::declined}, {"5余额不足", Outcome::declined}, {"FF", Outcome::unknown}, {"", Outcome::unknown}, {"00", Outcome::unknown},
        {"6", Outcome::unknown}, {"50", Outcome::unknown}, {"51", Outcome::unknown}, {"0 ", Outcome::unknown},
    };
    for (const auto& [code, outcome] : table) EXPECT_EQ(poslink_result(asked(code)).outcome, outcome) << code;
}

TEST(PoslinkAnswer, PaidIsOnlyWhatIsOurs) {
    EXPECT_EQ(poslink_result(asked("0", R"("originalTransactionAmount":"1200","amount":"1200")")).outcome, Outcome::approved) << "texts are amounts too";
    const char* const amounts[] = {R"("originalTransactionAmount":1201,"amount":1200)", R"("amount":1200,"actualTransactionAmount":1200)",
                                   R"("originalTransactionAmount":1200.0)", R"("originalTransactionAmount":"12.00")", R"("originalTransactionAmount":null)",
                                   R"("originalTransactionAmount":1200,"terminalCode":"00000002")", R"("originalTransactionAmount":1200,"merchantCode":"898000000000002")"};
    for (const char* wrong : amounts) {
        const AttemptResult result = poslink_result(asked("0", wrong));
        EXPECT_EQ(result.outcome, Outcome::unknown) << wrong;
        EXPECT_EQ(result.refs.at("alarm"), "mismatch") << wrong;
    }
    EXPECT_EQ(poslink_result(asked("0", R"("originalTransactionAmount":1200)", "SH0120260101000002")).outcome, Outcome::unknown);
    EXPECT_EQ(poslink_result(asked("5", R"("originalTransactionAmount":1200)", "SH0120260101000002")).outcome, Outcome::unknown) << "another's refusal";
}

TEST(PoslinkAnswer, AQuestionThatFailedSaysNothing) {
    for (const char* body : {"", "null", "[]", "{", R"({"errCode":"96","queryResCode":"0"})", R"({"queryResCode":"0"})", R"({"errCode":0})",
                             R"({"errCode":"00"})", R"({"errCode":"00","errCode":"00","queryResCode":"0"})"})
        EXPECT_EQ(poslink_result(body).outcome, Outcome::unknown) << body;
}

TEST(PoslinkAnswer, NeitherCodeNorBuyerIsKept) {
    for (const auto& [key, value] : poslink_result(asked("0")).refs) {
        EXPECT_THAT(value, Not(HasSubstr("622573505"))) << key;
        EXPECT_THAT(value, Not(HasSubstr("otdJ"))) << key;
    }
}

TEST(PoslinkAnswer, DiscountsEitherWayRound) {
    const std::vector<ChannelDiscount> hundred = {{"platform", Money::fen(100)}};
    for (const char* amounts : {R"("originalTransactionAmount":1200,"amount":1200,"actualTransactionAmount":1100,"promotionAmt":"100")",
                                R"("originalTransactionAmount":1200,"amount":1100,"actualTransactionAmount":1200,"promotionAmt":"100")",
                                R"("originalTransactionAmount":1200,"amount":1200,"actualTransactionAmount":1100)",
                                R"("originalTransactionAmount":"1200","actualTransactionAmount":"1100","promotionAmt":"0")"}) {
        const AttemptResult result = poslink_result(asked("0", amounts));
        EXPECT_EQ(result.outcome, Outcome::approved) << amounts;
        EXPECT_EQ(result.discounts, hundred) << amounts;
    }
    EXPECT_THAT(poslink_result(asked("0")).discounts, IsEmpty());
}

TEST(PoslinkAnswer, AmountsThatDoNotAddUpAreForAPerson) {
    for (const char* amounts : {R"("originalTransactionAmount":1200,"amount":1200,"actualTransactionAmount":1100,"promotionAmt":"90")",
                                R"("originalTransactionAmount":1200,"amount":1150,"actualTransactionAmount":1100)",
                                R"("originalTransactionAmount":1200,"amount":1300,"actualTransactionAmount":1200)",
                                R"("originalTransactionAmount":1200,"amount":-1)", R"("originalTransactionAmount":1200,"amount":"much")",
                                R"("originalTransactionAmount":1200,"amount":1200,"promotionAmt":"100")"}) {
        const AttemptResult result = poslink_result(asked("0", amounts));
        EXPECT_EQ(result.outcome, Outcome::unknown) << amounts;
        EXPECT_EQ(result.refs.at("alarm"), "review") << amounts;
        EXPECT_THAT(result.discounts, IsEmpty());
    }
}

TEST(PoslinkAnswer, CodesOfTheAcquirerAreConfiguration) {
    ChinaumsShop shop = ums_shop();
    const std::string typing = R"({"errCode":"W1","errInfo":"需要用户输入支付密码"})";
    EXPECT_EQ(read_poslink(typing, shop, Money::fen(1200)).word, ChinaumsSaid::Word::neither);
    EXPECT_EQ(chinaums_result(read_poslink_query(typing, shop, ums_attempt())).outcome, Outcome::unknown);
    shop.waiting_codes = {"W1"};
    shop.refused_codes = {"R1"};
    shop.not_found_codes = {"N1"};
    EXPECT_EQ(read_poslink(typing, shop, Money::fen(1200)).word, ChinaumsSaid::Word::waiting);
    EXPECT_EQ(chinaums_result(read_poslink_query(typing, shop, ums_attempt())).outcome, Outcome::pending);
    EXPECT_EQ(read_poslink(R"({"errCode":"R1"})", shop, Money::fen(1200)).word, ChinaumsSaid::Word::refused);
    EXPECT_EQ(read_poslink_query(R"({"errCode":"N1"})", shop, ums_attempt()).trade, ChinaumsTrade::not_found);
    EXPECT_EQ(chinaums_result(read_poslink_query(R"({"errCode":"N1"})", shop, ums_attempt())).outcome, Outcome::unknown) << "not found is not \"not paid\"";
}

TEST(PoslinkAnswer, WordsAboutAnotherAmountOrShopAreNotOurs) {
    EXPECT_EQ(read_poslink(R"({"errCode":"00","transactionAmount":1200,"orderId":"1"})", ums_shop(), Money::fen(1200)).word, ChinaumsSaid::Word::yes);
    EXPECT_TRUE(read_poslink(R"({"errCode":"00","transactionAmount":1201})", ums_shop(), Money::fen(1200)).mismatch);
    EXPECT_TRUE(read_poslink(R"({"errCode":"00","merchantCode":"898000000000002"})", ums_shop(), Money::fen(1200)).mismatch);
    EXPECT_EQ(read_poslink("nonsense", ums_shop(), Money::fen(1200)).word, ChinaumsSaid::Word::neither);
}

TEST(PoslinkAnswer, ARefundHasACodeSpaceOfItsOwn) {
    RefundRequest refund;
    refund.id = RefundId("R1");
    refund.amount = Money::fen(300);
    const auto outcome = [&](const char* body) { return read_poslink_refund_query(body, ums_shop(), refund).outcome; };
    EXPECT_EQ(outcome(R"({"errCode":"00","queryResCode":"00","originalAmount":"300"})"), RefundOutcome::refunded);
    EXPECT_EQ(outcome(R"({"errCode":"00","queryResCode":"00","originalAmount":300})"), RefundOutcome::refunded);
    EXPECT_EQ(outcome(R"({"errCode":"00","queryResCode":"00","originalAmount":"301"})"), RefundOutcome::unknown);
    EXPECT_EQ(outcome(R"({"errCode":"00","queryResCode":"00"})"), RefundOutcome::unknown);
    EXPECT_EQ(outcome(R"({"errCode":"00","queryResCode":"0","originalAmount":"300"})"), RefundOutcome::unknown) << "0 is the payment's code";
    EXPECT_EQ(outcome(R"({"errCode":"N1"})"), RefundOutcome::unknown);
}

// ---- netpay's answers

std::string bill(const std::string& status, const std::string& payment = "", const std::string& number = "9999SH0120260101000001") {
    return R"({"errCode":"SUCCESS","mid":"898000000000001","tid":"00000001","billNo":")" + number + R"(","billStatus":")" + status + "\"" +
           (payment.empty() ? "" : ",\"billPayment\":" + payment) + "}";
}

AttemptResult bill_result(const std::string& body) { return chinaums_result(read_netpay_query(body, ums_shop(), ums_attempt())); }

TEST(NetpayAnswer, TheStates) {
    const std::string paid = R"({"status":"TRADE_SUCCESS","totalAmount":1200,"buyerPayAmount":1200,"couponAmount":0,"buyerId":"otdJ-own-value"})";
    EXPECT_EQ(bill_result(bill("PAID", paid)).outcome, Outcome::approved);
    EXPECT_EQ(bill_result(bill("UNPAID")).outcome, Outcome::pending);
    EXPECT_EQ(bill_result(bill("CLOSED")).outcome, Outcome::declined);
    for (const char* state : {"REFUND", "UNKNOWN", "", "paid", "PAID"}) EXPECT_EQ(bill_result(bill(state)).outcome, Outcome::unknown) << state;
    for (const char* state : {"NEW_ORDER", "UNKNOWN", "WAIT_BUYER_PAY", "TRADE_CLOSED", "TRADE_REFUND", ""})
        EXPECT_EQ(bill_result(bill("PAID", R"({"totalAmount":1200,"status":")" + std::string(state) + "\"}")).outcome, Outcome::unknown) << state;
    for (const char* code : {"NO_ORDER", "ORDER_PROCESSING", "DUP_ORDER", "OPERATION_NOT_ALLOWED", ""})
        EXPECT_EQ(bill_result(R"({"errCode":")" + std::string(code) + R"(","billStatus":"PAID"})").outcome, Outcome::unknown) << code;
}

TEST(NetpayAnswer, PaidIsOnlyWhatIsOurs) {
    for (const char* payment : {R"({"status":"TRADE_SUCCESS","totalAmount":1201})", R"({"status":"TRADE_SUCCESS"})", R"({"status":"TRADE_SUCCESS","totalAmount":"x"})"})
        EXPECT_EQ(bill_result(bill("PAID", payment)).outcome, Outcome::unknown) << payment;
    const std::string paid = R"({"status":"TRADE_SUCCESS","totalAmount":"1200"})";
    EXPECT_EQ(bill_result(bill("PAID", paid)).outcome, Outcome::approved);
    EXPECT_EQ(bill_result(bill("PAID", paid, "9999SH0120260101000002")).outcome, Outcome::unknown);
    EXPECT_EQ(bill_result(bill("CLOSED", "", "9999SH0120260101000002")).outcome, Outcome::unknown);
    std::string other = bill("PAID", paid);
    other.replace(other.find("898000000000001"), 15, "898000000000002");
    EXPECT_EQ(bill_result(other).outcome, Outcome::unknown);
}

TEST(NetpayAnswer, SponsoredParts) {
    const auto parts = [](const char* rest) {
        return bill_result(bill("PAID", R"({"status":"TRADE_SUCCESS","totalAmount":1200,)" + std::string(rest) + "}"));
    };
    EXPECT_THAT(parts(R"("buyerPayAmount":1000,"couponAmount":200,"couponMerchantContribute":50)").discounts,
                ElementsAre(ChannelDiscount{"platform", Money::fen(150)}, ChannelDiscount{"merchant", Money::fen(50)}));
    EXPECT_THAT(parts(R"("buyerPayAmount":1000,"couponAmount":150,"yxlmAmount":50)").discounts, ElementsAre(ChannelDiscount{"platform", Money::fen(200)}));
    EXPECT_THAT(parts(R"("couponAmount":"200")").discounts, ElementsAre(ChannelDiscount{"platform", Money::fen(200)}));
    for (const char* wrong : {R"("buyerPayAmount":1000,"couponAmount":150)", R"("buyerPayAmount":1300,"couponAmount":0)", R"("buyerPayAmount":1100,"couponAmount":100,"couponMerchantContribute":101)",
                              R"("couponAmount":-5)", R"("couponAmount":1201)"}) {
        EXPECT_EQ(parts(wrong).outcome, Outcome::unknown) << wrong;
        EXPECT_EQ(parts(wrong).refs.at("alarm"), "review") << wrong;
    }
}

TEST(NetpayAnswer, ACodeToShow) {
    const auto read = [](const char* rest) { return read_netpay_show(R"({"errCode":"SUCCESS","billNo":"9999SH0120260101000001",)" + std::string(rest) + "}", ums_shop(), ums_lunch()); };
    EXPECT_EQ(read(R"("totalAmount":1200,"billQRCode":"https://qr.chinaums.com/x","qrCodeId":"q1")").code, "https://qr.chinaums.com/x");
    EXPECT_EQ(read(R"("billQRCode":"https://qr.chinaums.com/x","qrCodeId":"q1")").said.refs.at("qrCodeId"), "q1");
    EXPECT_TRUE(read(R"("totalAmount":1201,"billQRCode":"https://qr.chinaums.com/x")").said.mismatch);
    EXPECT_EQ(read(R"("totalAmount":1201,"billQRCode":"https://qr.chinaums.com/x")").code, "");
}

TEST(NetpayAnswer, Refunds) {
    const auto said = [](const char* body) { return read_netpay_refund(body, "B", "R", Money::fen(300)).outcome; };
    EXPECT_EQ(said(R"({"errCode":"SUCCESS","billNo":"B","refundOrderId":"R","refundStatus":"SUCCESS","refundAmount":300})"), RefundOutcome::refunded);
    EXPECT_EQ(said(R"({"errCode":"SUCCESS","billNo":"B","refundStatus":"SUCCESS","refundAmount":301})"), RefundOutcome::unknown);
    EXPECT_EQ(said(R"({"errCode":"SUCCESS","billNo":"B","refundStatus":"SUCCESS"})"), RefundOutcome::unknown);
    EXPECT_EQ(said(R"({"errCode":"SUCCESS","billNo":"C","refundStatus":"FAIL","refundAmount":300})"), RefundOutcome::unknown);
    EXPECT_EQ(said(R"({"errCode":"SUCCESS","refundStatus":"PROCESSING"})"), RefundOutcome::processing);
    EXPECT_EQ(said(R"({"errCode":"SUCCESS","refundStatus":"FAIL"})"), RefundOutcome::refused);
    EXPECT_EQ(said(R"({"errCode":"SUCCESS","refundStatus":"UNKNOWN"})"), RefundOutcome::unknown);
    EXPECT_EQ(said(R"({"errCode":"OPERATION_NOT_ALLOWED"})"), RefundOutcome::refused);
    EXPECT_EQ(said(R"({"errCode":"ORDER_PROCESSING"})"), RefundOutcome::unknown);
    const auto found = [](const char* body) { return read_netpay_refund_query(body, "B", Money::fen(300)).outcome; };
    EXPECT_EQ(found(R"({"errCode":"SUCCESS","billNo":"B","refundBillPayment":{"status":"TRADE_SUCCESS","totalAmount":300}})"), RefundOutcome::refunded);
    EXPECT_EQ(found(R"({"errCode":"SUCCESS","billNo":"B","refundBillPayment":{"status":"TRADE_SUCCESS","totalAmount":30}})"), RefundOutcome::unknown);
    EXPECT_EQ(found(R"({"errCode":"SUCCESS","billNo":"B","billStatus":"REFUND"})"), RefundOutcome::unknown);
}

}  // namespace
}  // namespace mulin::payment
