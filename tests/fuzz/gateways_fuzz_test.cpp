// Recorded examples of WeChat and Alipay answers as seeds, with random mutations of them, and noise.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "payment/base/id.h"
#include "tests/fuzz/gateways_target.h"

namespace mulin::tests {
namespace {

const char* const kWechatXml[] = {
    "<xml><return_code><![CDATA[SUCCESS]]></return_code><result_code>SUCCESS</result_code><appid>wx1</appid><mch_id>m1</mch_id>"
    "<out_trade_no>SH0120260101000001</out_trade_no><total_fee>1200</total_fee><cash_fee>1050</cash_fee><coupon_fee>150</coupon_fee>"
    "<settlement_total_fee>1150</settlement_total_fee><trade_type>MICROPAY</trade_type><trade_state>SUCCESS</trade_state>"
    "<promotion_detail><![CDATA[[{\"type\":\"COUPON\",\"amount\":150,\"wxpay_contribute\":100,\"merchant_contribute\":50}]]]></promotion_detail></xml>",
    "<xml><return_code>SUCCESS</return_code><result_code>FAIL</result_code><appid>wx1</appid><mch_id>m1</mch_id>"
    "<err_code>USERPAYING</err_code><err_code_des>130061098828009406</err_code_des><recall>Y</recall></xml>",
    "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><appid>wx1</appid><mch_id>m1</mch_id>"
    "<out_trade_no>SH0120260101000001</out_trade_no><out_refund_no_0>RF0120260101000001</out_refund_no_0><refund_fee_0>200</refund_fee_0>"
    "<refund_status_0>SUCCESS</refund_status_0></xml>",
};
const char* const kWechatJson[] = {
    R"({"appid":"wx1","mchid":"m1","out_trade_no":"SH0120260101000001","trade_state":"SUCCESS","amount":{"total":1200,"payer_total":1050,"currency":"CNY"},"promotion_detail":[{"amount":150,"type":"CASH","wechatpay_contribute":150}]})",
    R"({"code":"NOT_ENOUGH","message":"130061098828009406"})",
    R"({"out_trade_no":"SH0120260101000001","out_refund_no":"RF0120260101000001","status":"SUCCESS","amount":{"refund":200,"total":1200}})",
    R"({"trade_state":"USERPAYING"})",
};
const char* const kAlipayNodes[] = {
    R"({"code":"10000","out_trade_no":"SH0120260101000001","total_amount":"12.00","buyer_pay_amount":10.5,"receipt_amount":"11.50","trade_status":"TRADE_SUCCESS","mdiscount_amount":"0.50","discount_amount":"1.00","fund_bill_list":[{"fund_channel":"COUPON","amount":"1.00"}],"voucher_detail_list":[{"amount":"1.50","merchant_contribute":"0.50","other_contribute":"1.00"}]})",
    R"({"code":"40004","sub_code":"ACQ.BUYER_BALANCE_NOT_ENOUGH","sub_msg":"130061098828009406","retry_flag":"Y"})",
    R"({"code":"10000","out_trade_no":"SH0120260101000001","out_request_no":"RF0120260101000001","refund_amount":"2.00","refund_fee":"2.00","fund_change":"Y","refund_status":"REFUND_SUCCESS","action":"close"})",
};
constexpr const char* kGatewayPieces[] = {"null", "-1", "0", "00", "1e9", "99999999999999999999", "1200", "12.00", "[]", "{}", "\"\"", "]]>", "<", "</xml>",
                                          "&amp;", "<!DOCTYPE", "\xff", "\\u0000", "SUCCESS", "FAIL", ",", "\"sign\":\"\"", "\\/", "10000000000000"};

std::string bent(std::string text, payment::SeededRandom& random) {
    const auto rounds = 1 + random.below(4);
    for (std::uint64_t i = 0; i < rounds && !text.empty(); ++i) {
        const auto at = random.below(text.size());
        const auto length = random.below(10);
        switch (random.below(5)) {
            case 0: text[at] = static_cast<char>(random.below(256)); break;
            case 1: text.erase(at, length); break;
            case 2: text.insert(at, text.substr(random.below(text.size()), length * 6)); break;
            case 3: text.replace(at, length, kGatewayPieces[random.below(std::size(kGatewayPieces))]); break;
            default: {
                const auto digit = text.find_first_of("0123456789", at);
                if (digit != std::string::npos) text.replace(digit, 1, std::to_string(random.next_u64() >> (random.below(64))));
            }
        }
    }
    return text;
}

template <class Seeds>
void run(const Seeds& seeds, bool (*target)(std::string_view), std::uint64_t seed, int rounds) {
    payment::SeededRandom random(seed);
    int read = 0;
    for (const char* text : seeds) EXPECT_TRUE(target(text)) << text;
    for (int i = 0; i < rounds; ++i) read += target(bent(seeds[random.below(std::size(seeds))], random)) ? 1 : 0;
    EXPECT_GT(read, rounds / 20) << "mutations should often be read as an answer";
    for (int i = 0; i < rounds / 10; ++i) {
        std::string noise(random.below(200), '\0');
        for (auto& c : noise) c = static_cast<char>(random.below(256));
        target(noise);
    }
}

TEST(GatewaysFuzz, WechatXmlNeverCrashesNorLies) { run(kWechatXml, try_wechat_v2, 20260401, 20'000); }
TEST(GatewaysFuzz, WechatJsonNeverCrashesNorLies) { run(kWechatJson, try_wechat_v3, 20260402, 1'500); }
TEST(GatewaysFuzz, AlipayJsonNeverCrashesNorLies) { run(kAlipayNodes, try_alipay, 20260403, 1'500); }

// One answer of a megabyte, nested or wide, ends at once.
TEST(GatewaysFuzz, LargeAnswersEnd) {
    const std::string deep = std::string(500'000, '[') + std::string(500'000, ']');
    std::string wide = "{", flat = "<xml>";
    for (int i = 0; wide.size() < 1'000'000; ++i) wide += "\"k" + std::to_string(i) + "\":0,";
    wide.back() = '}';
    for (int i = 0; flat.size() < 1'000'000; ++i) flat += "<k" + std::to_string(i) + ">0</k" + std::to_string(i) + ">";
    flat += "</xml>";
    for (const std::string& text : {deep, wide, flat}) {
        EXPECT_FALSE(try_wechat_v2(text));
        EXPECT_FALSE(try_wechat_v3(text));
        EXPECT_FALSE(try_alipay(text));
    }
}

}  // namespace
}  // namespace mulin::tests
