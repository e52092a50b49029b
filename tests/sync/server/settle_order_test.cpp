// Verdicts and the month's settlement through the real store: the set of facts decides, not the order
// in which tills upload, when the reconciler runs, or where it is killed.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "tests/sync/server/settle_district.h"

namespace mulin::sync::server {
namespace {

using namespace test;

constexpr const char* kSites[] = {"S1", "S2", "S3"};

// So many tills that all serve one of two people the same lunch, or the day after; one is voided.
std::vector<ReviewedTill> doubles(SettleDistrict& district, std::size_t tills, std::uint64_t seed, bool by_arrival = false) {
    const auto rules = rules_off(300);
    std::mt19937_64 dice(seed);
    const auto one = district.person("D1", 1940, noon(-400));
    const auto two = district.person("D2", 1941, noon(-400));
    std::vector<ReviewedTill> made;
    for (std::size_t i = 0; i < tills; ++i) {
        made.emplace_back("T" + std::to_string(i), 100 + i, set_of(rules));
        const auto& who = dice() % 3 == 0 ? two : one;
        const int minute = by_arrival ? static_cast<int>(i) : static_cast<int>(dice() % 40);
        const int day = dice() % 4 == 0 ? 1 : 0;
        const Entry sale = made.back().sell(who, noon(minute, day), at_site(kSites[dice() % 3]));
        if (dice() % 5 == 0) made.back().undo(sale, noon(minute + 1, day));
    }
    return made;
}

std::string settled_after(SettleDistrict& district, std::vector<ReviewedTill>& tills, const std::vector<std::size_t>& order,
                          std::uint64_t between) {
    district.forget_uploads();
    for (const std::size_t at : order) {
        tills[at].rewind();
        district.upload(tills[at]);
        if (between % 3 == 0) district.settle();
        between = between * 6364136223846793005ULL + 1442695040888963407ULL;
        between ^= between >> 33;
    }
    const std::string text = district.verdicts() + district.month();
    EXPECT_EQ(district.doubly_paid(), 0);
    return text;
}

struct SettleOrder : ::testing::Test {
    SettleOrder() { district.publish(rules_off(300), noon(-500)); }
    SettleDistrict district;
};

TEST_F(SettleOrder, EveryOrderOfUpToSixFactsGivesTheSameBytes) {
    const std::size_t most = std::getenv("MULIN_LONG") != nullptr ? 6 : 4;
    for (std::size_t k = 2; k <= most; ++k) {
        auto tills = doubles(district, k, k);
        std::vector<std::size_t> order(k);
        std::iota(order.begin(), order.end(), 0U);
        const std::string expected = settled_after(district, tills, order, 1);
        if (k == most) { EXPECT_NE(expected.find("double_"), std::string::npos) << "there is something to decide"; }
        std::uint64_t round = 0;
        while (std::next_permutation(order.begin(), order.end()))
            ASSERT_EQ(settled_after(district, tills, order, ++round), expected) << "order " << round;
        district.expect_sound();
    }
}

TEST_F(SettleOrder, RandomOrdersOfManyFactsGiveTheSameBytes) {
    const int rounds = std::getenv("MULIN_LONG") != nullptr ? 1000 : fresh_postgres != nullptr ? 3 : 20;
    auto tills = doubles(district, 14, 77);
    std::vector<std::size_t> order(tills.size());
    std::iota(order.begin(), order.end(), 0U);
    const std::string expected = settled_after(district, tills, order, 1);
    std::mt19937_64 dice(5);
    for (int round = 0; round < rounds; ++round) {
        std::shuffle(order.begin(), order.end(), dice);
        ASSERT_EQ(settled_after(district, tills, order, dice()), expected);
    }
    district.expect_sound();
}

// A process of its own reconciles and is ended anywhere; whoever goes on comes to the same bytes.
TEST_F(SettleOrder, KilledInMidReconcileItEndsWithTheSameBytes) {
    std::vector<ReviewedTill> tills;
    for (int till = 0; till < 3; ++till) {
        tills.emplace_back("T" + std::to_string(till), 100 + till, set_of(rules_off(300)));
        for (int i = 0; i < 40; ++i)
            tills.back().sell(district.person("P" + std::to_string(i), 1940, noon(-400)), noon(till * 40 + i), at_site(kSites[till]));
    }
    for (auto& till : tills) district.upload(till);
    const std::string expected = district.verdicts() + district.month();
    int killed_within = 0;
    const int rounds = fresh_postgres != nullptr ? 2 : 8;
    for (int round = 0; round < rounds; ++round) {
        district.forget_uploads();
        for (auto& till : tills) {
            till.rewind();
            district.upload(till);
        }
        ASSERT_TRUE(reprice_all(district.district()));
        const auto dir = district.district().dir();
        district.close();
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            payment::SeededRandom random(9);
            auto mine = District::open(dir, district.clock(), random);
            if (!mine) ::_exit(1);
            Reconciler reconciler(**mine);
            while (reconciler.step(1).value_or(false)) {}
            for (;;) ::pause();
        }
        ::usleep(20'000 + round * 12'000);
        ::kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        district.open_again();
        // The dead process's turn has run out by now; the clock of this test stands still.
        ASSERT_TRUE(district.district().access().database.execute("DELETE FROM turn"));
        const auto left = district.count("SELECT count(*) FROM settle_queue");
        killed_within += left > 0 && left < 40 ? 1 : 0;
        district.expect_sound();
        ASSERT_EQ(district.verdicts() + district.month(), expected) << "round " << round;
    }
    RecordProperty("killed_within", killed_within);
}

// The control: were time taken from arrival, two orders would not agree.
TEST_F(SettleOrder, ByArrivalTheBytesDiffer) {
    auto first = doubles(district, 3, 3, true);
    const std::string expected = settled_after(district, first, {0, 1, 2}, 1);
    district.forget_uploads();
    std::vector<ReviewedTill> second;
    const auto one = district.person("D1", 1940, noon(-400));
    for (int i : {2, 1, 0}) {
        second.emplace_back("T" + std::to_string(i), 100 + i, set_of(rules_off(300)));
        second.back().sell(one, noon(static_cast<int>(second.size())));
    }
    EXPECT_NE(settled_after(district, second, {0, 1, 2}, 1), expected);
}

TEST_F(SettleOrder, SumsHoldAfterEveryStep) {
    auto tills = doubles(district, 12, 9);
    for (auto& till : tills) {
        district.upload(till);
        ASSERT_TRUE(reprice_all(district.district()));
        Reconciler reconciler(district.district());
        while (*reconciler.step(1)) district.expect_sound();
    }
    // The controls: what was moved behind the ledger's back is found.
    const auto broken = [&](const std::string& sql) {
        auto access = district.district().access();
        database::Transaction transaction(access.database);
        EXPECT_TRUE(access.database.execute(sql));
        const auto audit = audit_ledger(access.database);
        return audit && !audit->faults.empty();  // rolled back
    };
    EXPECT_TRUE(broken("UPDATE ledger_account SET debits_posted_fen = debits_posted_fen + 1 WHERE account = 'subsidy:district'"));
    EXPECT_TRUE(broken("UPDATE ledger_transfer SET amount_fen = amount_fen - 1 WHERE kind = 'post'"));
    EXPECT_TRUE(broken("DELETE FROM ledger_transfer WHERE kind = 'direct'"));
    EXPECT_TRUE(broken("UPDATE claim_part SET posted_fen = posted_fen - 1 WHERE posted_fen > 0"));
    EXPECT_TRUE(broken("UPDATE ledger_transfer SET period = '2026-04' WHERE kind = 'post'"));
    district.expect_sound();
}

}  // namespace
}  // namespace mulin::sync::server
