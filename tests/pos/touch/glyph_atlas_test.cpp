#include "pos/touch/glyph_atlas.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "pos/touch/text_layout.h"
#include "pos/touch/utf8.h"

namespace mulin::pos::touch {
namespace {

std::unique_ptr<GlyphAtlas> open() {
    auto atlas = GlyphAtlas::open({});
    EXPECT_TRUE(atlas);
    return std::move(*atlas);
}

std::vector<std::uint8_t> picture(const GlyphAtlas& atlas, const Glyph& glyph) {
    std::vector<std::uint8_t> out;
    for (int y = glyph.y; y < glyph.y + glyph.h; ++y)
        out.insert(out.end(), atlas.pixels() + y * GlyphAtlas::kSide + glyph.x,
                   atlas.pixels() + y * GlyphAtlas::kSide + glyph.x + glyph.w);
    return out;
}

TEST(GlyphAtlas, HasTheRareCharactersOfNames) {
    const auto atlas = open();
    for (const char32_t c : std::u32string(U"𠅤𬱖㛃䶮𠮷娜磊蕾昊婷琳翔鲈馍焖灼蚝菇")) EXPECT_TRUE(atlas->has(c)) << to_utf8({&c, 1});
}

TEST(GlyphAtlas, ARareCharacterIsDrawnAsItselfInBothWeights) {
    const auto atlas = open();
    for (const bool bold : {false, true}) {
        const Face face{bold, 38};
        const Glyph rare = atlas->glyph(face, U'\U0002CC56');
        const Glyph box = atlas->glyph(face, U'\U0010FFF0');
        const Glyph question = atlas->glyph(face, U'?');
        EXPECT_GT(rare.w, 25);
        EXPECT_NE(picture(*atlas, rare), picture(*atlas, box));
        EXPECT_NE(picture(*atlas, rare), picture(*atlas, question));
        const auto ink = picture(*atlas, rare);
        EXPECT_GT(std::count_if(ink.begin(), ink.end(), [](std::uint8_t v) { return v > 128; }), 200);
    }
}

TEST(GlyphAtlas, ACharacterWithoutFontIsABoxThatTellsWhichItIs) {
    const auto atlas = open();
    const Face face{false, 38};
    EXPECT_FALSE(atlas->has(U'\U0010FFF0'));
    const Glyph one = atlas->glyph(face, U'\U0010FFF0');
    const Glyph other = atlas->glyph(face, U'\U0010FFF1');
    EXPECT_GT(one.w, 30);
    EXPECT_NE(picture(*atlas, one), picture(*atlas, other));
}

TEST(GlyphAtlas, GrowsByWhatIsDrawnAndLeavesTheRestInPlace) {
    const auto atlas = open();
    const Face face{false, 20};
    const Glyph before = atlas->glyph(face, U'王');
    const auto ink = picture(*atlas, before);
    EXPECT_EQ(atlas->glyph_count(), 1U);
    for (char32_t c = 0x4E00; c < 0x4E00 + 400; ++c) atlas->glyph(face, c);
    EXPECT_EQ(atlas->glyph_count(), 401U);
    const Glyph after = atlas->glyph(face, U'王');
    EXPECT_EQ(after.x, before.x);
    EXPECT_EQ(after.y, before.y);
    EXPECT_EQ(picture(*atlas, after), ink);
    EXPECT_FALSE(atlas->full());
}

TEST(GlyphAtlas, ToldWhatChangedOnce) {
    const auto atlas = open();
    atlas->take_dirty();
    atlas->glyph({false, 20}, U'王');
    const auto rows = atlas->take_dirty();
    EXPECT_LT(rows.from, rows.to);
    EXPECT_LT(rows.to, 64);
    const auto again = atlas->take_dirty();
    EXPECT_EQ(again.from, again.to);
}

TEST(GlyphAtlas, WhenFullItSaysSoAndStartsAfresh) {
    const auto atlas = open();
    for (char32_t c = 0x4E00; c < 0x4E00 + 1500 && !atlas->full(); ++c) atlas->glyph({true, 76}, c);
    ASSERT_TRUE(atlas->full());
    atlas->clear();
    EXPECT_FALSE(atlas->full());
    EXPECT_GT(atlas->glyph({true, 76}, U'王').w, 0);
}

TEST(GlyphAtlas, AMissingFontIsNamed) {
    text::FontFiles files;
    files.bold.path = "/nowhere/bold.ttc";
    const auto atlas = GlyphAtlas::open(files);
    ASSERT_FALSE(atlas);
    EXPECT_NE(atlas.error().message.find("/nowhere/bold.ttc"), std::string::npos);
}

TEST(TextLayout, ChineseBreaksBetweenCharactersButNotBeforeAComma) {
    const auto atlas = open();
    const auto lines = wrap(*atlas, {false, 20}, U"请老人确认，谢谢", 101);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0], U"请老人确");
    EXPECT_EQ(lines[1], U"认，谢谢");
}

TEST(TextLayout, WordsStayWhole) {
    const auto atlas = open();
    for (const auto& line : wrap(*atlas, {false, 20}, U"Braised pork with rice", 90))
        EXPECT_TRUE(line == U"Braised" || line == U"pork with" || line == U"rice" || line == U"pork") << to_utf8(line);
}

TEST(TextLayout, WhatDoesNotFitEndsInDots) {
    const auto atlas = open();
    const Face face{false, 20};
    const std::u32string cut = cut_to(*atlas, face, U"买买提·阿卜杜拉·努尔穆罕默德", 120);
    EXPECT_EQ(cut.back(), U'…');
    EXPECT_LE(width_of(*atlas, face, cut), 120);
    EXPECT_EQ(cut_to(*atlas, face, U"王秀英", 120), U"王秀英");
}

TEST(Utf8, BrokenBytesBecomeReplacementsAndNothingElseIsLost) {
    EXPECT_EQ(to_code_points("a\xff" "b\xe4\xb8"), std::u32string(U"a\uFFFDb\uFFFD\uFFFD"));
    EXPECT_EQ(to_code_points("\xc0\xaf"), std::u32string(U"\uFFFD\uFFFD"));
    EXPECT_EQ(to_code_points("\xed\xa0\x80").front(), U'\uFFFD');
    const std::string names = "𠅤𬱖㛃王";
    EXPECT_EQ(to_utf8(to_code_points(names)), names);
    EXPECT_EQ(first_character(names), "𠅤");
}

}  // namespace
}  // namespace mulin::pos::touch
