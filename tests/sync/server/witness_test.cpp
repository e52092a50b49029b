// Closes and roots: signed by the district, held by its tills, and taken up again by a district that lost them.

#include <gtest/gtest.h>

#include "sync/district/witness.h"
#include "tests/support/link_bench.h"

namespace mulin::sync::server {
namespace {

using test::LinkBench;

TEST(WitnessTest, ACloseIsSignedOnceAndHeldInTheTillsNextEntry) {
    LinkBench bench;
    bench.sell();
    bench.close_shift();
    const auto summary = bench.exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->countersigned, 1);
    const auto held = bench.written<Countersigned>();
    ASSERT_EQ(held.size(), 1u);
    EXPECT_TRUE(is_genuine(held[0], bench.enrolment.till, bench.district->bundle_key().public_key()));
    const auto entry = *bench.store->entry({bench.enrolment.till, held[0].epoch, held[0].seq});
    EXPECT_EQ(entry->hash, held[0].hash);
    EXPECT_TRUE(std::holds_alternative<ShiftClose>(decode_body(entry->body)->body));
    ASSERT_TRUE(bench.exchange());
    EXPECT_EQ(bench.written<Countersigned>().size(), 1u) << "once";
    EXPECT_TRUE(bench.store->verify());
}

TEST(WitnessTest, ALostAnswerBringsTheSameSignatureAgain) {
    LinkBench bench;
    bench.close_shift();
    const auto transport = bench.connect();
    transport->lose_next_answer = "/v1/upload";
    EXPECT_FALSE(exchange_once(*bench.store, bench.enrolment, *transport, bench.clock));
    bench.clock.advance_ms(60'000);
    ASSERT_TRUE(bench.exchange());
    EXPECT_EQ(bench.written<Countersigned>().size(), 1u);
    EXPECT_EQ(bench.count("SELECT count(*) FROM countersigned"), 1);
}

TEST(WitnessTest, OneRootADayAndEachTillHoldsThemAsOneChain) {
    LinkBench bench;
    for (int day = 0; day < 4; ++day) {
        bench.sell();
        ASSERT_TRUE(bench.exchange());
        ASSERT_TRUE(bench.exchange());
        bench.clock.advance_ms(LinkBench::kDay);
    }
    const auto roots = bench.written<DistrictRoot>();
    ASSERT_EQ(roots.size(), 4u);
    for (std::size_t i = 0; i < roots.size(); ++i) {
        EXPECT_EQ(roots[i].number, static_cast<std::int64_t>(i) + 1);
        EXPECT_EQ(roots[i].prev, i == 0 ? std::string(kNoHash) : digest_of(roots[i - 1]));
        EXPECT_TRUE(is_genuine(roots[i], bench.district->bundle_key().public_key()));
    }
    EXPECT_EQ(bench.written<Note>().size(), 0u);
    EXPECT_EQ(bench.count("SELECT count(*) FROM finding"), 0);
}

TEST(WitnessTest, ARestoredDistrictTakesItsRootsUpFromATillAndGoesOnBehindThem) {
    LinkBench bench;
    bench.sell();
    ASSERT_TRUE(bench.exchange());
    bench.district.reset();
    const auto server = bench.folder.path() / "district";
    const auto backup = bench.folder.path() / "backup";
    std::filesystem::copy(server, backup, std::filesystem::copy_options::recursive);
    bench.open_district();
    for (int day = 0; day < 3; ++day) {
        bench.clock.advance_ms(LinkBench::kDay);
        bench.sell();
        ASSERT_TRUE(bench.exchange());
    }
    ASSERT_EQ(bench.count("SELECT count(*) FROM district_root"), 4);
    bench.district.reset();
    std::filesystem::remove_all(server);
    std::filesystem::copy(backup, server, std::filesystem::copy_options::recursive);
    bench.open_district();
    ASSERT_EQ(bench.count("SELECT count(*) FROM district_root"), 1);
    bench.clock.advance_ms(LinkBench::kDay);
    bench.sell();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(bench.exchange()) << i;
    EXPECT_EQ(bench.count("SELECT count(*) FROM sale"), 5);
    EXPECT_GE(bench.count("SELECT count(*) FROM district_root"), 4);
    EXPECT_EQ(bench.count("SELECT count(*) FROM finding"), 0) << "nothing contradicts";
    for (const Note& note : bench.written<Note>()) EXPECT_NE(note.kind, "root_conflict");
}

// A district that rewrote its past cannot do it unseen.
TEST(WitnessTest, ARewrittenRootIsWrittenDownByTheTillAndFlagged) {
    LinkBench bench;
    bench.sell();
    ASSERT_TRUE(bench.exchange());
    ASSERT_TRUE(bench.exchange());
    {
        auto access = bench.district->access();
        ASSERT_TRUE(access.database.execute("DELETE FROM district_root; DELETE FROM rooted_epoch; DELETE FROM root_point;"));
        Witness witness(access.database, bench.district->bundle_key());
        ASSERT_TRUE(witness.make_root({bench.clock.utc().ms + 1000}));
        ASSERT_TRUE(access.database.execute("DELETE FROM rooted_epoch; DELETE FROM root_point;"));
        ASSERT_TRUE(witness.make_root({bench.clock.utc().ms + LinkBench::kDay}));
    }
    const auto summary = bench.exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_TRUE(summary->root_conflict);
    ASSERT_TRUE(bench.exchange());
    EXPECT_GT(bench.count("SELECT count(*) FROM finding WHERE kind = 'root_conflict'"), 0);
}

TEST(Amnesia, ATillPutBackFromACopySaysSoAndTheDistrictFlagsIt) {
    LinkBench bench;
    bench.sell();
    bench.store.reset();
    const auto till = bench.till_dir();
    const auto backup = bench.folder.path() / "till.backup";
    std::filesystem::copy(till, backup, std::filesystem::copy_options::recursive);
    bench.open_till();
    for (int i = 0; i < 3; ++i) bench.sell();
    ASSERT_TRUE(bench.exchange());
    bench.store.reset();
    std::filesystem::remove_all(till);
    std::filesystem::copy(backup, till, std::filesystem::copy_options::recursive);
    bench.open_till();
    bench.sell();
    ASSERT_TRUE(bench.exchange());
    EXPECT_EQ(bench.count("SELECT count(*) FROM sale"), 5) << "nothing that the district had is lost";
    EXPECT_GT(bench.count("SELECT count(*) FROM finding WHERE kind IN ('restored', 'amnesia')"), 0);
    EXPECT_GT(bench.count("SELECT count(*) FROM finding WHERE kind = 'fork'"), 0);
}

// Even when the copy knows nothing of being one: the reason is written before the exchange ends.
TEST(Amnesia, FoundByTheDistrictItIsInTheJournalAtOnce) {
    LinkBench bench;
    bench.sell();
    bench.store.reset();
    const auto copy = bench.folder.path() / "copy.db";
    std::filesystem::copy(bench.till_dir() / "till.db", copy);
    bench.open_till();
    bench.sell();
    ASSERT_TRUE(bench.exchange());
    bench.store.reset();
    std::filesystem::copy(copy, bench.till_dir() / "till.db", std::filesystem::copy_options::overwrite_existing);
    std::filesystem::remove(bench.till_dir() / "till.mark");
    bench.open_till();
    bench.sell();
    const auto summary = bench.exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_TRUE(summary->amnesia);
    EXPECT_EQ(summary->waiting, 0);
    EXPECT_EQ(bench.written<EpochOpen>().back().reason, "amnesia");
    EXPECT_GT(bench.count("SELECT count(*) FROM finding WHERE kind = 'amnesia'"), 0);
    bench.open_till();
    bench.sell();
    EXPECT_FALSE(bench.exchange()->amnesia) << "said once";
}

}  // namespace
}  // namespace mulin::sync::server
