// Random lives of one pool: tills that come and go, grants and uploads that are lost, repeated and late, tills
// that die and come back after their lease was taken back. At every step all charges stay within the pool, and
// in the end so does everything that was sold inside its leases. The control forgets what was only granted.

#include "sync/leases/grant.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace mulin::sync::leases {
namespace {

constexpr std::int64_t kHour = 3'600'000;
const UtcInstant kStart{1'772'000'000'000};
const std::string kPool = "festival/pool|*|2026-03";

PoolNow pool_of(std::int64_t uses, std::optional<Money> amount = std::nullopt) {
    return {kPool, uses, amount, UtcInstant{kStart.ms + 40 * 24 * kHour}};
}

Asking asking(const std::string& till, UtcInstant now, std::int64_t tills, const std::string& id) {
    return {TillId(till), EpochId("E-" + till), tills, now, id};
}

Booked booked(const Lease& lease, std::int64_t uses = 0, Money amount = {}) { return {lease, {uses, amount}, Standing::open, {}}; }

TEST(LeaseGrant, CutsHalfOfAnEvenShareAndNeverBelowTheSmallestSlice) {
    const auto first = grant(pool_of(100), {}, asking("T1", kStart, 2, "a"), {});
    ASSERT_TRUE(first);
    EXPECT_EQ(first->uses, 25);
    EXPECT_FALSE(first->amount);
    EXPECT_EQ(first->valid_until.ms, kStart.ms + 24 * kHour);
    const auto late = grant(pool_of(9), {}, asking("T1", kStart, 40, "a"), {});
    EXPECT_EQ(late->uses, 4);
    const auto rest = grant(pool_of(3), {}, asking("T1", kStart, 40, "a"), {});
    EXPECT_EQ(rest->uses, 3);
    EXPECT_FALSE(grant(pool_of(0), {}, asking("T1", kStart, 40, "a"), {}));
}

TEST(LeaseGrant, EndsWithThePoolAtTheLatest) {
    auto pool = pool_of(100);
    pool.until = UtcInstant{kStart.ms + kHour};
    EXPECT_EQ(grant(pool, {}, asking("T1", kStart, 1, "a"), {})->valid_until, *pool.until);
    EXPECT_FALSE(grant(pool, {}, asking("T1", *pool.until, 1, "a"), {}));
}

TEST(LeaseGrant, GrowsWhatIsNearlySpentAndKeepsItsId) {
    const auto first = grant(pool_of(100), {}, asking("T1", kStart, 1, "a"), {});
    ASSERT_EQ(first->uses, 50);
    const Booked fresh[] = {booked(*first, 10)};
    EXPECT_FALSE(grant(pool_of(100), fresh, asking("T1", kStart, 1, "b"), {})) << "it has enough";
    const Booked worn[] = {booked(*first, 45)};
    const auto grown = grant(pool_of(100), worn, asking("T1", {kStart.ms + kHour}, 1, "b"), {});
    ASSERT_TRUE(grown);
    EXPECT_EQ(grown->id, "a");
    EXPECT_EQ(grown->serial, 2);
    EXPECT_EQ(grown->uses, 50 + 25 - 5) << "a slice of the fifty that are left, less what is unspent";
}

TEST(LeaseGrant, ProlongsWhatTheTillStillHasThoughThePoolIsEmpty) {
    const auto first = grant(pool_of(4), {}, asking("T1", kStart, 1, "a"), {});
    ASSERT_EQ(first->uses, 4);
    const Booked books[] = {booked(*first, 1)};
    const UtcInstant later{kStart.ms + 20 * kHour};
    const auto longer = grant(pool_of(4), books, asking("T1", later, 1, "b"), {});
    ASSERT_TRUE(longer);
    EXPECT_EQ(longer->uses, 4);
    EXPECT_EQ(longer->valid_until.ms, later.ms + 24 * kHour);
    EXPECT_FALSE(grant(pool_of(4), books, asking("T2", later, 1, "c"), {})) << "nothing is left for another till";
}

TEST(LeaseGrant, AnotherEpochGetsALeaseOfItsOwnAndTheFormerStaysCharged) {
    const auto first = grant(pool_of(10), {}, asking("T1", kStart, 1, "a"), {});
    ASSERT_EQ(first->uses, 5);
    const Booked books[] = {booked(*first)};
    auto again = asking("T1", kStart, 1, "b");
    again.epoch = EpochId("E-after-restore");
    const auto second = grant(pool_of(10), books, again, {});
    ASSERT_TRUE(second);
    EXPECT_EQ(second->id, "b");
    EXPECT_EQ(second->uses, 4) << "the five of the lost epoch may still have been spent";
}

TEST(LeaseGrant, MoneyAndUsesAreBothBounded) {
    const auto pool = pool_of(1'000, Money::fen(20'000));
    const auto first = grant(pool, {}, asking("T1", kStart, 2, "a"), {});
    EXPECT_EQ(first->uses, 250);
    EXPECT_EQ(first->amount, Money::fen(5'000));
    const Booked all_money[] = {booked(Lease{"z", kPool, 1, TillId("T9"), EpochId("E"), 1, Money::fen(20'000), kStart})};
    EXPECT_FALSE(grant(pool, all_money, asking("T1", kStart, 2, "a"), {})) << "uses without money are no lease";
}

TEST(LeaseGrant, WhatIsUnseenComesBackOnlyAfterTheGrace) {
    const auto lease = *grant(pool_of(100), {}, asking("T1", kStart, 1, "a"), {});
    const Terms terms;
    EXPECT_FALSE(is_lapsed(booked(lease), {lease.valid_until.ms + terms.grace_ms - 1}, terms));
    EXPECT_TRUE(is_lapsed(booked(lease), {lease.valid_until.ms + terms.grace_ms}, terms));
    Booked back = booked(lease, 3);
    back.standing = Standing::returned;
    back.final = {3, {}};
    EXPECT_EQ(left_in(pool_of(100), std::vector{back}).uses, 97);
    EXPECT_FALSE(is_lapsed(back, {lease.valid_until.ms + terms.grace_ms}, terms));
}

TEST(LeaseExceeded, CountsInTheOrderOfTheJournalHoweverItArrives) {
    const Lease lease{"a", kPool, 1, TillId("T1"), EpochId("E"), 2, std::nullopt, kStart};
    const auto use = [](std::int64_t seq, bool back = false) { return Use{{TillId("T1"), EpochId("E"), seq}, {1, Money::fen(300)}, back}; };
    std::vector<Use> uses = {use(1), use(2, true), use(3), use(4)};
    std::vector<EntryKey> expected = {use(4).sale};
    std::sort(uses.begin(), uses.end(), [](const Use& a, const Use& b) { return a.sale.seq < b.sale.seq; });
    do {
        EXPECT_EQ(exceeded(uses, lease, std::nullopt), expected);
    } while (std::next_permutation(uses.begin(), uses.end(), [](const Use& a, const Use& b) { return a.sale.seq < b.sale.seq; }));
    EXPECT_EQ(exceeded({use(1), use(3)}, lease, LeaseSpent{1, {}}), std::vector{use(3).sale}) << "taken back after the first";
    auto foreign = use(1);
    foreign.sale.till = TillId("T2");
    EXPECT_EQ(exceeded({foreign}, lease, std::nullopt), std::vector{foreign.sale}) << "another till's lease";
}

// Tills with their own knowledge, a district with its own, and a network that loses, repeats and delays.
class PoolLife {
  public:
    PoolLife(std::uint32_t seed, bool forget_grants) : rng_(seed), forget_grants_(forget_grants) {}

    void step() {
        now_.ms += pick(4) * kHour;
        const std::string till = "T" + std::to_string(pick(4));
        const auto dice = pick(12);
        if (dice < 3) return ask(till);
        if (dice < 8) return sell(till);
        if (dice < 10) return upload(till);
        if (dice < 11) return take_back();
        if (pick(dead_[till] ? 4 : 3) == 0) dead_[till] = !dead_[till];
    }

    std::int64_t taken() const {
        std::int64_t sum = 0;
        for (const Booked& one : books()) sum += charge(one).uses;
        return sum;
    }
    // After every till has told all: what was sold inside leases, and beyond.
    std::pair<std::int64_t, std::int64_t> sold() {
        for (int i = 0; i < 4; ++i) receive("T" + std::to_string(i), 1'000'000);
        std::int64_t inside = 0, beyond = 0;
        for (const auto& [id, one] : district_) {
            std::vector<Use> uses;
            for (const std::int64_t seq : seen_[id]) uses.push_back({{one.lease.till, one.lease.epoch, seq}, {1, {}}, false});
            const auto limit = one.standing == Standing::lapsed ? std::optional(one.final) : std::nullopt;
            const auto over = static_cast<std::int64_t>(exceeded(uses, one.lease, limit).size());
            beyond += over;
            inside += static_cast<std::int64_t>(uses.size()) - over;
        }
        return {inside, beyond};
    }
    static const PoolNow kWhole;

  private:
    struct AtTill {
        Lease lease;
        std::int64_t spent = 0;
    };

    std::int64_t pick(std::int64_t n) { return static_cast<std::int64_t>(rng_() % static_cast<std::uint32_t>(n)); }

    std::vector<Booked> books() const {
        std::vector<Booked> all;
        for (const auto& [id, one] : district_) all.push_back(one);
        return all;
    }

    void ask(const std::string& till) {
        if (dead_[till]) return;
        receive(till, 1'000'000);
        auto all = books();
        if (forget_grants_) {
            for (Booked& one : all) one.lease.uses = std::min(*one.lease.uses, one.spent.uses);
        }
        const auto lease = grant(kWhole, all, asking(till, now_, 4, "L" + std::to_string(next_++)), {});
        if (!lease) return;
        auto& mine = district_[lease->id];
        mine.lease = *lease;
        if (pick(4) > 0) at_till_[lease->id].lease = *lease;  // else it got lost on its way
    }

    void sell(const std::string& till) {
        for (auto& [id, mine] : at_till_) {
            if (mine.lease.till.text() != till || now_ >= mine.lease.valid_until || mine.spent >= *mine.lease.uses) continue;
            ++mine.spent;
            journal_[till].push_back({id, ++seq_});
            return;
        }
    }

    void upload(const std::string& till) {
        if (!dead_[till]) receive(till, pick(3));
    }

    // The same entries twice change nothing.
    void receive(const std::string& till, std::int64_t entries) {
        auto& sent = sent_[till];
        for (; entries > 0 && sent < journal_[till].size(); --entries, ++sent) {
            const auto& [id, seq] = journal_[till][sent];
            seen_[id].push_back(seq);
            ++district_[id].spent.uses;
        }
    }

    void take_back() {
        for (auto& [id, one] : district_) {
            if (!is_lapsed(one, now_, {})) continue;
            one.standing = Standing::lapsed;
            one.final = one.spent;
        }
    }

    std::mt19937 rng_;
    bool forget_grants_;
    UtcInstant now_ = kStart;
    std::int64_t next_ = 0, seq_ = 0;
    std::map<std::string, Booked> district_;
    std::map<std::string, AtTill> at_till_;
    std::map<std::string, std::vector<std::int64_t>> seen_;
    std::map<std::string, std::vector<std::pair<std::string, std::int64_t>>> journal_;
    std::map<std::string, std::size_t> sent_;
    std::map<std::string, bool> dead_;
};
const PoolNow PoolLife::kWhole = pool_of(60);

TEST(LeaseModel, GrantedAndSpentNeverPassThePool) {
    std::int64_t sold_in_all = 0, beyond_in_all = 0, ran_dry = 0;
    for (std::uint32_t seed = 0; seed < 150; ++seed) {
        PoolLife life(seed, false);
        for (int i = 0; i < 400; ++i) {
            life.step();
            ASSERT_LE(life.taken(), *PoolLife::kWhole.max_uses) << "seed " << seed << " step " << i;
        }
        const auto [inside, beyond] = life.sold();
        ASSERT_LE(inside, *PoolLife::kWhole.max_uses) << "seed " << seed;
        sold_in_all += inside;
        beyond_in_all += beyond;
        ran_dry += life.taken() == *PoolLife::kWhole.max_uses ? 1 : 0;
    }
    EXPECT_GT(sold_in_all, 150 * 30) << "the pool is of use";
    EXPECT_GT(ran_dry, 10);
    EXPECT_GT(beyond_in_all, 0) << "a till came back after its lease was taken back";
}

TEST(LeaseModel, ControlForgettingWhatWasGrantedOverspends) {
    int overspent = 0;
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
        PoolLife life(seed, true);
        for (int i = 0; i < 400; ++i) life.step();
        overspent += life.sold().first > *PoolLife::kWhole.max_uses ? 1 : 0;
    }
    EXPECT_GT(overspent, 0);
}

}  // namespace
}  // namespace mulin::sync::leases
