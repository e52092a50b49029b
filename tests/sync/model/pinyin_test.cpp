#include "sync/model/pinyin.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace mulin::sync {
namespace {

std::string first_word(const std::string& text) { return text.substr(0, text.find(' ')); }

TEST(Pinyin, PolyphonicSurnamesComeFirstInTheirOwnReading) {
    const std::array<std::pair<const char*, const char*>, 14> names{{
        {"单秀英", "SXY"}, {"仇德明", "QDM"}, {"曾桂芳", "ZGF"}, {"解文华", "XWH"}, {"查良玉", "ZLY"},
        {"盖玉兰", "GYL"}, {"朴明珠", "PMZ"}, {"区秀珍", "OXZ"}, {"任国强", "RGQ"}, {"华罗兰", "HLL"},
        {"尉迟恭正", "YCGZ"}, {"万俟春", "MQC"}, {"翟阿妹", "ZAM"}, {"缪小云", "MXY"},
    }};
    for (const auto& [name, initials] : names) EXPECT_EQ(first_word(pinyin_initials(name)), initials) << name;
}

TEST(Pinyin, KeepsTheUsualReadingBesideTheSurnames) {
    EXPECT_EQ(pinyin_initials("单秀英"), "SXY DXY");
    EXPECT_EQ(pinyin_initials("仇德明"), "QDM CDM");
    EXPECT_EQ(pinyin_initials("万俟春"), "MQC WQC");
    EXPECT_EQ(pinyin_initials("王秀英"), "WXY");
}

TEST(Pinyin, TheGivenNameIsReadNormally) {
    EXPECT_EQ(pinyin_of_name("王华"), "wang2 hua2");
    EXPECT_EQ(pinyin_of_name("华华"), "hua4 hua2");
    EXPECT_EQ(pinyin_of_name("任任"), "ren2 ren4");
    EXPECT_EQ(pinyin_initials("李乐"), "LL LY");
}

TEST(Pinyin, RareCharactersAreReadOrLeftOut) {
    EXPECT_EQ(pinyin_initials("王䶮"), "WY");
    EXPECT_EQ(pinyin_initials("陈𬱖"), "CD");
    EXPECT_EQ(pinyin_initials("李㛃"), "LJ");
    EXPECT_EQ(pinyin_initials("李𠮷英"), "LY");
    EXPECT_EQ(pinyin_initials("𠮷"), "");
    EXPECT_FALSE(pinyin_initials("𠅤国英").empty());
}

TEST(Pinyin, LatinLettersStandForThemselves) {
    EXPECT_EQ(pinyin_initials("Anna"), "ANNA");
    EXPECT_EQ(pinyin_initials("阿依古丽·买"), "AYGLM");
    EXPECT_EQ(pinyin_initials(""), "");
}

TEST(Pinyin, BrokenTextIsNoReasonToFail) {
    EXPECT_EQ(pinyin_initials("\xE7\x8E"), "");
    EXPECT_NO_FATAL_FAILURE(pinyin_with_tones("\xFF\xFE\xE4"));
}

TEST(Pinyin, ReadsOutNamesAndSentences) {
    EXPECT_EQ(pinyin_of_name("单秀英"), "shan4 xiu4 ying1");
    EXPECT_EQ(pinyin_of_name("吕绿"), "lv3 lv4");
    EXPECT_EQ(pinyin_with_tones("应付十二元。"), "ying4 fu4 shi2 er4 yuan2 .");
    EXPECT_EQ(pinyin_with_tones("请付12元，谢谢"), "qing3 fu4 12 yuan2 , xie4 xie5");
    EXPECT_EQ(pinyin_with_tones("了"), "le5");
}

}  // namespace
}  // namespace mulin::sync
