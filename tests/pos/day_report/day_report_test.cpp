#include "pos/day_report/day_report.h"

#include <gtest/gtest.h>

namespace mulin::pos::day_report {
namespace {

using sync::Money;

const sync::Date kDay = *sync::Date::parse("2026-03-10");
const sync::ServingWindow kLunch{sync::Meal::lunch, 630, 780};

sync::UtcInstant at(const std::string& clock) { return *payment::parse_rfc3339("2026-03-10T" + clock + ":00+08:00"); }

StoredSale sale(std::int64_t seq, const std::string& clock, sync::Category category, std::int64_t list,
                std::int64_t district, std::int64_t street) {
    StoredSale out;
    out.key = {sync::TillId("T1"), sync::EpochId("e1"), seq};
    out.sale.at = at(clock);
    out.sale.meal = sync::Meal::lunch;
    out.sale.category = category;
    out.sale.list = Money::fen(list);
    if (district + street > 0) {
        sync::Benefit benefit;
        benefit.amount = Money::fen(district + street);
        benefit.payers = {{"district", Money::fen(district)}, {"street", Money::fen(street)}};
        out.sale.benefits = {benefit};
    }
    out.sale.paid = Money::fen(list - district - street);
    sync::Payment payment;
    payment.method = "cash";
    payment.amount = out.sale.paid;
    out.sale.payments = {payment};
    return out;
}

std::int64_t chart_total(const Day& day) {
    std::int64_t sum = 0;
    for (const QuarterHour& quarter : day.quarters) sum += quarter.count;
    return sum;
}

TEST(CountDay, AddsUpByMealCategoryAndPayer) {
    const auto day = count_day(kDay,
                               {sale(1, "11:40", sync::Category::first, 1500, 200, 100),
                                sale(2, "11:50", sync::Category::first, 1500, 200, 0),
                                sale(3, "12:01", sync::Category::guest, 1800, 0, 0),
                                sale(4, "12:02", sync::Category::second, 1500, 0, 0)},
                               {}, kLunch, 725);
    const MealRow sum = totals(day);
    EXPECT_EQ(sum.first, 2);
    EXPECT_EQ(sum.second, 1);
    EXPECT_EQ(sum.guest, 1);
    EXPECT_EQ(sum.list.in_fen(), 6300);
    EXPECT_EQ(sum.paid.in_fen(), 5800);
    EXPECT_EQ(amount_of(sum, "district").in_fen(), 400);
    EXPECT_EQ(amount_of(sum, "street").in_fen(), 100);
    EXPECT_EQ(sum.list, sum.paid + benefit_total(day));
    EXPECT_EQ(payers(day), (std::vector<std::string>{"district", "street"}));
    ASSERT_EQ(day.meals.size(), 3U) << "every meal has its row, also an empty one";
    EXPECT_EQ(day.sales.front().key.seq, 4) << "newest first";
}

TEST(CountDay, VoidedAndTrainingSalesAreInTheListAndInNoFigure) {
    auto voided = sale(1, "11:40", sync::Category::first, 1500, 300, 0);
    voided.voided_by = sync::EntryKey{sync::TillId("T1"), sync::EpochId("e1"), 3};
    auto training = sale(2, "11:41", sync::Category::first, 1500, 300, 0);
    training.sale.training = true;
    const auto day = count_day(kDay, {voided, training, sale(4, "11:43", sync::Category::first, 1500, 300, 0)},
                               {{*voided.voided_by, voided.key, at("11:42")}}, kLunch, 700);
    EXPECT_EQ(totals(day).count(), 1);
    EXPECT_EQ(totals(day).paid.in_fen(), 1200);
    EXPECT_EQ(chart_total(day), 1);
    ASSERT_EQ(day.sales.size(), 4U);
    EXPECT_TRUE(day.sales[1].is_void);
    EXPECT_EQ(day.sales[1].voids_seq, 1);
    EXPECT_EQ(day.sales[1].paid.in_fen(), -1200);
    EXPECT_TRUE(day.sales[3].voided);
}

TEST(CountDay, EveryServedMealIsInTheChartAlsoOutsideTheWindow) {
    const auto day = count_day(kDay,
                               {sale(1, "10:10", sync::Category::first, 1500, 0, 0),
                                sale(2, "11:44", sync::Category::first, 1500, 0, 0),
                                sale(3, "11:45", sync::Category::first, 1500, 0, 0),
                                sale(4, "13:20", sync::Category::first, 1500, 0, 0)},
                               {}, kLunch, 700);
    EXPECT_EQ(chart_total(day), 4);
    EXPECT_EQ(day.quarters.front().minute, 600);
    for (std::size_t i = 1; i < day.quarters.size(); ++i) {
        EXPECT_EQ(day.quarters[i].minute, day.quarters[i - 1].minute + 15);
    }
}

struct Screen {
    State state;
    std::vector<Effect> effects;
    void post(const Intent& intent) {
        for (Effect& effect : update(state, intent)) effects.push_back(std::move(effect));
    }
    void arrive(const Day& day) { post(DayArrived{state.serial, day}); }
};

TEST(Today, CorrectsOnlyAPickedSaleThatNothingUndoes) {
    Screen screen;
    screen.post(Opened{});
    auto voided = sale(1, "11:40", sync::Category::first, 1500, 0, 0);
    voided.voided_by = sync::EntryKey{sync::TillId("T1"), sync::EpochId("e1"), 3};
    const auto good = sale(2, "11:41", sync::Category::first, 1500, 0, 0);
    screen.arrive(count_day(kDay, {voided, good}, {{*voided.voided_by, voided.key, at("11:42")}}, kLunch, 700));
    screen.post(CorrectPicked{});
    screen.post(PickSale{voided.key});
    screen.post(CorrectPicked{});
    screen.post(PickSale{*voided.voided_by});
    screen.post(CorrectPicked{});
    EXPECT_EQ(screen.effects.size(), 1U) << "only the first reading";
    screen.post(PickSale{good.key});
    screen.post(CorrectPicked{});
    ASSERT_EQ(screen.effects.size(), 2U);
    EXPECT_EQ(std::get<OpenCorrect>(screen.effects[1]).sale.key, good.key);
}

TEST(Today, OldCountsNeverReplaceNewer) {
    Screen screen;
    screen.post(Opened{});
    const auto old = screen.state.serial;
    screen.post(Refresh{});
    screen.arrive(count_day(kDay, {sale(1, "11:40", sync::Category::first, 1500, 0, 0)}, {}, kLunch, 700));
    screen.post(DayArrived{old, Day{}});
    EXPECT_EQ(totals(screen.state.day).count(), 1);
}

TEST(Today, PagesThroughTheSales) {
    Screen screen;
    screen.post(Opened{});
    std::vector<StoredSale> sales;
    for (int i = 1; i <= 15; ++i) sales.push_back(sale(i, "11:40", sync::Category::first, 1500, 0, 0));
    screen.arrive(count_day(kDay, sales, {}, kLunch, 700));
    EXPECT_EQ(page_count(screen.state), 3U);
    for (int i = 0; i < 5; ++i) screen.post(OlderPage{});
    EXPECT_EQ(sales_page(screen.state).size(), 3U);
    EXPECT_EQ(sales_page(screen.state).back().key.seq, 1);
    screen.post(NewerPage{});
    EXPECT_EQ(sales_page(screen.state).size(), kSalesPerPage);
}

}  // namespace
}  // namespace mulin::pos::day_report
