#include "sync/client/engine.h"

#include <gtest/gtest.h>

namespace mulin::sync {
namespace {

using payment::MonotonicInstant;

const payment::Error kLost{payment::ErrorCode::network, "lost", true};
const payment::Error kRevoked{payment::ErrorCode::refused, "revoked"};

TEST(ExchangePace, BeginsAtOnce) {
    const ExchangePace pace({5'000});
    EXPECT_TRUE(pace.is_due({5'000}));
    EXPECT_FALSE(pace.online());
}

TEST(ExchangePace, ASaleGoesUpWithinASecond) {
    ExchangePace pace({0});
    pace.succeeded({1'000}, false);
    EXPECT_TRUE(pace.online());
    EXPECT_EQ(pace.due().ms, 1'000 + kIdleExchangeMs);
    pace.something_waits({2'000});
    EXPECT_EQ(pace.due().ms, 2'000 + kAfterSaleMs);
    pace.something_waits({2'200});
    EXPECT_EQ(pace.due().ms, 2'000 + kAfterSaleMs) << "a burst must not put the exchange off";
}

TEST(ExchangePace, FailuresBackOffToFiveMinutesAndNoFurther) {
    ExchangePace pace({0});
    payment::SeededRandom random(4);
    std::int64_t now = 0;
    std::int64_t longest = 0;
    for (int i = 0; i < 60; ++i) {
        pace.failed({now}, kLost, random);
        const auto wait = pace.due().ms - now;
        const auto ceiling = std::min<std::int64_t>(kMaxBackOffMs, kFirstBackOffMs << std::min(i, 20));
        EXPECT_GE(wait, ceiling / 2);
        EXPECT_LE(wait, ceiling);
        longest = std::max(longest, wait);
        now = pace.due().ms;
    }
    EXPECT_GT(longest, kMaxBackOffMs * 3 / 4);
    EXPECT_FALSE(pace.online());
}

TEST(ExchangePace, TillsThatFailedTogetherDoNotComeBackTogether) {
    payment::SeededRandom random(9);
    std::vector<std::int64_t> due;
    for (int till = 0; till < 50; ++till) {
        ExchangePace pace({0});
        for (int i = 0; i < 9; ++i) pace.failed({0}, kLost, random);
        due.push_back(pace.due().ms);
    }
    std::sort(due.begin(), due.end());
    EXPECT_GT(std::unique(due.begin(), due.end()) - due.begin(), 45);
}

TEST(ExchangePace, SalesDoNotHammerADeadServer) {
    ExchangePace pace({0});
    payment::SeededRandom random(4);
    for (int i = 0; i < 8; ++i) pace.failed({0}, kLost, random);
    const auto due = pace.due();
    pace.something_waits({100});
    EXPECT_EQ(pace.due(), due);
}

TEST(ExchangePace, APersonMayAskAtAnyTime) {
    ExchangePace pace({0});
    payment::SeededRandom random(4);
    for (int i = 0; i < 8; ++i) pace.failed({0}, kRevoked, random);
    pace.asked({1'234});
    EXPECT_TRUE(pace.is_due({1'234}));
}

TEST(ExchangePace, ARefusalWaitsLongFromTheStart) {
    ExchangePace pace({0});
    payment::SeededRandom random(4);
    pace.failed({0}, kRevoked, random);
    EXPECT_GE(pace.due().ms, kRefusedBackOffMs / 2);
}

TEST(ExchangePace, SuccessForgetsTheFailures) {
    ExchangePace pace({0});
    payment::SeededRandom random(4);
    for (int i = 0; i < 8; ++i) pace.failed({0}, kLost, random);
    pace.succeeded({50'000}, true);
    EXPECT_EQ(pace.failures(), 0);
    EXPECT_EQ(pace.due().ms, 50'000 + kAfterSaleMs);
}

}  // namespace
}  // namespace mulin::sync
