// A till's file as each earlier release left it, opened by this one while the disk fails at any operation:
// the older schema or this one, never between, and no row is lost.

#include <gtest/gtest.h>

#include <cstdlib>

#include "sync/store/schema.h"
#include "tests/support/store_crash_vfs.h"
#include "tests/support/store_fixtures.h"
#include "tests/support/store_older_schema.h"

namespace mulin::sync {
namespace {

using namespace test;

// MULIN_LONG=1 for every operation.
std::int64_t stride() { return std::getenv("MULIN_LONG") != nullptr ? 1 : 3; }

const SchemaSteps kTillSteps{kSchemaSteps, kApplicationId};

class StoreUpdate : public testing::TestWithParam<DiskFault> {
  protected:
    Result<std::unique_ptr<TerminalStore>> open_on_disk() {
        StoreOptions options;
        options.vfs = disk_.vfs();
        clock_.advance_ms(1);
        return TerminalStore::open(directory_.path(), clock_, random_, options);
    }
    // Four sales, one of them void, as this release writes them.
    std::string newest_file() {
        auto store = TerminalStore::open(directory_.path(), clock_, random_);
        EXPECT_TRUE(store && (*store)->set_till(TillId("T001")) && (*store)->open_shift(store_shift("shift-1")));
        for (const char* ref : {"a1", "a2", "a3", "a4"}) {
            const auto sold = (*store)->commit_sale(store_sale(ref));
            EXPECT_TRUE(sold);
            if (std::string(ref) == "a2") { EXPECT_TRUE((*store)->commit_void(store_void("v1", sold->key))); }
        }
        return directory_.file("till.db").string();
    }
    void expect_everything_there() {
        auto store = open_on_disk();
        ASSERT_TRUE(store) << store.error().message;
        EXPECT_TRUE((*store)->verify());
        const auto report = (*store)->day_report(kStoreTestDay);
        ASSERT_TRUE(report);
        EXPECT_EQ(report->total.sales, 3);
        EXPECT_EQ(report->voided.sales, 1);
    }

    StoreDirectory directory_;
    payment::ManualClock clock_{kStoreTestNow};
    payment::SeededRandom random_{11};
    CrashDisk disk_{20260310};
};

TEST_P(StoreUpdate, FromEveryReleaseIsTheOlderOrThisOneAtEveryCut) {
    const auto newest = newest_file();
    const auto done = schema_after(kTillSteps, kSchemaSteps.size());
    for (std::size_t version = 1; version < kSchemaSteps.size(); ++version) {
        const auto older = directory_.file("older" + std::to_string(version)).string();
        ASSERT_GT(write_older(newest, older, kTillSteps, version), 10);
        const CrashDisk::Image image{{newest, bytes_of_file(older)}};
        const auto before = schema_after(kTillSteps, version);
        int olds = 0, news = 0;
        for (std::int64_t at = 1;; at += stride()) {
            disk_.load(image);
            disk_.plan(GetParam(), at);
            { const auto opened = open_on_disk(); }
            if (disk_.operations() < at) break;
            if (!disk_.fired()) continue;  // a full disk strikes writes only
            disk_.reboot();
            const auto found = schema_of(newest, disk_.vfs());
            const bool is_old = found.version == static_cast<std::int64_t>(version) && found.text == before;
            const bool is_new = found.version == static_cast<std::int64_t>(kSchemaSteps.size()) && found.text == done;
            ASSERT_TRUE(is_old || is_new) << "from step " << version << ", cut at " << at << ": version " << found.version;
            (is_old ? olds : news) += 1;
            ASSERT_NO_FATAL_FAILURE(expect_everything_there()) << "from step " << version << ", cut at " << at;
        }
        EXPECT_GT(olds, 3);
        EXPECT_GT(news, 0);
    }
}

INSTANTIATE_TEST_SUITE_P(Disk, StoreUpdate, testing::Values(DiskFault::power_cut, DiskFault::io_error, DiskFault::disk_full));

// The control: the same steps without the one transaction around them are found in between.
TEST_F(StoreUpdate, ControlStepByStepIsFoundInBetween) {
    const auto newest = newest_file();
    const auto older = directory_.file("older").string();
    write_older(newest, older, kTillSteps, 1);
    const auto before = schema_after(kTillSteps, 1), done = schema_after(kTillSteps, kSchemaSteps.size());
    int between = 0;
    for (std::int64_t at = 1;; at += 7) {
        disk_.load({{newest, bytes_of_file(older)}});
        disk_.plan(DiskFault::power_cut, at);
        {
            Database raw;
            if (raw.open(newest, disk_.vfs(), false) && raw.run("PRAGMA locking_mode = EXCLUSIVE")) {
                for (std::size_t step = 1; step < kSchemaSteps.size(); ++step) {
                    if (!raw.run(std::string(kSchemaSteps[step]))) break;
                }
            }
        }
        if (!disk_.fired()) break;
        disk_.reboot();
        const auto text = schema_of(newest, disk_.vfs()).text;
        between += text != before && text != done ? 1 : 0;
    }
    EXPECT_GT(between, 3);
}

}  // namespace
}  // namespace mulin::sync
