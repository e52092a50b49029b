// Safety first, then liveness: whatever the network, the restarts and the restores did, in the end
// the server holds exactly what the tills wrote, once.

#include <gtest/gtest.h>

#include "tests/simulate/world.h"

namespace mulin::sync::test {
namespace {

Faults faults_of(std::uint64_t seed) {
    payment::SeededRandom random(seed * 7919);
    return {static_cast<int>(random.below(31)), static_cast<int>(random.below(31)), static_cast<int>(random.below(51)),
            static_cast<int>(random.below(51))};
}

constexpr int kSteps = 160;

bool agrees(World& world) {
    if (!world.settle()) return false;
    const auto made = world.on_tills();
    const auto held = world.on_server();
    return held == made && world.count("SELECT count(*) FROM entry WHERE kept = 1") == static_cast<std::int64_t>(made.size());
}

class Seeds : public ::testing::TestWithParam<int> {};

TEST_P(Seeds, ServerHoldsExactlyWhatTillsWrote) {
    World world(static_cast<std::uint64_t>(GetParam()), faults_of(static_cast<std::uint64_t>(GetParam())));
    for (int i = 0; i < kSteps; ++i) world.step();
    ASSERT_TRUE(world.settle()) << "seed " << GetParam() << " did not come to rest: " << world.trace;
    const auto made = world.on_tills();
    EXPECT_TRUE(world.on_server() == made) << "seed " << GetParam() << ": " << world.trace;
    EXPECT_EQ(world.count("SELECT count(*) FROM entry WHERE kept = 1"), static_cast<std::int64_t>(made.size()));
    EXPECT_EQ(world.count("SELECT count(*) FROM quarantine"), 0);
    EXPECT_EQ(world.count("SELECT count(*) FROM fork_entry"), 0) << "a false alarm";
    EXPECT_EQ(world.count("SELECT count(*) FROM finding"), 0) << "a false alarm";
    EXPECT_EQ(world.count("SELECT coalesce(sum(watermark), 0) FROM epoch"), static_cast<std::int64_t>(made.size())) << "a gap";
    std::int64_t sales = 0;
    for (const auto& till : world.tills) sales += till->sales;
    EXPECT_EQ(world.count("SELECT count(*) FROM sale s WHERE NOT EXISTS (SELECT 1 FROM sale_void v WHERE v.till = s.till "
                          "AND v.epoch = s.epoch AND v.seq = s.seq)"),
              sales);
}

// Cloned tills and tills restored from a backup write the same numbers twice; both versions are kept.
TEST_P(Seeds, ClonesAndRestoredTillsLoseNothingTheServerHad) {
    World world(static_cast<std::uint64_t>(GetParam()) + 1000, faults_of(static_cast<std::uint64_t>(GetParam())));
    world.allow_clones = true;
    for (int i = 0; i < kSteps; ++i) world.step();
    ASSERT_TRUE(world.settle()) << "seed " << GetParam() << " did not come to rest: " << world.trace;
    const auto now = world.on_tills();
    const auto ever = world.ever_made();
    const auto held = world.on_server();
    for (const auto& line : now) EXPECT_TRUE(held.contains(line)) << "lost: " << line;
    for (const auto& line : held) EXPECT_TRUE(ever.contains(line)) << "invented: " << line;
}

INSTANTIATE_TEST_SUITE_P(Simulation, Seeds, ::testing::Range(1, 25));

// A backup from before a till joined does not know the till: it is refused, joins again with a new
// code under its old name, and brings everything.
TEST(Simulation, ATillUnknownToARestoredServerJoinsAgainAndLosesNothing) {
    World world(3, {});
    world.add_till();
    world.backup_server();
    world.add_till();
    SimTill& late = *world.tills[1];
    for (int i = 0; i < 5; ++i) world.sell(late);
    ASSERT_TRUE(world.exchange(late));
    const auto name = late.enrolment.till;
    world.restore_server(true);
    world.sell(late);
    EXPECT_FALSE(world.exchange(late));
    world.join_again(late);
    EXPECT_EQ(late.enrolment.till, name);
    EXPECT_TRUE(agrees(world));
    EXPECT_EQ(world.count("SELECT count(*) FROM sale"), 6);
}

TEST(Simulation, TheSameSeedGivesTheSameTrace) {
    const auto run = [] {
        World world(77, faults_of(77));
        world.allow_clones = true;
        for (int i = 0; i < kSteps; ++i) world.step();
        return world.trace;
    };
    const auto once = run();
    EXPECT_EQ(once, run());
    EXPECT_GT(once.size(), static_cast<std::size_t>(kSteps) / 2);
}

TEST(Simulation, EveryFaultWasReached) {
    Counters all;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        World world(seed + 500, {20, 20, 30, 30});
        world.allow_clones = true;
        for (int i = 0; i < kSteps; ++i) world.step();
        world.settle();
        for (const auto& [name, count] : world.counters.seen) all.seen[name] += count;
    }
    for (const char* name : {"request lost", "answer lost", "repeated", "replayed", "walked back", "cloned", "till restored",
                             "server folder restored", "server database restored", "amnesia"}) {
        EXPECT_GT(all.seen[name], 0) << name;
    }
}

// Controls: the oracle must notice when the protocol is broken on purpose.
TEST(Control, ATillThatBelievesLostMessagesArrivedIsCaught) {
    int caught = 0;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        World world(seed, {30, 10, 10, 10}, Control::lost_counts_as_done);
        world.allow_restores = false;
        for (int i = 0; i < kSteps; ++i) world.step();
        if (!agrees(world)) ++caught;
    }
    EXPECT_EQ(caught, 8);
}

TEST(Control, ATillThatNeverWalksBackIsCaught) {
    int caught = 0;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        World world(seed, {0, 0, 0, 0}, Control::never_walks_back);
        world.allow_restores = false;
        for (int i = 0; i < 40; ++i) world.step();
        world.backup_server();
        for (auto& till : world.tills) world.sell(*till), world.exchange(*till);
        world.restore_server(true);
        if (!agrees(world)) ++caught;
    }
    EXPECT_EQ(caught, 8);
}

// The same history without the control comes right: the control is what fails, not the test.
TEST(Control, WithoutTheControlTheSameHistoryComesRight) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        World world(seed, {0, 0, 0, 0});
        world.allow_restores = false;
        for (int i = 0; i < 40; ++i) world.step();
        world.backup_server();
        for (auto& till : world.tills) world.sell(*till), world.exchange(*till);
        world.restore_server(true);
        EXPECT_TRUE(agrees(world)) << seed;
    }
}

}  // namespace
}  // namespace mulin::sync::test
