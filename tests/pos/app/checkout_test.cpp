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
        till_ = std::move(*Till::open(dir_.path(), clock_, random_, [this](const payment::Attempt& attempt) {
            if (attempt.state != AttemptState::approved) return;
            const auto sold = till_->store().find_sale_by_ref(attempt.order_ref);
            sold_when_approved_.push_back(sold && *sold);
        }));
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
    std::vector<bool> sold_when_approved_;  // in the moment each approval could first be seen
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

TEST_F(OneVersion, TheSaleIsThereInTheMomentTheLastApprovalIs) {
    ASSERT_TRUE(checkout_->recover());
    const auto sale = order(1);
    ASSERT_TRUE(checkout_->remember(sale));
    ASSERT_EQ(pay(sale, kApproved).state, AttemptState::approved);
    EXPECT_EQ(sold_when_approved_, std::vector<bool>{true});
    const auto settled = checkout_->settle("r1");
    ASSERT_TRUE(settled && settled->sale);
    EXPECT_FALSE(settled->sale->repeated) << "told of for the first time";
    EXPECT_TRUE(checkout_->open_refs()->empty());
    EXPECT_TRUE(checkout_->settle("r1")->sale->repeated);
}

TEST_F(OneVersion, ControlWithoutThatTheSaleFollowsTheApproval) {
    const auto sale = order(1);
    ASSERT_TRUE(checkout_->remember(sale));
    ASSERT_EQ(pay(sale, kApproved).state, AttemptState::approved);
    EXPECT_EQ(sold_when_approved_, std::vector<bool>{false});
    // As after a crash between the two, or with a store that an earlier version wrote.
    open();
    const auto settled = checkout_->recover();
    ASSERT_TRUE(settled && settled->size() == 1);
    EXPECT_EQ(settled->front().standing, Standing::paid);
}

TEST_F(OneVersion, OnlyTheLastPartOfASaleBringsTheSale) {
    ASSERT_TRUE(checkout_->recover());
    auto sale = order(1);
    auto& first = sale.payments.front();
    auto cash = first;
    cash.method = cash.channel = "cash";
    cash.amount = Money::fen(200);
    auto last = first;
    last.amount = Money::fen(300);
    first.amount = sale.paid - cash.amount - last.amount;
    sale.payments = {first, cash, last};
    ASSERT_TRUE(checkout_->remember(sale));
    ASSERT_EQ(pay(sale, kApproved).state, AttemptState::approved);
    ASSERT_TRUE(checkout_->start(sale, last, kApproved));
    EXPECT_EQ(sold_when_approved_, (std::vector<bool>{false, true}));
    const auto settled = checkout_->settle("r1");
    ASSERT_TRUE(settled && settled->sale);
    EXPECT_EQ(settled->sale->stored.payments.size(), 3u);
}

// The queue moved on and the diner paid in another way: that money is the sale's, and what a person finds out
// about the first try comes beside it.
TEST_F(OneVersion, APaidPlanIsSoldWhateverAPersonStillLooksFor) {
    ASSERT_TRUE(checkout_->recover());
    const auto sale = order(1);
    ASSERT_TRUE(checkout_->remember(sale));
    const auto lost = pay(sale, kAnswerLost);
    ASSERT_EQ(till_->runner().set_aside(lost.id, "M0101", "no answer")->state, AttemptState::manual_review);
    EXPECT_EQ(checkout_->settle("r1")->standing, Standing::needs_person) << "nothing is paid yet that anybody knows of";
    clock_.advance_ms(1'000);
    ASSERT_EQ(pay(sale, kApproved).state, AttemptState::approved);
    EXPECT_EQ(sold_when_approved_, std::vector<bool>{true});
    const auto settled = checkout_->settle("r1");
    ASSERT_TRUE(settled && settled->sale);
    EXPECT_NE(settled->sale->stored.payments.front().attempt, lost.id);
    EXPECT_EQ(till_->runner().attempts_of("r1")->front().state, AttemptState::manual_review);
    EXPECT_TRUE(checkout_->open_refs()->empty());
}

}  // namespace
}  // namespace mulin::pos
