// Every sample screen, in both sizes and languages: nothing overlaps, nothing is too small to hit,
// nothing leaves the window.
#include <cmath>
#include <optional>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "pos/touch/surface.h"
#include "tests/pos/touch/samples.h"

namespace mulin::tests {
namespace {

using namespace mulin::pos;
using touch::Rect;
using touch::Widget;

constexpr float kRounding = 0.6F;  // px

std::vector<Widget> targets(const touch::HitMap& map) {
    std::vector<Widget> out;
    for (const Widget& widget : map.widgets())
        if (widget.target && widget.layer == map.top_layer()) out.push_back(widget);
    return out;
}

// A row cut by the edge of its list is as small as it is cut.
bool is_cut(const Widget& widget) { return !(widget.shown == widget.rect); }

float gap_between(const Rect& a, const Rect& b) {
    const float dx = std::max({a.x - b.right(), b.x - a.right(), 0.0F});
    const float dy = std::max({a.y - b.bottom(), b.y - a.bottom(), 0.0F});
    return std::hypot(dx, dy);
}

using Case = std::tuple<touch::Size, text::Language>;

class LayoutTest : public testing::TestWithParam<Case> {
  protected:
    void SetUp() override {
        auto opened = touch::Surface::open({});
        ASSERT_TRUE(opened);
        surface_ = std::move(*opened);
        auto words = text::Catalogue::load("assets/text", std::get<1>(GetParam()));
        ASSERT_TRUE(words) << words.error().message;
        words_.emplace(std::move(*words));
        window_ = std::get<0>(GetParam());
    }
    const touch::HitMap& draw(const Sample& sample) {
        touch::FrameInput input;
        input.now_ms = now_ += 16;
        sample.draw(surface_->begin(window_, input), *words_);
        surface_->end();
        return surface_->ui().hit_map();
    }
    std::unique_ptr<touch::Surface> surface_;
    std::optional<text::Catalogue> words_;
    touch::Size window_;
    std::int64_t now_ = 0;
};

TEST_P(LayoutTest, EveryTargetIsAtLeast14MillimetresHighAndInsideTheWindow) {
    for (const Sample& sample : samples()) {
        const touch::HitMap& map = draw(sample);
        const float least = surface_->ui().em(touch::theme::key_height_em) - kRounding;
        ASSERT_FALSE(map.widgets().empty()) << sample.name;
        for (const Widget& widget : targets(map)) {
            EXPECT_TRUE(widget.rect.h >= least || is_cut(widget)) << sample.name << " " << widget.id << " " << widget.rect.h;
            EXPECT_GE(widget.rect.w, least) << sample.name << " " << widget.id;
            EXPECT_GE(widget.shown.x, -kRounding) << sample.name << " " << widget.id;
            EXPECT_GE(widget.shown.y, -kRounding) << sample.name << " " << widget.id;
            EXPECT_LE(widget.shown.right(), window_.w + kRounding) << sample.name << " " << widget.id;
            EXPECT_LE(widget.shown.bottom(), window_.h + kRounding) << sample.name << " " << widget.id;
        }
    }
}

TEST_P(LayoutTest, NoTwoTargetsAreCloserThan10Pixels) {
    for (const Sample& sample : samples()) {
        const std::vector<Widget> all = targets(draw(sample));
        const float least = surface_->ui().em(0.5F) - kRounding;
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t j = i + 1; j < all.size(); ++j) {
                if (is_cut(all[i]) || is_cut(all[j])) continue;
                EXPECT_GE(gap_between(all[i].shown, all[j].shown), least)
                    << sample.name << " " << all[i].id << " / " << all[j].id;
            }
    }
}

TEST_P(LayoutTest, PayKeysAreAtLeast20MillimetresHigh) {
    int seen = 0;
    for (const Sample& sample : samples()) {
        for (const Widget& widget : targets(draw(sample))) {
            const bool pays = widget.id.starts_with("serve.pay.") || widget.id == "tender.confirm";
            if (!pays) continue;
            ++seen;
            EXPECT_GE(widget.rect.h, surface_->ui().em(4.2F)) << sample.name << " " << widget.id;
        }
    }
    EXPECT_GT(seen, 20);
}

TEST_P(LayoutTest, IdsAreUnique) {
    for (const Sample& sample : samples()) {
        std::set<std::string> ids;
        for (const Widget& widget : draw(sample).widgets())
            EXPECT_TRUE(ids.insert(widget.id).second) << sample.name << " " << widget.id;
    }
}

INSTANTIATE_TEST_SUITE_P(SizesAndLanguages, LayoutTest,
                         testing::Combine(testing::Values(touch::Size{1366, 768}, touch::Size{1920, 1080}, touch::Size{1024, 768}),
                                          testing::Values(text::Language::zh_cn, text::Language::en)));

}  // namespace
}  // namespace mulin::tests
