#include "pos/correct/correct.h"

#include <gtest/gtest.h>

namespace mulin::pos::correct {
namespace {

using approve::Person;

const Person kCashier{sync::StaffId("S01"), "刘敏", sync::Role::cashier};
const Person kOther{sync::StaffId("S03"), "周芳", sync::Role::cashier};
const Person kManager{sync::StaffId("S02"), "陈站长", sync::Role::site_manager};

struct Screen {
    State state;
    std::vector<Effect> effects;

    explicit Screen(const Person& cashier = kCashier) {
        SaleSummary sale;
        sale.key = {sync::TillId("T1"), sync::EpochId("e1"), 12};
        sale.paid = sync::Money::fen(1150);
        sale.parts = {{"cash", sale.paid}};
        post(Opened{sale, cashier, {kCashier, kOther, kManager}, 1000});
    }
    void post(const Intent& intent) {
        for (Effect& effect : update(state, intent)) effects.push_back(std::move(effect));
    }
    void type(const std::string& keys) {
        for (char key : keys) post(SecondKey{key});
    }
    void answer(bool accepted, std::int64_t locked_until_ms = 0, std::int64_t now_ms = 1100) {
        post(PinChecked{{state.second.serial, accepted, locked_until_ms, "", now_ms}});
    }
    void ask() {
        post(PickReason{Reason::wrong_item});
        post(PickSecond{kManager.id});
        type("4321");
        post(Confirm{});
    }
};

TEST(Void, NeedsReasonAndPin) {
    Screen screen;
    EXPECT_EQ(screen.state.second.approver, kManager.id) << "the only one who may is already chosen";
    screen.type("4321");
    screen.post(Confirm{});
    EXPECT_TRUE(screen.effects.empty()) << "no reason yet";
    screen.post(PickReason{Reason::wrong_item});
    screen.post(Confirm{});
    ASSERT_EQ(screen.effects.size(), 1U);
    EXPECT_EQ(std::get<CheckPin>(screen.effects[0]).check.staff, kManager.id);
    EXPECT_TRUE(screen.state.second.digits.empty());
}

TEST(Void, IsAskedForOnlyAfterThePinWasRight) {
    Screen screen;
    screen.ask();
    screen.answer(false);
    EXPECT_EQ(screen.state.second.trouble, approve::Trouble::wrong_pin);
    EXPECT_EQ(screen.effects.size(), 1U);
    screen.type("1234");
    screen.post(Confirm{});
    screen.answer(true);
    ASSERT_EQ(screen.effects.size(), 3U);
    const auto request = std::get<VoidSale>(screen.effects[2]);
    EXPECT_EQ(request.target.seq, 12);
    EXPECT_EQ(request.reason, "wrong_item");
    EXPECT_EQ(request.approver, kManager.id);
}

TEST(Void, DoubleTapsAskOnce) {
    Screen screen;
    screen.ask();
    screen.post(Confirm{});
    screen.answer(true);
    screen.post(Confirm{});
    screen.answer(true);
    screen.post(Back{});
    EXPECT_EQ(screen.effects.size(), 2U) << "one check, one void, no way out between them";
}

TEST(Void, DoneGoesBackAndTheDayIsReadAgain) {
    Screen screen;
    screen.ask();
    screen.answer(true);
    screen.post(Voided{screen.state.serial});
    EXPECT_EQ(screen.state.phase, Phase::done);
    screen.post(Back{});
    EXPECT_TRUE(std::get<Close>(screen.effects.back()).changed);
}

TEST(Void, FailureSaysSoAndKeepsTheReason) {
    Screen screen;
    screen.ask();
    screen.answer(true);
    screen.post(VoidFailed{screen.state.serial, "这一笔已经作废过"});
    EXPECT_EQ(screen.state.phase, Phase::filling);
    EXPECT_FALSE(screen.state.message.empty());
    EXPECT_FALSE(can_confirm(screen.state)) << "whoever approves does so for each try";
    EXPECT_EQ(screen.state.reason, Reason::wrong_item);
    screen.post(Back{});
    EXPECT_FALSE(std::get<Close>(screen.effects.back()).changed);
}

TEST(Void, SomebodyWhoMayNotApproveCannotBePicked) {
    Screen screen;
    screen.post(PickSecond{kOther.id});
    EXPECT_EQ(screen.state.second.approver, kManager.id);
    screen.post(PickSecond{kCashier.id});
    EXPECT_EQ(screen.state.second.approver, kManager.id);
}

TEST(Void, LockOutHoldsUntilItsTime) {
    Screen screen;
    screen.ask();
    screen.answer(false, 61'000, 1000);
    EXPECT_EQ(approve::locked_seconds(screen.state.second), 60);
    screen.type("4321");
    screen.post(Confirm{});
    EXPECT_EQ(screen.effects.size(), 1U);
    screen.post(Tick{61'000});
    screen.type("4321");
    screen.post(Confirm{});
    EXPECT_EQ(screen.effects.size(), 2U);
}

}  // namespace
}  // namespace mulin::pos::correct
