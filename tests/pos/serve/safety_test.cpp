// What must never happen at the counter: a double tap that sells twice, an old answer on a new slip,
// a price nobody saw, something sold that is gone.

#include <gtest/gtest.h>

#include <type_traits>

#include "tests/pos/serve/serve_steps.h"

namespace mulin::pos::serve {
namespace {

TEST(DoubleTap, PayStartsOneTender) {
    Counter counter;
    counter.scan(regular());
    counter.tap(Pay{"cash"});
    counter.tap(Pay{"cash"});
    counter.tap(Pay{"qr"});
    EXPECT_EQ(counter.all<StartTender>().size(), 1U);
}

TEST(DoubleTap, UsualIsAddedOnce) {
    Counter counter;
    counter.scan(regular());
    counter.tap(TapUsual{});
    counter.tap(TapUsual{});
    EXPECT_EQ(chosen_count(counter.state, sync::ItemId("set-a")), 1);
}

TEST(DoubleTap, TilesCountEachTap) {  // the control: two portions are two taps
    Counter counter;
    counter.scan(regular());
    counter.tap(TapItem{sync::ItemId("rice")});
    counter.tap(TapItem{sync::ItemId("rice")});
    EXPECT_EQ(chosen_count(counter.state, sync::ItemId("rice")), 2);
}

TEST(WhileTendering, NothingChangesTheSlip) {
    Counter counter;
    counter.scan(regular());
    counter.tap(Pay{"cash"});
    const auto before = slip_lines(counter.state);
    const auto effects = counter.effects.size();
    counter.tap(TapItem{sync::ItemId("pork")});
    counter.tap(UndoStep{});
    counter.tap(ClearBasket{});
    counter.tap(ChangeDiner{});
    counter.tap(ServeGuest{});
    counter.tap(SetService{sync::Service::delivery});
    counter.post(ScanArrived{"another"});
    counter.post(DinerIdentified{0, regular("D000009"), {}});
    counter.post(MenuArrived{sync::Meal::lunch, {}});
    EXPECT_EQ(effects, counter.effects.size());
    EXPECT_EQ(counter.state.diner->id.text(), "D000001");
    EXPECT_EQ(slip_lines(counter.state), before);
    ASSERT_EQ(before.size(), 1U);
}

TEST(LateAnswers, AnOldQuoteNeverLandsOnANewerSlip) {
    Counter counter;
    counter.answer_quotes = false;
    counter.scan(regular());
    const auto old_ask = *counter.last<RequestQuote>();
    counter.tap(TapItem{sync::ItemId("set-b")});
    const auto new_ask = *counter.last<RequestQuote>();
    counter.answer(old_ask);
    EXPECT_EQ(shown_quote(counter.state), nullptr);
    EXPECT_FALSE(can_pay(counter.state));
    counter.answer(new_ask);
    EXPECT_TRUE(can_pay(counter.state));
    EXPECT_EQ(due_fen(counter), 1440);
    counter.answer(old_ask);
    EXPECT_EQ(due_fen(counter), 1440);
}

TEST(LateAnswers, NoPayWhileThePriceIsUnknown) {
    Counter counter;
    counter.answer_quotes = false;
    counter.scan(regular());
    counter.tap(Pay{"cash"});
    EXPECT_FALSE(counter.last<StartTender>());
}

TEST(LateAnswers, AnOldIdentificationNeverReplacesANewerOne) {
    Counter counter;
    counter.post(ScanArrived{"first"});
    const auto first = counter.state.scan_serial;
    counter.post(ScanArrived{"second"});
    counter.post(DinerIdentified{counter.state.scan_serial, regular("D000002"), {}});
    counter.post(DinerIdentified{first, regular("D000001"), {}});
    counter.post(ScanUnknown{first, false});
    EXPECT_EQ(counter.state.diner->id.text(), "D000002");
    EXPECT_FALSE(counter.told(NoticeKind::unknown_card));
}

TEST(LateAnswers, IdentificationAfterGuestWasChosenIsDropped) {
    Counter counter;
    counter.post(ScanArrived{"slow"});
    const auto serial = counter.state.scan_serial;
    counter.tap(ServeGuest{});
    counter.post(DinerIdentified{serial, regular(), {}});
    EXPECT_EQ(counter.state.who, Who::guest);
}

TEST(LateAnswers, NoPayWhileACardIsBeingRead) {
    Counter counter;
    counter.scan(regular("D000001"));
    counter.post(ScanArrived{"next in the queue"});
    counter.tap(Pay{"senior_card"});
    EXPECT_FALSE(counter.last<StartTender>()) << "whose meal would it be?";
}

TEST(LateAnswers, ASaleFoundLaterLeavesTheNextSlipAlone) {
    Counter counter;
    counter.scan(regular("D000001"));
    counter.tap(Pay{"qr"});
    counter.post(SaleSetAside{"12.00"});
    EXPECT_TRUE(counter.told(NoticeKind::payment_set_aside));
    counter.scan(regular("D000002"));
    EXPECT_TRUE(counter.told(NoticeKind::payment_set_aside)) << "told until put away";
    counter.tap(TapItem{sync::ItemId("soup")});
    counter.post(SaleCommitted{{"r1", "王秀英", "qr", sync::Money::fen(1200), {}, 7}});
    EXPECT_EQ(counter.state.diner->id.text(), "D000002");
    EXPECT_EQ(chosen_count(counter.state, sync::ItemId("soup")), 1);
    counter.tap(DismissNotice{NoticeKind::payment_set_aside});
    EXPECT_FALSE(counter.told(NoticeKind::payment_set_aside));
}

TEST(Menu, SoldOutMeanwhileLeavesTheSlipAndSaysSo) {
    Counter counter;
    counter.scan(regular());
    counter.tap(TapItem{sync::ItemId("pork")});
    counter.tap(TapItem{sync::ItemId("soup")});
    auto menu = lunch_menu();
    for (auto& offered : menu) offered.sold_out = offered.id.text() == "pork";
    counter.post(MenuArrived{sync::Meal::lunch, menu});
    EXPECT_TRUE(counter.told(NoticeKind::sold_out));
    EXPECT_EQ(chosen_count(counter.state, sync::ItemId("pork")), 0);
    EXPECT_EQ(due_fen(counter), 160) << "and the price is of what is left";
    counter.tap(TapItem{sync::ItemId("pork")});
    EXPECT_EQ(chosen_count(counter.state, sync::ItemId("pork")), 0);
}

TEST(Menu, SoldOutUsualIsNotOffered) {
    Counter counter;
    auto menu = lunch_menu();
    for (auto& offered : menu) offered.sold_out = offered.id.text() == "set-a";
    counter.post(MenuArrived{sync::Meal::lunch, menu});
    counter.scan(regular());
    EXPECT_TRUE(counter.told(NoticeKind::usual_unavailable));
    counter.tap(Pay{"senior_card"});
    EXPECT_FALSE(counter.last<StartTender>());
}

TEST(Menu, UsualSoldOutWhileOffered) {
    Counter counter;
    counter.scan(regular());
    auto menu = lunch_menu();
    for (auto& offered : menu) offered.sold_out = offered.id.text() == "set-a";
    counter.post(MenuArrived{sync::Meal::lunch, menu});
    EXPECT_FALSE(can_pay(counter.state));
    EXPECT_TRUE(counter.told(NoticeKind::usual_unavailable));
}

TEST(Menu, ChangedPriceIsToldAndAskedAnew) {
    Counter counter;
    counter.scan(regular());
    counter.tap(TapUsual{});
    auto menu = lunch_menu();
    for (auto& offered : menu) {
        if (offered.id.text() == "set-a") offered.price = sync::Money::fen(1600);
    }
    counter.post(MenuArrived{sync::Meal::lunch, menu});
    EXPECT_TRUE(counter.told(NoticeKind::price_changed));
    EXPECT_EQ(due_fen(counter), 1280);
}

TEST(Menu, SetMealsComeFirst) {
    Counter counter;
    const auto shown = tiles(counter.state);
    EXPECT_EQ(shown[0].id.text(), "set-a");
    EXPECT_EQ(shown[1].id.text(), "set-b");
    counter.tap(SetTab{Tab::soup_staple});
    for (const auto& offered : tiles(counter.state)) {
        EXPECT_TRUE(offered.item_class == sync::ItemClass::soup || offered.item_class == sync::ItemClass::staple);
    }
}

TEST(Menu, MarkingSoldOutSellsNothing) {
    Counter counter;
    counter.scan(regular());
    counter.tap(ToggleMore{});
    counter.tap(ToggleMarking{});
    counter.tap(TapItem{sync::ItemId("pork")});
    ASSERT_TRUE(counter.last<SetSoldOut>());
    EXPECT_TRUE(counter.last<SetSoldOut>()->sold_out);
    EXPECT_EQ(chosen_count(counter.state, sync::ItemId("pork")), 0);
}

TEST(Weighed, AsksForTheWeightFirst) {
    Counter counter;
    counter.scan(regular());
    counter.tap(TapItem{sync::ItemId("fruit")});
    ASSERT_TRUE(counter.state.weighing);
    EXPECT_FALSE(can_pay(counter.state)) << "not for the usual while a weight is being typed";
    for (char key : std::string("350")) counter.tap(WeightKey{key});
    counter.tap(WeightDone{});
    ASSERT_EQ(slip_lines(counter.state).size(), 1U);
    EXPECT_EQ(slip_lines(counter.state)[0].weight_g, 350);
}

TEST(Refusal, SellsAtFullPriceOnlyWhenAsked) {
    Counter counter;
    counter.answer_quotes = false;
    counter.scan(regular());
    sync::Quote refused;
    refused.list = refused.paid = sync::Money::fen(1500);
    refused.refused = sync::Refusal{"one_meal_card", "这张卡今天已经用过", "this card was used today"};
    counter.post(QuoteArrived{counter.state.serial, {{"senior_card", refused}, {"cash", refused}}});
    EXPECT_TRUE(counter.told(NoticeKind::refused));
    counter.tap(Pay{"cash"});
    EXPECT_FALSE(counter.last<StartTender>());
    counter.answer_quotes = true;
    counter.tap(SellAtFullPrice{});
    EXPECT_TRUE(counter.last<RequestQuote>()->full_price);
    counter.tap(Pay{"cash"});
    ASSERT_TRUE(counter.last<StartTender>());
    EXPECT_TRUE(counter.last<StartTender>()->full_price);
}

TEST(Refusal, FullPriceDoesNotStickToAnotherOrder) {
    Counter counter;
    counter.scan(regular());
    counter.state.full_price = true;
    counter.tap(TapItem{sync::ItemId("soup")});
    EXPECT_FALSE(counter.last<RequestQuote>()->full_price);
}

TEST(Trouble, UnknownAndBlockedCardsAreToldApart) {
    Counter counter;
    counter.post(ScanArrived{"x"});
    counter.post(ScanUnknown{counter.state.scan_serial, false});
    EXPECT_TRUE(counter.told(NoticeKind::unknown_card));
    counter.post(ScanArrived{"y"});
    counter.post(ScanUnknown{counter.state.scan_serial, true});
    EXPECT_TRUE(counter.told(NoticeKind::blocked_card));
    EXPECT_FALSE(counter.told(NoticeKind::unknown_card));
}

TEST(Trouble, PayBeforeAnybodyIsIdentifiedSaysWhatToDo) {
    Counter counter;
    counter.tap(TapItem{sync::ItemId("set-a")});
    counter.tap(Pay{"cash"});
    EXPECT_FALSE(counter.last<StartTender>());
    EXPECT_TRUE(counter.told(NoticeKind::not_identified));
}

TEST(Trouble, FailedCommitComesBackToTheSameSlip) {
    Counter counter;
    counter.scan(regular());
    counter.tap(Pay{"cash"});
    counter.post(TenderAbandoned{"磁盘满了，这一笔没有卖出"});
    EXPECT_TRUE(counter.told(NoticeKind::commit_failed));
    EXPECT_TRUE(can_pay(counter.state));
    counter.tap(Pay{"cash"});
    EXPECT_EQ(counter.all<StartTender>().size(), 2U);
}

TEST(Trouble, FailedQuoteCanBeAskedAgain) {
    Counter counter;
    counter.answer_quotes = false;
    counter.scan(regular());
    counter.post(QuoteFailed{counter.state.serial, "规则文件坏了，请换回昨天的"});
    EXPECT_TRUE(counter.told(NoticeKind::quote_failed));
    EXPECT_FALSE(can_pay(counter.state));
    counter.answer_quotes = true;
    counter.tap(RetryQuote{});
    EXPECT_TRUE(can_pay(counter.state));
}

TEST(Trouble, OfflineAndTrainingStandWithoutBlockingASale) {
    Counter counter;
    counter.post(StandingNotices{{{NoticeKind::offline_long, "3"}, {NoticeKind::training, ""}}});
    counter.scan(regular());
    counter.tap(Pay{"cash"});
    EXPECT_TRUE(counter.last<StartTender>());
    counter.post(SaleCommitted{});
    EXPECT_EQ(counter.state.standing.size(), 2U);
}

// The aid class and its kin exist in sync::Diner; no view-model may have a place for them.
template <class T>
concept KnowsAid = requires(T t) { t.aid; } || requires(T t) { t.aid_class; } || requires(T t) { t.disability_grade; } ||
                   requires(T t) { t.care; } || requires(T t) { t.living; } || requires(T t) { t.tags; };

struct Control {
    std::vector<std::string> aid;
};
static_assert(KnowsAid<Control>, "the concept finds what it looks for");
static_assert(KnowsAid<sync::QuoteDiner>);
static_assert(!KnowsAid<State> && !KnowsAid<DinerCard> && !KnowsAid<Step> && !KnowsAid<Notice> &&
              !KnowsAid<LastSale> && !KnowsAid<StartTender> && !KnowsAid<RequestQuote>);

}  // namespace
}  // namespace mulin::pos::serve
