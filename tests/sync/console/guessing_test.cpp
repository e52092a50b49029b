// Guessing passwords: how many tries there are, whatever is restarted or set back meanwhile.

#include "tests/sync/console/office.h"

namespace mulin::sync::server {
namespace {

using namespace test;

struct Guessing : testing::Test {
    int guess(const std::string& name = "admin") { return office.sign_in(stranger, name, "wrong-password-1"); }
    // Tries that were really looked at.
    int tries(int at_most, const std::string& name = "admin") {
        int looked_at = 0;
        for (int i = 0; i < at_most; ++i) looked_at += guess(name) == 401 ? 1 : 0;
        return looked_at;
    }
    void restart() {
        office.close();
        office.open_again();
    }
    Office office;
    OfficeBrowser stranger;
};

TEST_F(Guessing, FiveTriesInAQuarterOfAnHourAlsoAcrossRestarts) {
    int looked_at = 0;
    for (int i = 0; i < 8; ++i) {
        looked_at += tries(1);
        restart();
    }
    EXPECT_EQ(looked_at, 5);
    EXPECT_EQ(office.sign_in(stranger, "admin"), 429) << "the right password does not help while locked";
    office.clock().advance_ms(console::kTryWindowMs);
    EXPECT_EQ(office.sign_in(stranger, "admin"), 200);
}

TEST_F(Guessing, ATryIsCountedBeforeThePasswordIsLookedAt) {
    auto access = office.district().access();
    console::SignInGuard guard(access.database);
    const console::TryFrom from{"admin", true, "10.0.0.1", ""};
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(guard.begin(from, noon(0))->allowed);  // and the machine is switched off each time
    EXPECT_FALSE(guard.begin(from, noon(0))->allowed);
}

TEST_F(Guessing, AClockSetBackGivesNothingBackAndLocksForNoLongerThanAWindow) {
    EXPECT_EQ(tries(6), 5);
    office.clock().set_utc(noon(-100'000));
    restart();
    EXPECT_EQ(tries(3), 0);
    office.clock().advance_ms(console::kTryWindowMs / 2);
    EXPECT_EQ(tries(1), 0);
    office.clock().advance_ms(console::kTryWindowMs / 2);
    EXPECT_EQ(office.sign_in(stranger, "admin"), 200);
}

TEST_F(Guessing, ManyPlacesTogetherGetTwentyAndOneAddressSixtyOfAllNames) {
    int looked_at = 0;
    for (int i = 0; i < 10; ++i) {
        stranger.source = "10.0.1." + std::to_string(i);
        looked_at += tries(4);
    }
    EXPECT_EQ(looked_at, console::kTriesOfOneName);
    auto access = office.district().access();
    console::SignInGuard guard(access.database);
    int allowed = 0;
    for (int i = 0; i < 100; ++i) allowed += guard.begin({"name" + std::to_string(i), false, "10.9.9.9", ""}, noon(90))->allowed ? 1 : 0;
    EXPECT_EQ(allowed, console::kTriesOfOneAddress);
}

TEST_F(Guessing, TheOfficesOwnBrowserIsNotLockedOutByStrangers) {
    OfficeBrowser known;
    ASSERT_EQ(office.sign_in(known, "admin"), 200);
    EXPECT_EQ(tries(6), 5);
    EXPECT_EQ(office.sign_in(known, "admin"), 200);
    // Its own tries are counted as well.
    int looked_at = 0;
    for (int i = 0; i < 8; ++i) looked_at += office.sign_in(known, "admin", "wrong-password-2") == 401 ? 1 : 0;
    EXPECT_EQ(looked_at, 5);
}

TEST_F(Guessing, OnceUnlockedTheNameIsFreeAgain) {
    EXPECT_EQ(tries(6), 5);
    {
        auto access = office.district().access();
        ASSERT_TRUE(console::SignInGuard(access.database).unlock("admin"));
    }
    EXPECT_EQ(office.sign_in(stranger, "admin"), 200);
}

TEST_F(Guessing, WhatWasTypedIntoTheNameFieldIsNotWrittenDown) {
    OfficeBrowser other;
    EXPECT_EQ(office.sign_in(other, "my-secret-password", "x"), 401);
    EXPECT_EQ(office.newest_line().action, "sign_in_failed");
    EXPECT_EQ(office.newest_line().who, "");
    EXPECT_EQ(office.count("SELECT count(*) FROM office_try WHERE name LIKE '%secret%'"), 0);
}

}  // namespace
}  // namespace mulin::sync::server
