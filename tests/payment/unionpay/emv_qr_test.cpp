// EMVCo QR codes: the published samples both ways, and what is not a code.

#include "payment/unionpay/emv_qr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "payment/base/id.h"
#include "payment/wire/signature.h"

namespace mulin::payment {
namespace {

using ::testing::HasSubstr;

constexpr const char* kBeijing =
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING"
    "64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A011223344998877070812345678"
    "6304A13A";
constexpr const char* kTokyo =
    "0002010102121516ABCDEF123456789052045311530339254039995802JP5906DONGRI6005TOKYO62240104hoge0504fuga0704piyo63043FE6";
constexpr const char* kPayer = "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=";
constexpr const char* kUnionPayPayer =
    "hQVDUFYwMWFYTwigAAADMwEBAVcTYpJhA1hEQzVkHSIQIBAAABiAH180AQBjM58mCFaLEtnaC9l/nycBgJ8QEQcAAQOgAAABCDM5OTk5OTk5nzYCAAGCAgAA"
    "nzcE6gZYyA==";

std::string hex_of(const std::string& bytes) {
    return upper_ascii(hex(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size())));
}

// The two Chinese values of the first sample in GBK: 最佳运输, 北京.
std::string in_gbk() {
    std::string text = kBeijing;
    const auto swap = [&](const std::string& utf8, const std::string& gbk) { text.replace(text.find(utf8), utf8.size(), gbk); };
    swap("最佳运输", "\xD7\xEE\xBC\xD1\xD4\xCB\xCA\xE4");
    swap("北京", "\xB1\xB1\xBE\xA9");
    return text.substr(0, text.size() - 4) + "B333";
}

TEST(EmvText, ChecksumsOfThePublishedSamples) {
    EXPECT_EQ(emv_crc("123456789"), "29B1");
    const std::string beijing = kBeijing, tokyo = kTokyo, gbk = in_gbk();
    EXPECT_EQ(emv_crc(beijing.substr(0, beijing.size() - 4)), "A13A");
    EXPECT_EQ(emv_crc(gbk.substr(0, gbk.size() - 4)), "B333");
    EXPECT_EQ(emv_crc(tokyo.substr(0, tokyo.size() - 4)), "3FE6");
}

TEST(EmvText, TheSamplesAreReadAndWrittenBack) {
    for (const std::string text : {kBeijing, kTokyo}) {
        auto fields = parse_emv_text(text);
        ASSERT_TRUE(fields.has_value()) << fields.error().message;
        EXPECT_EQ(fields->back().id, "63");
        fields->pop_back();
        EXPECT_EQ(build_emv_text(*fields).value(), text);
    }
}

TEST(EmvText, LengthsCountCharacters) {
    const auto fields = parse_emv_text(kBeijing).value();
    EXPECT_EQ(emv_value(fields, "59"), "BEST TRANSPORT");
    EXPECT_EQ(emv_value(fields, "54"), "23.72");
    EXPECT_EQ(emv_value(fields, "53"), "156");
    const auto chinese = parse_emv_template(emv_value(fields, "64")).value();
    EXPECT_EQ(emv_value(chinese, "01"), "最佳运输");
    EXPECT_EQ(emv_value(chinese, "02"), "北京");
}

TEST(EmvText, TheSameCodeInGbk) {
    const auto fields = parse_emv_text(in_gbk());
    ASSERT_TRUE(fields.has_value()) << fields.error().message;
    EXPECT_EQ(emv_value(*fields, "54"), "23.72");
    EXPECT_EQ(emv_value(parse_emv_template(emv_value(*fields, "64")).value(), "02"), "\xB1\xB1\xBE\xA9");
}

TEST(EmvText, EveryChangedByteIsFound) {
    const std::string text = kTokyo;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = changed[i] == '1' ? '2' : '1';
        EXPECT_FALSE(parse_emv_text(changed).has_value()) << i;
        EXPECT_FALSE(parse_emv_text(text.substr(0, i)).has_value()) << i;
    }
}

std::string with_crc(std::string text) {
    text += "6304";
    return text + emv_crc(text);
}

TEST(EmvText, WhatIsNoCodeIsRefusedThoughItsChecksumIsRight) {
    ASSERT_TRUE(parse_emv_text(with_crc("0002015802CN")).has_value());
    for (const std::string text : {"5802CN000201", "0002025802CN", "0002015899CN", "00020158XXCN", "0002015802CN5802CN", "00020158",
                                   "0002015802CN6304ABCD"})
        EXPECT_FALSE(parse_emv_text(with_crc(text)).has_value()) << text;
    EXPECT_FALSE(parse_emv_text("").has_value());
    EXPECT_FALSE(parse_emv_text(with_crc("000201" + std::string(9000, '0'))).has_value());
}

TEST(EmvText, WhatCannotBeWrittenIsRefused) {
    EXPECT_FALSE(build_emv_text({}).has_value());
    EXPECT_FALSE(build_emv_text({{"58", "CN"}}).has_value());
    EXPECT_FALSE(build_emv_text({{"00", "01"}, {"63", "ABCD"}}).has_value());
    EXPECT_FALSE(build_emv_text({{"00", "01"}, {"5", "CN"}}).has_value());
    EXPECT_FALSE(build_emv_text({{"00", "01"}, {"59", std::string(100, 'a')}}).has_value());
    EXPECT_TRUE(build_emv_text({{"00", "01"}, {"59", std::string(99, 'a')}}).has_value());
}

TEST(EmvPayerCode, ThePublishedSamples) {
    const auto tags = parse_emv_payer_code(kPayer).value();
    ASSERT_EQ(tags.size(), 2U);
    EXPECT_EQ(tags[0].tag, 0x85U);
    EXPECT_EQ(tags[0].value, "CPV01");
    ASSERT_EQ(tags[1].inside.size(), 2U);
    EXPECT_EQ(hex_of(tags[1].inside[0].value), "A0000000555555");
    EXPECT_EQ(hex_of(tags[1].inside[1].value), "1234567890123458D191220112345F");
    EXPECT_EQ(hex_of(build_emv_tags(tags)), "85054350563031611A4F07A0000000555555570F1234567890123458D191220112345F");
}

TEST(EmvPayerCode, TheUnionPaySample) {
    const auto tags = parse_emv_payer_code(kUnionPayPayer).value();
    const auto& application = tags.at(1).inside;
    EXPECT_EQ(hex_of(application.at(0).value), "A000000333010101");
    ASSERT_EQ(application.at(3).tag, 0x63U);
    EXPECT_EQ(application.at(2).tag, 0x5F34U);
    EXPECT_EQ(application.at(3).inside.at(0).tag, 0x9F26U);
    EXPECT_EQ(hex_of(application.at(3).inside.at(0).value), "568B12D9DA0BD97F");
    EXPECT_EQ(application.at(3).inside.back().tag, 0x9F37U);
}

TEST(EmvPayerCode, WrittenBackItIsTheSame) {
    for (const char* text : {kPayer, kUnionPayPayer}) EXPECT_EQ(build_emv_payer_code(parse_emv_payer_code(text).value()), text);
    const std::vector<EmvTag> long_ones = {{0x85, "CPV01", {}}, {0x61, "", {{0x50, std::string(127, 'a'), {}}, {0x5F50, std::string(200, 'b'), {}}}}};
    EXPECT_EQ(parse_emv_payer_code(build_emv_payer_code(long_ones)).value(), long_ones);
}

TEST(EmvPayerCode, ItIsToldApartFromDigits) {
    EXPECT_TRUE(looks_like_emv_payer_code(kPayer));
    EXPECT_FALSE(looks_like_emv_payer_code("6225735053201615202"));
}

std::string coded(const std::string& bytes) { return base64(bytes); }

TEST(EmvPayerCode, WhatIsNoCodeIsRefused) {
    const std::string begin = std::string("\x85\x05") + "CPV01";
    ASSERT_TRUE(parse_emv_payer_code(coded(begin + std::string("\x61\x00", 2))).has_value());
    EXPECT_FALSE(parse_emv_payer_code(coded(begin)).has_value()) << "no application";
    EXPECT_FALSE(parse_emv_payer_code(coded(std::string("\x61\x00", 2) + begin)).has_value()) << "wrong order";
    EXPECT_FALSE(parse_emv_payer_code(coded(std::string("\x85\x05") + "CPV02" + std::string("\x61\x00", 2))).has_value());
    for (const std::string rest : {"\x61\x05\x4F", "\x61\x80", "\x61\x83\x01\x01\x01", "\x5F", "\x5F\x81\x81\x81\x01", "\x61\x82\xFF\xFF"})
        EXPECT_FALSE(parse_emv_payer_code(coded(begin + rest)).has_value()) << hex_of(rest);
    EXPECT_FALSE(parse_emv_payer_code("not base64!").has_value());
    EXPECT_FALSE(parse_emv_payer_code("").has_value());
}

TEST(EmvPayerCode, NestingHasAnEnd) {
    std::vector<EmvTag> nested = {{0x50, "x", {}}};
    for (int i = 0; i < 20; ++i) nested = {{0x61, "", nested}};
    nested.insert(nested.begin(), {0x85, "CPV01", {}});
    const auto read = parse_emv_payer_code(build_emv_payer_code(nested));
    ASSERT_FALSE(read.has_value());
    EXPECT_THAT(read.error().message, HasSubstr("nested"));
}

}  // namespace
}  // namespace mulin::payment
