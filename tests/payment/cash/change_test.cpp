#include "payment/cash/change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mulin::payment {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::int64_t> keys(std::int64_t due_fen) {
    std::vector<std::int64_t> fen;
    for (const auto tender : suggest_tenders(Money::fen(due_fen))) fen.push_back(tender.in_fen());
    return fen;
}

TEST(ChangeKeys, ExactThenTheNextNotes) {
    EXPECT_THAT(keys(1200), ElementsAre(1200, 1500, 2000, 5000, 10000));
    EXPECT_THAT(keys(1250), ElementsAre(1250, 1300, 1500, 2000, 5000, 10000));
    EXPECT_THAT(keys(550), ElementsAre(550, 600, 1000, 2000, 5000, 10000));
    EXPECT_THAT(keys(100), ElementsAre(100, 500, 1000, 2000, 5000, 10000));
    EXPECT_THAT(keys(1), ElementsAre(1, 100, 500, 1000, 2000, 5000, 10000));
    EXPECT_THAT(keys(10000), ElementsAre(10000));
    EXPECT_THAT(keys(13300), ElementsAre(13300, 13500, 14000, 15000, 20000));
}

TEST(ChangeKeys, NothingDueNothingOffered) {
    EXPECT_THAT(keys(0), IsEmpty());
    EXPECT_THAT(keys(-100), IsEmpty());
}

TEST(ChangeKeys, AlwaysRisingExactFirstAndEnough) {
    for (std::int64_t due = 1; due <= 30'000; ++due) {
        const auto fen = keys(due);
        ASSERT_EQ(fen.front(), due);
        ASSERT_LE(fen.size(), 7U);
        for (std::size_t i = 1; i < fen.size(); ++i) ASSERT_LT(fen[i - 1], fen[i]) << due;
    }
}

TEST(CashRounding, IsTheDifferenceToWholeUnits) {
    EXPECT_EQ(round_cash(Money::fen(1234), Rounding::half_up, RoundingUnit::fen), Money());
    EXPECT_EQ(round_cash(Money::fen(1234), Rounding::half_up, RoundingUnit::jiao), Money::fen(-4));
    EXPECT_EQ(round_cash(Money::fen(1235), Rounding::half_up, RoundingUnit::jiao), Money::fen(5));
    EXPECT_EQ(round_cash(Money::fen(1239), Rounding::down, RoundingUnit::jiao), Money::fen(-9));
    EXPECT_EQ(round_cash(Money::fen(1201), Rounding::up, RoundingUnit::yuan), Money::fen(99));
    EXPECT_EQ(round_cash(Money::fen(1200), Rounding::up, RoundingUnit::yuan), Money());
}

TEST(CashRounding, DueAndDifferenceAreAlwaysWholeUnits) {
    for (auto mode : {Rounding::half_up, Rounding::half_even, Rounding::down, Rounding::up}) {
        for (auto unit : {RoundingUnit::fen, RoundingUnit::jiao, RoundingUnit::yuan}) {
            for (std::int64_t due = 0; due <= 500; ++due) {
                const Money rounded = Money::fen(due) + round_cash(Money::fen(due), mode, unit);
                ASSERT_EQ(rounded.in_fen() % static_cast<std::int64_t>(unit), 0);
                ASSERT_FALSE(rounded.is_negative());
            }
        }
    }
}

}  // namespace
}  // namespace mulin::payment
