// What a person must decide: one decision, for the one item that was shown, with a reason and a second
// person, and nothing is decided about something else that took its place.

#include "pos/review/review.h"

#include <gtest/gtest.h>

namespace mulin::pos::review {
namespace {

const approve::Person kCashier{sync::StaffId("S01"), "刘敏", sync::Role::cashier};
const approve::Person kManager{sync::StaffId("S02"), "陈站长", sync::Role::site_manager};

Item item(const std::string& id, bool is_refund = false) {
    Item one;
    one.id = id;
    one.is_refund = is_refund;
    one.tender = "qr";
    one.amount = payment::Money::fen(1145);
    return one;
}

class Screen {
  public:
    State state;
    std::vector<Effect> effects;

    Screen() {
        post(Opened{kCashier, {kCashier, kManager}, 1000});
        post(ItemsArrived{{item("a1"), item("a2"), item("r1", true)}});
    }
    void post(const Intent& intent) {
        for (Effect& effect : update(state, intent)) effects.push_back(std::move(effect));
    }
    template <class T>
    std::vector<T> all() const {
        std::vector<T> out;
        for (const Effect& effect : effects)
            if (const auto* one = std::get_if<T>(&effect)) out.push_back(*one);
        return out;
    }
    void choose(Decision decision = Decision::paid) {
        post(Decide{decision});
        post(PickReason{Reason::statement});
        for (const char key : std::string("4321")) post(SecondKey{key});
    }
    void answer(bool accepted) { post(PinChecked{{state.second.serial, accepted, 0, "", 1100}}); }
    void carry(Decision decision = Decision::paid) {
        choose(decision);
        post(Confirm{});
        answer(true);
    }
};

TEST(Queue, IsReadOnOpeningAndTheOldestIsShown) {
    Screen screen;
    EXPECT_EQ(screen.all<LoadItems>().size(), 1U);
    ASSERT_TRUE(picked(screen.state));
    EXPECT_EQ(picked(screen.state)->id, "a1");
}

TEST(Queue, AnEmptyOneShowsNothingToDecide) {
    Screen screen;
    screen.post(ItemsArrived{});
    EXPECT_TRUE(screen.state.loaded);
    EXPECT_EQ(picked(screen.state), nullptr);
    screen.choose();
    screen.post(AskNow{});
    screen.post(Confirm{});
    EXPECT_EQ(screen.effects.size(), 1U) << "only what was read on opening";
}

TEST(Queue, AskingTheChannelIsAboutTheOneShown) {
    Screen screen;
    screen.post(Pick{"r1"});
    screen.post(AskNow{});
    const auto asked = screen.all<AskChannel>();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].id, "r1");
    EXPECT_TRUE(asked[0].is_refund);
}

TEST(Decision, NeedsAnItemAReasonAndASecondPerson) {
    Screen screen;
    screen.post(Decide{Decision::paid});
    for (const char key : std::string("4321")) screen.post(SecondKey{key});
    EXPECT_FALSE(can_confirm(screen.state)) << "no reason";
    screen.post(PickReason{Reason::telephone});
    EXPECT_TRUE(can_confirm(screen.state));
    screen.post(Confirm{});
    screen.answer(false);
    EXPECT_TRUE(screen.all<Carry>().empty()) << "a wrong PIN decides nothing";
    EXPECT_EQ(screen.state.decision, Decision::paid) << "what was chosen stays";
}

TEST(Decision, IsCarriedOutOnceForTheItemShown) {
    Screen screen;
    screen.post(Pick{"a2"});
    screen.carry(Decision::not_paid);
    screen.answer(true);
    screen.post(Confirm{});
    const auto asked = screen.all<Carry>();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].id, "a2");
    EXPECT_EQ(asked[0].decision, Decision::not_paid);
    EXPECT_EQ(asked[0].reason, "statement");
    EXPECT_EQ(asked[0].approver, kManager.id);
}

TEST(Decision, MadeForOneItemIsNotLeftStandingForAnother) {
    Screen screen;
    screen.choose(Decision::money_back);
    screen.post(Pick{"a2"});
    EXPECT_FALSE(screen.state.decision);
    EXPECT_FALSE(can_confirm(screen.state));
}

TEST(Decision, WhoseItemSettledMeanwhileIsNotTakenForItsNeighbour) {
    Screen screen;
    screen.choose(Decision::not_paid);
    screen.post(Confirm{});
    // The channel answered while the PIN was looked at: the first item is gone.
    screen.post(ItemsArrived{{item("a2"), item("r1", true)}});
    screen.answer(true);
    EXPECT_TRUE(screen.all<Carry>().empty());
    EXPECT_EQ(picked(screen.state)->id, "a2");
    EXPECT_EQ(screen.state.second.phase, approve::Phase::typing) << "the PIN is asked for anew";
}

TEST(Decision, StandsWhenTheListComesAgainWithItsItem) {
    Screen screen;
    screen.post(Pick{"a2"});
    screen.choose(Decision::not_paid);
    screen.post(ItemsArrived{{item("a1"), item("a2")}});
    EXPECT_TRUE(can_confirm(screen.state)) << "the control: a new list alone changes nothing";
    EXPECT_EQ(picked(screen.state)->id, "a2");
}

TEST(Decision, NothingElseIsTouchedWhileThePinIsLookedAt) {
    Screen screen;
    screen.choose(Decision::paid);
    screen.post(Confirm{});
    screen.post(Pick{"a2"});
    screen.post(Decide{Decision::not_paid});
    screen.post(PickReason{Reason::other});
    screen.post(AskNow{});
    screen.post(Back{});
    screen.answer(true);
    ASSERT_EQ(screen.all<Carry>().size(), 1U);
    EXPECT_EQ(screen.all<Carry>()[0].id, "a1");
    EXPECT_EQ(screen.all<Carry>()[0].decision, Decision::paid);
    EXPECT_EQ(screen.all<Carry>()[0].reason, "statement");
    EXPECT_TRUE(screen.all<Close>().empty());
}

TEST(Result, IsSaidAndTheQueueReadAgain) {
    Screen screen;
    screen.carry();
    screen.post(Decided{screen.state.serial - 1, "of another time"});
    EXPECT_EQ(screen.state.phase, Phase::working);
    screen.post(Decided{screen.state.serial, "这一笔算卖出"});
    EXPECT_EQ(screen.state.phase, Phase::looking);
    EXPECT_EQ(screen.state.settled, "这一笔算卖出");
    EXPECT_EQ(screen.all<LoadItems>().size(), 2U);
    screen.post(ItemsArrived{{item("a2")}});
    EXPECT_EQ(screen.state.settled, "这一笔算卖出") << "still to be read beside the next one";
    EXPECT_FALSE(screen.state.decision);
}

TEST(Result, AFailureSaysWhyAndWantsItsOwnApproval) {
    Screen screen;
    screen.carry();
    screen.post(Failed{screen.state.serial, "这一笔已经有结果了"});
    EXPECT_EQ(screen.state.message, "这一笔已经有结果了");
    EXPECT_FALSE(can_confirm(screen.state));
    screen.post(ItemsArrived{{item("a1")}});
    EXPECT_EQ(screen.state.message, "这一笔已经有结果了");
}

TEST(Leave, WaitsForWhatIsUnderWayAndKeepsNoPin) {
    Screen screen;
    screen.carry();
    screen.post(Back{});
    EXPECT_TRUE(screen.all<Close>().empty());
    screen.post(Failed{screen.state.serial, "x"});
    for (const char key : std::string("432")) screen.post(SecondKey{key});
    screen.post(Back{});
    EXPECT_EQ(screen.all<Close>().size(), 1U);
    EXPECT_EQ(screen.state.second.digits, "");
}

}  // namespace
}  // namespace mulin::pos::review
