// Opening and closing a shift as a cashier does it: counted by note and coin, blind, with a reason when a
// lot is missing.

#include "pos/shift/shift.h"

#include <gtest/gtest.h>

namespace mulin::pos::shift {
namespace {

using sync::Money;

class ShiftScreen : public testing::Test {
  protected:
    std::vector<Effect> say(const Intent& intent) { return update(state_, intent); }
    template <class T>
    static const T* only(const std::vector<Effect>& effects) {
        return effects.size() == 1 ? std::get_if<T>(&effects.front()) : nullptr;
    }
    std::int64_t enter() {
        const auto effects = say(Opened{});
        const auto* load = only<LoadShift>(effects);
        return load == nullptr ? -1 : load->serial;
    }
    void open(const std::string& id = "s1") {
        say(ShiftArrived{enter(), OpenNow{sync::ShiftId(id), "刘敏", {0}, Money::fen(20'000)}});
    }
    void count(std::size_t piece, const std::string& number) {
        say(Pick{piece});
        for (const char digit : number) say(Key{digit});
    }
    void compare(std::int64_t due_fen) {
        const auto effects = say(CountDone{});
        const auto* asked = only<Compare>(effects);
        ASSERT_NE(asked, nullptr);
        say(Compared{asked->serial, Money::fen(due_fen)});
    }
    State state_;
};

TEST_F(ShiftScreen, TheDrawerIsCountedByNoteAndCoin) {
    open();
    count(0, "3");
    count(4, "12");
    count(7, "5");
    EXPECT_EQ(total(state_), Money::fen(3 * 10'000 + 12 * 500 + 5 * 10));
    say(Key{'<'});
    say(Key{'7'});
    EXPECT_EQ(state_.counted[7], 7);
    count(4, "8");
    EXPECT_EQ(state_.counted[4], 8) << "a number is typed anew";
    say(Key{'c'});
    EXPECT_EQ(state_.counted[4], 0);
    count(0, "12345");
    EXPECT_EQ(state_.counted[0], 1234) << "more than four digits are no count";
}

TEST_F(ShiftScreen, NextGoesThroughAllKindsAndEntersNone) {
    open();
    for (std::size_t i = 0; i < kPieces.size(); ++i) say(Next{});
    EXPECT_EQ(state_.picked, 0U);
    EXPECT_TRUE(something_counted(state_));
    EXPECT_TRUE(total(state_).is_zero());
}

TEST_F(ShiftScreen, TheExpectedSumIsUnknownUntilTheCountIsFinished) {
    open();
    EXPECT_TRUE(say(CountDone{}).empty()) << "nothing was counted";
    count(0, "2");
    EXPECT_FALSE(state_.due);
    compare(20'000);
    EXPECT_EQ(state_.due, std::optional(Money::fen(20'000)));
    say(Key{'5'});
    say(Pick{1});
    EXPECT_EQ(total(state_), Money::fen(20'000)) << "a count that was compared is not mended";
    say(CountAgain{});
    EXPECT_FALSE(state_.due);
    EXPECT_TRUE(total(state_).is_zero()) << "counting again starts at nothing";
}

TEST_F(ShiftScreen, AnExactCountCloses) {
    open();
    count(0, "2");
    compare(20'000);
    EXPECT_FALSE(needs_reason(state_));
    const auto effects = say(CloseNow{});
    const auto* close = only<CloseShift>(effects);
    ASSERT_NE(close, nullptr);
    EXPECT_EQ(close->counted[0], 2);
    EXPECT_EQ(close->counts, 1);
    EXPECT_EQ(close->reason, "");
    EXPECT_TRUE(say(CloseNow{}).empty());
    EXPECT_TRUE(say(Leave{}).empty());
    say(Closed{close->serial, {}});
    EXPECT_EQ(state_.phase, Phase::closed);
    EXPECT_NE(only<ReprintSlip>(say(Reprint{})), nullptr);
    EXPECT_NE(only<EndOfDay>(say(Leave{})), nullptr);
}

TEST_F(ShiftScreen, ALargeDifferenceNeedsAReasonAndASmallOneDoesNot) {
    open();
    count(0, "2");
    compare(20'500);
    EXPECT_EQ(difference(state_), Money::fen(-500));
    EXPECT_TRUE(can_close(state_));
    say(CountAgain{});
    count(0, "2");
    compare(20'501);
    EXPECT_FALSE(can_close(state_));
    EXPECT_TRUE(say(CloseNow{}).empty());
    say(PickReason{Reason::change_wrong});
    const auto effects = say(CloseNow{});
    ASSERT_NE(only<CloseShift>(effects), nullptr);
    EXPECT_EQ(only<CloseShift>(effects)->reason, "change_wrong");
    EXPECT_EQ(only<CloseShift>(effects)->counts, 2) << "that it was counted twice is written down";
}

TEST_F(ShiftScreen, TooMuchNeedsAReasonToo) {
    open();
    count(0, "2");
    compare(10'000);
    EXPECT_TRUE(needs_reason(state_));
}

TEST_F(ShiftScreen, ACountIsKeptWhileSomebodyIsServed) {
    open();
    count(1, "4");
    EXPECT_NE(only<Close>(say(Leave{})), nullptr);
    open();
    EXPECT_EQ(state_.counted[1], 4);
    EXPECT_EQ(state_.phase, Phase::counting);
    open("s2");
    EXPECT_EQ(state_.counted[1], 0) << "another shift is another count";
}

TEST_F(ShiftScreen, TheShiftOpensWithTheFloatThatWasCountedAndServingGoesOn) {
    say(ShiftArrived{enter(), std::nullopt});
    EXPECT_EQ(state_.phase, Phase::opening);
    EXPECT_NE(only<ReprintSlip>(say(Reprint{})), nullptr) << "of the shift before";
    count(3, "20");
    const auto effects = say(OpenWithFloat{});
    const auto* asked = only<OpenShift>(effects);
    ASSERT_NE(asked, nullptr);
    EXPECT_EQ(asked->drawer_float, Money::fen(20'000));
    EXPECT_NE(only<Close>(say(ShiftArrived{asked->serial, OpenNow{sync::ShiftId("s1"), "刘敏", {0}, Money::fen(20'000)}})), nullptr);
    EXPECT_TRUE(total(state_).is_zero()) << "the float is not the count at the end";
}

TEST_F(ShiftScreen, WhatFailedIsSaidAndCanBeTriedAgain) {
    open();
    count(0, "2");
    compare(20'000);
    const auto effects = say(CloseNow{});
    say(Failed{only<CloseShift>(effects)->serial, "硬盘满了"});
    EXPECT_EQ(state_.message, "硬盘满了");
    EXPECT_NE(only<CloseShift>(say(CloseNow{})), nullptr);
}

TEST_F(ShiftScreen, AnAnswerToAnEarlierCountIsNotShown) {
    open();
    count(0, "2");
    const auto effects = say(CountDone{});
    const auto serial = only<Compare>(effects)->serial;
    open();
    say(Compared{serial, Money::fen(1)});
    EXPECT_FALSE(state_.due);
}

TEST_F(ShiftScreen, AfterAClosedShiftTheNextOneStartsFresh) {
    open();
    count(0, "2");
    compare(20'000);
    const auto effects = say(CloseNow{});
    say(Closed{only<CloseShift>(effects)->serial, {}});
    say(ShiftArrived{enter(), std::nullopt});
    EXPECT_EQ(state_.phase, Phase::opening);
    EXPECT_TRUE(total(state_).is_zero());
}

}  // namespace
}  // namespace mulin::pos::shift
