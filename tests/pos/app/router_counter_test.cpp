// Between the counter and the drawer: topping up cards, opening and closing shifts, and serving that none of
// it holds up.

#include "tests/pos/app/router_bench.h"

namespace mulin::pos {
namespace {

using RouterCounter = RouterBench;
using sync::Money;

shift::OpenNow shift_of_today() { return {sync::ShiftId("S1"), "甲", {1}, Money::fen(20'000)}; }

TEST_F(RouterCounter, WhoeverSignsInWithoutAShiftCountsTheFloatFirst) {
    const auto work = router.apply(ShellIntent(StaffKnown{{sync::StaffId("C1"), "甲", sync::Role::cashier}}));
    ASSERT_EQ(of<EnsureShift>(work).size(), 1U);
    EXPECT_TRUE(of<EnsureShift>(work)[0].ask_float);
    EXPECT_EQ(state.screen, Screen::serve);
    const auto asked = router.apply(ShellIntent(NoShift{}));
    EXPECT_EQ(state.screen, Screen::shift);
    ASSERT_EQ(of<shift::LoadShift>(asked).size(), 1U);
    router.apply(shift::Intent(shift::ShiftArrived{state.shift.serial, std::nullopt}));
    for (const char digit : std::string("2")) router.apply(shift::Intent(shift::Key{digit}));
    const auto opening = of<OpenShiftNow>(router.apply(shift::Intent(shift::OpenWithFloat{})));
    ASSERT_EQ(opening.size(), 1U);
    EXPECT_EQ(opening[0].cashier, sync::StaffId("C1"));
    EXPECT_EQ(opening[0].asked.drawer_float, Money::fen(20'000));
    router.apply(shift::Intent(shift::ShiftArrived{opening[0].asked.serial, shift_of_today()}));
    EXPECT_EQ(state.screen, Screen::serve);
}

TEST_F(RouterCounter, WhoHasBegunToServeIsNotInterrupted) {
    quoted_usual();
    const auto work = router.apply(ShellIntent(NoShift{}));
    EXPECT_EQ(state.screen, Screen::serve);
    ASSERT_EQ(of<EnsureShift>(work).size(), 1U);
    EXPECT_FALSE(of<EnsureShift>(work)[0].ask_float);
}

TEST_F(RouterCounter, ServingFirstOpensADrawerWithoutAFloat) {
    sign_in();
    router.apply(ShellIntent(NoShift{}));
    router.apply(shift::Intent(shift::ShiftArrived{state.shift.serial, std::nullopt}));
    const auto work = router.apply(shift::Intent(shift::Leave{}));
    EXPECT_EQ(state.screen, Screen::serve);
    ASSERT_EQ(of<EnsureShift>(work).size(), 1U);
    EXPECT_FALSE(of<EnsureShift>(work)[0].ask_float);
}

TEST_F(RouterCounter, ADinerWhoComesDuringTheCountIsServedAndTheCountIsKept) {
    sign_in();
    router.apply(serve::Intent(serve::GoTo{serve::Place::shift}));
    router.apply(shift::Intent(shift::ShiftArrived{state.shift.serial, shift_of_today()}));
    router.apply(shift::Intent(shift::Key{'7'}));
    const auto work = router.apply(ShellIntent(ScanRead{"9310000000000001", 5}));
    EXPECT_EQ(state.screen, Screen::serve);
    EXPECT_EQ(of<IdentifyByScan>(work).size(), 1U);
    router.apply(ShellIntent(OpenShiftScreen{}));
    router.apply(shift::Intent(shift::ShiftArrived{state.shift.serial, shift_of_today()}));
    EXPECT_EQ(state.shift.counted[0], 7);
}

TEST_F(RouterCounter, ACardThatIsShownWhileTheFloatIsCountedIsSaidNotToBeUsed) {
    sign_in();
    router.apply(ShellIntent(NoShift{}));
    router.apply(shift::Intent(shift::ShiftArrived{state.shift.serial, std::nullopt}));
    EXPECT_TRUE(router.apply(ShellIntent(ScanRead{"9310000000000001", 5})).empty());
    EXPECT_GT(state.shell.scan_ignored_until_ms, 5);
    EXPECT_EQ(state.screen, Screen::shift);
}

TEST_F(RouterCounter, AfterTheCloseNobodyHasTheDrawer) {
    sign_in();
    router.apply(ShellIntent(OpenShiftScreen{}));
    router.apply(shift::Intent(shift::ShiftArrived{state.shift.serial, shift_of_today()}));
    router.apply(shift::Intent(shift::Key{'2'}));
    const auto compare = of<shift::Compare>(router.apply(shift::Intent(shift::CountDone{})));
    ASSERT_EQ(compare.size(), 1U);
    router.apply(shift::Intent(shift::Compared{compare[0].serial, Money::fen(20'000)}));
    const auto close = of<CloseShiftNow>(router.apply(shift::Intent(shift::CloseNow{})));
    ASSERT_EQ(close.size(), 1U);
    EXPECT_EQ(close[0].asked.counted[0], 2);
    router.apply(shift::Intent(shift::Closed{close[0].asked.serial, {}}));
    router.apply(shift::Intent(shift::Leave{}));
    EXPECT_EQ(state.screen, Screen::sign_in);
    EXPECT_FALSE(state.shell.staff);
}

TEST_F(RouterCounter, ACardIsToppedUpForTheDinerWhoStandsHereAndServingGoesOn) {
    quoted_usual();
    const auto work = router.apply(serve::Intent(serve::GoTo{serve::Place::top_up}));
    EXPECT_EQ(state.screen, Screen::top_up);
    ASSERT_EQ(of<top_up::LoadCards>(work).size(), 1U);
    EXPECT_EQ(of<top_up::LoadCards>(work)[0].diner, sync::DinerId("D000001"));
    const auto find = of<top_up::FindCard>(router.apply(ShellIntent(ScanRead{"9310000000000001", 5})));
    ASSERT_EQ(find.size(), 1U);
    top_up::CardShown card;
    card.key = "k";
    router.apply(top_up::Intent(top_up::CardArrived{find[0].serial, card}));
    router.apply(top_up::Intent(top_up::Preset{Money::fen(10'000)}));
    const auto taken = of<TakeTopUp>(router.apply(top_up::Intent(top_up::Confirm{})));
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(taken[0].cashier, sync::StaffId("C1"));
    router.apply(top_up::Intent(top_up::Done{taken[0].asked.serial, {}}));
    router.apply(top_up::Intent(top_up::Leave{}));
    EXPECT_EQ(state.screen, Screen::serve);
    EXPECT_TRUE(state.serve.diner) << "the slip is as it was";
}

}  // namespace
}  // namespace mulin::pos
