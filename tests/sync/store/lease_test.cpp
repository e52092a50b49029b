// Leases on shared pools: what was granted is never passed, whatever happens between quote and sale.

#include <gtest/gtest.h>

#include "sync/store/lease_store.h"
#include "sync/store/refund_store.h"
#include "tests/support/store_fixtures.h"
#include "tests/support/store_leases.h"

namespace mulin::sync {
namespace {

using namespace test;

class StoreLeases : public testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(bench_.store->leases().open_epoch(kStoreTestDay)); }
    LeaseStore& leases() { return bench_.store->leases(); }
    EpochId epoch() { return (*bench_.store->chain_head())->key.epoch; }
    void grant(const Lease& lease) {
        const Lease all[] = {lease};
        const auto granted = leases().grant(all);
        ASSERT_TRUE(granted) << granted.error().message;
    }
    Lease lease(const std::string& id, std::int64_t uses, std::int64_t serial = 1) {
        return test_lease(id, epoch(), uses, Money::fen(uses * 300), serial);
    }
    Result<CommittedSale> sell(const std::string& ref, const std::string& id = "L1") {
        return bench_.store->commit_sale(leased_sale(ref, id));
    }
    std::int64_t left() {
        const auto best = *leases().best(kTestPool);
        return best ? best->left.uses : 0;
    }
    StoreBench bench_;
};

TEST_F(StoreLeases, AreSpentToTheLastUseAndNoFurther) {
    grant(lease("L1", 3));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(left(), 3 - i);
        ASSERT_TRUE(sell("a" + std::to_string(i)));
    }
    EXPECT_FALSE(*leases().best(kTestPool));
    const auto refused = sell("a3");
    ASSERT_FALSE(refused);
    EXPECT_TRUE(is_price_again(refused.error())) << refused.error().message;
    EXPECT_FALSE(*bench_.store->find_sale_by_ref("a3")) << "nothing was written";
    EXPECT_TRUE(sell("a2")->repeated) << "asking again spends nothing";
    EXPECT_EQ((*leases().all())[0].spent, (LeaseSpent{3, Money::fen(900)}));
    EXPECT_TRUE(bench_.store->verify());
}

TEST_F(StoreLeases, MoneyIsCountedToTheFen) {
    Lease money = lease("L1", 1);
    money.uses.reset();
    money.amount = Money::fen(599);
    grant(money);
    EXPECT_EQ((*leases().best(kTestPool))->left.amount, Money::fen(599));
    ASSERT_TRUE(sell("a1"));
    EXPECT_EQ((*leases().best(kTestPool))->left.amount, Money::fen(299));
    EXPECT_TRUE(is_price_again(sell("a2").error())) << "300 do not fit in 299";
}

TEST_F(StoreLeases, AnUnknownOrAnothersPoolIsRefused) {
    grant(lease("L1", 3));
    EXPECT_TRUE(is_price_again(sell("a1", "L2").error()));
    auto other = leased_sale("a2", "L1");
    other.uses.back().key = "another pool";
    EXPECT_TRUE(is_price_again(bench_.store->commit_sale(other).error()));
    Lease foreign = lease("L3", 1);
    foreign.till = TillId("T002");
    const Lease all[] = {foreign};
    EXPECT_FALSE(leases().grant(all));
}

TEST_F(StoreLeases, TwoQuotesForOneUseSellOnce) {
    grant(lease("L1", 1));
    const auto first = leased_sale("a1", (*leases().best(kTestPool))->lease);
    const auto second = leased_sale("a2", (*leases().best(kTestPool))->lease);
    ASSERT_TRUE(bench_.store->commit_sale(second));
    EXPECT_TRUE(is_price_again(bench_.store->commit_sale(first).error()));
}

TEST_F(StoreLeases, WhatAnOrderHoldsNobodyElseTakes) {
    grant(lease("L1", 2));
    ASSERT_TRUE(leases().hold("a1", leased_sale("a1", "L1").uses));
    ASSERT_TRUE(leases().hold("a1", leased_sale("a1", "L1").uses)) << "again is no second hold";
    EXPECT_EQ(left(), 1);
    ASSERT_TRUE(sell("a2"));
    EXPECT_TRUE(is_price_again(sell("a3").error()));
    EXPECT_TRUE(is_price_again(leases().hold("a4", leased_sale("a4", "L1").uses).error()));
    EXPECT_EQ(*leases().holders(), std::vector<std::string>{"a1"});
    ASSERT_TRUE(sell("a1"));
    EXPECT_TRUE(leases().holders()->empty()) << "the sale took it over";
    EXPECT_FALSE(*leases().best(kTestPool));
}

TEST_F(StoreLeases, AnOrderGivenUpReleasesWhatItHeld) {
    grant(lease("L1", 1));
    ASSERT_TRUE(leases().hold("a1", leased_sale("a1", "L1").uses));
    EXPECT_EQ(left(), 0);
    ASSERT_TRUE(leases().release("a1"));
    EXPECT_EQ(left(), 1);
}

TEST_F(StoreLeases, AHeldUseIsSoldThoughTheLeaseRanOutWhileThePayerPaid) {
    grant(lease("L1", 2));
    ASSERT_TRUE(leases().hold("a1", leased_sale("a1", "L1").uses));
    bench_.clock.set_utc({kTestLeaseEnd.ms});
    EXPECT_FALSE(*leases().best(kTestPool));
    EXPECT_TRUE(is_price_again(sell("a2").error())) << "without a hold it is too late";
    EXPECT_TRUE(sell("a1"));
}

TEST_F(StoreLeases, AClockSetBackOpensNothing) {
    grant(lease("L1", 3));
    bench_.clock.set_utc({kTestLeaseEnd.ms - 1});
    EXPECT_EQ(left(), 3);
    bench_.clock.set_utc({kTestLeaseEnd.ms});
    EXPECT_EQ(left(), 0);
    bench_.clock.set_utc(kStoreTestNow);
    EXPECT_EQ(left(), 0);
    EXPECT_TRUE(is_price_again(sell("a1").error()));
    bench_.store.reset();
    bench_.reopen();
    EXPECT_EQ(left(), 0) << "nor does a restart";
    // The district's own time puts right a clock that had been ahead.
    DistrictData data;
    data.issued_at = kStoreTestNow;
    ASSERT_TRUE(bench_.store->apply(data));
    EXPECT_EQ(left(), 3);
}

TEST_F(StoreLeases, GoOnAfterAStopInGoodOrder) {
    grant(lease("L1", 3));
    ASSERT_TRUE(sell("a1"));
    for (int i = 0; i < 3; ++i) bench_.reopen();
    EXPECT_EQ(left(), 2);
    ASSERT_TRUE(sell("a2"));
    EXPECT_EQ(left(), 1) << "the new epoch took the lease along";
    EXPECT_EQ((*leases().all())[0].lease.epoch, epoch());
}

TEST_F(StoreLeases, ACopiedOrRestoredFileHasNone) {
    grant(lease("L1", 3));
    const auto backup = bench_.directory.file("copy.db").string();
    ASSERT_TRUE(bench_.store->backup(backup));
    ASSERT_TRUE(sell("a1"));
    bench_.store.reset();
    std::filesystem::copy_file(backup, bench_.directory.file("till.db"), std::filesystem::copy_options::overwrite_existing);
    bench_.reopen();
    EXPECT_FALSE(*leases().best(kTestPool)) << "the file is the same, its end is not";
    EXPECT_TRUE(is_price_again(sell("a2").error()));
    ASSERT_TRUE(bench_.store->commit_sale(store_sale("a3")));
    EXPECT_TRUE(is_price_again(sell("a4").error())) << "nor in the epoch that it opened";
}

TEST_F(StoreLeases, AnotherFileWithTheSameContentHasNone) {
    grant(lease("L1", 3));
    bench_.store.reset();
    std::filesystem::copy_file(bench_.directory.file("till.db"), bench_.directory.file("clone.db"));
    std::filesystem::rename(bench_.directory.file("clone.db"), bench_.directory.file("till.db"));
    bench_.reopen();
    EXPECT_FALSE(*leases().best(kTestPool));
}

TEST_F(StoreLeases, ANewEpochByForceHasNoneAndHoldsNothing) {
    grant(lease("L1", 3));
    ASSERT_TRUE(leases().hold("a1", leased_sale("a1", "L1").uses));
    bench_.store->start_epoch("restored");
    EXPECT_FALSE(*leases().best(kTestPool));
    EXPECT_TRUE(is_price_again(sell("a1").error()));
    ASSERT_TRUE(bench_.store->commit_sale(store_sale("a2")));
    EXPECT_TRUE(leases().holders()->empty());
    EXPECT_TRUE(is_price_again(sell("a1").error()));
}

TEST_F(StoreLeases, AVoidGivesBackWhereTheRuleSaysSo) {
    grant(lease("L1", 2));
    const auto kept = sell("a1");
    auto lost_sale = leased_sale("a2", "L1");
    lost_sale.uses.back().returns_on_void = false;
    const auto lost = bench_.store->commit_sale(lost_sale);
    EXPECT_EQ(left(), 0);
    ASSERT_TRUE(bench_.store->commit_void(store_void("v1", kept->key)));
    EXPECT_EQ(left(), 1);
    ASSERT_TRUE(bench_.store->commit_void(store_void("v2", lost->key)));
    EXPECT_EQ(left(), 1);
    EXPECT_TRUE(bench_.store->verify());
}

TEST_F(StoreLeases, AGrownLeaseKeepsItsSpendingAndNeverShrinks) {
    grant(lease("L1", 3));
    ASSERT_TRUE(sell("a1"));
    grant(lease("L1", 5, 2));
    EXPECT_EQ(left(), 4);
    grant(lease("L1", 3, 1));
    EXPECT_EQ(left(), 4) << "an older serial again";
    grant(lease("L1", 1, 3));
    EXPECT_EQ(left(), 4) << "a smaller one";
}

TEST_F(StoreLeases, WhatIsFinishedGoesBackOnceAndForGood) {
    grant(lease("L1", 3));
    ASSERT_TRUE(sell("a1"));
    EXPECT_EQ(*leases().return_finished(kStoreTestDay), 0) << "it is still open";
    ASSERT_TRUE(leases().hold("a2", leased_sale("a2", "L1").uses));
    bench_.clock.set_utc(kTestLeaseEnd);
    EXPECT_EQ(*leases().return_finished(kStoreTestDay), 0) << "an order still holds a part";
    ASSERT_TRUE(leases().release("a2"));
    EXPECT_EQ(*leases().return_finished(kStoreTestDay), 1);
    EXPECT_EQ(*leases().return_finished(kStoreTestDay), 0);
    const auto head = (*bench_.store->chain_head())->key;
    const auto back = std::get<LeaseReturn>(decode_body((*bench_.store->entry(head))->body)->body);
    EXPECT_EQ(back.spent, (LeaseSpent{1, Money::fen(300)}));
    EXPECT_EQ(back.unspent, (LeaseSpent{2, Money::fen(600)}));
    Lease again = lease("L1", 9, 7);
    again.valid_until.ms += 86'400'000;
    grant(again);
    EXPECT_EQ(left(), 0) << "an id is not granted again";
    EXPECT_TRUE(bench_.store->verify());
}

TEST_F(StoreLeases, ATillThatCannotKnowTheRestGivesNoneBack) {
    grant(lease("L1", 3));
    ASSERT_TRUE(sell("a1"));
    bench_.store->start_epoch("restored");
    EXPECT_EQ(*leases().return_finished(kStoreTestDay), 1);
    const auto head = (*bench_.store->chain_head())->key;
    const auto back = std::get<LeaseReturn>(decode_body((*bench_.store->entry(head))->body)->body);
    EXPECT_EQ(back.reason, "replaced");
    EXPECT_EQ(back.unspent, LeaseSpent{});
}

TEST_F(StoreLeases, AnOpenLeaseMayGoBackEarly) {
    grant(lease("L1", 3));
    ASSERT_TRUE(leases().give_back("L1", "day_closed", kStoreTestDay));
    EXPECT_EQ(left(), 0);
    EXPECT_TRUE(is_price_again(sell("a1").error()));
    EXPECT_FALSE(leases().give_back("L1", "day_closed", kStoreTestDay));
    EXPECT_FALSE(leases().give_back("L9", "day_closed", kStoreTestDay));
}

TEST_F(StoreLeases, PracticeSpendsNothing) {
    grant(lease("L1", 1));
    auto practice = leased_sale("p1", "L1");
    practice.training = true;
    ASSERT_TRUE(bench_.store->commit_sale(practice));
    EXPECT_EQ(left(), 1);
}

}  // namespace
}  // namespace mulin::sync
