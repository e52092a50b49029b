// The diner's side: what is owed is the largest thing on it, the rows add up, and nothing can be tapped.

#include <regex>

#include <gtest/gtest.h>

#include "pos/display/display_view.h"
#include "pos/touch/surface.h"

namespace mulin::pos::display {
namespace {

using payment::Money;

class DisplayTest : public testing::Test {
  protected:
    void SetUp() override {
        auto opened = touch::Surface::open({});
        ASSERT_TRUE(opened);
        surface_ = std::move(*opened);
        auto words = text::Catalogue::load("assets/text", text::Language::zh_cn);
        ASSERT_TRUE(words) << words.error().message;
        words_.emplace(std::move(*words));
    }
    const touch::HitMap& shown(const State& state) {
        touch::FrameInput input;
        input.now_ms = now_ms_ += 16;
        draw(surface_->begin({1024, 600}, input), *words_, state);
        surface_->end();
        return surface_->ui().hit_map();
    }
    static std::string text_of(const touch::HitMap& map, const std::string& id) {
        for (const auto& widget : map.widgets())
            if (widget.id == id) return widget.text;
        return "";
    }
    // The sum of the amounts at the ends of the rows whose id begins so; "−5.55" takes away.
    static Money sum_of(const touch::HitMap& map, const std::string& prefix) {
        static const std::regex kAmount("(−)?(\\d+)\\.(\\d\\d)$");
        Money sum;
        for (const auto& widget : map.widgets()) {
            std::smatch found;
            if (!widget.id.starts_with(prefix) || !std::regex_search(widget.text, found, kAmount)) continue;
            const Money amount = Money::fen(std::stoll(found[2]) * 100 + std::stoll(found[3]));
            sum += found[1].length() > 0 ? -amount : amount;
        }
        return sum;
    }
    static State order(int lines, Phase phase = Phase::choosing) {
        State state;
        state.phase = phase;
        state.title = "您好";
        state.hint = "请看一下";
        for (int i = 0; i < lines; ++i) state.lines.push_back({"套餐A 红烧狮子头", 1, Money::fen(1001 + i)});
        for (const auto& line : state.lines) state.list += line.amount;
        state.benefits = {{"助餐优惠", Money::fen(255)}, {"堂食补贴", Money::fen(300)}};
        state.due = state.list - Money::fen(555);
        return state;
    }

    std::unique_ptr<touch::Surface> surface_;
    std::optional<text::Catalogue> words_;
    std::int64_t now_ms_ = 0;
};

TEST_F(DisplayTest, NothingOnItCanBeTapped) {
    for (const Phase phase : {Phase::idle, Phase::choosing, Phase::paying, Phase::done, Phase::wait}) {
        State state = order(3, phase);
        for (const char* code : {"", "PAY ME"}) {
            state.code = code;
            for (const auto& widget : shown(state).widgets()) EXPECT_FALSE(widget.target) << widget.id;
        }
    }
}

TEST_F(DisplayTest, TheRowsAddUpHoweverManyDishesThereAre) {
    for (const int lines : {1, 3, 5, 6, 40}) {
        const State state = order(lines);
        const auto& map = shown(state);
        EXPECT_EQ(sum_of(map, "display.line."), state.list) << lines << " dishes";
        EXPECT_EQ(sum_of(map, "display.line.") + sum_of(map, "display.benefit."), state.due);
    }
}

TEST_F(DisplayTest, EveryRowIsInsideTheWindowAboveWhatIsOwed) {
    State state = order(40, Phase::paying);
    state.taken = {{"已付", Money::fen(400)}, {"已付", Money::fen(300)}};
    const auto& map = shown(state);
    float due = 0;
    for (const auto& widget : map.widgets())
        if (widget.id == "display.due") due = widget.rect.y;
    ASSERT_GT(due, 0);
    for (const auto& widget : map.widgets()) {
        if (!widget.id.starts_with("display.line.") && !widget.id.starts_with("display.taken.")) continue;
        EXPECT_LE(widget.rect.bottom(), due + 1) << widget.id;
    }
}

TEST_F(DisplayTest, SaysWhatIsStillToPayAfterAPart) {
    State state = order(1, Phase::paying);
    state.taken = {{"已付", Money::fen(200)}};
    state.due = Money::fen(246);
    const auto& map = shown(state);
    EXPECT_EQ(text_of(map, "display.due"), "¥2.46");
    EXPECT_EQ(sum_of(map, "display.taken."), Money::fen(-200));
}

TEST_F(DisplayTest, TheEndShowsTheChangeAndWithoutChangeWhatWasPaid) {
    State state = order(1, Phase::done);
    state.change = Money::fen(855);
    EXPECT_EQ(text_of(shown(state), "display.change"), "¥8.55");
    EXPECT_EQ(text_of(shown(state), "display.due"), "");
    state.change = {};
    EXPECT_EQ(text_of(shown(state), "display.due"), "¥4.46");
}

TEST_F(DisplayTest, ACodeTakesMostOfTheHeightAndSaysHowLongItHolds) {
    State state = order(2, Phase::paying);
    state.code = "https://qr.example.org/pay/0123456789012345678901234567890123456789";
    state.seconds_left = 32;
    const auto& map = shown(state);
    EXPECT_NE(text_of(map, "display.left_s").find("0:32"), std::string::npos);
    EXPECT_EQ(text_of(map, "display.due"), "¥14.48");
    for (const auto& widget : map.widgets()) {
        if (widget.id != "display.code") continue;
        EXPECT_GT(widget.rect.h, 400);
        EXPECT_GT(widget.rect.w, 400);
    }
    state.seconds_left = 0;
    EXPECT_EQ(text_of(shown(state), "display.left_s"), "");
}

}  // namespace
}  // namespace mulin::pos::display
