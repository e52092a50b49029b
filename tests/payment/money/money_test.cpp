#include "payment/money/money.h"

#include <gtest/gtest.h>

#include <numeric>
#include <utility>
#include <vector>

#include "payment/base/id.h"
#include "payment/money/rate.h"
#include "payment/money/split.h"

namespace mulin::payment {
namespace {

Money fen(std::int64_t amount) { return Money::fen(amount); }

TEST(Money, TextHasAlwaysTwoDecimals) {
    EXPECT_EQ(to_yuan(fen(0)), "0.00");
    EXPECT_EQ(to_yuan(fen(5)), "0.05");
    EXPECT_EQ(to_yuan(fen(-5)), "-0.05");
    EXPECT_EQ(to_yuan(fen(1234)), "12.34");
    EXPECT_EQ(to_yuan(fen(-123400)), "-1234.00");
    EXPECT_EQ(to_yuan(fen(Money::kMaxFen)), "100000000000.00");
}

TEST(Money, ReadsYuanAndNothingElse) {
    EXPECT_EQ(parse_yuan("12.34"), fen(1234));
    EXPECT_EQ(parse_yuan("12.3"), fen(1230));
    EXPECT_EQ(parse_yuan("12"), fen(1200));
    EXPECT_EQ(parse_yuan("+0.05"), fen(5));
    EXPECT_EQ(parse_yuan("-0.05"), fen(-5));
    EXPECT_EQ(parse_yuan("100000000000.00"), fen(Money::kMaxFen));
    for (const char* bad :
         {"", ".", "-", "+", "12.", ".5", "12.345", "1,200", "12.3.4", " 12", "12 ", "1e3", "0x10", "--1",
          "¥12", "100000000000.01", "99999999999999999999999999", "1 2", "12,50"}) {
        EXPECT_EQ(parse_yuan(bad), std::nullopt) << bad;
    }
}

TEST(Money, TextRoundTrips) {
    SeededRandom random(3);
    for (int i = 0; i < 20'000; ++i) {
        const auto bound = std::uint64_t{1} << (1 + random.below(43));
        const auto amount = static_cast<std::int64_t>(random.below(bound));
        const Money money = fen(random.below(2) == 0 ? amount : -amount);
        ASSERT_EQ(parse_yuan(to_yuan(money)), money) << money.in_fen();
    }
}

TEST(Money, AddsAndComparesInFen) {
    EXPECT_EQ(fen(1) + fen(2), fen(3));
    EXPECT_EQ(fen(1) - fen(2), fen(-1));
    EXPECT_EQ(-fen(7), fen(-7));
    EXPECT_EQ(fen(250).times(3), fen(750));
    EXPECT_EQ(fen(250).times(-3), fen(-750));
    EXPECT_LT(fen(-1), fen(0));
    Money sum = fen(10);
    sum += fen(5);
    sum -= fen(1);
    EXPECT_EQ(sum, fen(14));
}

TEST(Money, AmountsFromOutsideAreCheckedAgainstTheBound) {
    EXPECT_EQ(Money::from_fen_checked(Money::kMaxFen), fen(Money::kMaxFen));
    EXPECT_EQ(Money::from_fen_checked(Money::kMaxFen + 1), std::nullopt);
    EXPECT_EQ(Money::from_fen_checked(-Money::kMaxFen - 1), std::nullopt);
    EXPECT_EQ(Money::from_fen_checked(INT64_MIN), std::nullopt);
}

TEST(MoneyDeathTest, PassingTheBoundEndsTheProgram) {
    const Money most = fen(Money::kMaxFen);
    EXPECT_DEATH(most + fen(1), "kMaxFen");
    EXPECT_DEATH(-most - fen(1), "kMaxFen");
    EXPECT_DEATH(most.times(2), "kMaxFen");
    EXPECT_DEATH(fen(2).times(INT64_MAX), "overflow");
    EXPECT_DEATH(fen(INT64_MAX), "kMaxFen");
    EXPECT_DEATH(Money::fen(UINT64_MAX - 5), "kMaxFen") << "a huge unsigned value is not a small negative one";
}

struct RoundRow {
    std::int64_t amount_fen;
    std::int64_t half_up, half_even, down, up;
};

TEST(Rounding, ToWholeYuanInEveryMode) {
    const RoundRow rows[] = {
        {0, 0, 0, 0, 0},
        {1, 0, 0, 0, 100},
        {49, 0, 0, 0, 100},
        {50, 100, 0, 0, 100},
        {51, 100, 100, 0, 100},
        {99, 100, 100, 0, 100},
        {100, 100, 100, 100, 100},
        {150, 200, 200, 100, 200},
        {250, 300, 200, 200, 300},
        {-50, -100, 0, 0, -100},
        {-51, -100, -100, 0, -100},
        {-150, -200, -200, -100, -200},
        {-250, -300, -200, -200, -300},
    };
    for (const auto& row : rows) {
        const auto round = [&](Rounding mode) {
            return round_money(fen(row.amount_fen), mode, RoundingUnit::yuan);
        };
        EXPECT_EQ(round(Rounding::half_up), fen(row.half_up)) << row.amount_fen;
        EXPECT_EQ(round(Rounding::half_even), fen(row.half_even)) << row.amount_fen;
        EXPECT_EQ(round(Rounding::down), fen(row.down)) << row.amount_fen;
        EXPECT_EQ(round(Rounding::up), fen(row.up)) << row.amount_fen;
    }
}

// Against plain wide integers: |rounded * den - num| in units, for every mode and unit.
TEST(Rounding, IsNeverFurtherThanItsModeAllows) {
    SeededRandom random(9);
    for (int i = 0; i < 50'000; ++i) {
        const auto den = static_cast<std::int64_t>(1 + random.below(1'000'000));
        auto num = static_cast<std::int64_t>(random.below(1'000'000'000'000));
        if (random.below(2) == 0) num = -num;
        for (auto unit : {RoundingUnit::fen, RoundingUnit::jiao, RoundingUnit::yuan}) {
            const __int128 step = static_cast<__int128>(den) * static_cast<std::int64_t>(unit);
            for (auto mode : {Rounding::half_up, Rounding::half_even, Rounding::down, Rounding::up}) {
                const Money rounded = round_ratio(num, den, mode, unit);
                ASSERT_EQ(rounded.in_fen() % static_cast<std::int64_t>(unit), 0);
                const __int128 error = static_cast<__int128>(rounded.in_fen()) * den - num;
                const __int128 distance = error < 0 ? -error : error;
                if (mode == Rounding::half_up || mode == Rounding::half_even) {
                    ASSERT_LE(distance * 2, step);
                } else {
                    ASSERT_LT(distance, step);
                    const bool away = (num >= 0) == (error > 0);
                    ASSERT_TRUE(error == 0 || away == (mode == Rounding::up)) << num << "/" << den;
                }
            }
        }
    }
}

TEST(Rate, TakesAShareWithTheNamedRounding) {
    EXPECT_EQ(apply_rate(fen(2000), Rate::percent(88), Rounding::down, RoundingUnit::fen), fen(1760));
    EXPECT_EQ(apply_rate(fen(1555), Rate::percent(10), Rounding::half_up, RoundingUnit::fen), fen(156));
    EXPECT_EQ(apply_rate(fen(1555), Rate::percent(10), Rounding::half_even, RoundingUnit::fen), fen(156));
    EXPECT_EQ(apply_rate(fen(1545), Rate::percent(10), Rounding::half_even, RoundingUnit::fen), fen(154));
    EXPECT_EQ(apply_rate(fen(1555), Rate::percent(10), Rounding::down, RoundingUnit::jiao), fen(150));
    EXPECT_EQ(apply_rate(fen(Money::kMaxFen), Rate::percent(100), Rounding::up, RoundingUnit::fen),
              fen(Money::kMaxFen));
    EXPECT_EQ(apply_rate(fen(999), Rate::percent(0), Rounding::up, RoundingUnit::yuan), Money());
}

TEST(RateDeathTest, NegativeOrAbsurdRatesAreDefects) {
    EXPECT_DEATH(Rate::percent(-1), "value >= 0");
    EXPECT_DEATH(Rate::millionths(100 * Rate::kOne + 1), "kOne");
    EXPECT_DEATH(round_ratio(1, 0, Rounding::down, RoundingUnit::fen), "denominator > 0");
}

TEST(Rounding, NamesAreClosed) {
    EXPECT_EQ(parse_rounding("half_up"), Rounding::half_up);
    EXPECT_EQ(parse_rounding("half_even"), Rounding::half_even);
    EXPECT_EQ(parse_rounding("down"), Rounding::down);
    EXPECT_EQ(parse_rounding("up"), Rounding::up);
    EXPECT_EQ(parse_rounding("nearest"), std::nullopt);
    EXPECT_EQ(parse_rounding_unit("jiao"), RoundingUnit::jiao);
    EXPECT_EQ(parse_rounding_unit("cent"), std::nullopt);
}

TEST(Split, SharesOutTheLastFen) {
    const std::int64_t thirds[] = {1, 1, 1};
    EXPECT_EQ(split(fen(100), thirds), (std::vector<Money>{fen(34), fen(33), fen(33)}));
    EXPECT_EQ(split(fen(101), thirds), (std::vector<Money>{fen(34), fen(34), fen(33)}));
    const std::int64_t uneven[] = {0, 7, 3};
    EXPECT_EQ(split(fen(1), uneven), (std::vector<Money>{fen(0), fen(1), fen(0)}));
    EXPECT_EQ(split(fen(0), uneven), (std::vector<Money>{fen(0), fen(0), fen(0)}));
}

TEST(Split, AlwaysSumsExactlyAndStaysWithinOneFen) {
    SeededRandom random(17);
    for (int i = 0; i < 20'000; ++i) {
        std::vector<std::int64_t> weights(1 + random.below(i % 10 == 0 ? 60 : 8));
        for (auto& weight : weights) weight = static_cast<std::int64_t>(random.below(1'000));
        weights[random.below(weights.size())] += 1;
        const Money amount = fen(static_cast<std::int64_t>(random.below(10'000'000)));
        const auto parts = split(amount, weights);
        ASSERT_EQ(parts.size(), weights.size());
        const auto total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
        Money sum;
        for (std::size_t k = 0; k < parts.size(); ++k) {
            sum += parts[k];
            const __int128 off = static_cast<__int128>(parts[k].in_fen()) * total -
                                 static_cast<__int128>(amount.in_fen()) * weights[k];
            ASSERT_LT(off < 0 ? -off : off, total);
            ASSERT_TRUE(weights[k] != 0 || parts[k].is_zero()) << "no weight, no money";
        }
        ASSERT_EQ(sum, amount);
    }
}

TEST(Split, LargestRemaindersComeFirstHoweverManyPartsThereAre) {
    SeededRandom random(18);
    for (int i = 0; i < 2'000; ++i) {
        std::vector<std::int64_t> weights(1 + random.below(40));
        for (auto& weight : weights) weight = static_cast<std::int64_t>(1 + random.below(i % 2 == 0 ? 3 : 1'000'000'000));
        const auto total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
        const Money amount = fen(static_cast<std::int64_t>(random.below(1'000'000'000'000)));
        const auto parts = split(amount, weights);
        // What is missing to the next whole fen, and whether it was given.
        std::vector<std::pair<std::int64_t, bool>> rests;
        for (std::size_t k = 0; k < parts.size(); ++k) {
            const __int128 product = static_cast<__int128>(amount.in_fen()) * weights[k];
            rests.emplace_back(static_cast<std::int64_t>(product % total), parts[k].in_fen() > static_cast<std::int64_t>(product / total));
        }
        for (std::size_t a = 0; a < rests.size(); ++a) {
            for (std::size_t b = a + 1; b < rests.size(); ++b) {
                ASSERT_TRUE(!rests[b].second || rests[a].second || rests[b].first > rests[a].first);
                ASSERT_TRUE(!rests[a].second || rests[b].second || rests[a].first >= rests[b].first);
            }
        }
    }
}

TEST(SplitDeathTest, NonsenseWeightsAreDefects) {
    const std::int64_t nothing[] = {0, 0};
    const std::int64_t negative[] = {2, -1};
    const std::int64_t one[] = {1};
    EXPECT_DEATH(split(fen(1), nothing), "total > 0");
    EXPECT_DEATH(split(fen(1), negative), "weight >= 0");
    EXPECT_DEATH(split(fen(-1), one), "is_negative");
}

}  // namespace
}  // namespace mulin::payment
