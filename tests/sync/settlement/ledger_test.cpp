// The double-entry ledger: balanced at every step, corrected by further transfers only.
#include "sync/settlement/ledger.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "tests/sync/settlement/settlement_fixture.h"

namespace mulin::sync::settlement {
namespace {

using tests::claim;
using tests::one_meal;

void expect_balanced(const Ledger& ledger) {
    Money debits_pending, debits_posted, credits_pending, credits_posted;
    for (const auto& [account, balance] : ledger.balances()) {
        debits_pending += balance.debits_pending;
        debits_posted += balance.debits_posted;
        credits_pending += balance.credits_pending;
        credits_posted += balance.credits_posted;
        ASSERT_FALSE(balance.debits_pending.is_negative() || balance.credits_pending.is_negative()) << account;
    }
    ASSERT_EQ(debits_pending, credits_pending);
    ASSERT_EQ(debits_posted, credits_posted);
}

Money net_owed(const Ledger& ledger, const std::string& account) {
    const Balance balance = ledger.balance(account);
    return balance.credits_posted - balance.debits_posted;
}

// What the server does: one ledger, and what each claim has moved.
class Books {
  public:
    void arrive(const Claim& claim) { book(claim, claim_transfers(claim, month_of(claim.business_date))); }
    void settle(const std::vector<Claim>& claims, const VerdictRules& rules, const std::string& period) {
        for (const auto& verdict : judge_claims(claims, rules)) {
            const auto& of = *std::find_if(claims.begin(), claims.end(),
                                           [&](const Claim& one) { return one.entry == verdict.entry; });
            book(of, verdict_transfers(of, verdict, booked_[of.entry], period));
        }
    }
    const Ledger& ledger() const { return ledger_; }
    std::size_t of_period(const std::string& period) const {
        return static_cast<std::size_t>(std::count_if(ledger_.transfers().begin(), ledger_.transfers().end(),
                                                      [&](const Transfer& one) { return one.period == period; }));
    }

  private:
    void book(const Claim& claim, const std::vector<Transfer>& transfers) {
        for (const auto& transfer : transfers) {
            const auto applied = ledger_.apply(transfer);
            ASSERT_TRUE(applied) << applied.error().message;
            ASSERT_TRUE(*applied) << transfer.id;
            booked_[claim.entry].push_back(transfer);
            expect_balanced(ledger_);
        }
    }
    Ledger ledger_;
    std::map<EntryKey, Booked> booked_;
};

TEST(SettlementLedger, AClaimIsPendingUntilItsVerdict) {
    Books books;
    const std::vector<Claim> claims{claim("T1", 1, "S1", 1000)};
    books.arrive(claims[0]);
    EXPECT_EQ(books.ledger().balance("subsidy:district").debits_pending, Money::fen(200));
    books.settle(claims, one_meal(), "2026-03");
    EXPECT_EQ(books.ledger().balance("subsidy:district").debits_pending, Money{});
    EXPECT_EQ(books.ledger().balance("subsidy:district").debits_posted, Money::fen(200));
    EXPECT_EQ(net_owed(books.ledger(), "vendor:V-S1"), Money::fen(300));
}

TEST(SettlementLedger, ADoubleIsReleasedAndBorneByWhoTheVerdictNames) {
    Books books;
    const std::vector<Claim> claims{claim("T1", 1, "S1", 1000), claim("T2", 1, "S2", 2000)};
    for (const auto& one : claims) books.arrive(one);
    books.settle(claims, one_meal(100), "2026-03");
    EXPECT_EQ(books.ledger().balance("subsidy:district").debits_posted, Money::fen(200));
    EXPECT_EQ(books.ledger().balance("tolerance").debits_posted, Money::fen(100));
    EXPECT_EQ(books.ledger().balance("diner:D1").debits_posted, Money::fen(200));
    EXPECT_EQ(net_owed(books.ledger(), "vendor:V-S2"), Money::fen(300));
}

TEST(SettlementLedger, ALateFactMovesTheDifferenceInTheOpenPeriodOnly) {
    Books books;
    std::vector<Claim> claims{claim("T1", 5, "S1", 5000)};
    books.arrive(claims[0]);
    books.settle(claims, one_meal(), "2026-03");
    const auto march = books.of_period("2026-03");
    claims.push_back(claim("T2", 1, "S2", 1000));  // was first, arrives in April
    books.arrive(claims[1]);
    books.settle(claims, one_meal(), "2026-04");
    EXPECT_EQ(books.of_period("2026-03"), march + 2) << "the late claim itself belongs to its own month";
    EXPECT_EQ(books.ledger().balance("tolerance").debits_posted, Money::fen(300));
    EXPECT_EQ(net_owed(books.ledger(), "vendor:V-S1"), Money::fen(300));
    EXPECT_EQ(net_owed(books.ledger(), "subsidy:district"), Money::fen(-200));
}

TEST(SettlementLedger, JudgedAgainWithoutANewFactNothingIsBooked) {
    Books books;
    const std::vector<Claim> claims{claim("T1", 1, "S1", 1000), claim("T2", 1, "S2", 2000)};
    for (const auto& one : claims) books.arrive(one);
    books.settle(claims, one_meal(), "2026-03");
    const auto before = books.ledger().transfers();
    books.settle(claims, one_meal(), "2026-04");
    EXPECT_EQ(books.ledger().transfers(), before);
}

TEST(SettlementLedger, RefusesWhatWouldUnbalanceIt) {
    Ledger ledger;
    const Transfer pending{"a", TransferKind::pending, "subsidy:x", "vendor:v", Money::fen(100), "", "claimed", "2026-03", {}};
    ASSERT_TRUE(*ledger.apply(pending));
    EXPECT_FALSE(*ledger.apply(pending)) << "the same again is no second one";
    Transfer other = pending;
    other.amount = Money::fen(101);
    EXPECT_FALSE(ledger.apply(other));
    EXPECT_FALSE(ledger.apply({"b", TransferKind::post, "subsidy:x", "vendor:v", Money::fen(101), "a", "", "", {}}));
    EXPECT_FALSE(ledger.apply({"c", TransferKind::post, "subsidy:y", "vendor:v", Money::fen(1), "a", "", "", {}}));
    EXPECT_FALSE(ledger.apply({"d", TransferKind::release, "subsidy:x", "vendor:v", Money::fen(1), "nowhere", "", "", {}}));
    EXPECT_FALSE(ledger.apply({"e", TransferKind::direct, "x", "x", Money::fen(1), "", "", "", {}}));
    EXPECT_FALSE(ledger.apply({"f", TransferKind::direct, "x", "y", Money{}, "", "", "", {}}));
    EXPECT_EQ(ledger.transfers().size(), 1U);
    ASSERT_TRUE(ledger.apply({"g", TransferKind::post, "subsidy:x", "vendor:v", Money::fen(60), "a", "", "", {}}));
    ASSERT_TRUE(ledger.apply({"h", TransferKind::release, "subsidy:x", "vendor:v", Money::fen(40), "a", "", "", {}}));
    EXPECT_FALSE(ledger.apply({"i", TransferKind::release, "subsidy:x", "vendor:v", Money::fen(1), "a", "", "", {}}));
    expect_balanced(ledger);
}

// Whatever arrives, and however often it is judged in between: the end is that of judging once.
TEST(SettlementLedger, HistoriesOfAnyShapeEndWithTheSameBalances) {
    std::mt19937 dice(7);
    for (int round = 0; round < 200; ++round) {
        std::vector<Claim> claims;
        for (int i = 0; i < 6; ++i) {
            Claim made = claim("T" + std::to_string(i), 1 + i, "S" + std::to_string(dice() % 3),
                               static_cast<std::int64_t>(dice() % 5) * 1000);
            made.circumstances.home_site = dice() % 4 == 0;
            made.circumstances.lease_exceeded = dice() % 5 == 0;
            claims.push_back(made);
        }
        Books at_once;
        for (const auto& one : claims) at_once.arrive(one);
        at_once.settle(claims, one_meal(400), "2026-03");
        Books bit_by_bit;
        std::shuffle(claims.begin(), claims.end(), dice);
        std::vector<Claim> known;
        for (const auto& one : claims) {
            bit_by_bit.arrive(one);
            known.push_back(one);
            if (dice() % 2 == 0) bit_by_bit.settle(known, one_meal(400), "2026-03");
        }
        bit_by_bit.settle(known, one_meal(400), "2026-04");
        for (const auto& [account, balance] : at_once.ledger().balances())
            ASSERT_EQ(net_owed(bit_by_bit.ledger(), account), net_owed(at_once.ledger(), account)) << account;
        for (const auto& [account, balance] : bit_by_bit.ledger().balances()) ASSERT_EQ(balance.debits_pending, Money{});
    }
}

}  // namespace
}  // namespace mulin::sync::settlement
