// Long absences, wrong clocks and a district put back: named histories, each told to the end.
// MULIN_LONG=1 makes them as long as they are in life.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/simulate/world.h"

namespace mulin::sync::test {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDay = 86'400'000;

bool long_histories() { return std::getenv("MULIN_LONG") != nullptr; }

// True time moves on, and each till's clock with it.
void let_pass(World& world, std::int64_t ms) {
    world.clock.advance_ms(ms);
    for (auto& till : world.tills) till->clock.set_utc({world.clock.utc().ms + till->clock_wrong_ms});
}

std::uintmax_t bytes_of(const SimTill& till) {
    std::uintmax_t bytes = 0;
    for (const auto& file : fs::recursive_directory_iterator(till.dir)) {
        if (file.is_regular_file()) bytes += file.file_size();
    }
    return bytes;
}

void expect_all_held_once(World& world) {
    ASSERT_TRUE(world.settle());
    const auto made = world.on_tills();
    EXPECT_TRUE(world.on_server() == made);
    EXPECT_EQ(world.count("SELECT count(*) FROM entry WHERE kept = 1"), static_cast<std::int64_t>(made.size()));
    EXPECT_EQ(world.count("SELECT count(*) FROM quarantine"), 0);
    EXPECT_EQ(world.count("SELECT count(*) FROM fork_entry"), 0);
}

TEST(History, AMonthWithoutTheDistrictSellsOnAndIsBroughtWhole) {
    World world(31, {});
    world.add_till();
    SimTill& till = *world.tills[0];
    const int a_day = long_histories() ? 400 : 20;
    till.cut_off = 1;
    for (int day = 0; day < 30; ++day) {
        for (int i = 0; i < a_day; ++i) {
            let_pass(world, 60'000);
            world.sell(till);
        }
        EXPECT_FALSE(world.exchange(till));
        let_pass(world, kDay - a_day * 60'000);
        if (day % 7 == 3) world.restart_till(till);
    }
    EXPECT_EQ(till.sales, 30 * a_day);
    EXPECT_LT(bytes_of(till), 200u << 20);
    RecordProperty("bytes", static_cast<int>(bytes_of(till)));
    expect_all_held_once(world);
    EXPECT_EQ(world.count("SELECT count(*) FROM sale"), 30 * a_day);
    EXPECT_EQ(world.count("SELECT count(DISTINCT business_day) FROM sale"), 30);
}

// A clock that starts at 1970, runs ten years ahead, falls back a day, jumps between two sales, or stands just
// before midnight: every sale is taken, numbered on, kept, and the doubtful day is flagged.
TEST(History, NoClockStopsASaleAndDoubtfulOnesAreFlagged) {
    World world(32, {});
    world.add_till();
    SimTill& till = *world.tills[0];
    const std::int64_t now = world.clock.utc().ms;
    const std::int64_t to_midnight = kDay - (now + 8 * 3'600'000) % kDay;
    const std::int64_t wrongs[] = {0, -now, 3'650 * kDay, -kDay, to_midnight - 1'000, to_midnight + 1'000, 0};
    std::int64_t seq = 0;
    for (const std::int64_t wrong : wrongs) {
        till.clock_wrong_ms = wrong;
        let_pass(world, 1'000);
        for (int i = 0; i < 2; ++i) {
            world.sell(till);
            const EntryKey sold = till.sold.back();
            EXPECT_GT(sold.seq, seq) << "clock wrong by " << wrong;
            seq = sold.seq;
            EXPECT_EQ(world.exchange(till), true) << "clock wrong by " << wrong;
        }
    }
    expect_all_held_once(world);
    EXPECT_EQ(world.count("SELECT count(*) FROM sale"), 2 * static_cast<std::int64_t>(std::size(wrongs)));
    // 1970, ten years and half a day ahead, two sales each; a day back is the till's own to see (trusted_clock_test).
    EXPECT_EQ(world.count("SELECT count(*) FROM finding WHERE kind = 'clock'"), 8);
    EXPECT_EQ(world.count("SELECT count(*) FROM finding WHERE kind <> 'clock'"), 0);
}

// The district comes back as it was a week ago: every till walks back by itself and feeds what is missing.
TEST(History, FortyTillsFeedARestoredDistrictAgain) {
    World world(33, {});
    const int tills = long_histories() ? 40 : 8;
    const int a_day = long_histories() ? 60 : 4;
    for (int i = 0; i < tills; ++i) world.add_till();
    const auto serve_a_week = [&] {
        for (int day = 0; day < 7; ++day) {
            for (auto& till : world.tills) {
                for (int i = 0; i < a_day; ++i) world.sell(*till);
                EXPECT_TRUE(world.exchange(*till));
            }
            let_pass(world, kDay);
        }
    };
    serve_a_week();
    world.backup_server();
    serve_a_week();
    const auto before = world.on_server();
    world.restore_server(false);
    EXPECT_LT(world.on_server().size(), before.size());
    expect_all_held_once(world);
    const auto after = world.on_server();
    for (const auto& line : before) EXPECT_TRUE(after.contains(line));
    EXPECT_GE(world.counters.seen["walked back"], tills);
}

}  // namespace
}  // namespace mulin::sync::test
