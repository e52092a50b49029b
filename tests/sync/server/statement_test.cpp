// Bills of channels: read whole or refused with the line, taken in once, laid beside the tills' books.

#include "sync/statements/statement.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "sync/server/commands.h"
#include "tests/sync/server/review_district.h"

namespace mulin::sync::server {
namespace {

using namespace test;

std::string bill_file(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream("tests/sync/server/bills/" + name, std::ios::binary).rdbuf();
    return text.str();
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), with);
}

Result<Bill> read(const std::string& bytes, const StatementLayout& layout) {
    auto decoded = decode_statement(bytes, "bill.csv");
    if (!decoded) return tl::make_unexpected(decoded.error());
    return parse_statement(decoded->text, "bill.csv", layout);
}

std::string problem(const std::string& bytes, const StatementLayout& layout) {
    const auto bill = read(bytes, layout);
    return bill ? "" : bill.error().message;
}

TEST(Statement, AWeChatBillIsReadAsItStands) {
    const auto bill = read(bill_file("wechat.csv"), wechat_layout());
    ASSERT_TRUE(bill) << bill.error().message;
    ASSERT_EQ(bill->rows.size(), 4u);
    const StatementRow& paid = bill->rows[0];
    EXPECT_EQ(paid.line, 2);
    EXPECT_EQ(paid.kind, StatementKind::pay);
    EXPECT_EQ(paid.out_no, "a1");
    EXPECT_EQ(paid.txn, "4200000000202603100000000001");
    EXPECT_EQ(paid.amount.in_fen(), 1200);
    EXPECT_EQ(paid.fee.in_fen(), 7) << "0.07200";
    EXPECT_EQ(payment::to_rfc3339(paid.at), "2026-03-10T11:45:03+08:00");
    EXPECT_EQ(paid.raw.rfind("`2026-03-10 11:45:03,`wx", 0), 0u) << "word for word";
    EXPECT_NE(paid.raw.find("`午餐, 套餐甲,"), std::string::npos) << "a comma inside a cell is no separator";
    EXPECT_EQ(bill->rows[1].settled->in_fen(), 1000);
    ASSERT_EQ(bill->rows[1].discounts.size(), 1u);
    EXPECT_EQ(bill->rows[1].discounts[0].sponsor, "merchant") << "it is missing in what is settled";
    EXPECT_EQ(bill->rows[1].discounts[0].amount.in_fen(), 200);
    EXPECT_EQ(bill->rows[2].kind, StatementKind::refund);
    EXPECT_EQ(bill->rows[2].refund_no, "r1");
    EXPECT_EQ(bill->rows[2].amount.in_fen(), 500);
    EXPECT_EQ(bill->rows[2].fee.in_fen(), -3);
    EXPECT_EQ(bill->rows[3].kind, StatementKind::revoke);
}

TEST(Statement, AnAlipayBillInEitherEncoding) {
    const std::string bytes = bill_file("alipay.csv");
    const auto decoded = decode_statement(bytes, "bill.csv");
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->encoding, "gb18030");
    for (const std::string& text : {bytes, decoded->text, "\xEF\xBB\xBF" + decoded->text}) {
        const auto bill = read(text, alipay_layout());
        ASSERT_TRUE(bill) << bill.error().message;
        ASSERT_EQ(bill->rows.size(), 3u);
        EXPECT_EQ(bill->rows[0].txn, "2026031022001400000000000001") << "without the tab behind it";
        EXPECT_EQ(bill->rows[0].amount.in_fen(), 1500);
        EXPECT_EQ(bill->rows[0].settled->in_fen(), 1400);
        EXPECT_EQ(bill->rows[0].fee.in_fen(), -9);
        EXPECT_EQ(bill->rows[0].discounts.size(), 2u);
        EXPECT_EQ(bill->rows[2].kind, StatementKind::refund);
        EXPECT_EQ(bill->rows[2].amount.in_fen(), 2000) << "refunds are written negative there";
        EXPECT_EQ(bill->rows[2].refund_no, "rb2");
    }
}

TEST(Statement, AProfileForAnyOther) {
    std::ostringstream profile;
    profile << std::ifstream("assets/statements/chinaums-example.json").rdbuf();
    const auto layout = read_statement_profile(profile.str(), "p.json");
    ASSERT_TRUE(layout) << layout.error().message;
    const auto bill = read(bill_file("chinaums.csv"), *layout);
    ASSERT_TRUE(bill) << bill.error().message;
    ASSERT_EQ(bill->rows.size(), 3u);
    EXPECT_EQ(bill->set_aside, 1);
    EXPECT_EQ(bill->rows[0].out_no, "c1") << "without the source's number";
    EXPECT_EQ(payment::to_rfc3339(bill->rows[0].at), "2026-03-10T11:30:00+08:00");
    EXPECT_EQ(bill->rows[1].discounts[0].amount.in_fen(), 100);
    EXPECT_EQ(bill->rows[2].kind, StatementKind::refund);
    std::ostringstream other;
    other << std::ifstream("assets/statements/unionpay-example.json").rdbuf();
    EXPECT_TRUE(read_statement_profile(other.str(), "p.json"));
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"\"unit\": \"yuan\"", "\"unit\": \"jiao\""}, {"\"txn\":", "\"txm\":"}, {"\"end\":", "\"ende\":"}, {"\"refund\"", "\"back\""},
             {"\"clock\": \"交易时间\",", ""}})
        EXPECT_FALSE(read_statement_profile(replaced(profile.str(), from, to), "p.json")) << to;
}

TEST(Statement, WhatIsWrongIsNamedWithItsLine) {
    const std::string wechat = bill_file("wechat.csv");
    const auto line = [](const std::string& message) { return message.substr(0, message.find(':')); };
    const auto bad = [&](const std::string& from, const std::string& to) { return problem(replaced(wechat, from, to), wechat_layout()); };
    EXPECT_EQ(line(bad("`2026-03-10 11:46:40", "`2026-03-10 11:66:40")), "bill.csv line 3");
    EXPECT_EQ(line(bad("`10.00,`2.00", "`10.00,`2.005")), "bill.csv line 3");
    EXPECT_EQ(line(bad("`REFUND", "`STRANGE")), "bill.csv line 4");
    EXPECT_EQ(line(bad("`5.00,`0.00,`ORIGINAL", "`5.00,`ORIGINAL")), "bill.csv line 4") << "a cell is missing";
    EXPECT_EQ(line(bad("`12.00,`0.00,`\r\n`2026", "`12.50,`0.00,`\r\n`2026")), "bill.csv line 7") << "the sum does not agree";
    EXPECT_EQ(line(bad("`4,`22.00", "`5,`22.00")), "bill.csv line 7") << "nor the count";
    const auto cut = wechat.substr(0, wechat.find("总交易单数"));
    EXPECT_NE(problem(cut, wechat_layout()).find("the summary is missing"), std::string::npos);
    const std::string alipay = decode_statement(bill_file("alipay.csv"), "")->text;
    const auto row = alipay.find("20260310220014000000000000" "02");
    EXPECT_NE(problem(alipay.substr(0, row) + alipay.substr(alipay.find('\n', row) + 1), alipay_layout()).find("counts 2 payments, but 1"), std::string::npos);
    EXPECT_NE(problem("", wechat_layout()), "");
    EXPECT_NE(problem("a,b,c\n1,2,3\n", wechat_layout()).find("no line with the column names"), std::string::npos);
    EXPECT_NE(problem("\xff\xfe\x00", wechat_layout()).find("neither in UTF-8 nor in GB18030"), std::string::npos);
}

TEST(Statement, TimesAndAmounts) {
    for (const char* text : {"2026-03-10 11:45:00", "2026/3/10 11:45", "20260310114500", "20260310 114500", "2026-03-10T11:45:00"}) {
        const auto at = parse_statement_time(text);
        ASSERT_TRUE(at) << text;
        EXPECT_EQ(payment::to_rfc3339(*at), "2026-03-10T11:45:00+08:00") << text;
    }
    for (const char* text : {"", "2026-02-30 11:45:00", "2026-03-10", "2026-03-10 24:00:00", "26-03-10 11:45:00", "2026031011450", "2026-03-10 11:45:00 x"})
        EXPECT_FALSE(parse_statement_time(text)) << text;
    const auto fen = [](const char* text, bool in_fen = false, bool round = false) {
        const auto amount = parse_statement_amount(text, in_fen, round);
        return amount ? std::to_string(amount->in_fen()) : std::string("no");
    };
    EXPECT_EQ(fen("12"), "1200");
    EXPECT_EQ(fen("12.3"), "1230");
    EXPECT_EQ(fen("-0.05"), "-5");
    EXPECT_EQ(fen("¥1,234.50"), "123450");
    EXPECT_EQ(fen("0.07200"), "no");
    EXPECT_EQ(fen("0.07500", false, true), "8");
    EXPECT_EQ(fen("0.07000"), "7");
    EXPECT_EQ(fen("1250", true), "1250");
    for (const char* text : {"", ".", "1.", ".5", "1,23", "12,34.00", "1e3", "--1", "0x1", "1 2", "9999999999999999999"}) EXPECT_EQ(fen(text), "no") << text;
}

struct StatementImport : ::testing::Test {
    CommandResult import(const std::string& name, const std::string& text, const std::string& channel = "wechat") {
        return run_command(district.district(), {"statement import", {{"channel", channel}, {"json", "1"}}, {{name, text}}});
    }
    std::string match(const std::string& date = "2026-03-10") {
        return run_command(district.district(), {"statement match", {{"date", date}}, {}}).out;
    }
    ReviewDistrict district;
};

TEST_F(StatementImport, TheSameTransactionIsHeldOnce) {
    const std::string text = bill_file("wechat.csv");
    EXPECT_NE(import("day.csv", text).out.find(R"("same_file":false,"rows":4,"known":0)"), std::string::npos);
    EXPECT_NE(import("again.csv", text).out.find(R"("same_file":true,"rows":0,"known":4)"), std::string::npos);
    // The same rows in a file that also holds another.
    std::string more = replaced(text, "总交易单数", "`2026-03-10 13:00:00,`wx0000000000000001,`1900000001,`0,`T1,`4200000000202603100000000009,`a9,`o,`MICROPAY,`SUCCESS,`X,`CNY,`1.00,`0.00,`0,`0,`0.00,`0.00,`,`,`x,`,`0.00000,`0.60%,`1.00,`0.00,`\r\n总交易单数");
    more = replaced(replaced(more, "`4,`22.00", "`5,`23.00"), "`24.00,`13.00", "`25.00,`13.00");
    const auto taken = import("more.csv", more);
    EXPECT_NE(taken.out.find(R"("rows":1,"known":4)"), std::string::npos) << taken.out << taken.err;
    // Other figures for what is held: nothing of the file is taken.
    auto other = replaced(more, "`12.00,`0.00,`\r\n`2026", "`13.00,`0.00,`\r\n`2026");
    other = replaced(replaced(other, "`25.00,`13.00", "`26.00,`13.00"), "4200000000202603100000000009", "4200000000202603100000000010");
    const auto refused = import("other.csv", other);
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_NE(refused.err.find("other.csv line 2"), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("day.csv line 2"), std::string::npos) << refused.err;
    EXPECT_EQ(district.count("SELECT count(*) FROM statement_row"), 5);
    EXPECT_EQ(district.count("SELECT count(*) FROM statement_file"), 2);
    const auto list = run_command(district.district(), {"statement list", {}, {}}).out;
    EXPECT_NE(list.find(R"("name":"day.csv")"), std::string::npos);
    EXPECT_NE(list.find(R"("first":"2026-03-10","last":"2026-03-10","paid_fen":2400,"refunded_fen":1300)"), std::string::npos) << list;
}

TEST_F(StatementImport, WrongUseChangesNothing) {
    EXPECT_EQ(import("x.csv", bill_file("wechat.csv"), "We Chat").exit_code, 2);
    EXPECT_EQ(import("x.csv", bill_file("chinaums.csv"), "chinaums").exit_code, 2) << "no profile";
    EXPECT_EQ(import("x.csv", bill_file("alipay.csv"), "wechat").exit_code, 2);
    EXPECT_EQ(district.count("SELECT count(*) FROM statement_file"), 0);
}

TEST_F(StatementImport, BooksBesideTheBill) {
    district.publish(rules_off(300), noon(-500));
    ReviewedTill till("T1", 1, set_of(rules_off(300)));
    const auto sell = [&](const char* attempt, std::int64_t fen) {
        return till.sell(std::nullopt, noon(0), [&](Sale& sale) {
            sale.payments[0].method = "qr";
            sale.payments[0].channel = "wechat";
            sale.payments[0].attempt = payment::AttemptId(attempt);
            sale.payments[0].amount = Money::fen(fen);
            sale.payments[0].given = sale.payments[0].change = Money();
        });
    };
    sell("a1", 1200);
    sell("a2", 1500);
    sell("a7", 1500);
    till.sell(std::nullopt, noon(5));  // cash
    district.upload(till);
    ASSERT_EQ(import("day.csv", replaced(replaced(replaced(bill_file("wechat.csv"), "`4,`22.00", "`5,`23.00"), "`24.00,`13.00", "`25.00,`13.00"),
                     "总交易单数", "`2026-03-10 13:00:00,`wx0000000000000001,`1900000001,`0,`T1,`4200000000202603100000000009,`a9,`o,`MICROPAY,`SUCCESS,`X,`CNY,`1.00,`0.00,`0,`0,`0.00,`0.00,`,`,`x,`,`0.00000,`0.60%,`1.00,`0.00,`\r\n总交易单数")).exit_code, 0);
    const std::string found = match();
    EXPECT_NE(found.find(R"("wechat":{"has_bill":true,"matched":0,"matched_fen":0)"), std::string::npos) << found;
    EXPECT_NE(found.find(R"("refund_differs":[{"txn":"4200000000202603100000000001","out_no":"a1","amount_fen":1200,"returned_fen":500)"),
              std::string::npos) << "the bill gave back what no till did: " << found;
    EXPECT_NE(found.find(R"("only_in_till":[{"sale":{"till":"T1","epoch":"E-T1","seq":4},"attempt":"a7")"), std::string::npos) << found;
    EXPECT_NE(found.find(R"("only_in_bill":[{"txn":"4200000000202603100000000009")"), std::string::npos) << found;
    EXPECT_NE(found.find(R"("amount_differs":[{"txn":"4200000000202603100000000002")"), std::string::npos) << found;
    EXPECT_EQ(found.find("\"cash\""), std::string::npos);
    EXPECT_EQ(match(), found) << "the same answer twice";
    EXPECT_NE(match("2026-04-01").find(R"("channels":{})"), std::string::npos);
}

TEST_F(StatementImport, SponsorsAreLaidSideBySide) {
    district.publish(rules_off(300), noon(-500));
    ReviewedTill till("T1", 1, set_of(rules_off(300)));
    const auto sell = [&](const char* attempt, const char* sponsor, std::int64_t discount_fen) {
        till.sell(std::nullopt, noon(0), [&](Sale& sale) {
            sale.payments[0].method = "qr";
            sale.payments[0].channel = "wechat";
            sale.payments[0].attempt = payment::AttemptId(attempt);
            sale.payments[0].amount = Money::fen(1200);
            sale.payments[0].given = sale.payments[0].change = Money();
            sale.payments[0].discounts.push_back({sponsor, Money::fen(discount_fen)});
        });
    };
    sell("a2", "merchant", 200);  // as the bill has it
    sell("a4", "issuer", 150);    // the bill knows only that it was not the merchant
    sell("a5", "merchant", 100);  // the bill: a platform
    district.upload(till);
    const auto row = [](const std::string& number, const std::string& coupon) {
        return "`2026-03-10 13:00:00,`wx0000000000000001,`1900000001,`0,`T1,`4200000000202603100000000" + number + ",`a" + number.substr(2) +
               ",`o,`MICROPAY,`SUCCESS,`X,`CNY,`12.00,`" + coupon + ",`0,`0,`0.00,`0.00,`,`,`x,`,`0.00000,`0.60%,`12.00,`0.00,`\r\n";
    };
    const std::string more = replaced(bill_file("wechat.csv"), "总交易单数", row("004", "1.50") + row("005", "1.00") + "总交易单数");
    ASSERT_EQ(import("day.csv", replaced(replaced(more, "`4,`22.00", "`6,`46.00"), "`24.00,`13.00", "`48.00,`13.00")).exit_code, 0);
    const std::string found = match();
    EXPECT_NE(found.find(R"("matched":2,"matched_fen":2400)"), std::string::npos) << found;
    EXPECT_NE(found.find(R"("sponsors_differ":[{"txn":"4200000000202603100000000005")"), std::string::npos) << found;
    EXPECT_NE(found.find(R"("merchant_fen":0,"sponsors_fen":100)"), std::string::npos) << found;
    EXPECT_NE(found.find(R"("merchant_fen":100,"sponsors_fen":0)"), std::string::npos) << "and the till's: " << found;
}

}  // namespace
}  // namespace mulin::sync::server
