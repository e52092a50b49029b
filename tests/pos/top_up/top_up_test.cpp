// Topping up a card and reporting one lost, as the cashier goes through it.

#include "pos/top_up/top_up.h"

#include <gtest/gtest.h>

namespace mulin::pos::top_up {
namespace {

using sync::Money;

class TopUpScreen : public testing::Test {
  protected:
    std::vector<Effect> say(const Intent& intent) { return update(state_, intent); }
    template <class T>
    static const T* only(const std::vector<Effect>& effects) {
        return effects.size() == 1 ? std::get_if<T>(&effects.front()) : nullptr;
    }
    static CardShown card(Trouble trouble = Trouble::none) {
        CardShown shown;
        shown.key = "k1";
        shown.name = "王秀英";
        shown.last4 = "0001";
        shown.balance = Money::fen(1'250);
        shown.online = true;
        shown.trouble = trouble;
        shown.can_be_lost = trouble != Trouble::blocked;
        return shown;
    }
    void show(const CardShown& shown = card()) {
        say(Opened{});
        const auto effects = say(ScanArrived{"9310000000000001"});
        const auto* find = only<FindCard>(effects);
        ASSERT_NE(find, nullptr);
        EXPECT_EQ(find->code, "9310000000000001");
        say(CardArrived{find->serial, shown});
    }
    void type(const std::string& keys) {
        for (const char key : keys) say(Key{key});
    }
    State state_;
};

TEST_F(TopUpScreen, ScanAmountNoteConfirmDone) {
    show();
    EXPECT_FALSE(can_confirm(state_));
    type("80");
    EXPECT_EQ(amount_of(state_), Money::fen(8'000));
    EXPECT_EQ(notes_for(amount_of(state_)), std::vector{Money::fen(10'000)});
    say(Given{Money::fen(10'000)});
    EXPECT_EQ(change_of(state_), Money::fen(2'000));
    const auto effects = say(Confirm{});
    const auto* asked = only<TopUp>(effects);
    ASSERT_NE(asked, nullptr);
    EXPECT_EQ(asked->amount, Money::fen(8'000));
    EXPECT_EQ(asked->given, Money::fen(10'000));
    EXPECT_EQ(asked->card.key, "k1");
    EXPECT_TRUE(say(Confirm{}).empty()) << "a second tap puts nothing on twice";
    EXPECT_TRUE(say(Leave{}).empty()) << "nobody walks away while it is written down";
    say(Done{asked->serial, {"0001", "王秀英", Money::fen(8'000), Money::fen(2'000), Money::fen(9'250), false}});
    EXPECT_EQ(state_.phase, Phase::done);
    EXPECT_NE(only<ReprintSlip>(say(Reprint{})), nullptr);
    EXPECT_NE(only<Close>(say(Leave{})), nullptr);
}

TEST_F(TopUpScreen, ANewAmountForgetsTheNoteThatWasGiven) {
    show();
    say(Preset{Money::fen(5'000)});
    say(Given{Money::fen(10'000)});
    say(Preset{Money::fen(10'000)});
    EXPECT_TRUE(change_of(state_).is_zero());
    say(Given{Money::fen(5'000)});
    EXPECT_EQ(given_of(state_), Money::fen(10'000)) << "less than the amount is no payment";
}

TEST_F(TopUpScreen, AmountsAreWholeYuanUpToAThousand) {
    show();
    type("0007");
    EXPECT_EQ(amount_of(state_), Money::fen(700));
    type("c1001");
    EXPECT_EQ(amount_of(state_), Money::fen(100'100));
    EXPECT_FALSE(can_confirm(state_));
    type("<0");
    EXPECT_EQ(amount_of(state_), kMost);
    EXPECT_TRUE(can_confirm(state_));
    type("5");
    EXPECT_EQ(amount_of(state_), kMost) << "no more digits fit";
    say(Preset{Money::fen(123)});
    EXPECT_EQ(amount_of(state_), kMost) << "no key says this";
}

TEST_F(TopUpScreen, NotesAreTheNextWholeFiftyAndHundred) {
    EXPECT_TRUE(notes_for(Money()).empty());
    EXPECT_TRUE(notes_for(kMost + Money::fen(100)).empty());
    EXPECT_TRUE(notes_for(Money::fen(10'000)).empty());
    const std::vector both{Money::fen(5'000), Money::fen(10'000)};
    EXPECT_EQ(notes_for(Money::fen(3'000)), both);
    EXPECT_EQ(notes_for(Money::fen(5'000)), std::vector{Money::fen(10'000)});
    EXPECT_EQ(notes_for(Money::fen(18'000)), std::vector{Money::fen(20'000)});
}

TEST_F(TopUpScreen, NothingIsPutOnACardInTrouble) {
    for (const Trouble trouble : {Trouble::unknown_card, Trouble::unknown_here, Trouble::blocked, Trouble::replaced, Trouble::not_enrolled,
                                  Trouble::not_offline}) {
        show(card(trouble));
        say(Preset{Money::fen(10'000)});
        type("50");
        EXPECT_TRUE(amount_of(state_).is_zero());
        EXPECT_TRUE(say(Confirm{}).empty());
    }
}

TEST_F(TopUpScreen, AnAnswerAboutAnEarlierCardIsNotShown) {
    say(Opened{});
    const auto first = say(ScanArrived{"1111"});
    const auto second = say(ScanArrived{"2222"});
    say(CardArrived{only<FindCard>(first)->serial, card(Trouble::blocked)});
    EXPECT_FALSE(state_.card);
    say(CardArrived{only<FindCard>(second)->serial, card()});
    ASSERT_TRUE(state_.card);
    EXPECT_EQ(state_.card->trouble, Trouble::none);
}

TEST_F(TopUpScreen, AnotherCardStartsWithoutTheAmountOfTheFirst) {
    show();
    type("100");
    say(ScanArrived{"2222"});
    EXPECT_EQ(state_.phase, Phase::finding);
    EXPECT_TRUE(amount_of(state_).is_zero());
}

TEST_F(TopUpScreen, WhatFailedMayBeTriedAgain) {
    show();
    type("50");
    const auto effects = say(Confirm{});
    say(Failed{only<TopUp>(effects)->serial, "硬盘满了"});
    EXPECT_EQ(state_.message, "硬盘满了");
    EXPECT_EQ(amount_of(state_), Money::fen(5'000));
    EXPECT_NE(only<TopUp>(say(Confirm{})), nullptr);
}

TEST_F(TopUpScreen, ADinersCardsAreListedAndOneIsPickedWithoutItsNumber) {
    const auto effects = say(Opened{sync::DinerId("D1")});
    const auto* load = only<LoadCards>(effects);
    ASSERT_NE(load, nullptr);
    say(CardsArrived{load->serial, "王秀英", {{"k1", "0001", false}, {"k2", "0002", true}}});
    const auto picked = say(PickCard{0});
    const auto* find = only<FindCard>(picked);
    ASSERT_NE(find, nullptr);
    EXPECT_EQ(find->key, "k1");
    EXPECT_EQ(find->code, "");
    EXPECT_TRUE(say(PickCard{7}).empty());
}

TEST_F(TopUpScreen, ALostCardIsReportedOnlyAfterTheSecondTap) {
    const auto effects = say(Opened{sync::DinerId("D1")});
    say(CardsArrived{only<LoadCards>(effects)->serial, "王秀英", {{"k1", "0001", false}, {"k2", "0002", true}}});
    EXPECT_TRUE(say(AskLost{0}).empty());
    EXPECT_EQ(state_.losing, "k1");
    say(LostNo{});
    EXPECT_TRUE(say(LostYes{}).empty());
    say(AskLost{1});
    EXPECT_EQ(state_.losing, "") << "what is blocked already is not asked about";
    say(AskLost{0});
    const auto reported = say(LostYes{});
    const auto* lost = only<ReportLost>(reported);
    ASSERT_NE(lost, nullptr);
    EXPECT_EQ(lost->key, "k1");
    EXPECT_TRUE(say(LostYes{}).empty());
    EXPECT_TRUE(say(Leave{}).empty());
    say(LostReported{lost->serial, false, ""});
    EXPECT_EQ(state_.lost, std::optional(false));
    EXPECT_TRUE(state_.held[0].blocked);
}

TEST_F(TopUpScreen, ACardInHandThatIsReportedTakesNoMoneyAnyMore) {
    show();
    type("50");
    say(AskLost{});
    EXPECT_FALSE(can_confirm(state_));
    const auto reported = say(LostYes{});
    say(LostReported{only<ReportLost>(reported)->serial, true, ""});
    EXPECT_EQ(state_.phase, Phase::finding);
    EXPECT_FALSE(state_.card);
    EXPECT_EQ(state_.lost, std::optional(true));
}

TEST_F(TopUpScreen, AReportThatFailedSaysSoAndKeepsTheCard) {
    show();
    say(AskLost{});
    const auto reported = say(LostYes{});
    say(LostReported{only<ReportLost>(reported)->serial, false, "打电话给区里"});
    EXPECT_EQ(state_.message, "打电话给区里");
    EXPECT_FALSE(state_.lost);
    EXPECT_TRUE(state_.card);
}

TEST_F(TopUpScreen, AScanAfterTheEndIsTheNextCard) {
    show();
    type("50");
    const auto effects = say(Confirm{});
    EXPECT_TRUE(say(ScanArrived{"2222"}).empty()) << "not while money is written down";
    say(Done{only<TopUp>(effects)->serial, {}});
    EXPECT_NE(only<FindCard>(say(ScanArrived{"2222"})), nullptr);
    EXPECT_FALSE(state_.done);
}

}  // namespace
}  // namespace mulin::pos::top_up
