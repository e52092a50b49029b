// Giving back part or all of a sale: to where it came from, bound to what is left of each line, and to
// the fen over any number of parts.

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "pos/app/demo_till.h"
#include "pos/app/play.h"
#include "pos/app/refund_sale.h"
#include "tests/support/store_fixtures.h"

namespace mulin::pos {
namespace {

using sync::Money;
using Where = RefundStanding::Where;

class RefundSale : public testing::Test {
  protected:
    // Actions as `play` takes them; afterwards the till is open.
    void serve(const std::vector<std::string>& actions, const std::string& config = "[simulated]\nlatency_ms = 0\n") {
        ASSERT_TRUE(make_demo_till(dir_.path(), clock_, random_));
        std::ofstream(dir_.file("mulin.toml")) << config;
        std::ofstream file(dir_.file("actions.jsonl"));
        for (const auto& action : actions) file << action << '\n';
        file.close();
        std::ostringstream out;
        ASSERT_EQ(run_play(dir_.path(), dir_.file("actions.jsonl").string(), out, out), 0) << out.str();
        ASSERT_EQ(out.str().find("\"ok\":false"), std::string::npos) << out.str();
        auto opened = Till::open(dir_.path(), clock_, random_);
        ASSERT_TRUE(opened) << opened.error().message;
        till_ = std::move(*opened);
        const auto day = till_->store().sales_of_day(payment::china_date(till_->now().at));
        ASSERT_TRUE(day);
        ASSERT_FALSE(day->empty());
        sale_ = day->front();
    }
    RefundAsked asked(std::vector<RefundAsked::Line> lines, const std::string& ref = "r1") const {
        return {ref, sale_.key, std::move(lines), "wrong_item", sync::StaffId("C0101"), sync::StaffId("M0101")};
    }
    RefundStanding give_back(const RefundAsked& wanted) {
        auto standing = begin_refund(*till_, wanted);
        EXPECT_TRUE(standing) << standing.error().message;
        for (int i = 0; standing && standing->where == Where::waiting && i < 50; ++i) standing = go_on_with_refund(*till_, standing->record);
        return standing ? *standing : RefundStanding{};
    }
    std::string refusal(const RefundAsked& wanted) {
        const auto record = make_refund(*till_, wanted);
        return record ? "" : record.error().code;
    }
    static Money sum_of(const std::vector<sync::RefundPayment>& payments) {
        Money sum;
        for (const auto& one : payments) sum += one.amount;
        return sum;
    }

    test::StoreDirectory dir_;
    payment::SystemClock clock_;
    payment::SeededRandom random_{5};
    std::unique_ptr<Till> till_;
    sync::SaleRecord sale_;
};

std::string sell(const std::string& tender, int quantity = 3) {
    return R"({"ref":"s1","do":"sell","diner":null,"meal":"lunch","service":"dine_in","lines":[{"item":"set-a","quantity":)" +
           std::to_string(quantity) + R"(}],"tender":[)" + tender + "]}";
}

TEST_F(RefundSale, IsBoundToWhatIsLeftOfTheLine) {
    serve({sell(R"({"method":"cash","given_fen":5000})")});
    EXPECT_EQ(refusal(asked({{0, 4}})), "too_many");
    EXPECT_EQ(refusal(asked({{0, 0}})), "too_many");
    EXPECT_EQ(refusal(asked({{1, 1}})), "unknown_line");
    const auto first = give_back(asked({{0, 2}}, "r1"));
    ASSERT_EQ(first.where, Where::done);
    EXPECT_EQ(first.record.paid, Money::fen(3000));
    EXPECT_FALSE(first.record.whole);
    EXPECT_EQ(refusal(asked({{0, 2}}, "r2")), "too_many") << "one is left";
    const auto rest = give_back(asked({}, "r3"));
    ASSERT_EQ(rest.where, Where::done);
    EXPECT_TRUE(rest.record.whole);
    EXPECT_EQ(first.record.paid + rest.record.paid, sale_.sale.paid);
    EXPECT_EQ(refusal(asked({}, "r4")), "nothing_left");
}

TEST_F(RefundSale, TheSameReferenceIsTheSameRefund) {
    serve({sell(R"({"method":"cash","given_fen":5000})")});
    const auto first = give_back(asked({{0, 1}}));
    const auto again = give_back(asked({{0, 1}}));
    ASSERT_TRUE(first.committed && again.committed);
    EXPECT_EQ(again.committed->key, first.committed->key);
    EXPECT_EQ(refusal(asked({{0, 2}}, "r2")), "") << "two are left: the second asking gave nothing back";
}

TEST_F(RefundSale, ASplitSaleGoesBackTheWayItCameTheNewestPartFirst) {
    serve({sell(R"({"method":"cash","amount_fen":1000,"given_fen":1000},{"method":"qr","amount_fen":3500,"code":"134000000000000100"})")});
    ASSERT_EQ(sale_.sale.payments.size(), 2U);
    const auto part = make_refund(*till_, asked({{0, 2}}));
    ASSERT_TRUE(part);
    ASSERT_EQ(part->payments.size(), 1U) << "the code's part holds both";
    EXPECT_EQ(part->payments[0].method, "qr");
    EXPECT_EQ(part->payments[0].amount, Money::fen(3000));
    const auto all = make_refund(*till_, asked({}));
    ASSERT_TRUE(all);
    ASSERT_EQ(all->payments.size(), 2U);
    EXPECT_EQ(sum_of(all->payments), Money::fen(4500));
}

TEST_F(RefundSale, ASplitSaleInThreeStepsGivesBackExactlyWhatEachPartTook) {
    serve({sell(R"({"method":"cash","amount_fen":1000,"given_fen":1000},{"method":"qr","amount_fen":3500,"code":"134000000000000100"})")});
    std::map<std::string, Money> back;
    for (const char* ref : {"r1", "r2", "r3"}) {
        const auto step = give_back(asked({{0, 1}}, ref));
        ASSERT_EQ(step.where, Where::done) << ref;
        for (const auto& payment : step.record.payments) back[payment.method] += payment.amount;
    }
    EXPECT_EQ(back["cash"], Money::fen(1000));
    EXPECT_EQ(back["qr"], Money::fen(3500));
}

TEST_F(RefundSale, CashRoundingComesBackWithTheLastPiece) {
    serve({R"({"ref":"s1","do":"sell","diner":"D000001","meal":"lunch","service":"dine_in","presented":"jinglao",)"
           R"("lines":[{"item":"set-a","quantity":1},{"item":"set-b","quantity":1}],"tender":[{"method":"cash","given_fen":9900}]})"},
          "[simulated]\nlatency_ms = 0\n[cash]\nunit = \"yuan\"\n");
    Money handed_out;
    for (const std::int64_t line : {0, 1}) {
        const auto step = give_back(asked({{line, 1}}, "r" + std::to_string(line)));
        ASSERT_EQ(step.where, Where::done);
        for (const auto& payment : step.record.payments) {
            EXPECT_EQ(payment.amount.in_fen() % 100, 0) << "no coin smaller than the till's";
            handed_out += payment.amount;
        }
    }
    EXPECT_EQ(handed_out, sale_.sale.paid + sale_.sale.cash_rounding) << "exactly what came in";
}

TEST_F(RefundSale, EveryPayerGetsBackWhatTheyGaveAndNoFenMore) {
    serve({R"({"ref":"s1","do":"sell","diner":"D000001","meal":"lunch","service":"dine_in","presented":"jinglao",)"
           R"("lines":[{"item":"set-a","quantity":2},{"item":"set-b","quantity":1}],"tender":[{"method":"senior_card","card":"9310000000000001"}]})"});
    ASSERT_FALSE(sale_.sale.benefits.empty()) << "the sale must have been helped with";
    std::map<std::string, Money> gave;
    for (const auto& benefit : sale_.sale.benefits)
        for (const auto& share : benefit.payers) gave[share.payer] += share.amount;
    std::map<std::string, Money> got;
    Money diner;
    for (const auto& [line, ref] : std::vector<std::pair<std::int64_t, std::string>>{{0, "r1"}, {1, "r2"}, {0, "r3"}}) {
        const auto step = give_back(asked({{line, 1}}, ref));
        ASSERT_EQ(step.where, Where::done);
        EXPECT_EQ(step.record.list_value(), step.record.paid + [&] {
            Money helped;
            for (const auto& benefit : step.record.benefits) helped += benefit.amount;
            return helped;
        }());
        diner += step.record.paid;
        for (const auto& benefit : step.record.benefits)
            for (const auto& share : benefit.payers) got[share.payer] += share.amount;
    }
    EXPECT_EQ(diner, sale_.sale.paid);
    EXPECT_EQ(got, gave);
}

TEST_F(RefundSale, APlanThatWasBegunGoesOnAfterARestart) {
    serve({sell(R"({"method":"qr","code":"134000000000000100"})")});
    auto record = make_refund(*till_, asked({{0, 1}}));
    ASSERT_TRUE(record);
    ASSERT_TRUE(till_->store().refunds().plan(*record));
    EXPECT_FALSE(begin_refund(*till_, asked({{0, 3}}, "r2"))) << "what is on its way back is not left";
    till_.reset();
    auto opened = Till::open(dir_.path(), clock_, random_);
    ASSERT_TRUE(opened);
    till_ = std::move(*opened);
    const auto plans = till_->store().refunds().plans();
    ASSERT_TRUE(plans);
    ASSERT_EQ(plans->size(), 1U);
    auto standing = go_on_with_refund(*till_, plans->front());
    for (int i = 0; standing && standing->where == Where::waiting && i < 50; ++i) standing = go_on_with_refund(*till_, plans->front());
    ASSERT_TRUE(standing) << standing.error().message;
    EXPECT_EQ(standing->where, Where::done);
    const auto again = begin_refund(*till_, asked({{0, 1}}));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->committed->key, standing->committed->key);
}

}  // namespace
}  // namespace mulin::pos
