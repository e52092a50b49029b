#include "payment/base/clock.h"

#include <gtest/gtest.h>

namespace mulin::payment {
namespace {

Date day(const char* text) { return Date::parse(text).value(); }

TEST(Date, ParsesOnlyRealDaysInOneForm) {
    EXPECT_EQ(day("2026-03-10").text(), "2026-03-10");
    EXPECT_EQ(day("1970-01-01").days_since_1970(), 0);
    EXPECT_EQ(day("2000-02-29").month(), 2);
    for (const char* bad :
         {"", "2026-3-10", "2026-03-1", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31",
          "2026-03-00", "2026-03-10 ", " 2026-03-10", "2026/03/10", "20260310", "0000-01-01", "2026-03-10T",
          "२०२६-03-10", "-026-03-10"}) {
        EXPECT_EQ(Date::parse(bad), std::nullopt) << bad;
    }
}

TEST(Date, EveryDayOfFourCenturiesRoundTrips) {
    Date at = day("1900-01-01");
    int weekday = 1;  // a Monday
    for (const Date end = day("2300-01-01"); at < end; at = at.plus_days(1)) {
        ASSERT_EQ(Date::parse(at.text()), at);
        ASSERT_EQ(Date::from_ymd(at.year(), at.month(), at.day()), at);
        ASSERT_EQ(at.weekday(), weekday) << at.text();
        weekday = weekday % 7 + 1;
    }
}

TEST(Rfc3339, WritesChinaTime) {
    EXPECT_EQ(to_rfc3339({1'773'114'300'000}), "2026-03-10T11:45:00+08:00");
    EXPECT_EQ(to_rfc3339({1'773'114'300'007}), "2026-03-10T11:45:00.007+08:00");
    EXPECT_EQ(to_rfc3339({0}), "1970-01-01T08:00:00+08:00");
    EXPECT_EQ(to_rfc3339({-1}), "1970-01-01T07:59:59.999+08:00");
}

TEST(Rfc3339, ReadsAnyOffset) {
    const UtcInstant noon{1'773'114'300'000};
    for (const char* same : {"2026-03-10T11:45:00+08:00", "2026-03-10T03:45:00Z", "2026-03-10t03:45:00z",
                             "2026-03-09T22:15:00-05:30", "2026-03-10T11:45:00.000+08:00",
                             "2026-03-10T03:45:00-00:00", "2026-03-10T11:45:00.0009+08:00"}) {
        EXPECT_EQ(parse_rfc3339(same), noon) << same;
    }
    EXPECT_EQ(parse_rfc3339("2026-03-10T03:45:00.25Z")->ms, noon.ms + 250);
}

TEST(Rfc3339, RefusesAnythingElse) {
    for (const char* bad :
         {"", "2026-03-10", "2026-03-10T11:45:00", "2026-03-10 11:45:00+08:00", "2026-03-10T11:45+08:00",
          "2026-03-10T24:00:00+08:00", "2026-03-10T11:60:00+08:00", "2026-03-10T11:45:61+08:00",
          "2026-03-10T11:45:00+24:00", "2026-03-10T11:45:00+08:60", "2026-03-10T11:45:00+0800",
          "2026-03-10T11:45:00+08:00 ", "2026-02-30T11:45:00+08:00", "2026-03-10T11:45:00+8:00",
          "2026-03-10T1:45:00+08:00."}) {
        EXPECT_EQ(parse_rfc3339(bad), std::nullopt) << bad;
    }
}

TEST(Rfc3339, RoundTripsOverManyInstants) {
    for (std::int64_t ms = -4'000'000'000'000; ms < 8'000'000'000'000; ms += 86'399'999'977) {
        ASSERT_EQ(parse_rfc3339(to_rfc3339({ms})), UtcInstant{ms});
    }
}

TEST(ChinaTime, TheDayTurnsAtMidnightInShanghai) {
    const auto before = parse_rfc3339("2026-03-09T23:59:59.999+08:00").value();
    const auto after = parse_rfc3339("2026-03-10T00:00:00+08:00").value();
    EXPECT_EQ(china_date(before).text(), "2026-03-09");
    EXPECT_EQ(china_date(after).text(), "2026-03-10");
    EXPECT_EQ(china_minute_of_day(before), 1439);
    EXPECT_EQ(china_minute_of_day(after), 0);
    EXPECT_EQ(china_date({-kChinaOffsetMs - 1}).text(), "1969-12-31");
}

TEST(Age, IsCountedInCompletedYears) {
    EXPECT_EQ(completed_years(day("1966-03-10"), day("2026-03-09")), 59);
    EXPECT_EQ(completed_years(day("1966-03-10"), day("2026-03-10")), 60);
    EXPECT_EQ(completed_years(day("2026-03-10"), day("2026-03-10")), 0);
    EXPECT_EQ(completed_years(day("1925-12-31"), day("2026-01-01")), 100);
}

TEST(Age, BornOnLeapDay) {
    const Date birth = day("1956-02-29");
    EXPECT_EQ(completed_years(birth, day("2026-02-28")), 69);
    EXPECT_EQ(completed_years(birth, day("2026-03-01")), 70);
    EXPECT_EQ(completed_years(birth, day("2024-02-28")), 67);
    EXPECT_EQ(completed_years(birth, day("2024-02-29")), 68);
}

TEST(Age, GrowsByOneExactlyOncePerYear) {
    for (const char* born : {"1950-01-01", "1952-02-29", "1960-12-31", "1944-07-15"}) {
        const Date birth = day(born);
        int years = 0;
        for (Date at = birth; at.year() < birth.year() + 100; at = at.plus_days(1)) {
            const int now = completed_years(birth, at);
            ASSERT_TRUE(now == years || now == years + 1) << born << " on " << at.text();
            years = now;
        }
        ASSERT_GE(years, 98);
    }
}

TEST(ManualClock, StandsStillUntilMoved) {
    ManualClock clock(UtcInstant{1'000});
    const auto start = clock.monotonic();
    EXPECT_EQ(clock.utc().ms, 1'000);
    clock.advance_ms(250);
    EXPECT_EQ(clock.utc().ms, 1'250);
    EXPECT_EQ(clock.monotonic().ms - start.ms, 250);
    clock.set_utc(UtcInstant{0});
    EXPECT_EQ(clock.monotonic().ms - start.ms, 250) << "setting the wall clock moves no waiting time";
}

TEST(SystemClock, WaitingTimeNeverGoesBack) {
    const SystemClock clock;
    auto last = clock.monotonic();
    for (int i = 0; i < 10'000; ++i) {
        const auto now = clock.monotonic();
        ASSERT_GE(now, last);
        last = now;
    }
    EXPECT_GT(clock.utc(), parse_rfc3339("2025-01-01T00:00:00Z").value());
}

}  // namespace
}  // namespace mulin::payment
