// Random lives of a leased pool: grants, quotes, holds, sales, voids, refunds, restarts, power cuts, copies put
// back, clocks set to and fro. At every step the district's own sum over everything ever journalled, on all
// copies, stays within what was granted. The control leaves out the check at the moment of sale.

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "sync/store/lease_store.h"
#include "tests/support/store_fixtures.h"
#include "tests/support/store_leases.h"

namespace mulin::sync {
namespace {

using namespace test;

struct Granted {
    std::int64_t uses = 0;
};

class LeaseLife {
  public:
    explicit LeaseLife(std::uint32_t seed, bool check_at_sale) : rng_(seed), check_at_sale_(check_at_sale) {
        EXPECT_TRUE(bench_.store->leases().open_epoch(kStoreTestDay));
    }

    void step() {
        const auto dice = pick(40);
        if (dice < 5) return grant();
        if (dice < 17) return quote();
        if (dice < 20) return hold();
        if (dice < 32) return sell_one();
        if (dice < 35) return void_one();
        if (dice < 37) return bench_.clock.set_utc({bench_.clock.utc().ms + (pick(4) - 2) * 1'800'000});
        if (dice < 38) return restart();
        if (dice < 39) return take_copy();
        put_copy_back();
    }

    // Spent as the district counts it: every sale on every branch of the chain, less the voids.
    void expect_within_grants() {
        for (const auto& [lease, spent] : spent_) {
            EXPECT_LE(spent, granted_[lease].uses) << lease;
            overspent_ = overspent_ || spent > granted_[lease].uses;
        }
    }
    bool overspent() const {
        for (const auto& [lease, spent] : spent_) {
            if (spent > granted_.at(lease).uses) return true;
        }
        return false;
    }
    std::int64_t sold() const { return sold_; }
    std::int64_t refused() const { return refused_; }

  private:
    struct Quoted {
        std::string ref;
        std::string lease;
        bool held = false;
        int life = 0;
    };

    std::int64_t pick(std::int64_t n) { return static_cast<std::int64_t>(rng_() % static_cast<std::uint32_t>(n)); }
    LeaseStore& pools() { return bench_.store->leases(); }

    void grant() {
        const auto head = *bench_.store->chain_head();
        const bool grow = !granted_.empty() && pick(2) == 0;
        const std::string id = grow ? granted_.rbegin()->first : "L" + std::to_string(1000 + granted_.size());
        auto& known = granted_[id];
        const std::int64_t uses = known.uses + 1 + pick(4);
        Lease lease = test_lease(id, head->key.epoch, uses, Money::fen(300 * uses), ++serial_);
        lease.valid_until.ms = pools().known_time().ms + pick(4) * 3'600'000;
        const Lease all[] = {lease};
        known.uses = uses;  // the district counts it whether or not it arrives
        if (pick(5) == 0) return;
        EXPECT_TRUE(pools().grant(all));
    }

    void quote() {
        const auto best = *pools().best(kTestPool);
        if (best) quotes_.push_back({"r" + std::to_string(++refs_), best->lease, false, life_});
    }

    void hold() {
        if (quotes_.empty()) return;
        auto& one = quotes_[static_cast<std::size_t>(pick(static_cast<std::int64_t>(quotes_.size())))];
        if (pools().hold(one.ref, leased_sale(one.ref, one.lease).uses)) one.held = true;
    }

    void sell_one() {
        if (quotes_.empty()) return;
        const auto at = static_cast<std::size_t>(pick(static_cast<std::int64_t>(quotes_.size())));
        const Quoted one = quotes_[at];
        quotes_.erase(quotes_.begin() + static_cast<std::ptrdiff_t>(at));
        Sale sale = leased_sale(one.ref, one.lease);
        // The control's till believes its quote: the store is not told which lease the use is from.
        if (!check_at_sale_) sale.uses.back().lease.clear();
        const auto done = bench_.store->commit_sale(sale);
        if (!done) {
            EXPECT_TRUE(is_price_again(done.error())) << done.error().message;
            ++refused_;
            (void)pools().release(one.ref).has_value();
            return;
        }
        ++spent_[one.lease];
        ++sold_;
        sales_.push_back({done->key, one.lease});
    }

    void void_one() {
        if (sales_.empty()) return;
        const auto [key, lease] = sales_.back();
        sales_.pop_back();
        if (bench_.store->commit_void(store_void("v" + std::to_string(++refs_), key))) --spent_[lease];
    }

    void restart() {
        bench_.reopen();
        for (const auto& one : quotes_) {
            if (!one.held) (void)pools().release(one.ref).has_value();
        }
    }

    void take_copy() {
        std::filesystem::remove(copy());
        EXPECT_TRUE(bench_.store->backup(copy()));
        has_copy_ = true;
    }

    // Somebody copies last week's file over the till's: what was sold since is not in it, yet was sold.
    void put_copy_back() {
        if (!has_copy_ || pick(3) != 0) return;
        bench_.store.reset();
        std::filesystem::copy_file(copy(), bench_.directory.file("till.db"), std::filesystem::copy_options::overwrite_existing);
        bench_.reopen();
        if (pick(2) == 0) bench_.store->start_epoch("restored");
        quotes_.clear();
        sales_.clear();
        const auto holders = *pools().holders();
        for (const auto& ref : holders) EXPECT_TRUE(pools().release(ref));
        EXPECT_TRUE(bench_.store->note({"restored", "by hand"}, kStoreTestDay));
        ++life_;
    }

    std::string copy() const { return bench_.directory.file("copy.db").string(); }

    std::mt19937 rng_;
    bool check_at_sale_;
    StoreBench bench_;
    std::map<std::string, Granted> granted_;
    std::map<std::string, std::int64_t> spent_;
    std::vector<Quoted> quotes_;
    std::vector<std::pair<EntryKey, std::string>> sales_;
    std::int64_t serial_ = 0, refs_ = 0, sold_ = 0, refused_ = 0;
    int life_ = 0;
    bool has_copy_ = false;
    bool overspent_ = false;
};

TEST(LeaseModel, WhatIsSpentNeverPassesWhatWasGranted) {
    std::int64_t sold = 0, refused = 0;
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
        LeaseLife life(seed, true);
        for (int i = 0; i < 150; ++i) {
            life.step();
            ASSERT_NO_FATAL_FAILURE(life.expect_within_grants());
            if (testing::Test::HasFailure()) FAIL() << "seed " << seed << " step " << i;
        }
        sold += life.sold();
        refused += life.refused();
    }
    EXPECT_GT(sold, 50);
    EXPECT_GT(refused, 20);
}

TEST(LeaseModel, WithoutTheCheckAtTheMomentOfSaleItDoes) {
    int overspent = 0;
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
        LeaseLife life(seed, false);
        for (int i = 0; i < 150; ++i) life.step();
        overspent += life.overspent() ? 1 : 0;
    }
    EXPECT_GT(overspent, 1);
}

}  // namespace
}  // namespace mulin::sync
