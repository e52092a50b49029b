#include "pos/touch/scan_detector.h"

#include <gtest/gtest.h>

namespace mulin::pos::touch {
namespace {

std::int64_t type(ScanDetector& detector, std::u32string_view text, std::int64_t ms, std::int64_t gap_ms) {
    for (const char32_t c : text) {
        detector.character(c, ms);
        ms += gap_ms;
    }
    return ms;
}

TEST(ScanDetector, AFastBurstWithEnterIsAScanAndNeverTyping) {
    ScanDetector detector;
    detector.enter(type(detector, U"9310110016", 1000, 8));
    const auto out = detector.take(1100);
    EXPECT_EQ(out.scans, std::vector<std::string>{"9310110016"});
    EXPECT_EQ(out.typed, "");
    EXPECT_FALSE(out.enter);
}

TEST(ScanDetector, AFrameDrawnInTheMiddleTearsNoScan) {
    ScanDetector torn;
    ScanDetector excused;
    std::int64_t ms = 1000;
    for (const char c : std::string("9310000000000123")) {
        for (auto* detector : {&torn, &excused}) detector->character(static_cast<char32_t>(c), ms);
        if (c == '1') {
            ms += 80;
            excused.excuse(80);
        }
        ms += 4;
    }
    for (auto* detector : {&torn, &excused}) detector->enter(ms);
    EXPECT_EQ(excused.take(ms).scans, std::vector<std::string>{"9310000000000123"});
    EXPECT_NE(torn.take(ms).scans, std::vector<std::string>{"9310000000000123"});
}

TEST(ScanDetector, FingersAreTyping) {
    ScanDetector detector;
    const std::int64_t end = type(detector, U"2716301", 1000, 120);
    detector.enter(end);
    const auto out = detector.take(end + 100);
    EXPECT_TRUE(out.scans.empty());
    EXPECT_EQ(out.typed, "2716301");
    EXPECT_TRUE(out.enter);
}

TEST(ScanDetector, TooShortIsTyping) {
    ScanDetector detector;
    detector.enter(type(detector, U"12345", 1000, 5));
    const auto out = detector.take(1200);
    EXPECT_TRUE(out.scans.empty());
    EXPECT_EQ(out.typed, "12345");
    EXPECT_TRUE(out.enter);
}

TEST(ScanDetector, OneGapThatIsTooLongMakesItTwoThings) {
    ScanDetector detector;
    type(detector, U"WXY", 1000, 10);
    detector.enter(type(detector, U"6225881234", 1060, 10));
    const auto out = detector.take(1300);
    EXPECT_EQ(out.typed, "WXY");
    EXPECT_EQ(out.scans, std::vector<std::string>{"6225881234"});
}

TEST(ScanDetector, TheGapIsExact) {
    ScanDetector just;
    just.enter(type(just, U"123456", 1000, ScanDetector::kMaxGapMs));
    EXPECT_EQ(just.take(5000).scans.size(), 1U);
    ScanDetector over;
    over.enter(type(over, U"123456", 1000, ScanDetector::kMaxGapMs + 1));
    EXPECT_EQ(over.take(5000).scans.size(), 0U);
}

TEST(ScanDetector, ABurstWithoutEnterIsHandedOverAsTypingAtItsDeadline) {
    ScanDetector detector;
    type(detector, U"12345678", 1000, 10);
    EXPECT_EQ(detector.take(1080).typed, "");
    ASSERT_TRUE(detector.deadline_ms());
    EXPECT_EQ(detector.take(*detector.deadline_ms()).typed, "12345678");
    EXPECT_FALSE(detector.deadline_ms());
}

TEST(ScanDetector, ALateEnterEndsNoScan) {
    ScanDetector detector;
    const std::int64_t end = type(detector, U"12345678", 1000, 10);
    detector.enter(end + 200);
    const auto out = detector.take(end + 300);
    EXPECT_TRUE(out.scans.empty());
    EXPECT_TRUE(out.enter);
}

TEST(ScanDetector, EndlessInputDoesNotGrow) {
    ScanDetector detector;
    type(detector, std::u32string(10'000, U'7'), 1000, 1);
    EXPECT_GE(detector.take(11'000).typed.size(), 9'000U);
}

}  // namespace
}  // namespace mulin::pos::touch
