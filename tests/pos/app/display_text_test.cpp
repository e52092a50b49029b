// What the diner's side is told: the order and its money, never who somebody is or why they pay less.

#include "pos/app/display_text.h"
#include "tests/pos/app/router_bench.h"

namespace mulin::pos {
namespace {

using payment::AttemptState;
using sync::Money;

struct DisplayTextTest : RouterBench {
    void SetUp() override {
        auto read = text::Catalogue::load("assets/text", text::Language::zh_cn);
        ASSERT_TRUE(read) << read.error().message;
        words.emplace(std::move(*read));
        state.shell.site_zh = "殷行 · 欣益睦邻小厨";
    }
    display::State shown() const { return display_of(state, *words); }
    void pay(const char* tender) {
        quoted_usual();
        router.apply(serve::Intent(serve::Pay{tender}));
    }
    void answer(AttemptState to, std::int64_t deadline_ms = 0) {
        router.apply(tender::Intent(tender::AttemptChanged{state.tender.ref, state.tender.attempt, to, "SYSTEM_BUSY", deadline_ms, 1'000, {}, {}}));
    }
    std::optional<text::Catalogue> words;
};

TEST_F(DisplayTextTest, WelcomesUntilSomethingIsOnTheSlip) {
    EXPECT_EQ(shown().phase, display::Phase::idle);
    EXPECT_EQ(shown().title, "殷行 · 欣益睦邻小厨");
    quoted_usual();
    EXPECT_EQ(shown().phase, display::Phase::choosing);
    ASSERT_EQ(shown().lines.size(), 1U);
    EXPECT_EQ(shown().lines[0].name, "套餐A");
    EXPECT_EQ(shown().due, Money::fen(1500));
}

TEST_F(DisplayTextTest, ShowsTheCashAndTheBalanceOfATopUp) {
    state.screen = Screen::top_up;
    EXPECT_EQ(shown().phase, display::Phase::idle) << "no card yet";
    top_up::CardShown card;
    card.name = "王秀英";
    card.balance = Money::fen(2'000);
    state.top_up.phase = top_up::Phase::choosing;
    state.top_up.card = card;
    EXPECT_EQ(shown().phase, display::Phase::idle) << "no amount yet";
    state.top_up.digits = "80";
    EXPECT_EQ(shown().phase, display::Phase::paying);
    EXPECT_EQ(shown().due, Money::fen(8'000));
    ASSERT_EQ(shown().lines.size(), 2U);
    EXPECT_EQ(shown().lines[1].amount, Money::fen(10'000));
    state.top_up.phase = top_up::Phase::done;
    state.top_up.done = top_up::ToppedUp{"0001", "王秀英", Money::fen(8'000), Money::fen(2'000), std::nullopt, false};
    EXPECT_EQ(shown().phase, display::Phase::done);
    EXPECT_EQ(shown().change, Money::fen(2'000));
    EXPECT_EQ(shown().lines.size(), 1U) << "no balance is made up";
    EXPECT_EQ(shown().title.find("王秀英"), std::string::npos);
}

TEST_F(DisplayTextTest, IsIdleWhileStaffLookAtFiguresReviewsAndRefunds) {
    quoted_usual();
    for (const Screen screen : {Screen::day_report, Screen::review, Screen::refund, Screen::correct, Screen::lookup, Screen::sign_in}) {
        state.screen = screen;
        EXPECT_EQ(shown().phase, display::Phase::idle) << screen_name(screen);
    }
}

TEST_F(DisplayTextTest, NamesNobodyAndGivesNoReason) {
    pay("senior_card");
    for (const auto to : {AttemptState::pending, AttemptState::unknown, AttemptState::manual_review}) {
        answer(to);
        const auto now = shown();
        for (const std::string& said : {now.title, now.hint}) {
            EXPECT_EQ(said.find("王秀英"), std::string::npos) << said;
            EXPECT_EQ(said.find("SYSTEM_BUSY"), std::string::npos) << "what the channel says is for staff";
        }
    }
}

TEST_F(DisplayTextTest, AsksForNoMoneyWhileItIsNotKnownWhetherItWasPaid) {
    pay("senior_card");
    answer(AttemptState::pending);
    EXPECT_EQ(shown().phase, display::Phase::paying);
    answer(AttemptState::unknown);
    EXPECT_EQ(shown().phase, display::Phase::wait);
    EXPECT_EQ(shown().hint, (*words)(text::Msg::display_wait_what));
    answer(AttemptState::manual_review);
    EXPECT_EQ(shown().phase, display::Phase::wait);
}

TEST_F(DisplayTextTest, ShowsACodeWithItsTimeAndTakesItAwayWithTheTry) {
    state.shell.can_present = true;
    pay("qr");
    router.apply(tender::Intent(tender::ShowCode{}));
    router.apply(tender::Intent(tender::ProgressArrived{"R1", 1, {payment::Phase::presented, "PAY ME"}}));
    answer(AttemptState::pending, 31'000);
    EXPECT_EQ(shown().code, "PAY ME");
    EXPECT_EQ(shown().seconds_left, 30);
    router.apply(tender::Intent(tender::ChangeTender{}));
    EXPECT_EQ(shown().code, "") << "nobody pays what is being cancelled";
    EXPECT_EQ(shown().phase, display::Phase::wait);
}

TEST_F(DisplayTextTest, AfterAPartItShowsWhatIsStillToPay) {
    pay("cash");
    router.apply(tender::Intent(tender::OpenKeypad{}));
    for (const char key : std::string("400")) router.apply(tender::Intent(tender::GivenKey{key}));
    router.apply(tender::Intent(tender::TakePart{}));
    router.apply(tender::Intent(tender::PartTaken{"R1", 1}));
    EXPECT_EQ(shown().due, Money::fen(1100));
    ASSERT_EQ(shown().taken.size(), 1U);
    EXPECT_EQ(shown().taken[0].amount, Money::fen(400));
}

TEST_F(DisplayTextTest, TheEndSaysThanksAndTheChange) {
    pay("cash");
    router.apply(tender::Intent(tender::NoteGiven{Money::fen(2000)}));
    router.apply(tender::Intent(tender::Confirm{}));
    EXPECT_NE(shown().phase, display::Phase::done) << "not before it is written down";
    SaleDone done;
    done.ref = "R1";
    router.apply(ShellIntent(done));
    EXPECT_EQ(shown().phase, display::Phase::done);
    EXPECT_EQ(shown().change, Money::fen(500));
    EXPECT_EQ(shown().due, Money::fen(1500));
}

}  // namespace
}  // namespace mulin::pos
