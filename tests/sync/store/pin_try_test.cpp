// Guessing a PIN with every trick that the case of a till allows: switching it off, taking the battery
// of its clock out, putting the clock right again.

#include <gtest/gtest.h>

#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using namespace test;

const StaffId kGuessed("C0101");
constexpr std::int64_t kMinuteMs = 60'000;

struct PinTries : testing::Test {
    bool may_try() { return bench.store->begin_pin_try(kGuessed)->allowed; }
    void lock() {
        while (may_try()) {}
    }
    // Time passes for both clocks.
    void pass(std::int64_t ms) {
        bench.clock.advance_ms(ms);
        true_ms += ms;
    }
    void set_back() { bench.clock.set_utc({0}); }
    void put_right() { bench.clock.set_utc({start_ms + true_ms}); }
    StoreBench bench;
    const std::int64_t start_ms = bench.clock.utc().ms;
    std::int64_t true_ms = 0;
};

TEST_F(PinTries, SwitchingOffAndOnBetweenTriesGainsNothing) {
    int tries = 0;
    for (int minute = 0; minute < 15; ++minute) {
        bench.reopen();
        while (may_try()) ++tries;
        pass(kMinuteMs);
    }
    EXPECT_GE(tries, 3);
    EXPECT_LE(tries, 5);
}

TEST_F(PinTries, AClockSetBackGainsNothingAlsoAfterItIsRightAgain) {
    lock();
    int tries = 0;
    for (int minute = 0; minute < 15; ++minute) {
        set_back();
        bench.reopen();
        while (may_try()) ++tries;
        pass(10'000);
        put_right();
        bench.reopen();
        while (may_try()) ++tries;
        pass(kMinuteMs - 10'000);
        put_right();
    }
    EXPECT_LE(tries, 2) << "what patience alone gives after three tries";
}

TEST_F(PinTries, AWrongClockLocksNobodyForLongerThanTheWaitItself) {
    lock();
    set_back();
    EXPECT_FALSE(may_try());
    pass(3'600'000);
    EXPECT_TRUE(may_try());
    // One that ran years ahead when the tries were made.
    bench.clock.set_utc({start_ms + 100'000'000'000});
    lock();
    put_right();
    EXPECT_FALSE(may_try());
    pass(3'600'000);
    EXPECT_TRUE(may_try());
    ASSERT_TRUE(bench.store->pin_accepted(kGuessed));
    EXPECT_TRUE(may_try());
}

TEST_F(PinTries, OnePersonsTriesAreNotAnothers) {
    lock();
    EXPECT_TRUE(bench.store->begin_pin_try(StaffId("M0101"))->allowed);
    bench.reopen();
    EXPECT_FALSE(may_try());
}

}  // namespace
}  // namespace mulin::sync
