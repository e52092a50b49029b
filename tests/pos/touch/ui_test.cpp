#include "pos/touch/surface.h"

#include <gtest/gtest.h>

#include "pos/touch/areas.h"

namespace mulin::pos::touch {
namespace {

class UiTest : public testing::Test {
  protected:
    void SetUp() override {
        auto opened = Surface::open({});
        ASSERT_TRUE(opened);
        surface_ = std::move(*opened);
    }
    template <class Draw>
    void frame(const Draw& draw, std::vector<PointerEvent> pointer = {}) {
        FrameInput input;
        input.now_ms = now_ += 16;
        for (PointerEvent& event : pointer) event.ms = now_;
        input.pointer = std::move(pointer);
        draw(surface_->begin({1366, 768}, input));
        ASSERT_TRUE(surface_->end());
    }
    static PointerEvent press(Point at) { return {PointerEvent::Kind::press, at, 0}; }
    static PointerEvent move(Point at) { return {PointerEvent::Kind::move, at, 0}; }
    static PointerEvent release(Point at) { return {PointerEvent::Kind::release, at, 0}; }

    std::unique_ptr<Surface> surface_;
    std::int64_t now_ = 1000;
};

TEST_F(UiTest, AKeyAnswersOnceWhenReleasedInside) {
    int taps = 0;
    const auto draw = [&](Ui& ui) { taps += ui.key("k", {100, 100, 100, 60}, "确定"); };
    frame(draw);
    frame(draw, {press({150, 130})});
    EXPECT_EQ(taps, 0);
    frame(draw, {release({150, 130})});
    EXPECT_EQ(taps, 1);
    frame(draw);
    EXPECT_EQ(taps, 1);
}

TEST_F(UiTest, APressAndReleaseInOneFrameIsATap) {
    int taps = 0;
    const auto draw = [&](Ui& ui) { taps += ui.key("k", {100, 100, 100, 60}, "确定"); };
    frame(draw);
    frame(draw, {press({150, 130}), release({150, 130})});
    EXPECT_EQ(taps, 1);
}

TEST_F(UiTest, ADisabledKeyNeverAnswers) {
    int taps = 0;
    const auto draw = [&](Ui& ui) { taps += ui.key("k", {100, 100, 100, 60}, "确定", KeyStyle::plain, false); };
    frame(draw);
    frame(draw, {press({150, 130}), release({150, 130})});
    EXPECT_EQ(taps, 0);
}

TEST_F(UiTest, ATapActsOnWhatWasSeenNotOnWhatTheFrameBrings) {
    int old_taps = 0;
    int new_taps = 0;
    frame([&](Ui& ui) { old_taps += ui.key("old", {100, 100, 100, 60}, "a"); });
    frame([&](Ui& ui) { new_taps += ui.key("new", {100, 100, 100, 60}, "b"); },
          {press({150, 130}), release({150, 130})});
    EXPECT_EQ(old_taps, 0);
    EXPECT_EQ(new_taps, 0);
}

TEST_F(UiTest, ASheetKeepsTapsFromWhatLiesBeneath) {
    int beneath = 0;
    int above = 0;
    const auto draw = [&](Ui& ui) {
        beneath += ui.key("beneath", {600, 350, 200, 60}, "a");
        const Sheet sheet(ui, "sheet", {30, 20});
        above += ui.key("above", {600, 360, 200, 60}, "b");
    };
    frame(draw);
    frame(draw, {press({700, 380}), release({700, 380})});
    EXPECT_EQ(beneath, 0);
    EXPECT_EQ(above, 1);
    frame(draw, {press({20, 20}), release({20, 20})});
    EXPECT_EQ(beneath, 0);
}

TEST_F(UiTest, DraggingAListScrollsItAndTapsNothing) {
    int taps = 0;
    float offset = -1;
    const auto draw = [&](Ui& ui) {
        const Scroll scroll(ui, "list", {0, 0, 400, 300}, 20 * 60);
        offset = scroll.offset();
        for (int i = 0; i < 20; ++i) taps += ui.key("row" + std::to_string(i), scroll.row(i, 60), "r");
    };
    frame(draw);
    frame(draw, {press({200, 250})});
    frame(draw, {move({200, 150})});
    EXPECT_FLOAT_EQ(offset, 100);
    frame(draw, {release({200, 150})});
    EXPECT_EQ(taps, 0);
    EXPECT_FLOAT_EQ(offset, 100);
    frame(draw, {press({200, 150}), release({200, 150})});
    EXPECT_EQ(taps, 1) << "after the drag the list can be tapped";
}

TEST_F(UiTest, RowsOutsideAListCannotBeTappedAndAreNotInTheMap) {
    const auto draw = [&](Ui& ui) {
        const Scroll scroll(ui, "list", {0, 0, 400, 300}, 20 * 60);
        for (int i = 0; i < 20; ++i) ui.key("row" + std::to_string(i), scroll.row(i, 70), "r");
    };
    frame(draw);
    const HitMap& map = surface_->ui().hit_map();
    EXPECT_EQ(map.find("row10"), nullptr);
    ASSERT_NE(map.find("row4"), nullptr);
    EXPECT_FLOAT_EQ(map.find("row4")->shown.h, 20);
}

TEST_F(UiTest, AKeypadGivesTheCharacterTapped) {
    char got = 0;
    const auto draw = [&](Ui& ui) {
        if (const char c = ui.digit_keypad("pad", {0, 0, 380, 320}, "清空")) got = c;
        if (const char c = ui.letter_keypad("abc", {400, 0, 380, 280})) got = c;
    };
    frame(draw);
    const auto tap = [&](const char* id) {
        const Point at = surface_->ui().hit_map().find(id)->rect.centre();
        frame(draw, {press(at), release(at)});
        now_ += 400;
        return got;
    };
    EXPECT_EQ(tap("pad.7"), '7');
    EXPECT_EQ(tap("pad.0"), '0');
    EXPECT_EQ(tap("pad.clear"), Ui::kClear);
    EXPECT_EQ(tap("pad.erase"), Ui::kErase);
    EXPECT_EQ(tap("abc.W"), 'W');
    EXPECT_EQ(tap("abc.Z"), 'Z');
}

TEST_F(UiTest, ALabelIsInTheMapAndCannotBeTapped) {
    frame([](Ui& ui) { ui.label("due", {10, 10, 200, 60}, "¥11.45"); });
    const Widget* due = surface_->ui().hit_map().find("due");
    ASSERT_NE(due, nullptr);
    EXPECT_EQ(due->text, "¥11.45");
    EXPECT_FALSE(surface_->ui().hit_map().tappable(*due));
    EXPECT_EQ(surface_->ui().hit_map().at({50, 30}, 7), nullptr);
}

}  // namespace
}  // namespace mulin::pos::touch
