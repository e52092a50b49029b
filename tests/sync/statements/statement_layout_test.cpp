// Bills as channels write them: days without a trade, who paid for a discount, refunds that are orders of their
// own, numbers with a prefix, and files of fixed widths.

#include "sync/statements/statement.h"

#include <array>
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "payment/base/id.h"
#include "payment/money/sponsor.h"

namespace mulin::sync::server {
namespace {

namespace sponsor = payment::sponsor;

StatementLayout profile(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream("assets/statements/" + name, std::ios::binary).rdbuf();
    auto layout = read_statement_profile(text.str(), name);
    EXPECT_TRUE(layout) << layout.error().message;
    return layout ? *layout : StatementLayout();
}

Result<Bill> bill_of(const std::string& bytes, const StatementLayout& layout) {
    auto decoded = decode_statement(bytes, "bill");
    if (!decoded) return tl::make_unexpected(decoded.error());
    return parse_statement(decoded->text, "bill", layout);
}

std::string message_of(const Result<Bill>& bill) { return bill ? "" : bill.error().message; }

using Parts = std::vector<std::pair<std::string, std::int64_t>>;
Parts parts_of(const StatementRow& row) {
    Parts parts;
    for (const auto& discount : row.discounts) parts.emplace_back(discount.sponsor, discount.amount.in_fen());
    return parts;
}

constexpr const char* kWechatNames =
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,"
    "申请退款金额,费率备注\r\n";
constexpr const char* kWechatTotals = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n";

std::string wechat_row(const std::string& number, const std::string& settled, const std::string& coupon, const std::string& order) {
    return "`2026-03-10 11:45:03,`wx1,`1900000001,`0,`T1,`42000" + number + ",`" + number + ",`o,`MICROPAY,`SUCCESS,`OTHERS,`CNY,`" + settled +
           ",`" + coupon + ",`0,`0,`0.00,`0.00,`,`,`午餐,`,`0.07200,`0.60%,`" + order + ",`0.00,`\r\n";
}

TEST(Bills, ADayWithoutATradeIsABill) {
    for (const char* sums : {"`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00\r\n", "`0,`0,`0,`0,`0,`0,`0\r\n", "0,0.00,0.00,0.00,0.00,0.00,0.00\n",
                             "`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00,\r\n", "`0,`,`,`,`,`,`\r\n"}) {
        const auto bill = bill_of(std::string("\xEF\xBB\xBF") + kWechatNames + kWechatTotals + sums, wechat_layout());
        ASSERT_TRUE(bill) << sums << message_of(bill);
        EXPECT_TRUE(bill->rows.empty());
    }
    EXPECT_TRUE(bill_of(std::string(kWechatTotals) + "`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00\r\n", wechat_layout()));
    EXPECT_FALSE(bill_of(std::string(kWechatTotals) + "`1,`8.00,`0.00,`0.00,`0.00000,`8.00,`0.00\r\n", wechat_layout()));
    EXPECT_FALSE(bill_of(kWechatTotals, wechat_layout()));
    EXPECT_FALSE(bill_of(std::string(kWechatNames) + kWechatTotals, wechat_layout())) << "the sums are cut off";
    EXPECT_FALSE(bill_of(std::string(kWechatNames) + kWechatTotals + "`1,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00\r\n", wechat_layout()));
    EXPECT_FALSE(bill_of(std::string(kWechatNames) + kWechatTotals + "`0,`0.00,`0.00,`0.00,`0.00000,`8.00,`0.00\r\n", wechat_layout()));
}

TEST(Bills, WhoPaidForADiscountIsSaidInTheAdaptersWords) {
    const auto bill = bill_of(std::string(kWechatNames) + wechat_row("w1", "12.00", "2.00", "12.00") + wechat_row("w2", "10.00", "2.00", "12.00") +
                                  wechat_row("w3", "11.00", "3.00", "12.00") + kWechatTotals + "`3,`33.00,`0.00,`0.00,`0.2,`36.00,`0.00\r\n",
                              wechat_layout());
    ASSERT_TRUE(bill) << message_of(bill);
    EXPECT_EQ(parts_of(bill->rows[0]), (Parts{{sponsor::kPlatform, 200}}));
    EXPECT_EQ(parts_of(bill->rows[1]), (Parts{{sponsor::kMerchant, 200}})) << "what we do not get was ours";
    EXPECT_EQ(parts_of(bill->rows[2]), (Parts{{sponsor::kMerchant, 100}, {sponsor::kPlatform, 200}}));
    for (const auto& layout : {wechat_layout(), alipay_layout(), profile("chinaums-example.json")}) {
        for (const auto& discount : layout.discounts) EXPECT_TRUE(sponsor::is_known(discount.sponsor)) << discount.sponsor;
    }
    EXPECT_FALSE(read_statement_profile(R"({"mulin_statement":1,"name":"x","unit":"fen","columns":{"time":"t","txn":"n","amount":"a"},
        "discounts":[{"column":"d","sponsor":"somebank"}]})", "p.json"));
}

TEST(Bills, ARefundThatIsAnOrderOfItsOwnNamesWhatItGivesBack) {
    const auto bill = bill_of(
        "txnTime|txnType|queryId|orderId|origQryId|txnAmt|fee|settleAmt\n"
        "20260310114500|01|202603101145000000011|P1||1200|7|1193\n"
        "20260310121000|04|202603101210000000012|R1|202603101145000000011|500|0|500\n"
        "20260310121500|31|202603101215000000013|P2U|202603101145000000014|800|0|800\n", profile("unionpay-example.json"));
    ASSERT_TRUE(bill) << message_of(bill);
    EXPECT_EQ(bill->rows[0].out_no, "P1");
    EXPECT_EQ(bill->rows[0].refund_no, "");
    EXPECT_EQ(bill->rows[1].kind, StatementKind::refund);
    EXPECT_EQ(bill->rows[1].txn, bill->rows[0].txn) << "laid to the payment";
    EXPECT_EQ(bill->rows[1].refund_no, "R1");
    EXPECT_EQ(bill->rows[2].kind, StatementKind::revoke);
    EXPECT_EQ(bill->rows[2].txn, "202603101145000000014");
    EXPECT_EQ(bill->rows[2].refund_no, "P2U");
}

TEST(Bills, ThePrefixOfASourceIsNoPartOfOurNumbers) {
    const auto bill = bill_of("交易日期,交易时间,交易类型,检索参考号,商户订单号,商户退款单号,交易金额\n"
                              "20260310,113000,消费,1310001,1017A1,,12.50\n20260310,113100,消费,1310002,A2,,3.00\n"
                              "20260310,120000,退货,1310003,1017A1,1017B1,-12.50\n", profile("chinaums-example.json"));
    ASSERT_TRUE(bill) << message_of(bill);
    EXPECT_EQ(bill->rows[0].out_no, "A1");
    EXPECT_EQ(bill->rows[1].out_no, "A2") << "a payer's code, without a source";
    EXPECT_EQ(bill->rows[2].refund_no, "B1");
}

// One line of a ZM file: cells by their number, the rest blank.
std::string zm_line(const std::map<int, std::string>& cells) {
    constexpr std::array kWidths = {3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13,
                                    13, 8, 32, 13, 13, 12, 2, 1, 32, 98};
    std::string line;
    for (std::size_t i = 0; i < kWidths.size(); ++i) {
        const auto at = cells.find(static_cast<int>(i) + 1);
        std::string cell = at == cells.end() ? "" : at->second;
        cell.resize(static_cast<std::size_t>(kWidths[i]), ' ');
        line += (i == 0 ? "" : " ") + cell;
    }
    return line;
}

// "商" in GBK, which is no UTF-8.
constexpr const char* kShang = "\xC9\xCC";

std::string zm_payment() {
    return zm_line({{1, "S22"}, {5, "0310114500"}, {7, "000000001200"}, {10, "202603101145000000011"}, {12, "01K7QC3M5VPAYMENT000000001"},
                    {16, "D000000000007"}, {17, "C000000001193"}, {20, "01"}, {31, kShang}, {35, "a b"}});
}

std::string zm_refund() {
    return zm_line({{1, "S30"}, {7, "000000000500"}, {10, "202603101210000000012"}, {12, "01K7QC3M5VREFUND0000000001"}, {16, "C000000000000"},
                    {17, "D000000000500"}, {20, "04"}, {27, "202603101145000000011"}, {41, "01K7QC3M5VPAYMENT000000001"}});
}

TEST(Bills, AFileOfFixedWidths) {
    const auto layout = profile("unionpay-zm.json");
    const auto bill = bill_of(zm_payment() + "\r\n" + zm_refund() + "\r\n", layout);
    ASSERT_TRUE(bill) << message_of(bill);
    ASSERT_EQ(bill->rows.size(), 2u);
    const StatementRow& paid = bill->rows[0];
    EXPECT_EQ(payment::to_rfc3339(paid.at), "2026-03-10T11:45:00+08:00");
    EXPECT_EQ(paid.out_no, "01K7QC3M5VPAYMENT000000001");
    EXPECT_EQ(paid.amount.in_fen(), 1200);
    EXPECT_EQ(paid.fee.in_fen(), 7);
    EXPECT_EQ(paid.settled->in_fen(), 1193);
    const StatementRow& back = bill->rows[1];
    EXPECT_EQ(back.kind, StatementKind::refund);
    EXPECT_EQ(back.txn, paid.txn);
    EXPECT_EQ(back.out_no, paid.out_no);
    EXPECT_EQ(back.refund_no, "01K7QC3M5VREFUND0000000001");
    EXPECT_EQ(back.amount.in_fen(), 500);
}

TEST(Bills, AFileOfFixedWidthsThatIsCutOrShiftedIsRefusedWithItsLine) {
    const auto layout = profile("unionpay-zm.json");
    const auto refused = [&](const std::string& line) { return message_of(bill_of(zm_payment() + "\n" + line + "\n", layout)); };
    EXPECT_EQ(refused(zm_payment().substr(0, 508)), "") << "blanks that nobody reads are cut off";
    for (const std::size_t cut : {1, 60, 75, 130, 200, 507})
        EXPECT_NE(refused(zm_payment().substr(0, cut)).find("bill line 2"), std::string::npos) << cut;
    EXPECT_NE(refused("X" + zm_payment()).find("bill line 2"), std::string::npos) << "shifted";
    EXPECT_NE(refused(zm_payment() + "X").find("bill line 2"), std::string::npos) << "too long";
    std::string wide = zm_payment();
    wide.replace(2, 2, kShang);  // one character in two cells
    EXPECT_NE(refused(wide).find("bill line 2"), std::string::npos);
    EXPECT_TRUE(bill_of("", layout)) << "a day without a trade";
}

TEST(Bills, ChangedLinesOfFixedWidthsAreReadOrRefused) {
    const auto layout = profile("unionpay-zm.json");
    payment::SeededRandom random(21);
    int read = 0, refused = 0;
    for (int i = 0; i < 3'000; ++i) {
        std::string line = zm_refund();
        for (int change = 0; change < 3; ++change) {
            const auto at = random.below(line.size());
            if (random.below(2) == 0) line[at] = static_cast<char>(random.below(256));
            else if (random.below(8) == 0) line.resize(at + 1);
        }
        ++(bill_of(line, layout) ? read : refused);
    }
    EXPECT_GT(read, 100);
    EXPECT_GT(refused, 100);
}

TEST(Bills, PlacesOfAProfileMustBeThere) {
    const auto with = [](const std::string& time, const std::string& widths) {
        return read_statement_profile(R"({"mulin_statement":1,"name":"x","unit":"fen","widths":)" + widths + R"(,"columns":{"time":")" + time +
                                          R"(","txn":"1","amount":"2"}})", "p.json").has_value();
    };
    EXPECT_TRUE(with("3", "[4,4,14]"));
    EXPECT_TRUE(with("3:1-14", "[4,4,20]"));
    for (const char* place : {"4", "0", "x", "3:", "3:1", "3:0-4", "3:5-4", "-1", "3:1-14x"}) EXPECT_FALSE(with(place, "[4,4,14]")) << place;
    for (const char* widths : {"[]", "[0,4,14]", "[4,4,-1]", "\"4\"", "[4.5,4,14]"}) EXPECT_FALSE(with("3", widths)) << widths;
}

}  // namespace
}  // namespace mulin::sync::server
