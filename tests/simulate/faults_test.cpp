// Everything at once: networks that lose, repeat and part, power that goes at any disk operation, disks that
// lie, clocks that jump by a decade. Safety: the district holds every entry that any till ever acknowledged on
// an honest disk, once, and nothing that no till wrote. Liveness: once the faults end, all come to rest.
// MULIN_SEEDS=n runs n seeds (a few thousand a night); a failure prints its seed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "tests/simulate/world.h"

namespace mulin::sync::test {
namespace {

constexpr int kFaultySteps = 120;

int seeds_wanted(int quick) {
    const char* wanted = std::getenv("MULIN_SEEDS");
    return wanted == nullptr ? quick : std::max(1, std::atoi(wanted));
}

Faults drawn_from(std::uint64_t seed) {
    payment::SeededRandom random(seed * 104'729 + 1);
    const auto upto = [&](std::uint64_t most) { return static_cast<int>(random.below(most + 1)); };
    Faults faults;
    faults.lose_request = upto(30);
    faults.lose_answer = upto(30);
    faults.repeat = upto(50);
    faults.replay_old = upto(50);
    faults.partition = upto(6);
    faults.power_cut = upto(12);
    faults.lying_disk = upto(1) * 40;
    faults.clock_jump = upto(1) * upto(5);
    faults.on_disks = true;
    return faults;
}

struct Outcome {
    bool came_to_rest = false;
    std::size_t missing = 0;   // on a till, not at the district
    std::size_t invented = 0;  // at the district, written by nobody
    bool twice = false;
    int lost_sales = 0;
    std::int64_t sales_told = 0;  // acknowledged to a cashier and still standing
    std::int64_t sales_held = 0;
    bool good(bool disks_lie) const {
        return came_to_rest && missing == 0 && invented == 0 && !twice && lost_sales == 0 &&
               (disks_lie || sales_held >= sales_told);
    }
};

Outcome run(World& world) {
    for (int i = 0; i < kFaultySteps; ++i) world.step();
    Outcome outcome;
    outcome.came_to_rest = world.settle();
    const auto now = world.on_tills();
    const auto ever = world.ever_made();
    const auto held = world.on_server();
    for (const auto& line : now) outcome.missing += held.contains(line) ? 0 : 1;
    for (const auto& line : held) outcome.invented += ever.contains(line) ? 0 : 1;
    outcome.twice = world.count("SELECT count(*) FROM (SELECT hash FROM entry WHERE kept = 1 GROUP BY hash HAVING count(*) > 1) x") > 0;
    outcome.lost_sales = world.lost_sales;
    for (const auto& till : world.tills) outcome.sales_told += till->sales;
    outcome.sales_held = world.count(
        "SELECT count(*) FROM sale s WHERE NOT EXISTS (SELECT 1 FROM sale_void v WHERE v.till = s.till AND v.epoch = s.epoch "
        "AND v.seq = s.seq)");
    return outcome;
}

TEST(Faults, TheDistrictHoldsEverythingThatWasEverAcknowledged) {
    Counters all;
    const int seeds = seeds_wanted(30);
    for (int seed = 1; seed <= seeds; ++seed) {
        const Faults faults = drawn_from(static_cast<std::uint64_t>(seed));
        World world(static_cast<std::uint64_t>(seed), faults);
        const Outcome outcome = run(world);
        ASSERT_TRUE(outcome.good(faults.lying_disk > 0)) << "seed " << seed << ": rest " << outcome.came_to_rest << ", missing " << outcome.missing
                                    << ", invented " << outcome.invented << ", twice " << outcome.twice << ", lost "
                                    << outcome.lost_sales << ", told " << outcome.sales_told << ", held " << outcome.sales_held
                                    << "; " << world.trace;
        for (const auto& [name, count] : world.counters.seen) all.seen[name] += count;
    }
    for (const char* name : {"request lost", "answer lost", "repeated", "replayed", "cut off", "power cut while selling",
                             "power cut while exchanging", "lying disk lost sales", "clock wrong", "clock right again", "amnesia"}) {
        EXPECT_GT(all.seen[name], 0) << "never reached: " << name;
        RecordProperty(name, all.seen[name]);
    }
}

TEST(Faults, TheSameSeedGivesTheSameHistory) {
    const auto trace_of = [](std::uint64_t seed) {
        World world(seed, drawn_from(seed));
        (void)run(world);
        return world.trace;
    };
    EXPECT_EQ(trace_of(11), trace_of(11));
    EXPECT_NE(trace_of(11), trace_of(12));
}

// The oracle must see when acknowledged sales are gone: disks that lie, called honest.
TEST(Faults, ControlALyingDiskThatIsCalledHonestIsCaught) {
    int caught = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        Faults faults = drawn_from(seed);
        faults.lying_disk = 100;
        faults.power_cut = 12;
        World world(seed, faults);
        for (int i = 0; i < 10; ++i) world.step();
        for (auto& till : world.tills) till->lies = false;  // they still do
        const Outcome outcome = run(world);
        caught += outcome.lost_sales > 0 ? 1 : 0;
    }
    EXPECT_GE(caught, 4);
}

}  // namespace
}  // namespace mulin::sync::test
