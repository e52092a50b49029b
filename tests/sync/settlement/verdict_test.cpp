// Double claims: who comes first, who bears the rest, and that arrival changes nothing.
#include "sync/settlement/verdict.h"

#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "tests/sync/settlement/settlement_fixture.h"

namespace mulin::sync::settlement {
namespace {

using tests::claim;
using tests::one_meal;
using tests::texts;

Money borne_by(const Verdict& verdict, Bearer bearer) {
    Money sum;
    for (const auto& burden : verdict.borne)
        if (burden.bearer == bearer) sum += burden.amount;
    return sum;
}

TEST(Verdict, TheFirstMealIsPaidAndADoubleAtTheSameSiteFallsToTheVendor) {
    const auto verdicts = judge_claims({claim("T1", 2, "S1", 2000), claim("T1", 1, "S1", 1000)}, one_meal());
    ASSERT_EQ(verdicts.size(), 2U);
    EXPECT_EQ(verdicts[0].entry.seq, 1);
    EXPECT_EQ(verdicts[0].reason, Reason::granted);
    EXPECT_EQ(total(verdicts[0].posted), Money::fen(300));
    EXPECT_EQ(verdicts[1].reason, Reason::double_same_site);
    EXPECT_TRUE(verdicts[1].posted.empty());
    EXPECT_EQ(borne_by(verdicts[1], Bearer::vendor), Money::fen(300));
}

TEST(Verdict, HonestDoublesAreToleratedUpToTheDaysLimitThenTheDinerOwes) {
    const auto verdicts = judge_claims(
        {claim("T1", 1, "S1", 1000), claim("T2", 1, "S2", 2000), claim("T3", 1, "S3", 3000)}, one_meal(400));
    EXPECT_EQ(verdicts[1].reason, Reason::double_elsewhere);
    EXPECT_EQ(borne_by(verdicts[1], Bearer::tolerance), Money::fen(300));
    EXPECT_EQ(borne_by(verdicts[2], Bearer::tolerance), Money::fen(100));
    EXPECT_EQ(borne_by(verdicts[2], Bearer::diner), Money::fen(200));
}

TEST(Verdict, TheDinersOwnCanteenComesFirstWhateverTheClocksSay) {
    Claim home = claim("T9", 1, "S9", 9000);
    home.circumstances.home_site = true;
    const auto verdicts = judge_claims({claim("T1", 1, "S1", 1000), home}, one_meal());
    EXPECT_EQ(verdicts[0].entry.till, TillId("T9"));
    EXPECT_EQ(verdicts[0].reason, Reason::granted);
    EXPECT_EQ(verdicts[1].reason, Reason::double_elsewhere);
}

struct Blamed {
    bool Circumstances::*fact;
    Reason reason;
    Bearer bearer;
};

class AgainstTheClaim : public ::testing::TestWithParam<Blamed> {};

TEST_P(AgainstTheClaim, DecidesWhoBearsIt) {
    Claim second = claim("T2", 1, "S2", 2000);
    second.circumstances.*GetParam().fact = true;
    const auto verdicts = judge_claims({claim("T1", 1, "S1", 1000), second}, one_meal());
    EXPECT_EQ(verdicts[1].reason, GetParam().reason);
    EXPECT_EQ(borne_by(verdicts[1], GetParam().bearer), Money::fen(300));
}

INSTANTIATE_TEST_SUITE_P(
    Facts, AgainstTheClaim,
    ::testing::Values(Blamed{&Circumstances::forked, Reason::forked, Bearer::suspense},
                      Blamed{&Circumstances::identity_disputed, Reason::identity_disputed, Bearer::suspense},
                      Blamed{&Circumstances::denied_card, Reason::denied_card, Bearer::vendor},
                      Blamed{&Circumstances::lease_exceeded, Reason::lease_exceeded, Bearer::vendor},
                      Blamed{&Circumstances::clock_untrusted, Reason::clock_untrusted, Bearer::vendor},
                      Blamed{&Circumstances::overridden, Reason::overridden, Bearer::vendor}),
    [](const auto& test) { return std::string(name_of(test.param.reason)); });

TEST(Verdict, AVoidedMealLeavesItsPlaceToTheNext) {
    Claim first = claim("T1", 1, "S1", 1000);
    first.circumstances.voided = true;
    const auto verdicts = judge_claims({first, claim("T2", 1, "S2", 2000)}, one_meal());
    EXPECT_EQ(verdicts[0].reason, Reason::voided);
    EXPECT_TRUE(verdicts[0].borne.empty());
    EXPECT_EQ(verdicts[1].reason, Reason::granted);
}

TEST(Verdict, ATillThatGaveLessThanDueIsNamedAndCostsThePayersNoMore) {
    VerdictRules rules = one_meal();
    rules.due = [](const Claim&, std::span<const Claim>) {
        return Due{{{"district", Money::fen(900)}}, Due::Why::unexplained};
    };
    const auto verdicts = judge_claims({claim("T1", 1, "S1", 1000, 200, 0)}, rules);
    EXPECT_EQ(verdicts[0].reason, Reason::granted_less_than_due);
    EXPECT_EQ(total(verdicts[0].posted), Money::fen(200));
}

std::vector<Claim> crowd(std::mt19937& dice, int count) {
    std::vector<Claim> claims;
    for (int i = 0; i < count; ++i) {
        Claim made = claim("T" + std::to_string(dice() % 3), i, "S" + std::to_string(dice() % 3),
                           static_cast<std::int64_t>(dice() % 3) * 1000, static_cast<std::int64_t>(dice() % 300),
                           static_cast<std::int64_t>(dice() % 300));
        made.business_date = made.business_date.plus_days(static_cast<int>(dice() % 2));
        made.meal = dice() % 3 == 0 ? Meal::dinner : Meal::lunch;
        made.circumstances.home_site = dice() % 5 == 0;
        made.circumstances.voided = dice() % 9 == 0;
        made.circumstances.forked = dice() % 11 == 0;
        made.circumstances.lease_exceeded = dice() % 7 == 0;
        claims.push_back(made);
    }
    return claims;
}

TEST(Verdict, EveryOrderOfArrivalGivesTheSameBytes) {
    std::mt19937 dice(1);
    for (int round = 0; round < 12; ++round) {
        const auto claims = crowd(dice, 2 + round % 5);
        const std::string expected = texts(judge_claims(claims, one_meal()));
        std::vector<std::size_t> order(claims.size());
        std::iota(order.begin(), order.end(), 0U);
        do {
            std::vector<Claim> arrived;
            for (const auto at : order) arrived.push_back(claims[at]);
            ASSERT_EQ(texts(judge_claims(arrived, one_meal())), expected);
        } while (std::next_permutation(order.begin(), order.end()));
    }
}

TEST(Verdict, AThousandOrdersOfALongMonthGiveTheSameBytes) {
    std::mt19937 dice(2);
    auto claims = crowd(dice, 40);
    const std::string expected = texts(judge_claims(claims, one_meal()));
    for (int round = 0; round < 1000; ++round) {
        std::shuffle(claims.begin(), claims.end(), dice);
        ASSERT_EQ(texts(judge_claims(claims, one_meal())), expected);
    }
}

// The control: judged in the order of arrival, the same facts do not give the same bytes.
TEST(Verdict, JudgedByArrivalTheBytesWouldDiffer) {
    const auto by_arrival = [](const std::vector<Claim>& arrived) {
        std::vector<Claim> renumbered = arrived;
        for (std::size_t i = 0; i < renumbered.size(); ++i) renumbered[i].not_before = {static_cast<std::int64_t>(i)};
        return texts(judge_claims(renumbered, one_meal()));
    };
    const Claim a = claim("T1", 1, "S1", 1000);
    const Claim b = claim("T2", 1, "S2", 2000);
    EXPECT_NE(by_arrival({a, b}), by_arrival({b, a}));
}

TEST(Verdict, NothingClaimedIsLostOrInvented) {
    std::mt19937 dice(3);
    for (int round = 0; round < 500; ++round) {
        auto claims = crowd(dice, 12);
        const auto verdicts = judge_claims(claims, one_meal(static_cast<std::int64_t>(dice() % 600)));
        std::sort(claims.begin(), claims.end(), comes_before);
        for (std::size_t i = 0; i < claims.size(); ++i) {
            Money borne;
            for (const auto& burden : verdicts[i].borne) borne += burden.amount;
            const Money claimed = claims[i].circumstances.voided ? Money{} : total(claims[i].claimed);
            ASSERT_EQ(total(verdicts[i].posted) + borne, claimed) << verdict_text(verdicts[i]);
        }
    }
}

}  // namespace
}  // namespace mulin::sync::settlement
