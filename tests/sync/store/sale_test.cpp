// A sale at the till: written once, found again, undone once, counted right.

#include <gtest/gtest.h>

#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using namespace test;

TEST(StoreSale, IsFoundAgainAfterTheProgramStartsAnew) {
    StoreBench bench;
    const Sale sale = store_sale("a1");
    const auto done = bench.store->commit_sale(sale);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_FALSE(done->repeated);
    EXPECT_EQ(done->key.till, TillId("T001"));
    EXPECT_EQ(done->key.seq, 2);  // 1 opened the epoch
    bench.reopen();
    const auto found = bench.store->find_sale(done->key);
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->sale, sale);
    EXPECT_EQ((*found)->key, done->key);
    EXPECT_FALSE((*found)->voided_by);
    const auto by_ref = bench.store->find_sale_by_ref("a1");
    ASSERT_TRUE(by_ref && *by_ref);
    EXPECT_EQ((*by_ref)->key, done->key);
}

TEST(StoreSale, TheSameRefIsOneSaleAlsoAfterAStart) {
    StoreBench bench;
    const auto first = bench.store->commit_sale(store_sale("a1"));
    ASSERT_TRUE(first);
    for (int i = 0; i < 2; ++i) {
        const auto again = bench.store->commit_sale(store_sale("a1"));
        ASSERT_TRUE(again);
        EXPECT_TRUE(again->repeated);
        EXPECT_EQ(again->key, first->key);
        EXPECT_EQ(again->stored, store_sale("a1"));
        bench.reopen();
    }
    EXPECT_EQ(bench.store->day_report(kStoreTestDay)->total.sales, 1);
}

TEST(StoreSale, EachStartOpensItsOwnEpochAndTheChainGoesOn) {
    StoreBench bench;
    const auto first = bench.store->commit_sale(store_sale("a1"));
    bench.clock.advance_ms(1000);
    bench.reopen();
    const auto second = bench.store->commit_sale(store_sale("a2", "D000002"));
    ASSERT_TRUE(first && second);
    EXPECT_NE(first->key.epoch, second->key.epoch);
    EXPECT_EQ(second->key.seq, 2);
    const auto epochs = bench.store->epochs();
    ASSERT_TRUE(epochs);
    ASSERT_EQ(epochs->size(), 2u);
    EXPECT_FALSE((*epochs)[0].parent);
    ASSERT_TRUE((*epochs)[1].parent);
    EXPECT_EQ((*epochs)[1].parent->epoch, first->key.epoch);
    EXPECT_TRUE(bench.store->verify());
}

TEST(StoreSale, AnAmountThatDoesNotAddUpIsRefusedAndLeavesNothing) {
    StoreBench bench;
    Sale sale = store_sale("a1");
    sale.paid = Money::fen(1100);
    const auto done = bench.store->commit_sale(sale);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::invalid_input);
    EXPECT_FALSE(*bench.store->chain_head());
    EXPECT_TRUE(bench.store->commit_sale(store_sale("a1")));
}

TEST(StoreSale, NeedsATillIdentity) {
    StoreDirectory directory;
    payment::ManualClock clock(kStoreTestNow);
    payment::SeededRandom random(1);
    auto store = TerminalStore::open(directory.path(), clock, random);
    ASSERT_TRUE(store);
    const auto done = (*store)->commit_sale(store_sale("a1"));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::not_found);
    ASSERT_TRUE((*store)->set_till(TillId("T7")));
    EXPECT_TRUE((*store)->commit_sale(store_sale("a1")));
    EXPECT_EQ((*store)->set_till(TillId("T8")).error().code, ErrorCode::conflict);
}

TEST(StoreVoid, GivesCountersAndMealBackAndCountsApart) {
    StoreBench bench;
    const DinerId diner("D000001");
    const auto sold = bench.store->commit_sale(store_sale("a1"));
    ASSERT_TRUE(sold);
    const std::string key = "p01|D000001|2026-03-10";
    EXPECT_EQ(bench.store->counter_used(key)->uses, 1);
    EXPECT_EQ(bench.store->counter_used(key)->amount, Money::fen(300));
    EXPECT_EQ(*bench.store->meals_served(diner, kStoreTestDay, Meal::lunch), 1);
    const auto undone = bench.store->commit_void(store_void("v1", sold->key));
    ASSERT_TRUE(undone) << undone.error().message;
    EXPECT_EQ(bench.store->counter_used(key)->uses, 0);
    EXPECT_EQ(bench.store->counter_used(key)->amount, Money());
    EXPECT_EQ(*bench.store->meals_served(diner, kStoreTestDay, Meal::lunch), 0);
    const auto report = bench.store->day_report(kStoreTestDay);
    EXPECT_EQ(report->total.sales, 0);
    EXPECT_EQ(report->voided.sales, 1);
    EXPECT_EQ(report->voided.paid, Money::fen(1200));
    EXPECT_TRUE(report->by_tender.empty());
    EXPECT_EQ((*bench.store->find_sale(sold->key))->voided_by, undone->key);
    EXPECT_TRUE(bench.store->verify());
}

TEST(StoreVoid, ACounterMarkedSoStaysUsed) {
    StoreBench bench;
    Sale sale = store_sale("a1");
    sale.uses.push_back({"voucher|pool", 1, Money::fen(500), false});
    const auto sold = bench.store->commit_sale(sale);
    ASSERT_TRUE(bench.store->commit_void(store_void("v1", sold->key)));
    EXPECT_EQ(bench.store->counter_used("voucher|pool")->uses, 1);
    EXPECT_EQ(bench.store->counter_used("p01|D000001|2026-03-10")->uses, 0);
}

TEST(StoreVoid, HappensOnceAndTheSameRefRepeats) {
    StoreBench bench;
    const auto sold = bench.store->commit_sale(store_sale("a1"));
    const auto undone = bench.store->commit_void(store_void("v1", sold->key));
    ASSERT_TRUE(undone);
    const auto again = bench.store->commit_void(store_void("v1", sold->key));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->repeated);
    EXPECT_EQ(again->key, undone->key);
    const auto other = bench.store->commit_void(store_void("v2", sold->key));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::refused);
    EXPECT_EQ((*bench.store->chain_head())->totals.voids, 1);
}

TEST(StoreVoid, NeedsASecondPersonAReasonAndARealSale) {
    StoreBench bench;
    const auto sold = bench.store->commit_sale(store_sale("a1"));
    VoidRecord alone = store_void("v1", sold->key);
    alone.approver = alone.cashier;
    EXPECT_EQ(bench.store->commit_void(alone).error().code, ErrorCode::refused);
    VoidRecord silent = store_void("v1", sold->key);
    silent.reason.clear();
    EXPECT_EQ(bench.store->commit_void(silent).error().code, ErrorCode::invalid_input);
    EntryKey elsewhere = sold->key;
    elsewhere.seq = 99;
    EXPECT_EQ(bench.store->commit_void(store_void("v1", elsewhere)).error().code, ErrorCode::not_found);
    elsewhere.seq = 1;  // the entry that opened the epoch
    EXPECT_EQ(bench.store->commit_void(store_void("v1", elsewhere)).error().code, ErrorCode::not_found);
    EXPECT_EQ(bench.store->commit_void(store_void("a1", sold->key)).error().code, ErrorCode::conflict);
}

TEST(StoreSale, ATrainingSaleIsKeptAndCountsNowhere) {
    StoreBench bench;
    Sale sale = store_sale("a1");
    sale.training = true;
    const auto done = bench.store->commit_sale(sale);
    ASSERT_TRUE(done);
    EXPECT_EQ(bench.store->day_report(kStoreTestDay)->total.sales, 0);
    EXPECT_EQ(bench.store->counter_used("p01|D000001|2026-03-10")->uses, 0);
    EXPECT_EQ(*bench.store->meals_served(DinerId("D000001"), kStoreTestDay, Meal::lunch), 0);
    EXPECT_EQ((*bench.store->chain_head())->totals, Totals{});
    EXPECT_TRUE(bench.store->verify());
}

TEST(StoreDay, CountsByEverythingTheManagerAsksFor) {
    StoreBench bench;
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a1")));
    Sale delivered = store_sale("a2", "D000002");
    delivered.service = Service::delivery;
    delivered.delivery = Money::fen(200);
    delivered.paid += Money::fen(200);
    delivered.payments[0].amount = delivered.paid;
    delivered.payments[0].change -= Money::fen(200);
    delivered.at.ms += 20 * 60'000;
    ASSERT_TRUE(bench.store->commit_sale(delivered));
    Sale guest = store_guest_sale("a3");
    guest.payments = {{"cash", "cash", payment::AttemptId("x1"), payment::Outcome::approved, Money::fen(500), {}, {}, {}},
                      {"qr", "simulated", payment::AttemptId("x2"), payment::Outcome::approved, Money::fen(1000), {}, {}, {}}};
    guest.meal = Meal::dinner;
    ASSERT_TRUE(bench.store->commit_sale(guest));

    const auto report = bench.store->day_report(kStoreTestDay);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->total, (Tally{3, Money::fen(4700), Money::fen(600), Money::fen(4100)}));
    EXPECT_EQ(report->delivery, Money::fen(200));
    EXPECT_EQ(report->by_meal.at(Meal::lunch).sales, 2);
    EXPECT_EQ(report->by_meal.at(Meal::dinner).paid, Money::fen(1500));
    EXPECT_EQ(report->by_service.at(Service::delivery).sales, 1);
    EXPECT_EQ(report->by_category.at(Category::first).sales, 2);
    EXPECT_EQ(report->by_category.at(Category::guest).sales, 1);
    EXPECT_EQ(report->by_payer.at("district"), (AmountTally{2, Money::fen(400)}));
    EXPECT_EQ(report->by_payer.at("street"), (AmountTally{2, Money::fen(200)}));
    EXPECT_EQ(report->by_operator_payer.at("city"), (AmountTally{2, Money::fen(100)}));
    EXPECT_EQ(report->by_tender.at("cash"), (AmountTally{3, Money::fen(1200 + 1400 + 500)}));
    EXPECT_EQ(report->by_tender.at("qr"), (AmountTally{1, Money::fen(1000)}));
    EXPECT_EQ(report->by_quarter_hour.at(705).sales, 2);  // 11:45, also the guest
    EXPECT_EQ(report->by_quarter_hour.at(720).sales, 1);  // 12:05
    EXPECT_EQ(report->by_item.at("set-a").quantity, 3);
    EXPECT_EQ(bench.store->day_report(kStoreTestDay.plus_days(1))->total.sales, 0);
    const auto list = bench.store->sales_of_day(kStoreTestDay);
    ASSERT_EQ(list->size(), 3u);
    EXPECT_EQ((*list)[0].sale.ref, "a3");
}

TEST(StoreShift, KnowsTheCashThatShouldBeThere) {
    StoreBench bench;
    ASSERT_TRUE(bench.store->open_shift(store_shift("shift-1")));
    EXPECT_EQ(bench.store->open_shift(store_shift("shift-2")).error().code, ErrorCode::conflict);
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a1")));
    const auto second = bench.store->commit_sale(store_guest_sale("a2"));
    ASSERT_TRUE(bench.store->commit_void(store_void("v1", second->key)));
    bench.reopen();
    ASSERT_TRUE(*bench.store->current_shift());
    const auto closed = bench.store->close_shift(ShiftId("shift-1"), StaffId("C0101"), Money::fen(11'000));
    ASSERT_TRUE(closed) << closed.error().message;
    EXPECT_EQ(closed->totals.sales, 1);
    EXPECT_EQ(closed->totals.voids, 1);
    EXPECT_EQ(closed->totals.cash_due, Money::fen(11'200));
    EXPECT_FALSE(*bench.store->current_shift());
    EXPECT_EQ(bench.store->close_shift(ShiftId("shift-1"), StaffId("C0101"), {}).error().code, ErrorCode::not_found);
    EXPECT_EQ(bench.store->open_shift(store_shift("shift-1")).error().code, ErrorCode::conflict);
    // A sale of the closed shift, voided in the next: the cash leaves the next one's drawer.
    ASSERT_TRUE(bench.store->open_shift(store_shift("shift-2")));
    auto late = store_void("v2", (*bench.store->find_sale_by_ref("a1"))->key);
    late.shift = ShiftId("shift-2");
    ASSERT_TRUE(bench.store->commit_void(late));
    EXPECT_EQ(bench.store->close_shift(ShiftId("shift-2"), StaffId("C0101"), {})->totals.cash_due, Money::fen(8'800));
    EXPECT_TRUE(bench.store->verify());
}

TEST(StoreOutbox, HandsOutWhatIsNotAcknowledgedOneEpochAtATime) {
    StoreBench bench;
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a1")));
    bench.clock.advance_ms(5);
    bench.reopen();
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a2", "D000002")));
    EXPECT_EQ(bench.store->sync_state()->waiting, 4);
    const auto first = bench.store->pending_entries(100);
    ASSERT_EQ(first->size(), 2u);
    const auto& last = first->back();
    EXPECT_EQ(bench.store->mark_acked(last.key.epoch, 2, std::string(64, '0')).error().code, ErrorCode::conflict);
    ASSERT_TRUE(bench.store->mark_acked(last.key.epoch, 2, last.hash));
    EXPECT_EQ(bench.store->mark_acked(last.key.epoch, 3, last.hash).error().code, ErrorCode::conflict);
    const auto second = bench.store->pending_entries(1);
    ASSERT_EQ(second->size(), 1u);
    EXPECT_NE(second->front().key.epoch, last.key.epoch);
    EXPECT_EQ(bench.store->sync_state()->waiting, 2);
    // The district lost everything: all of it can go up again.
    ASSERT_TRUE(bench.store->rewind_acked(last.key.epoch, 0));
    EXPECT_EQ(*bench.store->pending_entries(100), *first);
    EXPECT_TRUE(*bench.store->entry(last.key));
    ASSERT_TRUE(bench.store->set_last_exchange(kStoreTestNow));
    EXPECT_EQ(bench.store->sync_state()->last_exchange, kStoreTestNow);
}

}  // namespace
}  // namespace mulin::sync
