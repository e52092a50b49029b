// The most frequent moments at the counter, walked as plain intents:
//  1 a regular with a card takes the usual            one tap
//  2 a regular pays cash                              one tap here, two on the tender screen
//  3 the usual and something more                     usual, tile, pay
//  4 somebody without a usual                         tile, pay
//  5 the dish first, the card after                   the lines stay
//  6 a guest                                          guest, tile, pay
//  7 a wrong tile                                     undo
//  8 take-away                                        service, pay
//  9 found by hand instead of by card                 lookup, pay
// 10 the payer's code scanned at once                 no tap
// 11 a second meal                                    never by one tap
// 12 the wrong person                                 change, nothing of theirs stays

#include <gtest/gtest.h>

#include "tests/pos/serve/serve_steps.h"

namespace mulin::pos::serve {
namespace {

TEST(Moments, RegularWithCardIsServedByOneTap) {
    Counter counter;
    counter.scan(regular());
    EXPECT_TRUE(slip_is_usual(counter.state));
    EXPECT_EQ(due_fen(counter), 1200);
    counter.tap(Pay{preferred_tender(counter.state)});
    auto start = counter.last<StartTender>();
    ASSERT_TRUE(start);
    EXPECT_EQ(counter.taps, 1);
    EXPECT_EQ(start->tender, "senior_card");
    EXPECT_EQ(start->diner->text(), "D000001");
    ASSERT_EQ(start->lines.size(), 1U);
    EXPECT_EQ(start->lines[0].item.text(), "set-a");
    EXPECT_EQ(start->presented.kind, "jinglao") << "the card need not be shown twice";
    EXPECT_EQ(start->category, sync::Category::first);
    EXPECT_EQ(start->quotes.front().quote.paid.in_fen(), 1200);
}

TEST(Moments, RegularPaysCashWithOneTapHere) {
    Counter counter;
    counter.scan(regular());
    counter.tap(Pay{"cash"});
    ASSERT_TRUE(counter.last<StartTender>());
    EXPECT_EQ(counter.last<StartTender>()->tender, "cash");
    EXPECT_EQ(counter.taps, 1);
}

TEST(Moments, UsualAndSoup) {
    Counter counter;
    counter.scan(regular());
    counter.tap(TapUsual{});
    counter.tap(TapItem{sync::ItemId("soup")});
    EXPECT_EQ(due_fen(counter), 1360);
    counter.tap(Pay{"senior_card"});
    EXPECT_EQ(counter.last<StartTender>()->lines.size(), 2U);
}

TEST(Moments, AnotherTileReplacesTheOfferedUsual) {
    Counter counter;
    counter.scan(regular());
    counter.tap(TapItem{sync::ItemId("set-b")});
    ASSERT_EQ(slip_lines(counter.state).size(), 1U);
    EXPECT_EQ(slip_lines(counter.state)[0].item.id.text(), "set-b");
}

TEST(Moments, WithoutUsualATileAndPay) {
    Counter counter;
    counter.scan(diner("D000002"));
    EXPECT_TRUE(slip_lines(counter.state).empty());
    EXPECT_FALSE(can_pay(counter.state));
    counter.tap(TapItem{sync::ItemId("set-b")});
    counter.tap(Pay{"qr"});
    EXPECT_EQ(counter.taps, 2);
    EXPECT_EQ(counter.last<StartTender>()->tender, "qr");
}

TEST(Moments, DishFirstCardAfterKeepsTheLines) {
    Counter counter;
    counter.tap(TapItem{sync::ItemId("set-b")});
    EXPECT_FALSE(can_pay(counter.state));
    counter.scan(regular());
    EXPECT_EQ(slip_lines(counter.state)[0].item.id.text(), "set-b");
    EXPECT_EQ(due_fen(counter), 1440) << "priced for the diner now";
    counter.tap(Pay{"senior_card"});
    EXPECT_TRUE(counter.last<StartTender>());
}

TEST(Moments, GuestPaysTheListPrice) {
    Counter counter;
    counter.tap(ServeGuest{});
    counter.tap(TapItem{sync::ItemId("set-a")});
    EXPECT_EQ(due_fen(counter), 1500);
    EXPECT_NE(preferred_tender(counter.state), "senior_card");
    counter.tap(Pay{"cash"});
    auto start = counter.last<StartTender>();
    ASSERT_TRUE(start);
    EXPECT_FALSE(start->diner);
    EXPECT_EQ(start->category, sync::Category::guest);
}

TEST(Moments, StaffMealIsRecordedAsSuch) {
    Counter counter;
    counter.tap(ServeStaff{});
    counter.tap(TapItem{sync::ItemId("set-a")});
    counter.tap(Pay{"cash"});
    EXPECT_EQ(counter.last<StartTender>()->category, sync::Category::staff);
}

TEST(Moments, WrongTileIsUndoneStepByStep) {
    Counter counter;
    counter.scan(regular());
    counter.tap(TapUsual{});
    counter.tap(TapItem{sync::ItemId("pork")});
    counter.tap(TapItem{sync::ItemId("pork")});
    counter.tap(UndoStep{});
    EXPECT_EQ(chosen_count(counter.state, sync::ItemId("pork")), 1);
    counter.tap(UndoStep{});
    counter.tap(UndoStep{});
    EXPECT_TRUE(slip_is_usual(counter.state)) << "back where the card had brought us";
    EXPECT_EQ(due_fen(counter), 1200);
}

TEST(Moments, ClearCanBeUndoneToo) {
    Counter counter;
    counter.scan(regular());
    counter.tap(TapItem{sync::ItemId("pork")});
    counter.tap(ClearBasket{});
    EXPECT_TRUE(slip_lines(counter.state).empty());
    counter.tap(UndoStep{});
    EXPECT_EQ(chosen_count(counter.state, sync::ItemId("pork")), 1);
}

TEST(Moments, TakeAwayIsAskedAnew) {
    Counter counter;
    counter.scan(regular());
    counter.tap(SetService{sync::Service::take_away});
    EXPECT_EQ(counter.last<RequestQuote>()->service, sync::Service::take_away);
    counter.tap(Pay{"senior_card"});
    EXPECT_EQ(counter.last<StartTender>()->service, sync::Service::take_away);
}

TEST(Moments, FoundByHandIsServedByOneTapToo) {
    Counter counter;
    counter.tap(ChangeDiner{});
    EXPECT_TRUE(counter.last<OpenLookup>());
    counter.post(DinerIdentified{0, regular(), {}});
    counter.taps = 0;
    counter.tap(Pay{"cash"});
    EXPECT_EQ(counter.taps, 1);
    EXPECT_TRUE(counter.last<StartTender>());
}

TEST(Moments, PayersCodeStartsThePaymentWithoutATap) {
    Counter counter;
    counter.scan(regular());
    counter.post(ScanArrived{"134567890123456789"});
    counter.post(ScanIsPaymentCode{counter.state.scan_serial, "134567890123456789"});
    auto start = counter.last<StartTender>();
    ASSERT_TRUE(start);
    EXPECT_EQ(start->tender, "qr");
    EXPECT_EQ(start->payment_code, "134567890123456789");
    EXPECT_EQ(counter.taps, 0);
}

TEST(Moments, PayersCodeWithNothingToPaySaysSo) {
    Counter counter;
    counter.post(ScanArrived{"134567890123456789"});
    counter.post(ScanIsPaymentCode{counter.state.scan_serial, "134567890123456789"});
    EXPECT_FALSE(counter.last<StartTender>());
    EXPECT_TRUE(counter.told(NoticeKind::payment_code_early));
}

TEST(Moments, SecondMealIsNeverOneTap) {
    Counter counter;
    auto again = regular();
    again.standing = Standing::second_meal;
    again.category = sync::Category::second;
    counter.scan(again);
    EXPECT_TRUE(counter.told(NoticeKind::second_meal));
    counter.tap(Pay{"senior_card"});
    EXPECT_FALSE(counter.last<StartTender>()) << "a card read twice must not sell a second meal";
    counter.tap(TapUsual{});
    counter.tap(Pay{"senior_card"});
    ASSERT_TRUE(counter.last<StartTender>());
    EXPECT_EQ(counter.last<StartTender>()->category, sync::Category::second);
}

TEST(Moments, TheWrongPersonLeavesNothingBehind) {
    Counter counter;
    counter.scan(regular("D000001"));
    counter.tap(TapItem{sync::ItemId("pork")});
    counter.tap(ChangeDiner{});
    EXPECT_EQ(counter.state.who, Who::nobody);
    EXPECT_TRUE(counter.state.basket.empty());
    EXPECT_TRUE(counter.state.presented.code.empty()) << "nor may their card pay for the next";
    counter.tap(UndoStep{});
    EXPECT_EQ(counter.state.diner->id.text(), "D000001") << "but one step brings them back";
}

TEST(Moments, NextCardTakesOverFromAnUnpaidOne) {
    Counter counter;
    counter.scan(regular("D000001"));
    counter.tap(TapItem{sync::ItemId("pork")});
    counter.scan(regular("D000002"));
    EXPECT_EQ(counter.state.diner->id.text(), "D000002");
    EXPECT_EQ(chosen_count(counter.state, sync::ItemId("pork")), 0);
}

TEST(Moments, NothingToPayIsOneKey) {
    Counter counter;
    counter.off_per_hundred = 100;
    counter.scan(regular());
    EXPECT_TRUE(nothing_to_pay(counter.state));
    counter.tap(Pay{"senior_card"});
    EXPECT_EQ(counter.last<StartTender>()->tender, "none");
}

TEST(Moments, AfterTheSaleTheCounterIsFreeAndSaysWhatWasPaid) {
    Counter counter;
    counter.scan(regular());
    counter.tap(Pay{"cash"});
    LastSale sale{"r1", "王秀英", "cash", sync::Money::fen(1200), sync::Money::fen(800), 12};
    counter.post(SaleCommitted{sale});
    EXPECT_EQ(counter.state.who, Who::nobody);
    EXPECT_TRUE(slip_lines(counter.state).empty());
    EXPECT_TRUE(counter.state.history.empty()) << "undo never reaches into a finished sale";
    EXPECT_EQ(counter.state.last_sale, sale);
    EXPECT_FALSE(counter.state.menu.empty());
}

}  // namespace
}  // namespace mulin::pos::serve
