// Giving back: never more than is left, never what was not shown, never twice, and only with a second
// person behind it.

#include "pos/refund/refund.h"

#include <gtest/gtest.h>

namespace mulin::pos::refund {
namespace {

using sync::Money;

const approve::Person kCashier{sync::StaffId("S01"), "刘敏", sync::Role::cashier};
const approve::Person kManager{sync::StaffId("S02"), "陈站长", sync::Role::site_manager};

SaleFound sale_found(std::int64_t seq = 12) {
    SaleFound sale;
    sale.key = {sync::TillId("T1"), sync::EpochId("e1"), seq};
    sale.name = "王秀英";
    sale.paid = Money::fen(2400);
    sale.lines = {{"套餐A", "Set A", 2, Money::fen(3000)}, {"米饭", "Rice", 1, Money::fen(100)}};
    return sale;
}

class Screen {
  public:
    State state;
    std::vector<Effect> effects;

    Screen() { post(Opened{kCashier, {kCashier, kManager}, 1000}); }
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
    void find() {
        post(ScanArrived{"MULIN1 T1 e1 12 abc"});
        post(SalesFound{state.serial, {sale_found()}});
    }
    void shown(std::int64_t cash_fen = 1200) {
        post(Previewed{state.serial, {{"cash", false, Money::fen(cash_fen)}, {"district", true, Money::fen(300)}}, ""});
    }
    void pin() {
        for (const char key : std::string("4321")) post(SecondKey{key});
    }
    void answer(bool accepted) { post(PinChecked{{state.second.serial, accepted, 0, "", 1100}}); }
    // Up to the moment in which everything is chosen and the PIN typed.
    void ready() {
        find();
        post(More{0});
        shown();
        post(PickReason{Reason::not_good});
        pin();
    }
    void give() {
        ready();
        post(Confirm{});
        answer(true);
    }
};

TEST(Find, ByTheNumberOnTheSlip) {
    Screen screen;
    screen.post(Find{});
    EXPECT_TRUE(screen.effects.empty()) << "nothing typed";
    for (const char key : std::string("104c12<3")) screen.post(Key{key});
    screen.post(Find{});
    const auto asked = screen.all<FindSales>();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].number, 13);
    EXPECT_TRUE(screen.state.searching);
}

TEST(Find, OneSaleIsOpenedAtOnceOfSeveralOneIsPicked) {
    Screen one;
    one.find();
    EXPECT_EQ(one.state.phase, Phase::choosing);
    Screen two;
    two.post(ScanArrived{"9310"});
    two.post(SalesFound{two.state.serial, {sale_found(12), sale_found(9)}});
    EXPECT_EQ(two.state.phase, Phase::finding);
    two.post(PickSale{1});
    ASSERT_TRUE(two.state.sale);
    EXPECT_EQ(two.state.sale->key.seq, 9);
}

TEST(Find, AnAnswerToAnEarlierSearchIsNotShown) {
    Screen screen;
    screen.post(ScanArrived{"9310"});
    const auto first = screen.state.serial;
    screen.post(ScanArrived{"9311"});
    screen.post(SalesFound{first, {sale_found()}});
    EXPECT_EQ(screen.state.phase, Phase::finding);
    EXPECT_TRUE(screen.state.searching);
    screen.post(SalesFound{screen.state.serial, {sale_found(9)}});
    EXPECT_EQ(screen.state.sale->key.seq, 9);
}

TEST(Find, ASaleWithNothingLeftSaysWhyAndOpensNothing) {
    Screen screen;
    SaleFound gone = sale_found();
    gone.problem = "这一笔已经全部退过";
    screen.post(ScanArrived{"MULIN1 T1 e1 12 abc"});
    screen.post(SalesFound{screen.state.serial, {gone}});
    EXPECT_EQ(screen.state.phase, Phase::finding);
    screen.post(PickSale{0});
    EXPECT_EQ(screen.state.phase, Phase::finding);
    EXPECT_EQ(screen.state.message, gone.problem);
}

TEST(Choose, IsBoundToWhatIsLeftOfEachLine) {
    Screen screen;
    screen.find();
    for (int i = 0; i < 5; ++i) screen.post(More{0});
    screen.post(More{7});
    EXPECT_EQ(screen.state.chosen, (std::vector<std::int64_t>{2, 0}));
    screen.post(Less{1});
    EXPECT_EQ(screen.state.chosen[1], 0);
    screen.post(All{});
    EXPECT_EQ(screen.state.chosen, (std::vector<std::int64_t>{2, 1}));
}

TEST(Choose, EveryChangeAsksAnewWhatGoesBackToWhom) {
    Screen screen;
    screen.find();
    screen.post(More{0});
    screen.shown();
    EXPECT_TRUE(preview_is_current(screen.state));
    EXPECT_EQ(to_diner(screen.state), Money::fen(1200)) << "what goes back to payers is not the diner's";
    screen.post(More{1});
    EXPECT_FALSE(preview_is_current(screen.state));
    EXPECT_TRUE(screen.state.back.empty()) << "the old amount is not shown for the new choice";
    ASSERT_EQ(screen.all<Preview>().size(), 2U);
    EXPECT_EQ(screen.all<Preview>()[1].pieces, (std::vector<std::int64_t>{1, 1}));
}

TEST(Choose, AnOldPreviewIsNotTakenForTheNewOne) {
    Screen screen;
    screen.ready();
    const auto before = screen.state.serial;
    screen.post(More{1});
    screen.post(Previewed{before, {{"cash", false, Money::fen(1200)}}, ""});
    EXPECT_FALSE(can_confirm(screen.state));
    screen.post(Confirm{});
    EXPECT_TRUE(screen.all<CheckPin>().empty());
    screen.shown();
    EXPECT_TRUE(can_confirm(screen.state)) << "the control: with its own preview it may";
}

TEST(Confirm, NeedsAChoiceAPreviewAReasonAndAPin) {
    Screen screen;
    screen.find();
    screen.pin();
    screen.post(PickReason{Reason::other});
    EXPECT_FALSE(can_confirm(screen.state)) << "nothing chosen";
    screen.post(More{0});
    EXPECT_FALSE(can_confirm(screen.state)) << "amounts not known yet";
    screen.shown();
    EXPECT_TRUE(can_confirm(screen.state));
    screen.post(Previewed{screen.state.serial, {}, "这一笔只剩 1 份可退"});
    EXPECT_FALSE(can_confirm(screen.state)) << "the till says no";
}

TEST(Confirm, ChoosingNothingAgainTakesTheAmountsAway) {
    Screen screen;
    screen.ready();
    screen.post(Less{0});
    EXPECT_FALSE(can_confirm(screen.state));
    EXPECT_TRUE(screen.state.back.empty());
}

TEST(Confirm, TappedTwiceGivesBackOnce) {
    Screen screen;
    screen.ready();
    screen.post(Confirm{});
    screen.post(Confirm{});
    EXPECT_EQ(screen.all<CheckPin>().size(), 1U);
    screen.answer(true);
    screen.answer(true);
    screen.post(Confirm{});
    ASSERT_EQ(screen.all<GiveBack>().size(), 1U);
    const auto asked = screen.all<GiveBack>()[0];
    EXPECT_EQ(asked.pieces, (std::vector<std::int64_t>{1, 0}));
    EXPECT_EQ(asked.reason, "not_good");
    EXPECT_EQ(asked.approver, kManager.id);
    EXPECT_EQ(asked.sale, sale_found().key);
}

TEST(Confirm, NothingChangesWhileThePinIsLookedAt) {
    Screen screen;
    screen.ready();
    screen.post(Confirm{});
    screen.post(More{0});
    screen.post(All{});
    screen.post(PickReason{Reason::other});
    screen.post(Leave{});
    screen.answer(true);
    ASSERT_EQ(screen.all<GiveBack>().size(), 1U);
    EXPECT_EQ(screen.all<GiveBack>()[0].pieces, (std::vector<std::int64_t>{1, 0})) << "what was approved is what goes back";
    EXPECT_EQ(screen.all<GiveBack>()[0].reason, "not_good");
}

TEST(Confirm, AWrongPinGivesNothingBack) {
    Screen screen;
    screen.ready();
    screen.post(Confirm{});
    screen.answer(false);
    EXPECT_TRUE(screen.all<GiveBack>().empty());
    EXPECT_EQ(screen.state.phase, Phase::choosing);
    EXPECT_EQ(screen.state.chosen[0], 1) << "what was chosen stays";
}

TEST(Result, OfAnotherRefundChangesNothing) {
    Screen screen;
    screen.give();
    const auto serial = screen.state.serial;
    screen.post(Refunded{serial - 1, {{"cash", false, Money::fen(9900)}}});
    EXPECT_EQ(screen.state.phase, Phase::working);
    screen.post(Refunded{serial, {{"cash", false, Money::fen(1200)}}});
    EXPECT_EQ(screen.state.phase, Phase::done);
    EXPECT_EQ(to_diner(screen.state), Money::fen(1200));
    screen.post(Failed{serial, "late"});
    EXPECT_EQ(screen.state.phase, Phase::done);
}

TEST(Result, ThatComesAfterTheScreenShowsAnotherSaleTouchesNothing) {
    Screen screen;
    screen.give();
    const auto serial = screen.state.serial;
    screen.post(StillGoing{serial, ""});
    screen.post(Leave{});
    screen.post(Opened{kCashier, {kCashier, kManager}, 2000});
    screen.find();
    screen.post(Refunded{serial, {{"cash", false, Money::fen(1200)}}});
    EXPECT_EQ(screen.state.phase, Phase::choosing);
    EXPECT_TRUE(screen.state.back.empty());
}

TEST(Result, NobodyLeavesBeforeItIsKnownThatItIsWrittenDown) {
    Screen screen;
    screen.give();
    screen.post(Leave{});
    EXPECT_TRUE(screen.all<Close>().empty());
    screen.post(StillGoing{screen.state.serial, "银行还没有回音"});
    EXPECT_TRUE(screen.state.waiting);
    screen.post(Leave{});
    EXPECT_EQ(screen.all<Close>().size(), 1U) << "it goes on by itself";
}

TEST(Result, ARefusalSaysWhyAndWantsItsOwnApproval) {
    Screen screen;
    screen.give();
    screen.post(Failed{screen.state.serial, "银行不同意"});
    EXPECT_EQ(screen.state.phase, Phase::choosing);
    screen.shown();
    EXPECT_EQ(screen.state.failure, "银行不同意") << "the amounts that come again do not hide it";
    screen.post(Confirm{});
    EXPECT_EQ(screen.all<CheckPin>().size(), 1U) << "the approval of before is used up";
    screen.pin();
    screen.post(Confirm{});
    screen.answer(true);
    EXPECT_EQ(screen.all<GiveBack>().size(), 2U);
    EXPECT_EQ(screen.state.failure, "");
}

TEST(Leave, GoesBackToTheListFirstAndKeepsNoPin) {
    Screen screen;
    screen.post(ScanArrived{"9310"});
    screen.post(SalesFound{screen.state.serial, {sale_found(12), sale_found(9)}});
    screen.post(PickSale{0});
    screen.pin();
    screen.post(Leave{});
    EXPECT_EQ(screen.state.phase, Phase::finding);
    EXPECT_EQ(screen.state.second.digits, "");
    EXPECT_TRUE(screen.all<Close>().empty());
    screen.post(PickSale{1});
    EXPECT_EQ(screen.state.chosen, (std::vector<std::int64_t>{0, 0})) << "nothing chosen for the sale before stays";
    EXPECT_FALSE(screen.state.reason);
}

TEST(Leave, ASaleThatWasOpenedFromTheDayGoesBackThere) {
    Screen screen;
    screen.post(Opened{kCashier, {kCashier, kManager}, 2000, true});
    screen.post(SalesFound{screen.state.serial, {sale_found()}});
    EXPECT_EQ(screen.state.phase, Phase::choosing);
    screen.post(Leave{});
    EXPECT_EQ(screen.all<Close>().size(), 1U);
}

}  // namespace
}  // namespace mulin::pos::refund
