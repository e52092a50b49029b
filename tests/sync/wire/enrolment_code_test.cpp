#include "sync/wire/enrolment_code.h"

#include <array>

#include <gtest/gtest.h>

namespace mulin::sync {
namespace {

std::array<std::uint8_t, 32> fingerprint(std::uint8_t first) {
    std::array<std::uint8_t, 32> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(first + i * 7);
    return bytes;
}

TEST(EnrolmentCode, ReadsBackWhatItWrites) {
    payment::SeededRandom random(7);
    for (int i = 0; i < 200; ++i) {
        const auto code = EnrolmentCode::make(random, fingerprint(static_cast<std::uint8_t>(i)));
        const auto read = EnrolmentCode::parse(code.text());
        ASSERT_TRUE(read.has_value());
        EXPECT_EQ(*read, code);
        EXPECT_TRUE(read->names_authority(fingerprint(static_cast<std::uint8_t>(i))));
    }
}

TEST(EnrolmentCode, HasSevenGroupsOfFour) {
    payment::SeededRandom random(1);
    const auto text = EnrolmentCode::make(random, fingerprint(1)).text();
    EXPECT_EQ(text.size(), 7 * 4 + 6u);
    for (std::size_t i = 4; i < text.size(); i += 5) EXPECT_EQ(text[i], '-');
}

TEST(EnrolmentCode, ForgivesCaseBlanksAndLookAlikes) {
    payment::SeededRandom random(3);
    const auto code = EnrolmentCode::make(random, fingerprint(9));
    std::string typed;
    for (char c : code.text()) {
        if (c == '-') c = ' ';
        if (c == '0') c = 'o';
        if (c == '1') c = 'l';
        typed += static_cast<char>(std::tolower(c));
    }
    const auto read = EnrolmentCode::parse(typed);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, code);
}

TEST(EnrolmentCode, NoticesAnotherAuthority) {
    payment::SeededRandom random(3);
    const auto code = EnrolmentCode::make(random, fingerprint(9));
    EXPECT_FALSE(code.names_authority(fingerprint(10)));
    auto near = fingerprint(9);
    near[9] ^= 1;  // the last byte that the code carries
    EXPECT_FALSE(code.names_authority(near));
}

TEST(EnrolmentCode, RefusesWhatIsShortLongOrForeign) {
    payment::SeededRandom random(3);
    const auto text = EnrolmentCode::make(random, fingerprint(9)).text();
    EXPECT_FALSE(EnrolmentCode::parse(""));
    EXPECT_FALSE(EnrolmentCode::parse(text.substr(1)));
    EXPECT_FALSE(EnrolmentCode::parse(text + "A"));
    EXPECT_FALSE(EnrolmentCode::parse(text.substr(0, text.size() - 1) + "U"));
    EXPECT_FALSE(EnrolmentCode::parse(text.substr(0, text.size() - 1) + "\xE4"));
}

TEST(EnrolmentCode, SecretsDiffer) {
    payment::SeededRandom random(3);
    EXPECT_NE(EnrolmentCode::make(random, fingerprint(9)).secret, EnrolmentCode::make(random, fingerprint(9)).secret);
}

}  // namespace
}  // namespace mulin::sync
