#include "pos/touch/tap_tracker.h"

#include <gtest/gtest.h>

namespace mulin::pos::touch {
namespace {

constexpr float kEm = 20;

Widget key(const char* id, Rect rect, bool repeats = false) {
    Widget made{id, rect, rect, true, {}};
    made.repeats = repeats;
    return made;
}

class TapTrackerTest : public testing::Test {
  protected:
    TapTrackerTest() {
        seen_.add(key("pay", {0, 0, 100, 60}));
        seen_.add(key("undo", {200, 0, 100, 60}));
        seen_.add(key("digit", {0, 200, 100, 60}, true));
    }
    void frame(PointerEvent::Kind kind, Point at, std::int64_t ms) {
        FrameInput input;
        input.now_ms = ms;
        input.pointer.push_back({kind, at, ms});
        taps_.advance(seen_, input, kEm);
    }
    void press(Point at, std::int64_t ms) { frame(PointerEvent::Kind::press, at, ms); }
    void release(Point at, std::int64_t ms) { frame(PointerEvent::Kind::release, at, ms); }
    bool tap(const char* id, Point at, std::int64_t ms) {
        press(at, ms - 50);
        release(at, ms);
        return taps_.tapped(id);
    }

    HitMap seen_;
    TapTracker taps_;
};

TEST_F(TapTrackerTest, APressAnswersAtOnceAndActsOnReleaseInside) {
    press({50, 30}, 1000);
    EXPECT_TRUE(taps_.held("pay"));
    EXPECT_FALSE(taps_.tapped("pay"));
    release({60, 30}, 1080);
    EXPECT_TRUE(taps_.tapped("pay"));
    EXPECT_FALSE(taps_.held("pay"));
    taps_.advance(seen_, {}, kEm);
    EXPECT_FALSE(taps_.tapped("pay")) << "a tap lasts one frame";
}

TEST_F(TapTrackerTest, ReleasedOutsideDoesNothing) {
    press({50, 30}, 1000);
    release({50, 120}, 1080);
    EXPECT_FALSE(taps_.tapped("pay"));
}

TEST_F(TapTrackerTest, SlidingOntoAnotherKeyTapsNeither) {
    press({50, 30}, 1000);
    release({250, 30}, 1080);
    EXPECT_FALSE(taps_.tapped("pay"));
    EXPECT_FALSE(taps_.tapped("undo"));
}

TEST_F(TapTrackerTest, ASecondTapWithin300MsDoesNothingNew) {
    EXPECT_TRUE(tap("pay", {50, 30}, 1000));
    EXPECT_FALSE(tap("pay", {52, 31}, 1299));
    EXPECT_TRUE(tap("pay", {52, 31}, 1300));
}

TEST_F(TapTrackerTest, ASecondTapDoesNothingOnWhatAppearedUnderTheFingerEither) {
    EXPECT_TRUE(tap("pay", {50, 30}, 1000));
    seen_.clear();
    seen_.add(key("confirm", {0, 0, 100, 60}));
    EXPECT_FALSE(tap("confirm", {50, 30}, 1200));
    EXPECT_TRUE(tap("confirm", {50, 30}, 1500));
}

TEST_F(TapTrackerTest, AQuickTapElsewhereCounts) {
    EXPECT_TRUE(tap("pay", {50, 30}, 1000));
    EXPECT_TRUE(tap("undo", {250, 30}, 1150));
}

TEST_F(TapTrackerTest, KeypadsTakeQuickSecondTaps) {
    EXPECT_TRUE(tap("digit", {50, 230}, 1000));
    EXPECT_TRUE(tap("digit", {50, 230}, 1120));
}

TEST_F(TapTrackerTest, AKeyThatWentUnderASheetWhileHeldIsNotTapped) {
    press({50, 30}, 1000);
    seen_.raise(1);
    release({50, 30}, 1080);
    EXPECT_FALSE(taps_.tapped("pay"));
}

TEST_F(TapTrackerTest, AKeyThatVanishedOrWasDisabledWhileHeldIsNotTapped) {
    press({50, 30}, 1000);
    seen_.clear();
    Widget off = key("pay", {0, 0, 100, 60});
    off.enabled = false;
    seen_.add(off);
    release({50, 30}, 1080);
    EXPECT_FALSE(taps_.tapped("pay"));
}

TEST_F(TapTrackerTest, ACancelledPressNeverTaps) {
    press({50, 30}, 1000);
    FrameInput input;
    input.cancelled = true;
    taps_.advance(seen_, input, kEm);
    release({50, 30}, 2000);
    EXPECT_FALSE(taps_.tapped("pay"));
}

}  // namespace
}  // namespace mulin::pos::touch
