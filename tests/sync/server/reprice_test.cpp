// The district prices every uploaded sale again: it agrees with honest tills, names why it does not
// with others, and comes to the same whatever order the uploads took.

#include <gtest/gtest.h>

#include "tests/sync/server/review_district.h"

namespace mulin::sync::server {
namespace {

using namespace test;
using ::testing::Test;

constexpr const char* kDaily = R"("daily":{"per":"day","for":"person","max_uses":1})";

struct Reprice : Test {
    ReviewDistrict district;
    PolicyDocument three = rules_off(300);
    PolicyDocument five = rules_off(500);
};

TEST_F(Reprice, AnHonestTillIsAgreedWith) {
    district.publish(three, noon(-500));
    const auto old = district.person("D1", 1940, noon(-400));
    const auto young = district.person("D2", 1990, noon(-400));
    ReviewedTill till("T1", 1, set_of(three));
    till.sell(old, noon(0));
    till.sell(old, noon(10));  // nothing any more today
    till.sell(young, noon(20));
    till.sell(std::nullopt, noon(30));
    till.undo(till.sell(old, noon(40, 1)), noon(45, 1));
    till.sell(old, noon(50, 1));
    district.upload(till);
    EXPECT_EQ(district.differences(), "");
    EXPECT_EQ(district.count("SELECT count(*) FROM judgement"), 6);
}

TEST_F(Reprice, TamperedRulesAreNamedAndBothAccountsShown) {
    district.publish(three, noon(-500));
    const auto old = district.person("D1", 1940, noon(-400));
    ReviewedTill till("T1", 1, set_of(rules_off(900)));
    till.sell(old, noon(0));
    district.upload(till);
    EXPECT_EQ(district.brief(), "unknown_rules -600;");
    const std::string line = district.differences();
    EXPECT_NE(line.find(R"("expected":false)"), std::string::npos) << line;
    EXPECT_NE(line.find(R"("till_paid_fen":600,"district_paid_fen":1200,"diner_more_fen":-600)"), std::string::npos) << line;
    EXPECT_NE(line.find(R"("rule":"off","amount_fen":900)"), std::string::npos) << "what the till said";
    EXPECT_NE(line.find(R"("rule":"off","amount_fen":300)"), std::string::npos) << "what the district says";
    EXPECT_NE(line.find(R"("why":[{)"), std::string::npos) << "and why";
}

TEST_F(Reprice, RightRulesWithWrongAmountsOrCounters) {
    district.publish(three, noon(-500));
    const auto one = district.person("D1", 1940, noon(-400));
    const auto two = district.person("D2", 1940, noon(-400));
    const auto three_more = district.person("D3", 1940, noon(-400));
    ReviewedTill till("T1", 1, set_of(three));
    till.sell(one, noon(0), [](Sale& sale) {  // keeps a yuan of the benefit
        sale.benefits[0].amount = sale.benefits[0].payers[0].amount = Money::fen(200);
        sale.paid = sale.payments[0].amount = sale.payments[0].given = Money::fen(1300);
    });
    till.sell(two, noon(1), [](Sale& sale) { sale.uses.clear(); });  // so that it may be given again
    till.sell(three_more, noon(2), [](Sale& sale) { sale.benefits[0].payers[0].payer = "street"; });
    district.upload(till);
    EXPECT_EQ(district.brief(), "wrong_amounts 100;wrong_amounts 0;wrong_amounts 0;");
}

TEST_F(Reprice, ATillThatHasNotHeardYetIsExplained) {
    district.publish(three, noon(-500));
    const auto old = district.person("D1", 1940, noon(-400));
    const auto poorer = district.person("D2", 1970, noon(-400));
    district.publish(five, noon(-100));
    district.person("D2", 1940, noon(-90));
    ReviewedTill till("T1", 1, set_of(three));
    till.sell(old, noon(0));
    till.use(set_of(five));
    till.sell(poorer, noon(5));
    district.upload(till);
    EXPECT_EQ(district.brief(), "older_rules 200;older_facts 500;");
    EXPECT_NE(district.differences().find(R"("expected":true)"), std::string::npos);
    DifferenceFilter unexpected;
    unexpected.expected_too = false;
    EXPECT_EQ(district.differences(unexpected), "");
}

TEST_F(Reprice, RulesFromTheFutureAreAClockToLookAt) {
    district.publish(three, noon(-500));
    const auto old = district.person("D1", 1940, noon(-400));
    ReviewedTill till("T1", 1, set_of(five));
    till.sell(old, noon(0));
    district.upload(till);
    EXPECT_EQ(district.brief(), "unknown_rules -200;");
    district.publish(five, noon(100));
    EXPECT_EQ(district.brief(), "newer_rules -200;") << "what becomes known later is taken into account";
}

TEST_F(Reprice, FullPriceByChoiceIsMarkedAndNotHeldAgainstTheTill) {
    district.publish(three, noon(-500));
    const auto old = district.person("D1", 1940, noon(-400));
    ReviewedTill till("T1", 1, set_of(three));
    till.sell(std::nullopt, noon(0), [&](Sale& sale) {
        sale.diner = DinerId(old.id);
        sale.category = Category::first;
    });
    district.upload(till);
    EXPECT_EQ(district.brief(), "full_price 300;");
}

TEST_F(Reprice, ASharedPoolWithoutALeaseIsMarkedAsSuch) {
    const auto pool = rules_off(300, R"("pool":{"per":"campaign","for":"everyone","max_uses":2})", "pool");
    district.publish(pool, noon(-500));
    const auto old = district.person("D1", 1940, noon(-400));
    ReviewedTill till("T1", 1, set_of(pool));
    for (int i = 0; i < 3; ++i) till.sell(old, noon(i));  // the till's own count of the pool ends after two
    district.upload(till);
    EXPECT_EQ(district.brief(), "no_lease 300;");
    EXPECT_EQ(district.differences().find("pool_overdrawn"), std::string::npos);
    ReviewedTill other("T2", 2, set_of(pool));
    other.sell(old, noon(10));
    district.upload(other);
    EXPECT_EQ(district.brief(), "no_lease 300;") << "a pool is judged as a whole";
    EXPECT_NE(district.differences().find(R"("pool":"p/pool|*|all","reasons":["pool_overdrawn"])"), std::string::npos);
}

TEST_F(Reprice, SomebodyUnknownIsJudgedWhenTheyBecomeKnown) {
    district.publish(three, noon(-500));
    Diner diner = sample_diner();
    diner.id = DinerId("T1-1");
    diner.birth_date = *Date::from_ymd(1940, 5, 5);
    const auto registered = *facts_from(facts_text(diner), "T1-1");
    ReviewedTill till("T1", 1, set_of(three));
    till.sell(registered, noon(0));
    till.sell(registered, noon(5));
    district.upload(till);
    EXPECT_EQ(district.brief(), "unknown_diner 0;unknown_diner 0;");
    // The district knows the same person under another id, and from another till, a meal before these.
    diner.id = DinerId("D9");
    {
        auto access = district.district().access();
        ASSERT_TRUE(access.directory.put(diner));
        diner.id = DinerId("T1-1");
        const auto answer = access.directory.register_diner({diner, {}}, TillId("T1"));
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->kept, DinerId("D9"));
    }
    EXPECT_EQ(district.brief(), "");
    auto known = registered;
    known.id = "D9";
    ReviewedTill other("T2", 2, set_of(three));
    other.sell(known, noon(-5));
    district.upload(other);
    EXPECT_EQ(district.brief(), "served_elsewhere -300;") << "the person is the key, whatever the till called them";
}

// Two tills, one diner, both cut off, with voids: every way of interleaving the uploads.
class Order : public Test {
  protected:
    struct World {
        ReviewDistrict district;
        ReviewedTill one, two;
    };
    static std::unique_ptr<World> world() {
        auto made = std::unique_ptr<World>(new World{{}, {"T1", 1, set_of(rules_off(300))}, {"T2", 2, set_of(rules_off(300))}});
        made->district.publish(rules_off(300), noon(-500));
        const auto a = made->district.person("D1", 1940, noon(-400));
        const auto b = made->district.person("D2", 1940, noon(-400));
        const auto first = made->one.sell(a, noon(0));
        made->two.sell(a, noon(5));
        made->one.undo(first, noon(7));
        made->two.sell(b, noon(7));
        made->one.sell(b, noon(6));
        made->one.sell(a, noon(8));
        made->two.sell(b, noon(9, 1));
        made->one.sell(b, noon(9, 1));
        return made;
    }
    static std::string after(const std::vector<int>& order, bool each, bool forget = false) {
        const auto made = world();
        const auto take_in = [&](int which) {
            made->district.upload(which == 1 ? made->one : made->two, 1);
            if (each) EXPECT_TRUE(reprice_all(made->district.district()));
            if (forget) EXPECT_TRUE(made->district.district().access().database.execute("DELETE FROM price_again"));
        };
        if (forget) {  // a step at a time, dropping what it wants looked at again
            for (const int which : order) {
                made->district.upload(which == 1 ? made->one : made->two, 1);
                EXPECT_TRUE(Repricer(made->district.district()).step(1));
                EXPECT_TRUE(made->district.district().access().database.execute("DELETE FROM price_again"));
            }
        } else {
            for (const int which : order) take_in(which);
        }
        EXPECT_TRUE(made->one.done() && made->two.done());
        return made->district.differences();
    }
};

TEST_F(Order, DoesNotMatter) {
    std::vector<int> order{1, 1, 1, 1, 1, 1, 2, 2, 2, 2};
    const std::string expected = after(order, false);
    EXPECT_NE(expected.find("served_elsewhere"), std::string::npos) << expected;
    payment::SeededRandom random(7);
    for (int round = 0; round < 10; ++round) {
        for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
        EXPECT_EQ(after(order, round % 2 == 0), expected) << "round " << round;
    }
}

TEST_F(Order, WouldMatterIfNothingWereLookedAtAgain) {
    const std::vector<int> forward{1, 1, 1, 1, 1, 1, 2, 2, 2, 2};
    const std::vector<int> backward{2, 2, 2, 2, 1, 1, 1, 1, 1, 1};
    EXPECT_NE(after(forward, true, true), after(backward, true, true)) << "the test above must be able to fail";
}

TEST_F(Reprice, MayStopAnywhereAndDoTheSameTwice) {
    district.publish(three, noon(-500));
    const auto old = district.person("D1", 1940, noon(-400));
    ReviewedTill till("T1", 1, set_of(five));
    for (int i = 0; i < 6; ++i) till.sell(old, noon(i, i / 2));
    district.upload(till);
    for (int i = 0; i < 100; ++i) {  // a new program every time
        const auto more = Repricer(district.district()).step(1);
        ASSERT_TRUE(more);
        if (!*more) break;
    }
    const std::string once = district.differences();
    EXPECT_FALSE(once.empty());
    ASSERT_TRUE(district.district().access().database.execute("INSERT INTO price_again SELECT id FROM entry"));
    EXPECT_EQ(district.differences(), once);
    ASSERT_TRUE(district.district().access().database.execute("UPDATE epoch SET priced = 0"));
    EXPECT_EQ(district.differences(), once);
    EXPECT_EQ(district.count("SELECT sum(uses) FROM counter_use"), 3) << "counted once";
    EXPECT_EQ(district.count("SELECT count(*) FROM price_again"), 0);
}

}  // namespace
}  // namespace mulin::sync::server
