// One sale in several parts: what was taken stays taken, the sum is exact to the fen, a part goes back
// the way it came, and a sale that was left half paid goes on where it was.

#include <gtest/gtest.h>

#include "pos/tender/tender.h"

namespace mulin::pos::tender {
namespace {

using payment::AttemptState;
using sync::Money;

const approve::Person kCashier{sync::StaffId("S01"), "刘敏", sync::Role::cashier};
const approve::Person kManager{sync::StaffId("S02"), "陈站长", sync::Role::site_manager};

Option option_of(const std::string& tender, std::int64_t paid_fen) {
    Option option;
    option.tender = tender;
    option.quote.list = Money::fen(2000);
    option.quote.paid = Money::fen(paid_fen);
    return option;
}

Begin order(const std::string& tender, payment::RoundingUnit unit = payment::RoundingUnit::fen) {
    Begin begin;
    begin.ref = "sale-1";
    // With the senior card the meal costs less.
    begin.options = {option_of("senior_card", 1045), option_of("qr", 1145), option_of("cash", 1145)};
    begin.tender = tender;
    begin.rounding_unit = unit;
    begin.now_ms = 1000;
    begin.can_present = true;
    begin.cashier = kCashier;
    begin.staff = {kCashier, kManager};
    return begin;
}

class Split {
  public:
    State state;
    std::vector<Effect> effects;

    explicit Split(const std::string& tender, payment::RoundingUnit unit = payment::RoundingUnit::fen) { say(order(tender, unit)); }
    void say(const Intent& intent) {
        for (Effect& effect : update(state, intent)) effects.push_back(std::move(effect));
    }
    template <class T>
    std::vector<T> of() const {
        std::vector<T> out;
        for (const Effect& effect : effects)
            if (const auto* one = std::get_if<T>(&effect)) out.push_back(*one);
        return out;
    }
    void attempt(AttemptState to) { say(AttemptChanged{state.ref, state.attempt, to, "", 0, state.now_ms + 100, {}, {}}); }
    void choose_part(const std::string& tender, const std::string& fen) {
        if (state.phase != Phase::choosing) say(ChangeTender{});
        say(PayPart{});
        for (const char key : fen) say(PartKey{key});
        say(Choose{tender});
    }
    void cash_part(const std::string& fen) {
        choose_part("cash", fen);
        say(Confirm{});
        say(PartTaken{state.ref, state.attempt});
    }
    void code_part(const std::string& fen) {
        choose_part("qr", fen);
        say(ScanArrived{"134000000000000100", 1000, true, ""});
        attempt(AttemptState::approved);
    }
};

TEST(Split, CashThenTheRestByCodeIsOneSale) {
    Split split("cash");
    split.cash_part("400");
    EXPECT_EQ(split.state.phase, Phase::choosing);
    EXPECT_EQ(remaining(split.state), Money::fen(745));
    split.say(Choose{"qr"});
    split.say(ScanArrived{"134000000000000100", 1000, true, ""});
    const auto started = split.of<StartAttempt>();
    ASSERT_EQ(started.size(), 1U);
    EXPECT_EQ(started[0].amount, Money::fen(745)) << "the rest and not a fen more";
    EXPECT_EQ(started[0].total, Money::fen(1145));
    EXPECT_EQ(started[0].attempt, 2) << "every part has a number of its own";
    split.attempt(AttemptState::approved);
    split.say(SaleCommitted{"sale-1", 77, 2000});
    EXPECT_EQ(split.state.phase, Phase::done);
    EXPECT_EQ(taken_sum(split.state), Money::fen(1145));
}

TEST(Split, TwoCodesPayOneSale) {
    Split split("qr");
    split.code_part("500");
    split.say(Choose{"qr"});
    split.say(ScanArrived{"134000000000000200", 1000, true, ""});
    ASSERT_EQ(split.of<StartAttempt>().size(), 2U);
    EXPECT_EQ(split.of<StartAttempt>()[1].amount, Money::fen(645));
    split.attempt(AttemptState::declined);
    EXPECT_EQ(split.state.taken.size(), 1U) << "the first code stays paid";
    EXPECT_EQ(remaining(split.state), Money::fen(645));
}

TEST(Split, TheFirstPartFixesThePriceOfTheWholeSale) {
    Split split("senior_card");
    split.say(ChangeTender{});
    split.cash_part("400");
    EXPECT_EQ(total(split.state), Money::fen(1145)) << "cash came first: its price";
    split.say(Choose{"senior_card"});
    EXPECT_EQ(split.state.paid, Money::fen(745));
}

TEST(Split, APartIsNeverMoreThanWhatIsLeft) {
    Split split("cash");
    split.choose_part("cash", "99999");
    EXPECT_EQ(split.state.due, Money::fen(1145));
    Split nothing("cash");
    nothing.say(ChangeTender{});
    nothing.say(PayPart{});
    nothing.say(Choose{"cash"});
    EXPECT_EQ(nothing.state.phase, Phase::choosing) << "a part of nothing is not taken";
}

TEST(Split, OnlyTheLastCashIsRounded) {
    Split split("cash", payment::RoundingUnit::jiao);
    split.cash_part("403");
    EXPECT_TRUE(split.state.taken[0].rounding.is_zero()) << "what lies on the counter is exactly what it is";
    split.say(Choose{"cash"});
    EXPECT_EQ(split.state.paid, Money::fen(742));
    EXPECT_EQ(split.state.due, Money::fen(740));
    EXPECT_EQ(split.state.rounding, Money::fen(-2));
}

TEST(Split, ShortCashCountsAndTheRestComesAnotherWay) {
    Split split("cash");
    split.say(OpenKeypad{});
    for (const char key : std::string("500")) split.say(GivenKey{key});
    EXPECT_FALSE(can_confirm(split.state));
    split.say(TakePart{});
    split.say(TakePart{});
    ASSERT_EQ(split.of<TakeCash>().size(), 1U) << "two taps take the coins once";
    EXPECT_EQ(split.of<TakeCash>()[0].amount, Money::fen(500));
    EXPECT_TRUE(split.of<TakeCash>()[0].change.is_zero());
}

TEST(GiveBack, OnePartGoesTheWayItCameAndTheOtherStays) {
    Split split("cash");
    split.cash_part("400");
    split.code_part("300");
    split.say(GiveBack{2});
    ASSERT_EQ(split.of<GiveBackPart>().size(), 1U);
    EXPECT_EQ(split.of<GiveBackPart>()[0].tender, "qr");
    EXPECT_EQ(split.of<GiveBackPart>()[0].amount, Money::fen(300));
    split.say(GiveBack{1});
    split.say(Choose{"cash"});
    EXPECT_EQ(split.state.phase, Phase::giving_back) << "one after the other, and nothing is taken meanwhile";
    split.say(AttemptChanged{"sale-1", 2, AttemptState::reversed, "", 0, 2000, {}, {}});
    EXPECT_EQ(split.state.phase, Phase::choosing);
    EXPECT_EQ(remaining(split.state), Money::fen(745));
}

TEST(GiveBack, WhatIsNotClearYetIsStillAPart) {
    Split split("cash");
    split.code_part("300");
    split.say(GiveBack{1});
    split.say(AttemptChanged{"sale-1", 1, AttemptState::unknown, "", 0, 2000, {}, {}});
    EXPECT_EQ(split.state.taken.size(), 1U);
    EXPECT_EQ(split.state.phase, Phase::giving_back);
    EXPECT_TRUE(can_set_aside(split.state)) << "the queue moves";
}

TEST(GiveBack, APartThatStaysIsSaidAndNotCalledMoneyThatDidNotCome) {
    Split split("cash");
    split.code_part("300");
    split.say(GiveBack{1});
    split.say(PartStays{"sale-1", 1, "银行没有回音"});
    EXPECT_EQ(split.state.message, "银行没有回音");
    EXPECT_TRUE(split.state.part_stays);
    EXPECT_EQ(remaining(split.state), Money::fen(845));
    split.say(Choose{"qr"});
    split.say(ScanArrived{"134000000000000101", 1000, true, ""});
    split.attempt(AttemptState::declined);
    EXPECT_FALSE(split.state.part_stays) << "the next refusal is about a payment again";
}

TEST(GiveBack, EverythingGoesBackPartByPartAndThePriceIsFreeAgain) {
    Split split("cash");
    split.cash_part("400");
    split.cash_part("300");
    split.say(GiveBack{0});
    split.say(PartReturned{"sale-1", 2});
    ASSERT_EQ(split.of<GiveBackPart>().size(), 2U);
    split.say(PartReturned{"sale-1", 1});
    EXPECT_TRUE(split.state.taken.empty());
    EXPECT_TRUE(can_go_back(split.state));
    split.say(PayPart{});
    split.say(PayPart{});
    split.say(Choose{"senior_card"});
    EXPECT_EQ(split.state.paid, Money::fen(1045)) << "priced anew";
}

TEST(Resume, GoesOnWithWhatIsLeftUnderNewNumbers) {
    Resume resume;
    resume.begin = order("cash");
    resume.price_tender = "cash";
    resume.taken = {{1, "cash", Money::fen(400), {}, Money::fen(400), {}, {}}};
    resume.attempts = 3;
    State state;
    (void)update(state, resume);
    EXPECT_EQ(state.phase, Phase::choosing);
    EXPECT_EQ(remaining(state), Money::fen(745));
    EXPECT_FALSE(can_go_back(state)) << "money was taken: the slip cannot be changed";
    (void)update(state, Choose{"qr"});
    const auto effects = update(state, ScanArrived{"134000000000000100", 1000, true, ""});
    ASSERT_EQ(effects.size(), 1U);
    EXPECT_EQ(std::get<StartAttempt>(effects[0]).attempt, 4) << "an answer to a try before the restart is none to this one";
}

TEST(Resume, AllTakenButNotWrittenDownAsksForNoMoney) {
    Resume resume;
    resume.begin = order("qr");
    resume.price_tender = "qr";
    resume.taken = {{1, "qr", Money::fen(1145), {}, {}, {}, {}}};
    resume.attempts = 1;
    State state;
    (void)update(state, resume);
    EXPECT_EQ(state.phase, Phase::commit_failed);
    const auto effects = update(state, Confirm{});
    ASSERT_EQ(effects.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<CommitPaid>(effects[0]));
}

TEST(OurCode, IsShownOnlyWhereAChannelCanAndIsTakenAwayWithTheTry) {
    Split split("qr");
    split.say(ShowCode{});
    ASSERT_EQ(split.of<StartAttempt>().size(), 1U);
    EXPECT_EQ(split.of<StartAttempt>()[0].code, "");
    split.say(ProgressArrived{"sale-1", 1, {payment::Phase::presented, "PAY ME"}});
    EXPECT_EQ(split.state.presented_qr, "PAY ME");
    split.attempt(AttemptState::declined);
    EXPECT_EQ(split.state.presented_qr, "") << "nobody pays a code that is over";
    State cannot;
    Begin begin = order("qr");
    begin.can_present = false;
    (void)update(cannot, begin);
    EXPECT_TRUE(update(cannot, ShowCode{}).empty());
}

}  // namespace
}  // namespace mulin::pos::tender
