// Taking money: nothing is asked for twice, a late answer never lands on another sale, and every
// phase has a way on.

#include <gtest/gtest.h>

#include "pos/tender/tender.h"

namespace mulin::pos::tender {
namespace {

using payment::AttemptState;
using sync::Money;

sync::Quote quote_of(std::int64_t paid_fen) {
    sync::Quote quote;
    quote.list = quote.paid = Money::fen(paid_fen);
    return quote;
}

class Desk {
  public:
    State state;
    std::vector<Effect> effects;
    int taps = 0;

    explicit Desk(const std::string& tender, std::int64_t paid_fen = 1145, const std::string& ref = "sale-1") {
        Begin begin;
        begin.ref = ref;
        begin.options = {{"senior_card", quote_of(paid_fen)}, {"qr", quote_of(paid_fen)}, {"cash", quote_of(paid_fen)}};
        begin.tender = tender;
        begin.now_ms = 1000;
        post(begin);
    }
    void post(const Intent& intent) {
        for (Effect& effect : update(state, intent)) effects.push_back(std::move(effect));
    }
    void tap(const Intent& intent) {
        ++taps;
        post(intent);
    }
    void attempt(AttemptState to, std::int64_t deadline_ms = 0) {
        post(AttemptChanged{state.ref, state.attempt, to, "", deadline_ms, state.now_ms + 100});
    }
    template <class T>
    std::vector<T> all() const {
        std::vector<T> out;
        for (const Effect& effect : effects) {
            if (auto* found = std::get_if<T>(&effect)) out.push_back(*found);
        }
        return out;
    }
};

std::vector<std::int64_t> yuan(const std::vector<Money>& notes) {
    std::vector<std::int64_t> out;
    for (Money note : notes) out.push_back(note.in_fen() / 100);
    return out;
}

TEST(Notes, AreWhatPeopleHandOver) {
    using V = std::vector<std::int64_t>;
    EXPECT_EQ(yuan(notes_for(Money::fen(1150))), (V{12, 15, 20, 50, 100}));
    EXPECT_EQ(yuan(notes_for(Money::fen(1200))), (V{15, 20, 50, 100}));
    EXPECT_EQ(yuan(notes_for(Money::fen(1500))), (V{20, 50, 100}));
    EXPECT_EQ(yuan(notes_for(Money::fen(10))), (V{1, 5, 10, 20, 50}));
    EXPECT_EQ(yuan(notes_for(Money::fen(12000))), (V{150, 200}));
    for (std::int64_t fen = 1; fen < 30000; fen += 7) {
        for (Money note : notes_for(Money::fen(fen))) EXPECT_GT(note.in_fen(), fen);
    }
}

TEST(Cash, RoundsOnceOnItsOwnLineInBothDirections) {
    EXPECT_EQ(Desk("cash", 1145).state.due.in_fen(), 1150);
    EXPECT_EQ(Desk("cash", 1145).state.rounding.in_fen(), 5);
    EXPECT_EQ(Desk("cash", 1144).state.due.in_fen(), 1140);
    EXPECT_EQ(Desk("cash", 1144).state.rounding.in_fen(), -4);
    EXPECT_EQ(Desk("cash", 1140).state.rounding.in_fen(), 0);
}

TEST(Cash, ANoteAndConfirmAreTwoTaps) {
    Desk desk("cash");
    desk.tap(NoteGiven{Money::fen(2000)});
    desk.tap(Confirm{});
    ASSERT_EQ(desk.all<CommitCash>().size(), 1U);
    const auto commit = desk.all<CommitCash>()[0];
    EXPECT_EQ(desk.taps, 2);
    EXPECT_EQ(commit.due.in_fen(), 1150);
    EXPECT_EQ(commit.given.in_fen(), 2000);
    EXPECT_EQ(commit.change.in_fen(), 850);
    EXPECT_EQ(commit.rounding.in_fen(), 5);
}

TEST(Cash, ExactIsReadyFromTheStart) {
    Desk desk("cash");
    desk.tap(Confirm{});
    EXPECT_EQ(desk.all<CommitCash>()[0].change.in_fen(), 0);
}

TEST(Cash, DoubleConfirmCommitsOnce) {
    Desk desk("cash");
    desk.tap(Confirm{});
    desk.tap(Confirm{});
    desk.tap(NoteGiven{Money::fen(2000)});
    desk.tap(ChangeTender{});
    desk.tap(Back{});
    EXPECT_EQ(desk.effects.size(), 1U);
    EXPECT_EQ(desk.state.given.in_fen(), 1150);
}

TEST(Cash, TypedAmountIsFenWithoutSeparator) {
    Desk desk("cash");
    desk.tap(OpenKeypad{});
    EXPECT_FALSE(can_confirm(desk.state));
    for (char key : std::string("2150")) desk.tap(GivenKey{key});
    EXPECT_EQ(desk.state.given.in_fen(), 2150);
    desk.tap(GivenKey{'<'});
    EXPECT_EQ(desk.state.given.in_fen(), 215);
    EXPECT_FALSE(can_confirm(desk.state)) << "less than is due";
    desk.tap(Confirm{});
    EXPECT_TRUE(desk.all<CommitCash>().empty());
    for (char key : std::string("999999999999")) desk.tap(GivenKey{key});
    EXPECT_LE(desk.state.given.in_fen(), 9'999'999);
}

TEST(Cash, ChangeStaysOnTheScreenUntilTheNext) {
    Desk desk("cash");
    desk.tap(NoteGiven{Money::fen(2000)});
    desk.tap(Confirm{});
    desk.post(SaleCommitted{"sale-1", 12, 2000});
    EXPECT_EQ(desk.state.phase, Phase::done);
    EXPECT_EQ(desk.state.change.in_fen(), 850);
    desk.post(Tick{10'000'000});
    EXPECT_TRUE(desk.all<Finish>().empty());
    desk.tap(Next{});
    desk.tap(Next{});
    EXPECT_EQ(desk.all<Finish>().size(), 1U);
}

TEST(Cash, FailedCommitSaysSoAndCanBeTriedAgainOrLeft) {
    Desk desk("cash");
    desk.tap(Confirm{});
    desk.post(CommitFailed{"sale-1", "磁盘满了"});
    EXPECT_EQ(desk.state.phase, Phase::commit_failed);
    desk.tap(Confirm{});
    EXPECT_EQ(desk.all<CommitCash>().size(), 2U) << "the same ref: at most one sale";
    desk.post(CommitFailed{"sale-1", "磁盘满了"});
    desk.tap(Back{});
    ASSERT_EQ(desk.all<Abandon>().size(), 1U);
    EXPECT_EQ(desk.all<Abandon>()[0].message, "磁盘满了");
}

TEST(Free, NothingToPayIsWrittenDownAtOnce) {
    Desk none("none", 0);
    EXPECT_EQ(none.all<CommitFree>().size(), 1U);
    Desk card("senior_card", 0);
    EXPECT_EQ(card.all<CommitFree>().size(), 1U);
    EXPECT_TRUE(card.all<StartAttempt>().empty());
}

TEST(Channel, ACardShownBeforeIsNotAskedForAgain) {
    Begin begin;
    begin.ref = "sale-1";
    begin.options = {{"senior_card", quote_of(1145)}};
    begin.tender = "senior_card";
    begin.presented_kind = "jinglao";
    begin.presented_code = "62001";
    State state;
    auto effects = update(state, begin);
    ASSERT_EQ(effects.size(), 1U);
    EXPECT_EQ(std::get<StartAttempt>(effects[0]).code, "62001");
    EXPECT_EQ(std::get<StartAttempt>(effects[0]).amount.in_fen(), 1145) << "no cash rounding on a channel";
}

TEST(Channel, QrWaitsForTheCodeAndSendsOnce) {
    Desk desk("qr");
    EXPECT_EQ(desk.state.phase, Phase::waiting_code);
    EXPECT_TRUE(desk.effects.empty());
    desk.post(ScanArrived{"134567", 1500, true, ""});
    desk.post(ScanArrived{"134567", 1600, true, ""});
    EXPECT_EQ(desk.all<StartAttempt>().size(), 1U) << "a code read twice is one try";
}

TEST(Channel, ApprovedThenCommittedIsDoneAndLeavesByItself) {
    Desk desk("qr");
    desk.post(ScanArrived{"134567", 1500, true, ""});
    desk.attempt(AttemptState::sending);
    desk.attempt(AttemptState::pending, 46'000);
    EXPECT_GT(seconds_left(desk.state), 40);
    desk.attempt(AttemptState::approved);
    EXPECT_FALSE(can_change_tender(desk.state));
    EXPECT_FALSE(can_go_back(desk.state));
    desk.post(SaleCommitted{"sale-1", 9, 5000});
    EXPECT_EQ(desk.state.phase, Phase::done);
    desk.post(Tick{6000});
    EXPECT_TRUE(desk.all<Finish>().empty());
    desk.post(Tick{20'000});
    desk.post(Tick{21'000});
    EXPECT_EQ(desk.all<Finish>().size(), 1U);
}

TEST(Channel, DeviceTroubleKeepsTheScreen) {
    Desk desk("qr");
    desk.post(ScanArrived{"134567", 1500, true, ""});
    desk.attempt(AttemptState::approved);
    desk.post(SaleCommitted{"sale-1", 9, 5000});
    desk.post(DeviceTrouble{"打印机没纸了"});
    desk.post(Tick{60'000});
    EXPECT_TRUE(desk.all<Finish>().empty());
}

TEST(Channel, UnknownIsNeitherYesNorNo) {
    Desk desk("qr");
    desk.post(ScanArrived{"134567", 1500, true, ""});
    desk.attempt(AttemptState::unknown);
    EXPECT_EQ(desk.state.phase, Phase::running);
    desk.post(ScanArrived{"134567", 1700, true, ""});
    EXPECT_EQ(desk.all<StartAttempt>().size(), 1U) << "never asked again meanwhile";
    desk.tap(QueryNow{});
    desk.tap(QueryNow{});
    EXPECT_EQ(desk.all<QueryAttempt>().size(), 1U);
    desk.attempt(AttemptState::unknown);
    desk.tap(QueryNow{});
    EXPECT_EQ(desk.all<QueryAttempt>().size(), 2U);
    desk.attempt(AttemptState::approved);
    desk.post(SaleCommitted{"sale-1", 9, 9000});
    EXPECT_EQ(desk.state.phase, Phase::done);
}

TEST(Channel, QueryThatNeverAnswersCanBeAskedAgain) {
    Desk desk("qr");
    desk.post(ScanArrived{"134567", 1500, true, ""});
    desk.attempt(AttemptState::unknown);
    desk.tap(QueryNow{});
    EXPECT_FALSE(can_query(desk.state));
    desk.post(Tick{desk.state.now_ms + 6000});
    EXPECT_TRUE(can_query(desk.state));
}

TEST(Change, IsOnlyPossibleAfterGivingUp) {
    Desk desk("qr");
    desk.post(ScanArrived{"134567", 1500, true, ""});
    desk.attempt(AttemptState::pending);
    desk.tap(Choose{"cash"});
    EXPECT_EQ(desk.state.tender, "qr");
    desk.tap(ChangeTender{});
    desk.tap(ChangeTender{});
    EXPECT_EQ(desk.all<GiveUpAttempt>().size(), 1U);
    EXPECT_EQ(desk.state.phase, Phase::giving_up);
    desk.tap(Choose{"cash"});
    desk.tap(Back{});
    EXPECT_TRUE(desk.all<Abandon>().empty()) << "the till does not know yet whether money moved";
    desk.attempt(AttemptState::reversing);
    EXPECT_EQ(desk.state.phase, Phase::giving_up);
    desk.attempt(AttemptState::reversed);
    EXPECT_EQ(desk.state.phase, Phase::choosing);
    desk.tap(Choose{"cash"});
    EXPECT_EQ(desk.state.phase, Phase::cash);
    EXPECT_EQ(desk.state.due.in_fen(), 1150);
}

TEST(Change, PaidWhileGivingUpIsPaid) {
    Desk desk("qr");
    desk.post(ScanArrived{"134567", 1500, true, ""});
    desk.attempt(AttemptState::pending);
    desk.tap(ChangeTender{});
    desk.attempt(AttemptState::approved);
    desk.post(SaleCommitted{"sale-1", 9, 9000});
    EXPECT_EQ(desk.state.phase, Phase::done);
    EXPECT_TRUE(desk.all<CommitCash>().empty());
}

TEST(Change, DeclinedOffersTheOtherWays) {
    Desk desk("qr");
    desk.post(ScanArrived{"134567", 1500, true, ""});
    desk.post(AttemptChanged{"sale-1", 1, AttemptState::declined, "余额不足", 0, 2000});
    EXPECT_EQ(desk.state.phase, Phase::choosing);
    EXPECT_EQ(desk.state.message, "余额不足");
    desk.tap(Choose{"qr"});
    desk.post(ScanArrived{"134568", 2500, true, ""});
    EXPECT_EQ(desk.all<StartAttempt>().back().attempt, 2);
}

TEST(LateAnswer, OfAnotherTryOrSaleChangesNothing) {
    Desk desk("qr");
    desk.post(ScanArrived{"134567", 1500, true, ""});
    desk.attempt(AttemptState::declined);
    desk.tap(Choose{"qr"});
    desk.post(ScanArrived{"134568", 2500, true, ""});
    desk.post(AttemptChanged{"sale-1", 1, AttemptState::approved, "", 0, 3000});
    EXPECT_EQ(desk.state.phase, Phase::running) << "the first try's answer is not the second's";
    desk.post(AttemptChanged{"sale-0", 2, AttemptState::approved, "", 0, 3000});
    desk.post(SaleCommitted{"sale-0", 8, 3000});
    desk.post(CommitFailed{"sale-0", "x"});
    EXPECT_EQ(desk.state.phase, Phase::running);
    desk.attempt(AttemptState::approved);  // the control: the right one does
    EXPECT_EQ(desk.state.phase, Phase::committing);
}

TEST(Queue, MovesOnWhileAPaymentIsUnresolved) {
    Desk desk("qr");
    desk.post(ScanArrived{"134567", 1500, true, ""});
    desk.attempt(AttemptState::pending);
    EXPECT_FALSE(can_set_aside(desk.state)) << "the diner is still at it";
    desk.attempt(AttemptState::unknown);
    desk.tap(SetAside{});
    desk.tap(SetAside{});
    ASSERT_EQ(desk.all<Park>().size(), 1U);
    EXPECT_EQ(desk.all<Park>()[0].amount.in_fen(), 1145);
    desk.attempt(AttemptState::approved);
    EXPECT_NE(desk.state.phase, Phase::committing) << "this screen has let go of it";
}

TEST(Queue, ManualReviewNeverAsksTheDinerAgain) {
    Desk desk("qr");
    desk.post(ScanArrived{"134567", 1500, true, ""});
    desk.attempt(AttemptState::manual_review);
    EXPECT_EQ(desk.state.phase, Phase::review);
    EXPECT_FALSE(can_change_tender(desk.state));
    EXPECT_FALSE(can_go_back(desk.state));
    EXPECT_TRUE(can_set_aside(desk.state));
    EXPECT_TRUE(can_query(desk.state));
}

TEST(Queue, PaidButNotWrittenDownIsTriedAgainNeverCharged) {
    Desk desk("qr");
    desk.post(ScanArrived{"134567", 1500, true, ""});
    desk.attempt(AttemptState::approved);
    desk.post(CommitFailed{"sale-1", "磁盘满了"});
    EXPECT_FALSE(can_go_back(desk.state));
    EXPECT_FALSE(can_change_tender(desk.state));
    desk.tap(Confirm{});
    EXPECT_EQ(desk.all<CommitPaid>().size(), 1U);
    EXPECT_EQ(desk.all<StartAttempt>().size(), 1U);
}

TEST(Next, AScanGoesStraightToTheNextDiner) {
    Desk desk("cash");
    desk.tap(Confirm{});
    desk.post(SaleCommitted{"sale-1", 12, 2000});
    desk.post(ScanArrived{"card-2", 2500});
    desk.post(ScanArrived{"card-2", 2600});
    desk.tap(Next{});
    ASSERT_EQ(desk.all<IdentifyNext>().size(), 1U);
    EXPECT_EQ(desk.all<IdentifyNext>()[0].code, "card-2");
    EXPECT_TRUE(desk.all<Finish>().empty());
}

TEST(Next, LookupIsOneTapAway) {
    Desk desk("cash");
    desk.tap(Confirm{});
    desk.post(SaleCommitted{"sale-1", 12, 2000});
    desk.tap(LookupNext{});
    ASSERT_EQ(desk.all<Finish>().size(), 1U);
    EXPECT_TRUE(desk.all<Finish>()[0].lookup);
}

TEST(Begin, LeavesNothingOfTheFormerSale) {
    Desk desk("cash");
    desk.tap(NoteGiven{Money::fen(5000)});
    desk.tap(Confirm{});
    desk.post(SaleCommitted{"sale-1", 12, 2000});
    Begin begin;
    begin.ref = "sale-2";
    begin.options = {{"cash", quote_of(800)}};
    begin.tender = "cash";
    desk.post(begin);
    EXPECT_EQ(desk.state.ref, "sale-2");
    EXPECT_EQ(desk.state.given.in_fen(), 800);
    EXPECT_EQ(desk.state.change.in_fen(), 0);
    EXPECT_FALSE(desk.state.left);
    EXPECT_EQ(desk.state.attempt, 0);
}

}  // namespace
}  // namespace mulin::pos::tender
