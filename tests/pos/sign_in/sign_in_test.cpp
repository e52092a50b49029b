#include "pos/sign_in/sign_in.h"

#include <gtest/gtest.h>

namespace mulin::pos::sign_in {
namespace {

struct Screen {
    State state;
    std::vector<Effect> effects;

    Screen() {
        post(StaffArrived{{{sync::StaffId("S01"), "刘敏", sync::Role::cashier, 0},
                           {sync::StaffId("S02"), "陈站长", sync::Role::site_manager, 0}},
                          1000});
    }
    void post(const Intent& intent) {
        for (Effect& effect : update(state, intent)) effects.push_back(std::move(effect));
    }
    void type(const std::string& keys) {
        for (char key : keys) post(Key{key});
    }
};

TEST(SignIn, NameThenPinThenIn) {
    Screen screen;
    screen.post(Choose{sync::StaffId("S02")});
    screen.type("1234");
    screen.post(Enter{});
    ASSERT_EQ(screen.effects.size(), 1U);
    const auto check = std::get<CheckPin>(screen.effects[0]);
    EXPECT_EQ(check.staff.text(), "S02");
    EXPECT_EQ(check.pin, "1234");
    EXPECT_TRUE(screen.state.digits.empty()) << "the PIN is not kept";
    screen.post(PinAccepted{check.serial});
    EXPECT_EQ(std::get<SignedIn>(screen.effects[1]).role, sync::Role::site_manager);
}

TEST(SignIn, NothingToTypeBeforeANameIsChosen) {
    Screen screen;
    screen.type("1234");
    screen.post(Enter{});
    EXPECT_TRUE(screen.state.digits.empty());
    EXPECT_TRUE(screen.effects.empty());
}

TEST(SignIn, DoubleEnterChecksOnce) {
    Screen screen;
    screen.post(Choose{sync::StaffId("S01")});
    screen.type("1234");
    screen.post(Enter{});
    screen.post(Enter{});
    screen.type("5678");
    screen.post(Enter{});
    EXPECT_EQ(screen.effects.size(), 1U);
}

TEST(SignIn, TooShortIsNotChecked) {
    Screen screen;
    screen.post(Choose{sync::StaffId("S01")});
    screen.type("123");
    screen.post(Enter{});
    EXPECT_TRUE(screen.effects.empty());
}

TEST(SignIn, WrongPinMayBeTriedAgain) {
    Screen screen;
    screen.post(Choose{sync::StaffId("S01")});
    screen.type("1111");
    screen.post(Enter{});
    screen.post(PinRefused{screen.state.serial, 0, 1100});
    EXPECT_EQ(screen.state.trouble, Trouble::wrong_pin);
    EXPECT_TRUE(can_type(screen.state));
    screen.type("1");
    EXPECT_EQ(screen.state.trouble, Trouble::none);
}

TEST(SignIn, LockOutCountsDownAndOthersMaySignIn) {
    Screen screen;
    screen.post(Choose{sync::StaffId("S01")});
    screen.type("1111");
    screen.post(Enter{});
    screen.post(PinRefused{screen.state.serial, 31'500, 1500});
    EXPECT_EQ(screen.state.trouble, Trouble::locked);
    EXPECT_EQ(locked_seconds(screen.state, *chosen(screen.state)), 30);
    screen.type("1234");
    EXPECT_TRUE(screen.state.digits.empty());
    screen.post(Tick{20'000});
    EXPECT_EQ(locked_seconds(screen.state, *chosen(screen.state)), 12);
    screen.post(Choose{sync::StaffId("S02")});
    EXPECT_TRUE(can_type(screen.state));
    screen.post(Choose{sync::StaffId("S01")});
    EXPECT_FALSE(can_type(screen.state)) << "choosing the name again is no way round";
    screen.post(Tick{31'500});
    EXPECT_TRUE(can_type(screen.state));
    EXPECT_EQ(screen.state.trouble, Trouble::none);
}

TEST(SignIn, LateAnswersAreDropped) {
    Screen screen;
    screen.post(Choose{sync::StaffId("S01")});
    screen.type("1111");
    screen.post(Enter{});
    const auto old = screen.state.serial;
    screen.post(PinRefused{old, 0, 1100});
    screen.post(PinAccepted{old});
    EXPECT_EQ(screen.effects.size(), 1U) << "an answer counts once";
}

TEST(SignIn, ABadgeChoosesTheNameButDoesNotLetIn) {
    Screen screen;
    screen.post(BadgeScanned{sync::StaffId("S02")});
    EXPECT_EQ(screen.state.chosen, sync::StaffId("S02"));
    EXPECT_TRUE(screen.effects.empty());
    screen.post(BadgeScanned{sync::StaffId("S99")});
    EXPECT_EQ(screen.state.chosen, sync::StaffId("S02"));
}

TEST(SignIn, ChoosingAnotherNameForgetsTheDigits) {
    Screen screen;
    screen.post(Choose{sync::StaffId("S01")});
    screen.type("12");
    screen.post(Choose{sync::StaffId("S02")});
    EXPECT_TRUE(screen.state.digits.empty());
}

}  // namespace
}  // namespace mulin::pos::sign_in
