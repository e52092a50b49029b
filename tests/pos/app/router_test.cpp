// The router joins screens: what one screen asks for opens the right other one, and nothing that
// belongs to one sale lands on another.

#include "tests/pos/app/router_bench.h"

namespace mulin::pos {
namespace {

using sync::Money;
using RouterTest = RouterBench;

TEST_F(RouterTest, NothingButSignInBeforeSomebodySignedIn) {
    EXPECT_EQ(state.screen, Screen::sign_in);
    router.apply(ShellIntent(OpenToday{}));
    EXPECT_EQ(state.screen, Screen::sign_in);
    sign_in();
    EXPECT_EQ(state.screen, Screen::serve);
}

TEST_F(RouterTest, OneTapOnThePayKeyServesARegularByCard) {
    quoted_usual();
    const auto work = router.apply(serve::Intent(serve::Pay{"senior_card"}));
    EXPECT_EQ(state.screen, Screen::tender);
    const auto started = of<StartAttempt>(work);
    ASSERT_EQ(started.size(), 1U);
    EXPECT_EQ(started[0].start.amount, Money::fen(1500));
    EXPECT_EQ(started[0].sale.order.diner, sync::DinerId("D000001"));
}

TEST_F(RouterTest, SecondTapOnThePayKeyDoesNothing) {
    quoted_usual();
    router.apply(serve::Intent(serve::Pay{"senior_card"}));
    const auto again = router.apply(serve::Intent(serve::Pay{"senior_card"}));
    EXPECT_TRUE(of<StartAttempt>(again).empty());
    EXPECT_EQ(refs, 1);
}

TEST_F(RouterTest, ACashSaleIsCommittedOnceAndTheNextDinerStartsClean) {
    quoted_usual();
    router.apply(serve::Intent(serve::Pay{"cash"}));
    const auto first = router.apply(tender::Intent(tender::Confirm{}));
    ASSERT_EQ(of<CommitCash>(first).size(), 1U);
    EXPECT_TRUE(of<CommitCash>(router.apply(tender::Intent(tender::Confirm{}))).empty());
    SaleDone done;
    done.ref = "R1";
    done.sale.ref = "R1";
    done.sale.paid = Money::fen(1500);
    router.apply(ShellIntent(done));
    EXPECT_EQ(state.tender.phase, tender::Phase::done);
    router.apply(tender::Intent(tender::Next{}));
    EXPECT_EQ(state.screen, Screen::serve);
    EXPECT_FALSE(state.serve.diner.has_value());
    EXPECT_FALSE(state.sale.has_value());
}

TEST_F(RouterTest, ALateSaleOfAnotherRefIsANoticeAndTouchesNoOpenSlip) {
    quoted_usual();
    SaleDone done;
    done.ref = "R-earlier";
    done.was_parked = true;
    done.sale.paid = Money::fen(900);
    router.apply(ShellIntent(done));
    EXPECT_TRUE(state.serve.diner.has_value());
    ASSERT_FALSE(state.serve.notices.empty());
    EXPECT_EQ(state.serve.notices.back().kind, serve::NoticeKind::payment_found);
}

TEST_F(RouterTest, NobodySignsOutWhileMoneyIsUnderWay) {
    quoted_usual();
    router.apply(serve::Intent(serve::Pay{"senior_card"}));
    router.apply(ShellIntent(SignOut{}));
    EXPECT_EQ(state.screen, Screen::tender);
    EXPECT_TRUE(state.shell.staff.has_value());
}

TEST_F(RouterTest, AScanGoesToTheScreenOnTop) {
    sign_in();
    EXPECT_EQ(of<IdentifyByScan>(router.apply(ShellIntent(ScanRead{"9310000000000001", 0}))).size(), 1U);
    router.apply(serve::Intent(serve::ChangeDiner{}));
    EXPECT_EQ(state.screen, Screen::lookup);
    const auto work = of<IdentifyByScan>(router.apply(ShellIntent(ScanRead{"9310000000000002", 0})));
    ASSERT_EQ(work.size(), 1U);
    EXPECT_TRUE(work[0].from_lookup);
}

}  // namespace
}  // namespace mulin::pos
