// A payment belongs to one version of its sale: an answer that comes late never pays another one.

#include "pos/app/checkout.h"

#include <gtest/gtest.h>

#include "pos/app/demo_till.h"
#include "pos/app/pricing.h"
#include "tests/support/store_fixtures.h"

namespace mulin::pos {
namespace {

using payment::AttemptState;
using sync::Money;

constexpr const char* kApproved = "131234567890123400";  // payment/simulated/README.md
constexpr const char* kAnswerLost = "131234567890123403";

class OneVersion : public testing::Test {
  protected:
    OneVersion() {
        EXPECT_TRUE(make_demo_till(dir_.path(), clock_, random_));
        open();
    }
    void open() {
        checkout_.reset();
        till_.reset();
        till_ = std::move(*Till::open(dir_.path(), clock_, random_));
        checkout_.emplace(*till_);
    }
    // `quantity` dishes, to be paid by QR.
    sync::Sale order(std::int64_t quantity) {
        Order asked;
        asked.items = {{sync::ItemId("set-a"), quantity, 0}};
        asked.tender = "qr";
        auto priced = price_order(*till_, asked);
        EXPECT_TRUE(priced);
        sync::Sale sale = priced->draft;
        sale.ref = "r1";
        sale.shift = (*till_->store().current_shift())->shift;
        sync::Payment part;
        part.method = "qr";
        part.channel = "simulated";
        part.amount = sale.paid;
        sale.payments = {part};
        return sale;
    }
    payment::Attempt pay(const sync::Sale& sale, const char* code) {
        const auto attempt = checkout_->start(sale, sale.payments.front(), code);
        EXPECT_TRUE(attempt) << attempt.error().message;
        return *attempt;
    }

    test::StoreDirectory dir_;
    payment::ManualClock clock_{test::kStoreTestNow};
    payment::SeededRandom random_{7};
    std::unique_ptr<Till> till_;
    std::optional<Checkout> checkout_;
};

TEST_F(OneVersion, TheVersionIsWhatIsSoldAndNotWhenOrHowItIsPaid) {
    auto sale = order(1);
    const auto version = order_version(sale);
    EXPECT_GT(version, 0);
    clock_.advance_ms(60'000);
    auto later = order(1);
    later.payments.front().channel = "another";
    later.cash_rounding = Money::fen(3);
    EXPECT_EQ(order_version(later), version);
    ASSERT_TRUE(checkout_->remember(sale));
    EXPECT_EQ(order_version(**checkout_->remembered("r1")), version) << "the same after it was written down";
    EXPECT_NE(order_version(order(2)), version);
    sale.benefits.push_back({});
    EXPECT_NE(order_version(sale), version);
}

TEST_F(OneVersion, WhileAnAnswerIsMissingTheOrderStaysWhatItWas) {
    const auto sale = order(1);
    ASSERT_TRUE(checkout_->remember(sale));
    ASSERT_EQ(pay(sale, kAnswerLost).state, AttemptState::unknown);
    EXPECT_EQ(checkout_->remember(order(2)).error().code, payment::ErrorCode::refused);
    auto other_way = order(1);
    other_way.payments.front().method = "bank_card";
    EXPECT_EQ(checkout_->remember(other_way).error().code, payment::ErrorCode::refused);
    EXPECT_TRUE(checkout_->remember(sale)) << "the same again is no change";
    open();
    ASSERT_TRUE(checkout_->recover());
    const auto sold = till_->store().find_sale_by_ref("r1");
    ASSERT_TRUE(sold && *sold) << "the late answer pays what it was asked for";
    EXPECT_EQ((*sold)->sale.lines.front().quantity, 1);
}

TEST_F(OneVersion, AnAnswerForAnotherVersionOfTheSameAmountPaysNothingAndGoesBack) {
    const auto sale = order(1);
    ASSERT_TRUE(checkout_->remember(sale));
    const auto paid = pay(sale, kApproved);
    ASSERT_EQ(paid.state, AttemptState::approved);
    auto changed = sale;  // the same money for something else
    changed.lines.front().name_zh = "另一份";
    ASSERT_TRUE(checkout_->remember(changed));
    EXPECT_TRUE(taken_parts(changed, {paid}).empty());
    EXPECT_EQ(taken_parts(sale, {paid}).size(), 1u);
    const auto settled = checkout_->settle("r1");
    ASSERT_TRUE(settled);
    EXPECT_EQ(settled->standing, Standing::unpaid);
    EXPECT_EQ(settled->attempts.front().state, AttemptState::reversed);
    EXPECT_FALSE(*till_->store().find_sale_by_ref("r1"));
}

}  // namespace
}  // namespace mulin::pos
