#include "pos/text/formatting.h"

#include <gtest/gtest.h>

namespace mulin::pos::text {
namespace {

using payment::Money;

TEST(Formatting, MoneyHasTwoDecimalsAndGroupedThousands) {
    EXPECT_EQ(money(Money::fen(1500)), "¥15.00");
    EXPECT_EQ(money(Money::fen(5)), "¥0.05");
    EXPECT_EQ(money(Money::fen(203450)), "¥2,034.50");
    EXPECT_EQ(money(Money::fen(123456789)), "¥1,234,567.89");
    EXPECT_EQ(money(Money::fen(0)), "¥0.00");
}

TEST(Formatting, MinusIsTheWideSignAndStandsFirst) {
    EXPECT_EQ(money(Money::fen(-300)), "\u2212¥3.00");
    EXPECT_EQ(plain_money(Money::fen(-255)), "\u22122.55");
    EXPECT_EQ(plain_money(Money::fen(-5)), "\u22120.05");
}

TEST(Formatting, NoteKeysDropTheDecimalsOnlyWhenThereAreNone) {
    EXPECT_EQ(short_money(Money::fen(2000)), "¥20");
    EXPECT_EQ(short_money(Money::fen(1150)), "¥11.50");
}

TEST(Formatting, TimesHaveTwentyFourHoursInChina) {
    EXPECT_EQ(time_of_day(*payment::parse_rfc3339("2026-03-10T03:42:59Z")), "11:42");
    EXPECT_EQ(time_of_day(*payment::parse_rfc3339("2026-03-10T16:05:00Z")), "00:05");
    EXPECT_EQ(time_window(630, 780), "10:30–13:00");
    EXPECT_EQ(stopwatch(32), "0:32");
    EXPECT_EQ(stopwatch(-4), "0:00");
}

}  // namespace
}  // namespace mulin::pos::text
