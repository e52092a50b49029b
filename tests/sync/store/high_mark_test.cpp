// A till whose file went back in time, or is a copy, finds out at its next start, opens an epoch that says so, and sells.

#include <gtest/gtest.h>

#include <fstream>

#include "sync/store/evidence.h"
#include "sync/store/high_mark.h"
#include "tests/support/store_crash_vfs.h"
#include "tests/support/store_fixtures.h"

namespace mulin::test {
namespace {

using namespace sync;
namespace fs = std::filesystem;

// Reasons of all epochs, in order, and the notes that stand beside them.
std::string past_of(TerminalStore& store) {
    std::string past;
    EXPECT_TRUE(store.export_entries([&](const Entry& entry) {
        const auto decoded = *decode_body(entry.body);
        if (const auto* open = std::get_if<EpochOpen>(&decoded.body)) past += open->reason + " ";
        if (const auto* note = std::get_if<Note>(&decoded.body)) past += "(" + note->kind + ") ";
        return true;
    }));
    return past;
}

TEST(HighMarkTest, AnOrdinaryStartOpensAnOrdinaryEpoch) {
    StoreBench bench;
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(bench.store->commit_sale(store_sale("a" + std::to_string(i))));
        bench.reopen();
    }
    ASSERT_TRUE(bench.store->commit_sale(store_sale("last")));
    EXPECT_EQ(past_of(*bench.store), "first start start start ");
}

TEST(HighMarkTest, AFileFromYesterdayIsAmnesiaAndSellsOn) {
    StoreBench bench;
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a1")));
    bench.store.reset();
    fs::copy(bench.directory.file("till.db"), bench.directory.file("yesterday"));
    bench.reopen();
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a2")));
    bench.store.reset();
    fs::copy(bench.directory.file("yesterday"), bench.directory.file("till.db"), fs::copy_options::overwrite_existing);
    bench.reopen();
    bench.reopen();  // nothing was written yet: it is still true
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a3")));
    EXPECT_EQ(past_of(*bench.store), "first amnesia (amnesia) ");
    ASSERT_TRUE(bench.store->verify()) << bench.store->verify().error().message;
    bench.reopen();
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a4")));
    EXPECT_EQ(past_of(*bench.store), "first amnesia (amnesia) start ") << "said once";
}

TEST(HighMarkTest, AnotherBranchOfTheSameLengthIsFoundToo) {
    StoreBench bench;
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a1")));
    bench.store.reset();
    fs::copy(bench.directory.file("till.db"), bench.directory.file("copy"));
    const auto sell = [&](const char* ref) {
        bench.reopen();
        ASSERT_TRUE(bench.store->commit_sale(store_sale(ref)));
        bench.store.reset();
    };
    sell("a2");
    fs::copy(bench.directory.file("till.mark"), bench.directory.file("mark"));
    fs::copy(bench.directory.file("copy"), bench.directory.file("till.db"), fs::copy_options::overwrite_existing);
    fs::remove(bench.directory.file("till.mark"));
    sell("b2");
    fs::rename(bench.directory.file("mark"), bench.directory.file("till.mark"));
    sell("b3");
    bench.reopen();
    EXPECT_EQ(past_of(*bench.store), "first start amnesia (amnesia) ");
}

TEST(HighMarkTest, ACopyInAnotherPlaceKnowsThatItIsOne) {
    StoreBench bench;
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a1")));
    bench.store.reset();
    const StoreDirectory other;
    fs::copy(bench.directory.path(), other.path(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    auto twin = TerminalStore::open(other.path(), bench.clock, bench.random);
    ASSERT_TRUE(twin) << twin.error().message;
    ASSERT_TRUE((*twin)->commit_sale(store_sale("b2")));
    EXPECT_EQ(past_of(**twin), "first restored (restored) ");
    bench.reopen();
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a2")));
    EXPECT_EQ(past_of(*bench.store), "first start ") << "the original has not moved";
}

TEST(HighMarkTest, ATornMarkIsNoMark) {
    StoreBench bench;
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a1")));
    bench.store.reset();
    const auto file = bench.directory.file("till.mark");
    std::ifstream in(file);
    const std::string whole{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    ASSERT_TRUE(HighMark(file).read());
    const std::size_t end = whole.rfind("end") + 3;
    for (std::size_t cut = 0; cut < end; ++cut) {
        std::ofstream(file, std::ios::trunc) << whole.substr(0, cut);
        EXPECT_FALSE(HighMark(file).read()) << cut;
    }
    bench.reopen();
    ASSERT_TRUE(bench.store->commit_sale(store_sale("a2")));
    EXPECT_EQ(past_of(*bench.store), "first start ");
}

// A disk that says it flushed and has not: whatever it lost is found at the next start, every time.
TEST(HighMarkTest, WhatALyingDiskLostIsAlwaysFoundOut) {
    int lost = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CrashDisk disk(seed);
        StoreOptions options;
        options.vfs = disk.vfs();
        StoreBench bench(options);
        ASSERT_TRUE(bench.store->commit_sale(store_sale("a1")));
        disk.lie(true);
        for (int i = 2; i < 8; ++i) ASSERT_TRUE(bench.store->commit_sale(store_sale("a" + std::to_string(i))));
        const auto promised = (*bench.store->chain_head())->key.seq;
        disk.plan(DiskFault::power_cut, 1);
        EXPECT_FALSE(bench.store->commit_sale(store_sale("cut")));
        bench.store.reset();
        disk.reboot();
        disk.lie(false);
        auto again = bench.try_open(options);
        if (!again) continue;  // torn beyond use: that is found out as well
        ASSERT_TRUE((*again)->set_till(TillId("T001")));  // it may have lost even that
        const auto head = *(*again)->chain_head();
        const bool short_of = !head || head->key.seq < promised;
        ASSERT_TRUE((*again)->commit_sale(store_sale("after")));
        EXPECT_EQ(past_of(**again).find("amnesia") != std::string::npos, short_of) << "seed " << seed;
        lost += short_of ? 1 : 0;
    }
    EXPECT_GT(lost, 5) << "the disk did not lie";
}

}  // namespace
}  // namespace mulin::test
