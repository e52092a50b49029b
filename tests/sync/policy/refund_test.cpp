#include "sync/policy/refund.h"

#include <gtest/gtest.h>

namespace mulin::sync {
namespace {

std::vector<Benefit> five_off() { return {{"voucher", "立减", "Off", Money::fen(500), {{"unionpay", Money::fen(500)}}}}; }

TEST(Refund, IsProRataBetweenDinerAndPool) {
    const auto split = split_refund(Money::fen(800), Money::fen(1500), five_off());
    ASSERT_TRUE(split);
    EXPECT_EQ(split->diner, Money::fen(600));
    ASSERT_EQ(split->benefits.size(), 1u);
    EXPECT_EQ(split->benefits[0].payers[0].amount, Money::fen(200));
}

TEST(Refund, AddsUpToTheFenForEveryValue) {
    const std::vector<Benefit> benefits{{"a", "甲", "A", Money::fen(335), {{"city", Money::fen(112)}, {"street", Money::fen(223)}}},
                                        {"b", "乙", "B", Money::fen(1), {{"vendor", Money::fen(1)}}}};
    for (int value = 0; value <= 1336; ++value) {
        const auto split = split_refund(Money::fen(value), Money::fen(1000), benefits);
        ASSERT_TRUE(split);
        Money sum = split->diner;
        for (const auto& benefit : split->benefits) {
            Money shares;
            for (const auto& payer : benefit.payers) shares += payer.amount;
            EXPECT_EQ(shares, benefit.amount);
            sum += benefit.amount;
        }
        ASSERT_EQ(sum, Money::fen(value));
    }
}

TEST(Refund, OfEverythingReturnsEveryShare) {
    const auto split = split_refund(Money::fen(2000), Money::fen(1500), five_off());
    EXPECT_EQ(split->diner, Money::fen(1500));
    EXPECT_EQ(split->benefits, five_off());
}

TEST(Refund, BeyondTheSaleIsRefused) {
    EXPECT_FALSE(split_refund(Money::fen(2001), Money::fen(1500), five_off()));
    EXPECT_FALSE(split_refund(Money::fen(-1), Money::fen(1500), five_off()));
    EXPECT_TRUE(split_refund(Money(), Money(), {}));
}

}  // namespace
}  // namespace mulin::sync
