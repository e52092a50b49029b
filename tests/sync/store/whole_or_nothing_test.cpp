// A bundle from the district under a power cut at every disk operation, and a disk that fails once while
// the till goes on: old or new, never half, and nothing acknowledged is lost.

#include <gtest/gtest.h>

#include <set>

#include "sync/store/district_word.h"
#include "sync/store/lease_store.h"
#include "tests/support/store_crash_vfs.h"
#include "tests/support/store_fixtures.h"
#include "tests/support/store_leases.h"

namespace mulin::sync {
namespace {

using namespace test;

DistrictData world(int version) {
    const std::string mark = std::to_string(version);
    DistrictData data;
    for (int i = 0; i < 30; ++i) data.diners.push_back(store_diner(i, "人" + mark, "R"));
    data.cards = {{"hash", mark, "jinglao", data.diners[0].id, false}};
    DistrictSnapshot snapshot;
    Site site;
    site.id = SiteId("S1");
    site.name_zh = mark;
    snapshot.sites = {site};
    snapshot.subdistricts = {{"310110016000", mark, mark}};
    snapshot.vendors = {{VendorId("V1"), mark, mark}};
    snapshot.staff = {{StaffId("C1"), mark, Role::cashier, "", true}};
    snapshot.policies = {{"p01.json", mark}};
    Menu menu{SiteId("S1"), kStoreTestDay, Meal::lunch, {}};
    menu.items.push_back({ItemId("set-a"), mark, mark, "", "", ItemClass::set, Money::fen(1500), false, false});
    snapshot.menus = {menu};
    data.snapshot = snapshot;
    data.settings = {{"sync.cursor", mark}};
    data.denied = {{"card", std::string(64, 'e'), mark, kStoreTestNow, false}};
    SiteVerdict verdict;
    verdict.sale = {TillId("T001"), EpochId("E1"), 3};
    verdict.hash = "h";
    verdict.business_date = kStoreTestDay;
    verdict.reason = mark;
    verdict.at = kStoreTestNow;
    data.verdicts = {verdict};
    data.issued_at = kStoreTestNow;
    // Somebody who is there in the first world and gone in the second.
    if (version == 1) data.diners.push_back(store_diner(77, "人1", "R"));
    else data.gone = {store_diner(77, "", "").id};
    return data;
}

// Every place that a bundle touches says which one it is from.
std::set<std::string> versions_in(TerminalStore& store) {
    std::set<std::string> found;
    for (int i = 0; i < 30; ++i) found.insert((*store.diner(store_diner(i, "", "").id))->name.substr(3));
    found.insert((*store.diner_by_card("hash"))->card.last4);
    found.insert((*store.site(SiteId("S1")))->name_zh);
    found.insert((*store.subdistricts())[0].name_zh);
    found.insert((*store.vendors())[0].name_zh);
    found.insert((*store.staff())[0].name);
    found.insert((*store.policies())[0].text);
    found.insert((*store.menu(SiteId("S1"), kStoreTestDay, Meal::lunch))->items[0].name_zh);
    found.insert(**store.setting("sync.cursor"));
    found.insert((*store.district_word().denial("card", std::string(64, 'e')))->reason);
    found.insert((*store.district_word().verdicts(1))[0].reason);
    const bool here = (*store.diner(store_diner(77, "", "").id)).has_value();
    if (here != (found.count("1") == 1)) found.insert("somebody who should be gone");
    return found;
}

class WholeOrNothing : public testing::Test {
  protected:
    std::unique_ptr<TerminalStore> open_disk() {
        StoreOptions options;
        options.vfs = disk_.vfs();
        clock_.advance_ms(1);
        auto opened = TerminalStore::open(directory_.path(), clock_, random_, options);
        return opened ? std::move(*opened) : nullptr;
    }
    CrashDisk::Image ready() {
        auto store = open_disk();
        EXPECT_TRUE(store->set_till(TillId("T001")) && store->apply(world(1)));
        store.reset();
        return disk_.image();
    }

    StoreDirectory directory_;
    payment::ManualClock clock_{kStoreTestNow};
    payment::SeededRandom random_{7};
    CrashDisk disk_{20260310};
};

TEST_F(WholeOrNothing, ABundleCutAtEveryOperationIsTheOldOrTheNew) {
    const auto image = ready();
    int olds = 0, news = 0;
    for (std::int64_t at = 1;; ++at) {
        disk_.load(image);
        disk_.plan(DiskFault::power_cut, at);
        auto store = open_disk();
        const bool said_done = store && store->apply(world(2)).has_value();
        store.reset();
        if (!disk_.fired()) break;
        disk_.reboot();
        store = open_disk();
        ASSERT_TRUE(store);
        const auto found = versions_in(*store);
        ASSERT_EQ(found.size(), 1u) << "half a bundle after a cut at " << at;
        EXPECT_TRUE(!said_done || *found.begin() == "2") << at;
        (*found.begin() == "1" ? olds : news) += 1;
    }
    EXPECT_GT(olds, 10);
    EXPECT_GT(news, 3);
}

// The control: the same parts as calls of their own leave a mixture somewhere.
TEST_F(WholeOrNothing, InSeveralStepsThereIsAMixtureSomewhere) {
    const auto image = ready();
    int mixtures = 0;
    for (std::int64_t at = 1;; ++at) {
        disk_.load(image);
        disk_.plan(DiskFault::power_cut, at);
        auto store = open_disk();
        const auto data = world(2);
        const auto apply = [&]() -> Status {
            MULIN_TRY_STATUS(store->upsert_diners(data.diners));
            MULIN_TRY_STATUS(store->replace_staff(data.snapshot->staff));
            return store->set_setting("sync.cursor", "2");
        };
        if (store) (void)apply().has_value();
        store.reset();
        if (!disk_.fired()) break;
        disk_.reboot();
        store = open_disk();
        ASSERT_TRUE(store);
        mixtures += **store->setting("sync.cursor") == "1" && versions_in(*store).size() > 1 ? 1 : 0;
    }
    EXPECT_GT(mixtures, 2);
}

TEST_F(WholeOrNothing, ABadPartRefusesAllOfIt) {
    ready();
    auto store = open_disk();
    auto data = world(2);
    data.cards.push_back({"", "", "", DinerId("D1"), false});
    EXPECT_FALSE(store->apply(data));
    EXPECT_EQ(versions_in(*store), std::set<std::string>{"1"});
    EXPECT_TRUE(store->apply(world(3)));
    EXPECT_EQ(versions_in(*store), std::set<std::string>{"3"});
}

// A disk that fails once at any operation: selling goes on without a restart, and a power cut right
// afterwards loses nothing that was acknowledged before or after the fault.
TEST_F(WholeOrNothing, AFailedFlushHealsWhileTheTillStaysOpen) {
    const auto image = ready();
    int healed = 0;
    for (std::int64_t at = 1;; ++at) {
        disk_.load(image);
        auto store = open_disk();
        ASSERT_TRUE(store);
        std::set<std::string> acknowledged;
        disk_.plan(DiskFault::io_error, at);
        for (int i = 0; i < 4; ++i) {
            const auto ref = "a" + std::to_string(i);
            bool failed = false;
            for (int tries = 0; tries < 3 && acknowledged.count(ref) == 0; ++tries) {
                if (store->commit_sale(store_sale(ref))) acknowledged.insert(ref);
                if (acknowledged.count(ref) == 0) failed = true, clock_.advance_ms(3000);
            }
            ASSERT_EQ(acknowledged.count(ref), 1u) << "fault at " << at << " sale " << i;
            healed += failed ? 1 : 0;
        }
        if (!disk_.fired()) break;
        disk_.plan(DiskFault::power_cut, 1, true);
        (void)store->commit_sale(store_sale("late")).has_value();
        store.reset();
        disk_.reboot();
        store = open_disk();
        ASSERT_TRUE(store);
        for (const auto& ref : acknowledged) ASSERT_TRUE(*store->find_sale_by_ref(ref)) << ref << " lost, fault at " << at;
        const auto verified = store->verify();
        ASSERT_TRUE(verified) << verified.error().message;
    }
    EXPECT_GT(healed, 3);
}

TEST(StoreFile, IsNobodyElses) {
    StoreBench bench;
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a1")));
    for (const char* name : {"till.db", "till.db-wal", "signing_key.pem"}) {
        const auto rights = std::filesystem::status(bench.directory.file(name)).permissions();
        EXPECT_EQ(rights, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write) << name;
    }
}

}  // namespace
}  // namespace mulin::sync
