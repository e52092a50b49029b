// The day on the screen: read in small steps it is the same as read at once.

#include <gtest/gtest.h>

#include "pos/app/day_view.h"
#include "pos/app/demo_till.h"
#include "tests/support/store_fixtures.h"

namespace mulin::pos {
namespace {

class DayTill : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(make_demo_till(dir_.path(), clock_, random_));
        auto opened = Till::open(dir_.path(), clock_, random_);
        ASSERT_TRUE(opened) << opened.error().message;
        till_ = std::move(*opened);
    }
    sync::EntryKey sell(int n) {
        auto sale = test::store_sale("day-" + std::to_string(n), "D000" + std::to_string(100 + n % 7));
        sale.business_date = payment::china_date(clock_.utc());
        sale.uses.clear();
        const auto sold = till_->store().commit_sale(sale);
        EXPECT_TRUE(sold) << sold.error().message;
        return sold->key;
    }
    void undo(const sync::EntryKey& key) {
        sync::VoidRecord record;
        record.ref = "undo-" + std::to_string(key.seq);
        record.at = clock_.utc();
        record.business_date = payment::china_date(record.at);
        record.target = key;
        record.reason = "wrong_item";
        record.cashier = sync::StaffId("C0101");
        record.approver = sync::StaffId("M0101");
        record.shift = (*till_->store().current_shift())->shift;
        const auto undone = till_->store().commit_void(record);
        EXPECT_TRUE(undone) << undone.error().message;
    }
    day_report::Day read(DayView& view) {
        const auto loaded = view.load(*till_, 1, phrases_);
        const auto* arrived = std::get_if<day_report::DayArrived>(&loaded);
        EXPECT_NE(arrived, nullptr);
        return arrived ? arrived->day : day_report::Day{};
    }
    void expect_same(const day_report::Day& small_steps) {
        DayView fresh;
        const auto at_once = read(fresh);
        EXPECT_EQ(small_steps.sales, at_once.sales);
        EXPECT_EQ(small_steps.meals, at_once.meals);
        EXPECT_EQ(day_report::totals(small_steps).paid, till_->store().day_report(at_once.date)->total.paid);
    }

    test::StoreDirectory dir_;
    payment::ManualClock clock_{test::kStoreTestNow};
    payment::SeededRandom random_{7};
    Phrases phrases_ = std::move(*Phrases::load());
    std::unique_ptr<Till> till_;
};

TEST_F(DayTill, ReadInSmallStepsItIsTheSameAsReadAtOnce) {
    DayView view;
    std::vector<sync::EntryKey> sold;
    for (int i = 0; i < 30; ++i) {
        sold.push_back(sell(i));
        if (i % 5 == 4) undo(sold[static_cast<std::size_t>(i) / 2]);
        expect_same(read(view));
    }
    EXPECT_EQ(read(view).sales.size(), 36U) << "sales and voids, each once";
}

TEST_F(DayTill, ANewDayStartsEmpty) {
    DayView view;
    (void)sell(1);
    EXPECT_EQ(read(view).sales.size(), 1U);
    clock_.advance_ms(24 * 3'600'000);
    EXPECT_TRUE(read(view).sales.empty());
    (void)sell(2);
    EXPECT_EQ(read(view).sales.size(), 1U);
}

}  // namespace
}  // namespace mulin::pos
