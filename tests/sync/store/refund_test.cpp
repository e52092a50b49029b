// Money given back for a sale that stands: never more than is left, to where it came from, in one step
// with the journal; and top-ups, which are no sales.

#include <gtest/gtest.h>

#include "sync/store/refund_store.h"
#include "sync/store/slip_queue.h"
#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using namespace test;
using payment::ErrorCode;

class StoreRefunds : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(bench_.store->open_shift(store_shift("shift-1")));
        Sale sale = store_sale("a1");
        sale.shift = ShiftId("shift-1");
        sale.lines[0].quantity = 3;
        sale.benefits[0].payers = {{"district", Money::fen(300)}};
        const auto sold = bench_.store->commit_sale(sale);
        ASSERT_TRUE(sold);
        key_ = sold->key;
        sale_ = sale;
    }
    // One of three pieces: 5.00 of 15.00, of which the diner paid 4.00 and the district 1.00.
    RefundRecord third(const std::string& ref) {
        RefundRecord record;
        record.target = key_;
        record.ref = ref;
        record.business_date = kStoreTestDay;
        record.at = kStoreTestNow;
        record.site = sale_.site;
        record.reason = "退菜";
        record.cashier = StaffId("C0101");
        record.approver = StaffId("M0101");
        record.shift = ShiftId("shift-1");
        record.lines = {{0, 1, Money::fen(500)}};
        record.benefits = sale_.benefits;
        record.benefits[0].amount = Money::fen(100);
        record.benefits[0].payers = {{sale_.benefits[0].payers[0].payer, Money::fen(100)}};
        record.paid = Money::fen(400);
        record.payments = {{sale_.payments[0].method, sale_.payments[0].channel, sale_.payments[0].attempt, {}, Money::fen(400)}};
        return record;
    }
    RefundRecord last_third(const std::string& ref) {
        auto record = third(ref);
        record.whole = true;
        record.given_back = sale_.uses;
        return record;
    }
    StoreBench bench_;
    EntryKey key_;
    Sale sale_;
};

TEST_F(StoreRefunds, AreBoundToWhatIsLeftOfTheLine) {
    ASSERT_TRUE(bench_.store->refunds().commit(third("r1")));
    ASSERT_TRUE(bench_.store->refunds().commit(third("r2")));
    EXPECT_FALSE(bench_.store->refunds().commit(third("r3"))) << "nothing would be left, and it does not say so";
    const auto done = bench_.store->refunds().commit(last_third("r3"));
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(bench_.store->refunds().commit(third("r4")).error().code, ErrorCode::refused);
    EXPECT_EQ(bench_.store->refunds().of_sale(key_)->size(), 3u);
    EXPECT_EQ((*bench_.store->find_sale(key_))->refunded, Money::fen(1500));
    EXPECT_TRUE(bench_.store->verify());
}

TEST_F(StoreRefunds, TheSameRefIsOneRefund) {
    const auto first = bench_.store->refunds().commit(third("r1"));
    const auto second = bench_.store->refunds().commit(third("r1"));
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(second->repeated);
    EXPECT_EQ(first->key, second->key);
    EXPECT_EQ((*bench_.store->refunds().find_by_ref("r1"))->key, first->key);
    EXPECT_EQ(bench_.store->day_report(kStoreTestDay)->refunded.sales, 1);
}

TEST_F(StoreRefunds, OnlyTheLastPartGivesCountersAndVisitBack) {
    const auto counter = sale_.uses[0].key;
    ASSERT_TRUE(bench_.store->refunds().commit(third("r1")));
    ASSERT_TRUE(bench_.store->refunds().commit(third("r2")));
    EXPECT_EQ(bench_.store->counter_used(counter)->uses, 1);
    EXPECT_EQ(*bench_.store->meals_served(*sale_.diner, kStoreTestDay, sale_.meal), 1);
    ASSERT_TRUE(bench_.store->refunds().commit(last_third("r3")));
    EXPECT_EQ(bench_.store->counter_used(counter)->uses, 0);
    EXPECT_EQ(*bench_.store->meals_served(*sale_.diner, kStoreTestDay, sale_.meal), 0);
}

TEST_F(StoreRefunds, AreCountedBesideTheSalesAndInTheDrawer) {
    ASSERT_TRUE(bench_.store->refunds().commit(third("r1")));
    const auto day = *bench_.store->day_report(kStoreTestDay);
    EXPECT_EQ(day.total.paid, Money::fen(1200)) << "sales stay what they were";
    EXPECT_EQ(day.refunded, (Tally{1, Money::fen(500), Money::fen(100), Money::fen(400)}));
    EXPECT_EQ(day.refunded_by_payer.begin()->second, (AmountTally{1, Money::fen(100)}));
    EXPECT_EQ(day.refunded_by_tender.at("cash"), (AmountTally{1, Money::fen(400)}));
    const auto closed = bench_.store->close_shift(ShiftId("shift-1"), StaffId("C0101"), {});
    EXPECT_EQ(closed->totals.cash_due, store_shift("shift-1").drawer_float + Money::fen(800));
}

TEST_F(StoreRefunds, WhatDoesNotAddUpIsRefused) {
    using Change = void (*)(RefundRecord&);
    const Change changes[] = {
        [](RefundRecord& r) { r.paid = Money::fen(500); },
        [](RefundRecord& r) { r.lines[0].quantity = 4; },
        [](RefundRecord& r) { r.lines[0].line = 1; },
        [](RefundRecord& r) { r.lines.clear(); },
        [](RefundRecord& r) { r.payments[0].channel = "simulated"; },
        [](RefundRecord& r) { r.payments[0].amount = Money::fen(399); },
        [](RefundRecord& r) { r.benefits[0].payers[0].payer = "vendor"; },
        [](RefundRecord& r) { r.given_back = {{"p01", 1, Money(), true, ""}}; },
        [](RefundRecord& r) { r.whole = true; },
        [](RefundRecord& r) { r.approver = r.cashier; },
        [](RefundRecord& r) { r.reason = ""; },
        [](RefundRecord& r) { r.ref = ""; },
        [](RefundRecord& r) { r.target.seq = 99; },
    };
    for (const auto change : changes) {
        auto record = third("r1");
        change(record);
        EXPECT_FALSE(bench_.store->refunds().commit(record)) << (&change - changes);
        EXPECT_FALSE(bench_.store->refunds().plan(record)) << (&change - changes);
    }
    EXPECT_TRUE(bench_.store->refunds().commit(third("r1"))) << "the control: nothing changed";
}

TEST_F(StoreRefunds, AVoidedSaleIsNotRefundedNorARefundedOneVoided) {
    ASSERT_TRUE(bench_.store->refunds().commit(third("r1")));
    EXPECT_EQ(bench_.store->commit_void(store_void("v1", key_)).error().code, ErrorCode::refused);
    const auto other = bench_.store->commit_sale(store_sale("a2"));
    ASSERT_TRUE(bench_.store->commit_void(store_void("v2", other->key)));
    auto late = third("r2");
    late.target = other->key;
    EXPECT_EQ(bench_.store->refunds().commit(late).error().code, ErrorCode::refused);
}

TEST_F(StoreRefunds, APlanOutlivesARestartAndKeepsOthersOut) {
    ASSERT_TRUE(bench_.store->refunds().plan(third("r1")));
    bench_.reopen();
    ASSERT_EQ(bench_.store->refunds().plans()->size(), 1u);
    EXPECT_EQ((*bench_.store->refunds().plans())[0], third("r1"));
    EXPECT_EQ(bench_.store->refunds().commit(third("r2")).error().code, ErrorCode::refused);
    EXPECT_EQ(bench_.store->refunds().plan(third("r2")).error().code, ErrorCode::refused);
    EXPECT_EQ(bench_.store->commit_void(store_void("v1", key_)).error().code, ErrorCode::refused);
    ASSERT_TRUE(bench_.store->refunds().commit(third("r1")));
    EXPECT_TRUE(bench_.store->refunds().plans()->empty());
    ASSERT_TRUE(bench_.store->refunds().plan(third("r2")));
    ASSERT_TRUE(bench_.store->refunds().drop_plan("r2"));
    EXPECT_TRUE(bench_.store->refunds().commit(third("r3")));
}

TEST_F(StoreRefunds, AChannelsMoneyMustBeBackBeforeItIsRecorded) {
    Sale sale = store_sale("q1");
    sale.payments[0].method = "qr";
    sale.payments[0].channel = "simulated";
    sale.payments[0].attempt = payment::AttemptId("A1");
    sale.payments[0].given = sale.payments[0].change = Money();
    key_ = bench_.store->commit_sale(sale)->key;
    sale_ = sale;
    auto record = third("r1");
    record.lines = {{0, 1, Money::fen(1500)}};
    record.benefits = sale.benefits;
    record.paid = record.payments[0].amount = Money::fen(1200);
    record.whole = true;
    record.given_back = sale.uses;
    record.payments[0].refund = payment::RefundId("R1");
    EXPECT_EQ(bench_.store->refunds().commit(record).error().code, ErrorCode::refused) << "there is no such task";
    payment::Refund task;
    task.id = payment::RefundId("R1");
    task.attempt = payment::AttemptId("A1");
    task.attempt_amount = task.amount = Money::fen(1200);
    task.state_seq = 1;
    ASSERT_TRUE(bench_.store->refund_tasks().create(task));
    EXPECT_FALSE(bench_.store->refunds().commit(record)) << "it is not done";
    task.state = payment::RefundState::refunded;
    task.state_seq = 2;
    ASSERT_TRUE(bench_.store->refund_tasks().update(task));
    EXPECT_TRUE(bench_.store->refunds().commit(record));
    EXPECT_TRUE(bench_.store->verify());
}

TEST_F(StoreRefunds, TopUpsCountNowhereButInTheDrawer) {
    TopUpRecord record;
    record.ref = "t1";
    record.business_date = kStoreTestDay;
    record.at = kStoreTestNow;
    record.site = sale_.site;
    record.card = std::string(64, 'c');
    record.amount = Money::fen(5000);
    record.payments = {{"cash", "cash", {}, payment::Outcome::approved, Money::fen(5000), Money::fen(10000), Money::fen(5000), {}}};
    record.cashier = StaffId("C0101");
    record.shift = ShiftId("shift-1");
    ASSERT_TRUE(bench_.store->refunds().commit_top_up(record));
    EXPECT_TRUE(bench_.store->refunds().commit_top_up(record)->repeated);
    auto practice = record;
    practice.ref = "t2";
    practice.training = true;
    ASSERT_TRUE(bench_.store->refunds().commit_top_up(practice));
    auto wrong = record;
    wrong.ref = "t3";
    wrong.amount = Money::fen(5001);
    EXPECT_FALSE(bench_.store->refunds().commit_top_up(wrong));
    EXPECT_EQ(*bench_.store->refunds().topped_up(record.card, kStoreTestDay), Money::fen(5000));
    const auto day = *bench_.store->day_report(kStoreTestDay);
    EXPECT_EQ(day.total.sales, 1);
    EXPECT_EQ(day.top_ups, (AmountTally{1, Money::fen(5000)}));
    EXPECT_EQ(day.top_ups_by_tender.at("cash").amount, Money::fen(5000));
    const auto closed = bench_.store->close_shift(ShiftId("shift-1"), StaffId("C0101"), {});
    EXPECT_EQ(closed->totals.cash_due, store_shift("shift-1").drawer_float + Money::fen(1200 + 5000));
    EXPECT_TRUE(bench_.store->verify());
}

TEST_F(StoreRefunds, SlipsWaitUntilThePrinterTookThem) {
    EXPECT_TRUE(bench_.store->slips().waiting()->empty()) << "nobody prints yet";
    bench_.store->slips().enable(true);
    const auto sold = bench_.store->commit_sale(store_sale("s1"));
    const auto refunded = bench_.store->refunds().commit(third("r1"));
    const auto voided = bench_.store->commit_void(store_void("v1", sold->key));
    EXPECT_TRUE(bench_.store->commit_sale(store_sale("s1"))->repeated);
    bench_.reopen();
    const auto waiting = *bench_.store->slips().waiting();
    ASSERT_EQ(waiting.size(), 3u);
    EXPECT_EQ(waiting[0].key, sold->key);
    EXPECT_EQ(waiting[1].kind, "refund");
    EXPECT_EQ(waiting[2].kind, "void");
    EXPECT_EQ(waiting[0].queued, kStoreTestNow);
    for (const auto& slip : waiting) ASSERT_TRUE(bench_.store->slips().printed(slip.key));
    EXPECT_TRUE(bench_.store->slips().waiting()->empty());
    EXPECT_TRUE(bench_.store->slips().printed(refunded->key)) << "again is no error";
}

TEST_F(StoreRefunds, ASlipStaysKnownWithItsCopiesAndItsSentences) {
    auto& slips = bench_.store->slips();
    slips.enable(true);
    ASSERT_TRUE(slips.keep_notes("s1", {"first", "second"}));
    ASSERT_TRUE(slips.keep_notes("never", {"of an order that came to nothing"}));
    const auto sold = bench_.store->commit_sale(store_sale("s1"));
    const auto voided = bench_.store->commit_void(store_void("v1", sold->key));
    ASSERT_TRUE(slips.printed(voided->key, 2));
    ASSERT_TRUE(slips.printed(voided->key)) << "never fewer copies than before";
    ASSERT_TRUE(slips.drop_notes("s1"));
    ASSERT_TRUE(slips.drop_notes("never"));
    bench_.reopen();
    auto& again = bench_.store->slips();
    EXPECT_EQ(*again.notes("s1"), (std::vector<std::string>{"first", "second"})) << "the sale is in the journal";
    EXPECT_TRUE(again.notes("never")->empty());
    ASSERT_TRUE(again.keep_notes("s1", {"third"}));
    EXPECT_EQ(*again.notes("s1"), std::vector<std::string>{"third"});
    const auto newest = *again.newest();
    ASSERT_TRUE(newest);
    EXPECT_EQ(newest->key, voided->key);
    EXPECT_TRUE(newest->done);
    EXPECT_EQ(newest->copies, 2);
    ASSERT_EQ(again.waiting()->size(), 1u);
    EXPECT_FALSE((*again.find(sold->key))->done);
}

}  // namespace
}  // namespace mulin::sync
