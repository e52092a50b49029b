#include "pos/touch/theme.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pos/touch/key_paint.h"

namespace mulin::pos::touch {
namespace {

struct Pair {
    std::string name;
    Colour words;
    Colour ground;
};

std::vector<Pair> pairs() {
    using namespace theme;
    std::vector<Pair> all{{"ink on paper", ink, paper},
                          {"ink on card", ink, card},
                          {"secondary on paper", ink_secondary, paper},
                          {"secondary on card", ink_secondary, card},
                          {"secondary on set", ink_secondary, tile_set},
                          {"secondary on soup", ink_secondary, tile_soup},
                          {"secondary on staple", ink_secondary, tile_staple},
                          {"ink on set", ink, tile_set},
                          {"sold out", sold_out_ink, sold_out},
                          {"action on card", action, card},
                          {"stop on card", stop, card},
                          {"person on card", person, card},
                          {"person on person", person, person_soft},
                          {"avatar", card, action},
                          {"toast", card, attention},
                          {"toast stop", card, stop}};
    for (int style = 0; style <= static_cast<int>(KeyStyle::letter); ++style) {
        for (const bool enabled : {true, false}) {
            const KeyPaint paint = key_paint(static_cast<KeyStyle>(style), enabled);
            const std::string name = "key " + std::to_string(style) + (enabled ? "" : " disabled");
            all.push_back({name, paint.words, paint.fill});
            all.push_back({name + " pressed", paint.words, paint.fill_down});
        }
    }
    for (const Tone tone : {Tone::neutral, Tone::good, Tone::attention, Tone::stop, Tone::person})
        all.push_back({"tone " + std::to_string(static_cast<int>(tone)), tone_paint(tone).words, tone_paint(tone).fill});
    return all;
}

TEST(Contrast, AgreesWithPublishedValues) {
    EXPECT_NEAR(contrast(rgb(0x000000), rgb(0xFFFFFF)), 21.0, 0.001);
    EXPECT_NEAR(contrast(rgb(0x777777), rgb(0xFFFFFF)), 4.48, 0.01);
    EXPECT_NEAR(contrast(rgb(0xFFFFFF), rgb(0xFFFFFF)), 1.0, 0.001);
}

TEST(Contrast, EveryPairOfWordsAndGroundReachesSevenToOne) {
    for (const Pair& pair : pairs()) EXPECT_GE(contrast(pair.words, pair.ground), 7.0) << pair.name;
}

TEST(Contrast, APairThatIsTooPaleIsFound) { EXPECT_LT(contrast(theme::line, theme::card), 7.0); }

TEST(Sizes, GrowWithThePanel) {
    EXPECT_FLOAT_EQ(em_px(1366, 768), 20.0F);
    EXPECT_FLOAT_EQ(em_px(1920, 1080), 28.125F);
    EXPECT_LT(em_px(1024, 768), 16.0F) << "a narrow window must not cut its columns";
}

}  // namespace
}  // namespace mulin::pos::touch
