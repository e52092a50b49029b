// What the district says beside records, as the till keeps it: it flags and turns away, and never stops a sale.

#include "sync/store/district_word.h"

#include <gtest/gtest.h>

#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using namespace test;

constexpr std::int64_t kAnHour = 3'600'000;
const std::string kStolen(64, 'c');

class Word : public testing::Test {
  protected:
    DistrictWord word() { return bench_.store->district_word(); }
    WordStanding at(std::int64_t after_ms) { return *word().standing({kStoreTestNow.ms + after_ms}); }
    void set(const char* key, std::int64_t number) { ASSERT_TRUE(bench_.store->set_setting(key, std::to_string(number))); }
    // An enrolled till that has just exchanged.
    void join(std::int64_t hours, std::int64_t persons) {
        set(word::kHoldsUntil, kStoreTestNow.ms + 72 * kAnHour);
        set(word::kOfflineHours, hours);
        set(word::kOfflinePersons, persons);
        ASSERT_TRUE(bench_.store->set_last_exchange(kStoreTestNow));
    }
    void confirm_all() {
        const auto epochs = bench_.store->epochs();
        for (const EpochState& epoch : *epochs)
            ASSERT_TRUE(bench_.store->mark_acked(epoch.epoch, epoch.head_seq, epoch.head_hash));
    }
    void grant_meal(const std::string& ref, const std::string& diner) { ASSERT_TRUE(bench_.store->commit_sale(store_sale(ref, diner))); }

    StoreBench bench_;
};

TEST_F(Word, ATillThatStandsAloneIsNeverOutOfDate) {
    EXPECT_EQ(at(0), WordStanding{});
    EXPECT_EQ(at(10'000 * kAnHour), WordStanding{});
}

TEST_F(Word, RunsOutAtItsHourAndSellsOn) {
    join(100'000, 1'000'000);
    EXPECT_FALSE(at(72 * kAnHour - 1).rules_out_of_date);
    EXPECT_TRUE(at(72 * kAnHour).rules_out_of_date);
    grant_meal("a1", "D000001");
}

TEST_F(Word, BenefitsAreProvisionalAfterADayAlone) {
    join(24, 500);
    EXPECT_FALSE(at(24 * kAnHour - 1).provisional);
    EXPECT_TRUE(at(24 * kAnHour).provisional);
}

TEST_F(Word, BenefitsAreProvisionalAfterSoManyPersons) {
    join(24, 2);
    grant_meal("a1", "D000001");
    grant_meal("a2", "D000001");
    EXPECT_FALSE(at(0).provisional) << "one person, however often";
    ASSERT_TRUE(bench_.store->commit_sale(store_guest_sale("g1")));
    EXPECT_FALSE(at(0).provisional) << "nothing was granted to a guest";
    grant_meal("a3", "D000002");
    EXPECT_TRUE(at(0).provisional);
    confirm_all();
    EXPECT_FALSE(at(0).provisional) << "the district has heard of them";
    grant_meal("a4", "D000003");
    EXPECT_FALSE(at(0).provisional);
}

TEST_F(Word, ALineOfTheDenyListWaitsForItsCard) {
    DistrictData denied;
    denied.denied = {{"card", kStolen, "lost", kStoreTestNow, false}};
    ASSERT_TRUE(bench_.store->apply(denied));
    DistrictData late;  // an older record of the card, which says nothing of it
    late.diners = {store_diner(1, "王", "W")};
    late.cards = {{kStolen, "0001", "jinglao", late.diners[0].id, false}};
    ASSERT_TRUE(bench_.store->apply(late));
    EXPECT_TRUE((*bench_.store->diner_by_card(kStolen))->card.blocked);
    DistrictData lifted;
    lifted.denied = {{"card", kStolen, "lost", kStoreTestNow, true}};
    ASSERT_TRUE(bench_.store->apply(lifted));
    EXPECT_FALSE((*bench_.store->diner_by_card(kStolen))->card.blocked) << "the control: without the line it is open";
}

TEST_F(Word, AWholeBundleTakesThePlaceOfTheDenyList) {
    DistrictData first;
    first.denied = {{"diner", "D1", "suspended", kStoreTestNow, false}, {"diner", "D2", "deceased", kStoreTestNow, false}};
    ASSERT_TRUE(bench_.store->apply(first));
    EXPECT_EQ((*word().denial("diner", "D2"))->reason, "deceased");
    DistrictData whole;
    whole.whole = true;
    whole.denied = {{"diner", "D2", "deceased", kStoreTestNow, false}};
    ASSERT_TRUE(bench_.store->apply(whole));
    EXPECT_FALSE(*word().denial("diner", "D1"));
    EXPECT_TRUE(*word().denial("diner", "D2"));
}

TEST_F(Word, WhoIsGoneIsFoundNoMore) {
    DistrictData here;
    here.diners = {store_diner(1, "王", "W"), store_diner(2, "李", "L")};
    here.cards = {{kStolen, "0001", "jinglao", here.diners[0].id, false}};
    ASSERT_TRUE(bench_.store->apply(here));
    DistrictData gone;
    gone.gone = {here.diners[0].id, DinerId("D-never-seen")};
    ASSERT_TRUE(bench_.store->apply(gone));
    EXPECT_FALSE(*bench_.store->diner(here.diners[0].id));
    EXPECT_FALSE(*bench_.store->diner_by_card(kStolen));
    EXPECT_TRUE(bench_.store->diners_by_pinyin("W", {kStoreTestDay, Meal::lunch, 9})->empty());
    EXPECT_EQ(bench_.store->diners_by_pinyin("L", {kStoreTestDay, Meal::lunch, 9})->size(), 1U);
}

SiteVerdict verdict_on(std::int64_t seq, std::int64_t n, const std::string& reason, std::int64_t at_ms) {
    SiteVerdict verdict;
    verdict.sale = {TillId("T001"), EpochId("E1"), seq};
    verdict.hash = std::string(64, '1');
    verdict.n = n;
    verdict.business_date = kStoreTestDay;
    verdict.reason = reason;
    verdict.period = "2026-03";
    verdict.claimed = Money::fen(300);
    verdict.vendor = Money::fen(300);
    verdict.at = {at_ms};
    return verdict;
}

TEST_F(Word, TheNewestVerdictOnARecordCounts) {
    DistrictData data;
    data.issued_at = kStoreTestNow;
    data.verdicts = {verdict_on(3, 1, "double_elsewhere", kStoreTestNow.ms - 2), verdict_on(4, 1, "denied_card", kStoreTestNow.ms - 1)};
    ASSERT_TRUE(bench_.store->apply(data));
    bench_.reopen();
    EXPECT_EQ(*word().verdicts(9), (std::vector<SiteVerdict>{data.verdicts[1], data.verdicts[0]})) << "newest first";
    DistrictData later;
    later.verdicts = {verdict_on(3, 2, "granted", kStoreTestNow.ms)};
    ASSERT_TRUE(bench_.store->apply(later));
    EXPECT_EQ(*word().verdicts(9), (std::vector<SiteVerdict>{later.verdicts[0], data.verdicts[1]}));
    DistrictData next_season;
    next_season.issued_at = UtcInstant{kStoreTestNow.ms + 93 * 24 * kAnHour};
    ASSERT_TRUE(bench_.store->apply(next_season));
    EXPECT_TRUE(word().verdicts(9)->empty());
}

}  // namespace
}  // namespace mulin::sync
