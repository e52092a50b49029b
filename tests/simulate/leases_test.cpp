// A pool that every canteen shares, on tills that are cut off, restarted, copied, put back and never come
// again. At every moment what the district has granted stays within the pool, and so does what was sold.

#include <gtest/gtest.h>

#include "sync/district/lease_book.h"
#include "sync/store/lease_store.h"
#include "tests/simulate/world.h"

namespace mulin::sync::test {
namespace {

constexpr std::int64_t kPlaces = 40;
constexpr int kLeaseSteps = 200;

struct Books {
    std::int64_t charged = 0;
    std::int64_t leases = 0;
    std::int64_t returned = 0;
    std::int64_t lapsed = 0;
};

Books books_of(World& world) {
    auto access = world.district().access();
    Books books;
    const auto all = server::LeaseBook(access.database).books(world.pool);
    for (const auto& booked : *all) {
        books.charged += leases::charge(booked).uses;
        ++books.leases;
        books.returned += booked.standing == leases::Standing::returned ? 1 : 0;
        books.lapsed += booked.standing == leases::Standing::lapsed ? 1 : 0;
    }
    return books;
}

std::int64_t places_sold(World& world) {
    return world.count(
        "SELECT coalesce(sum(u.uses), 0) FROM lease_use u WHERE NOT EXISTS (SELECT 1 FROM sale_void v WHERE v.till = u.till "
        "AND v.epoch = u.epoch AND v.seq = u.seq)");
}

Faults network(std::uint64_t seed) {
    payment::SeededRandom random(seed * 31 + 7);
    Faults faults;
    faults.lose_request = static_cast<int>(random.below(31));
    faults.lose_answer = static_cast<int>(random.below(31));
    faults.repeat = static_cast<int>(random.below(51));
    faults.replay_old = static_cast<int>(random.below(51));
    faults.partition = static_cast<int>(random.below(6));
    return faults;
}

TEST(SimulatedLeases, NeverPassThePoolWhateverIsLostRepeatedOrLate) {
    Counters all;
    std::int64_t sold_in_all = 0, returned = 0, lapsed = 0;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        World world(seed, network(seed));
        world.allow_restores = false;
        world.allow_clones = seed % 2 == 0;
        world.publish_pool(kPlaces);
        for (int i = 0; i < kLeaseSteps; ++i) {
            world.step();
            ASSERT_LE(books_of(world).charged, kPlaces) << "seed " << seed << " step " << i << ": " << world.trace;
        }
        // A month without a word from the first till; the others go on.
        world.tills[0]->cut_off = 1'000'000;
        for (int day = 0; day < 30; ++day) {
            world.clock.advance_ms(86'400'000);
            for (int i = 0; i < 6; ++i) world.step();
        }
        ASSERT_LE(books_of(world).charged, kPlaces) << "seed " << seed;
        ASSERT_TRUE(world.settle()) << "seed " << seed << ": " << world.trace;
        EXPECT_LE(places_sold(world), kPlaces) << "seed " << seed;
        const Books books = books_of(world);
        sold_in_all += places_sold(world);
        returned += books.returned;
        lapsed += books.lapsed;
        for (const auto& [name, count] : world.counters.seen) all.seen[name] += count;
    }
    EXPECT_GT(sold_in_all, 12 * kPlaces / 2) << "the pool is of use";
    EXPECT_GT(all.seen["sold without a lease"], 0);
    EXPECT_GT(all.seen["cloned"], 0);
    EXPECT_GT(returned, 0);
    EXPECT_GT(lapsed, 0);
}

// A district that was put back to an older state has forgotten grants; it grants nothing until they are over.
TEST(SimulatedLeases, ARestoredDistrictDoesNotGrantTwiceWhatItForgot) {
    World world(5, {});
    world.allow_restores = false;
    world.publish_pool(kPlaces);
    world.add_till();
    world.add_till();
    ASSERT_TRUE(world.exchange(*world.tills[0]));
    world.backup_server();
    SimTill& first = *world.tills[0];
    SimTill& second = *world.tills[1];
    world.exchange(second);
    ASSERT_TRUE(world.exchange(second));
    ASSERT_TRUE(*second.store->leases().best(world.pool));
    world.restore_server(false);
    const auto granted_before = world.count("SELECT count(*) FROM lease_grant");
    for (int hour = 0; hour < 23; ++hour) {
        world.clock.advance_ms(3'600'000);
        first.clock.set_utc(world.clock.utc());
        world.exchange(first);
    }
    EXPECT_EQ(world.count("SELECT count(*) FROM lease_grant"), granted_before) << "the second till may be spending still";
    world.clock.advance_ms(2 * 3'600'000);
    for (auto& till : world.tills) till->clock.set_utc(world.clock.utc());
    world.exchange(second);
    world.exchange(first);
    world.clock.advance_ms(120'000);
    for (auto& till : world.tills) till->clock.set_utc(world.clock.utc());
    world.exchange(second);
    world.exchange(first);
    EXPECT_GT(world.count("SELECT count(*) FROM lease_grant"), granted_before) << "everybody was heard";
    EXPECT_LE(books_of(world).charged, kPlaces);
}

}  // namespace
}  // namespace mulin::sync::test
