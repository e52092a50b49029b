// The second person: always another one, one of the two a manager, and a PIN that is asked about once.

#include "pos/approve/approve.h"

#include <gtest/gtest.h>

namespace mulin::pos::approve {
namespace {

const Person kCashier{sync::StaffId("S01"), "刘敏", sync::Role::cashier};
const Person kOther{sync::StaffId("S03"), "周芳", sync::Role::cashier};
const Person kManager{sync::StaffId("S02"), "陈站长", sync::Role::site_manager};
const Person kDeputy{sync::StaffId("S04"), "沈副站长", sync::Role::site_manager};
const std::vector<Person> kStaff{kCashier, kOther, kManager};

struct Panel {
    State state;

    explicit Panel(const Person& asking = kCashier, const std::vector<Person>& staff = kStaff) {
        open(state, asking, staff, 1000);
    }
    void keys(const std::string& keys) {
        for (const char key : keys) type(state, key);
    }
    std::int64_t asked(const std::string& pin = "4321") {
        keys(pin);
        const auto check = ask(state);
        EXPECT_TRUE(check);
        return check ? check->serial : 0;
    }
    bool answer(std::int64_t serial, bool accepted, std::int64_t locked_until_ms = 0) {
        return take(state, {serial, accepted, locked_until_ms, "", 1100});
    }
};

TEST(Approvers, AreNeverWhoAsksAndOneOfTheTwoIsAManager) {
    ASSERT_EQ(approvers_for(kCashier, kStaff).size(), 1U);
    EXPECT_EQ(approvers_for(kCashier, kStaff)[0], kManager);
    const auto for_manager = approvers_for(kManager, kStaff);
    EXPECT_EQ(for_manager.size(), 2U) << "a manager needs a second person too";
    for (const Person& person : for_manager) EXPECT_NE(person.id, kManager.id);
    EXPECT_TRUE(approvers_for(kCashier, {kCashier, kOther}).empty()) << "two cashiers are not enough";
}

TEST(Approvers, ManagersStandFirst) {
    const auto found = approvers_for(kManager, {kCashier, kOther, kManager, kDeputy});
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0], kDeputy);
}

TEST(Approvers, TheOnlyOneIsChosenAlreadyAmongSeveralSomebodyMustChoose) {
    EXPECT_EQ(Panel().state.approver, kManager.id);
    Panel two(kManager);
    EXPECT_FALSE(two.state.approver);
    two.keys("4321");
    EXPECT_EQ(two.state.digits, "") << "a PIN of nobody";
    pick(two.state, kOther.id);
    two.keys("4321");
    EXPECT_TRUE(can_ask(two.state));
    pick(two.state, kCashier.id);
    EXPECT_EQ(two.state.digits, "") << "what was typed was another person's";
}

TEST(Approvers, SomebodyWhoMayNotCannotBePicked) {
    Panel panel;
    pick(panel.state, kOther.id);
    pick(panel.state, kCashier.id);
    EXPECT_EQ(panel.state.approver, kManager.id);
}

TEST(Pin, IsDigitsOfSomeLengthAndNothingElse) {
    Panel panel;
    panel.keys("12x");
    EXPECT_FALSE(can_ask(panel.state)) << "too short";
    EXPECT_FALSE(ask(panel.state));
    panel.keys("34567890");
    EXPECT_EQ(panel.state.digits.size(), kMaxPin);
    panel.keys("<");
    EXPECT_EQ(panel.state.digits.size(), kMaxPin - 1);
    panel.keys("c");
    EXPECT_EQ(panel.state.digits, "");
}

TEST(Pin, IsHandedOnOnceAndNotKept) {
    Panel panel;
    panel.keys("4321");
    const auto check = ask(panel.state);
    ASSERT_TRUE(check);
    EXPECT_EQ(check->pin, "4321");
    EXPECT_EQ(check->staff, kManager.id);
    EXPECT_EQ(panel.state.digits, "");
    panel.keys("4321");
    EXPECT_FALSE(ask(panel.state)) << "a second tap while it is looked at";
    pick(panel.state, kManager.id);
    EXPECT_EQ(panel.state.phase, Phase::checking);
    wipe(panel.state);
    EXPECT_EQ(panel.state.digits, "");
}

TEST(Pin, WhatIsTypedIsWipedWhenTheScreenIsLeft) {
    Panel panel;
    panel.keys("432");
    wipe(panel.state);
    EXPECT_EQ(panel.state.digits, "");
}

TEST(Answer, CountsOnlyForTheQuestionItAnswers) {
    Panel panel;
    const auto first = panel.asked();
    EXPECT_FALSE(panel.answer(first, false));
    EXPECT_EQ(panel.state.trouble, Trouble::wrong_pin);
    const auto second = panel.asked();
    EXPECT_FALSE(panel.answer(first, true)) << "late, to the try before";
    EXPECT_EQ(panel.state.phase, Phase::checking);
    EXPECT_TRUE(panel.answer(second, true));
    EXPECT_FALSE(panel.answer(second, true)) << "approved once";
}

TEST(Answer, ToAScreenThatWasOpenedAnewFindsNobody) {
    Panel panel;
    const auto asked = panel.asked();
    open(panel.state, kCashier, kStaff, 2000);
    EXPECT_FALSE(panel.answer(asked, true));
    EXPECT_EQ(panel.state.phase, Phase::typing);
    panel.asked();
    EXPECT_FALSE(panel.answer(asked, true));
}

TEST(Answer, ThatCouldNotBeGivenIsNoWrongPin) {
    Panel panel;
    const auto asked = panel.asked();
    EXPECT_FALSE(take(panel.state, {asked, false, 0, "磁盘满了", 1100}));
    EXPECT_EQ(panel.state.trouble, Trouble::failed);
    EXPECT_EQ(panel.state.message, "磁盘满了");
    EXPECT_TRUE(can_type(panel.state));
}

TEST(LockOut, HoldsUntilItsTimeAndForThatPersonOnly) {
    Panel panel(kManager);
    pick(panel.state, kCashier.id);
    EXPECT_FALSE(panel.answer(panel.asked(), false, 61'100));
    EXPECT_EQ(panel.state.trouble, Trouble::locked);
    EXPECT_EQ(locked_seconds(panel.state), 60);
    panel.keys("4321");
    EXPECT_FALSE(ask(panel.state));
    tick(panel.state, 60'200);
    EXPECT_EQ(locked_seconds(panel.state), 1) << "never shown as over before it is";
    pick(panel.state, kOther.id);
    EXPECT_EQ(locked_seconds(panel.state), 0) << "another person may";
    pick(panel.state, kCashier.id);
    EXPECT_FALSE(panel.answer(panel.asked(), false, 61'100)) << "what counts tries says no again";
    tick(panel.state, 61'100);
    EXPECT_EQ(panel.state.trouble, Trouble::none);
    EXPECT_TRUE(can_type(panel.state));
}

}  // namespace
}  // namespace mulin::pos::approve
