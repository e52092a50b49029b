#include "sync/model/pin.h"

#include <gtest/gtest.h>

#include "payment/base/id.h"
#include "sync/model/keyed_hash.h"
#include "sync/model/weekly_menu.h"

namespace mulin::sync {
namespace {

TEST(Pin, AcceptsThePinAndNoOther) {
    payment::SeededRandom random(1);
    const auto record = make_pin_record("246810", random);
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_TRUE(check_pin(*record, "246810"));
    EXPECT_FALSE(check_pin(*record, "246811"));
    EXPECT_FALSE(check_pin(*record, "24681"));
    EXPECT_FALSE(check_pin(*record, ""));
}

TEST(Pin, TheRecordHidesThePinAndIsSalted) {
    payment::SeededRandom random(2);
    const auto one = make_pin_record("135790", random);
    const auto two = make_pin_record("135790", random);
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->rfind("scrypt$32768$8$1$", 0), 0U);
    EXPECT_EQ(one->size(), std::string("scrypt$32768$8$1$").size() + 32 + 1 + 64);
    EXPECT_EQ(one->find("135790"), std::string::npos);
    EXPECT_NE(*one, *two);
}

// The key is what Python answers to
// hashlib.scrypt(b"246810", salt=bytes(range(16)), n=32768, r=8, p=1, dklen=32, maxmem=64 << 20).
TEST(Pin, AgreesWithAnIndependentScrypt) {
    EXPECT_TRUE(check_pin("scrypt$32768$8$1$000102030405060708090a0b0c0d0e0f$"
                          "6d8207a1181117941b905d3ad1ce8b3a29be091f73ccd760a3d0ca5e95a52159", "246810"));
}

TEST(Pin, RefusesPinsThatAreNotFourToEightDigits) {
    payment::SeededRandom random(3);
    for (const char* pin : {"", "123", "123456789", "12a4", "１２３４"}) EXPECT_FALSE(make_pin_record(pin, random)) << pin;
}

TEST(Pin, DamagedRecordsNeverMatch) {
    payment::SeededRandom random(4);
    const auto record = *make_pin_record("246810", random);
    EXPECT_FALSE(check_pin("", "246810"));
    EXPECT_FALSE(check_pin("246810", "246810"));
    EXPECT_FALSE(check_pin(record.substr(0, record.size() - 2), "246810"));
    std::string greedy = record;
    greedy.replace(greedy.find("32768"), 5, "1099511627776");
    EXPECT_FALSE(check_pin(greedy, "246810"));
    std::string other = record;
    other.back() = other.back() == '0' ? '1' : '0';
    EXPECT_FALSE(check_pin(other, "246810"));
    EXPECT_FALSE(check_pin("scrypt$32768$8$1$$", "246810"));
}

TEST(KeyedHash, MatchesRfc4231) {
    EXPECT_EQ(keyed_hash("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(KeyedHash, DependsOnTheKey) { EXPECT_NE(keyed_hash("a", "1"), keyed_hash("b", "1")); }

TEST(WeeklyMenu, EveryDateHasItsWeekday) {
    const Date monday = *Date::from_ymd(2026, 3, 9);
    EXPECT_EQ(weekly_menu_date(monday).text(), "1970-01-05");
    for (int i = 0; i < 14; ++i) {
        const Date kept = weekly_menu_date(monday.plus_days(i));
        EXPECT_EQ(kept.weekday(), monday.plus_days(i).weekday());
        EXPECT_TRUE(is_weekly_menu_date(kept));
    }
    EXPECT_FALSE(is_weekly_menu_date(monday));
}

}  // namespace
}  // namespace mulin::sync
