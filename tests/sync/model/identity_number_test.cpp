#include "sync/model/identity_number.h"

#include <gtest/gtest.h>

namespace mulin::sync {
namespace {

TEST(IdentityNumber, ReadsTheFirstExampleOfTheStandard) {
    const auto number = parse_identity_number("11010519491231002X");
    ASSERT_TRUE(number) << number.error().message;
    EXPECT_EQ(number->area, "110105");
    EXPECT_EQ(number->birth_date.text(), "1949-12-31");
    EXPECT_EQ(number->sex, Sex::female);
    EXPECT_EQ(number->last4(), "002X");
}

TEST(IdentityNumber, ReadsTheSecondExampleOfTheStandard) {
    const auto number = parse_identity_number("440524188001010014");
    ASSERT_TRUE(number) << number.error().message;
    EXPECT_EQ(number->birth_date.text(), "1880-01-01");
    EXPECT_EQ(number->sex, Sex::male);
}

TEST(IdentityNumber, AcceptsBlanksAndALowerCaseX) {
    const auto number = parse_identity_number(" 110105 19491231 002x ");
    ASSERT_TRUE(number);
    EXPECT_EQ(number->text, "11010519491231002X");
}

TEST(IdentityNumber, AcceptsAnAreaCodeNobodyKnows) {
    const auto text = make_identity_number("999999", *Date::from_ymd(1950, 3, 4), 12);
    EXPECT_TRUE(parse_identity_number(text));
}

TEST(IdentityNumber, RefusesEveryWrongDigitAndEverySwapOfNeighbours) {
    const std::string good = "11010519491231002X";
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (char c = '0'; c <= '9'; ++c) {
            std::string bad = good;
            if (bad[i] == c) continue;
            bad[i] = c;
            EXPECT_FALSE(parse_identity_number(bad)) << bad;
        }
        if (i + 1 < good.size() && good[i] != good[i + 1]) {
            std::string bad = good;
            std::swap(bad[i], bad[i + 1]);
            EXPECT_FALSE(parse_identity_number(bad)) << bad;
        }
    }
}

std::string message_for(std::string_view text, std::optional<Date> today = std::nullopt) {
    const auto number = parse_identity_number(text, today);
    if (number) return "accepted";
    EXPECT_EQ(number.error().code, payment::ErrorCode::invalid_input);
    return number.error().message;
}

TEST(IdentityNumber, SaysWhatIsWrong) {
    EXPECT_NE(message_for("1101051949123100").find("has 16"), std::string::npos);
    EXPECT_NE(message_for("110105491231002").find("15-digit"), std::string::npos);
    EXPECT_NE(message_for("11010519491231A02X").find("17 digits"), std::string::npos);
    EXPECT_NE(message_for("").find("has 0"), std::string::npos);
    EXPECT_NE(message_for("110105194912310021").find("check character"), std::string::npos);
}

TEST(IdentityNumber, RefusesDatesThatDoNotExist) {
    std::string february = "11010519500230002";
    february += identity_check_character(february);
    EXPECT_NE(message_for(february).find("19500230"), std::string::npos);
    std::string leap = "11010519000229002";  // 1900 was no leap year
    leap += identity_check_character(leap);
    EXPECT_NE(message_for(leap).find("does not exist"), std::string::npos);
    std::string fine = "11010520000229002";
    fine += identity_check_character(fine);
    EXPECT_TRUE(parse_identity_number(fine));
}

TEST(IdentityNumber, RefusesABirthAfterToday) {
    const auto text = make_identity_number("310110", *Date::from_ymd(2026, 3, 11), 7);
    EXPECT_NE(message_for(text, Date::from_ymd(2026, 3, 10)).find("future"), std::string::npos);
    EXPECT_EQ(message_for(text, Date::from_ymd(2026, 3, 11)), "accepted");
}

TEST(IdentityNumber, MadeNumbersReadBack) {
    for (int sequence = 0; sequence <= 999; sequence += 37) {
        const auto birth = *Date::from_ymd(1930 + sequence % 40, 1 + sequence % 12, 1 + sequence % 28);
        const auto number = parse_identity_number(make_identity_number("310110", birth, sequence));
        ASSERT_TRUE(number);
        EXPECT_EQ(number->birth_date, birth);
        EXPECT_EQ(number->sex, sequence % 2 == 1 ? Sex::male : Sex::female);
    }
}

}  // namespace
}  // namespace mulin::sync
