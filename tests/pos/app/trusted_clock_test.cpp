// What time a till takes it to be, whatever its device says.

#include <gtest/gtest.h>

#include "pos/app/trusted_clock.h"

namespace mulin::pos {
namespace {

using payment::MonotonicInstant;
using payment::UtcInstant;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kDay = 86'400'000;
constexpr UtcInstant kNoon{1'773'114'300'000};

UtcInstant after(std::int64_t ms) { return {kNoon.ms + ms}; }

TEST(TrustedClock, WithoutADistrictADeviceThatFellBackIsNotBelieved) {
    TrustedClock clock;
    clock.begin(kNoon);
    EXPECT_EQ(clock.now(after(kMinute), {0}).at, after(kMinute));
    for (const UtcInstant back : {UtcInstant{0}, after(-kDay), after(-10 * kMinute)}) {
        const auto now = clock.now(back, {kMinute});
        EXPECT_EQ(now.at, after(kMinute));
        EXPECT_TRUE(now.suspect);
        EXPECT_TRUE(now.device_wrong);
    }
    EXPECT_FALSE(clock.now(after(-kMinute), {kMinute}).suspect) << "a minute is no fault";
}

TEST(TrustedClock, AnEmptyBatteryIsNoticedOnAFirstDay) {
    TrustedClock clock;
    clock.begin({0});
    EXPECT_TRUE(clock.now({0}, {0}).suspect);
    EXPECT_FALSE(clock.now(kNoon, {0}).suspect);
}

TEST(TrustedClock, TheDistrictsTimeHoldsInBothDirections) {
    TrustedClock clock;
    clock.begin(kNoon);
    clock.heard(kNoon, {5'000});
    for (const std::int64_t wrong : {-kNoon.ms, -kDay, -10 * kMinute, 10 * kMinute, 3'650 * kDay}) {
        const auto now = clock.now(after(wrong), {5'000 + 3 * kMinute});
        EXPECT_EQ(now.at, after(3 * kMinute)) << wrong;
        EXPECT_FALSE(now.suspect);
        EXPECT_TRUE(now.device_wrong);
    }
    const auto right = clock.now(after(4 * kMinute), {5'000 + 3 * kMinute});
    EXPECT_EQ(right.at, after(4 * kMinute));
    EXPECT_FALSE(right.device_wrong);
}

// An hour of a clock ten years ahead, then the district is heard: the days after are their own again.
TEST(TrustedClock, AJumpAheadIsForgottenOnceTheDistrictIsHeard) {
    TrustedClock clock;
    clock.begin(kNoon);
    EXPECT_EQ(clock.now(after(3'650 * kDay), {0}).at, after(3'650 * kDay));
    EXPECT_TRUE(clock.now(after(kMinute), {kMinute}).suspect) << "who should know better, alone";
    clock.heard(after(2 * kMinute), {2 * kMinute});
    EXPECT_EQ(clock.now(after(3 * kMinute), {3 * kMinute}).at, after(3 * kMinute));
    EXPECT_FALSE(clock.now(after(3 * kMinute), {3 * kMinute}).suspect);
}

}  // namespace
}  // namespace mulin::pos
