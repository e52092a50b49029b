// The back-test against a deliberately plain one, its repeatability, and the command on a district.

#include "sync/backtest/backtest.h"

#include <gtest/gtest.h>

#include "sync/backtest/backtest_report.h"
#include "sync/server/commands.h"
#include "tests/sync/server/review_district.h"

namespace mulin::sync::server {
namespace {

using namespace test;

// Own counters, a pool by count, one by money that ends in the middle of a meal, a limit per site, a
// best-of group over two of them and amounts for the operator: everything that makes order matter.
const char* const kDraft = R"({"mulin_policy":1,"id":"d","version":"1","order":1,"name":{"zh":"草案","en":"Draft"},
 "effective":{"from":"2020-01-01","through":null},
 "limits":{"daily":{"per":"day","for":"person","max_uses":1},"weekly":{"per":"week","for":"person","max_uses":3},
  "meal":{"per":"meal","for":"person","max_uses":1},"pool":{"per":"day","for":"everyone","max_uses":700},
  "fund":{"per":"day","for":"everyone","max_fen":91450},"site":{"per":"day","for":"site","max_uses":150},
  "month":{"per":"month","for":"everyone","max_uses":900}},
 "groups":{"one":{"pick":"best"}},
 "rules":[
  {"id":"senior","name":{"zh":"长者","en":"Senior"},"if":{"age":{"from":60}},"limits":["daily"],
   "benefit":{"kind":"amount","amount_fen":200},"payers":"district"},
  {"id":"grant","name":{"zh":"名额","en":"Grant"},"if":{"age":{"from":70}},"group":"one","limits":["pool","weekly"],
   "benefit":{"kind":"amount","amount_fen":300},"payers":"street"},
  {"id":"gift","name":{"zh":"基金","en":"Fund"},"if":{"age":{"from":65}},"group":"one","limits":["fund"],
   "benefit":{"kind":"percent","pay_percent":75,"rounding":{"mode":"half_up","unit":"fen"}},"payers":"foundation"},
  {"id":"early","name":{"zh":"早到","en":"Early"},"if":{},"limits":["site","month"],
   "benefit":{"kind":"amount","amount_fen":50},"payers":"vendor"}],
 "operator":[{"id":"serving","per":"serving","amount_fen":100,"payers":"city"}]})";

PolicySet draft(const std::string& text) {
    auto set = PolicySet::load(std::vector<PolicyFile>{{"d", text}});
    EXPECT_TRUE(set) << set.error().message;
    return *set;
}

BacktestInput meals(std::size_t count) {
    payment::SeededRandom random(3);
    BacktestInput input;
    input.diners = 900;
    input.words = {"", "cash"};
    for (int i = 0; i < 4; ++i) input.sites.push_back({"S" + std::to_string(i), "310110016000", "V1", "canteen", {}});
    for (std::uint32_t i = 0; i < input.diners; ++i) {
        QuoteDiner diner;
        diner.id = "D" + std::to_string(i);
        diner.birth_date = Date::from_ymd(1930 + static_cast<int>(random.below(45)), 3, 12);
        if (random.below(5) == 0) diner.aid = {"dibao"};
        input.facts.push_back(diner);
    }
    for (int i = 0; i < 20; ++i)
        input.baskets.push_back({{"set-a", "set", Money::fen(300 + static_cast<std::int64_t>(random.below(1500))), 1, 0, {}}});
    input.given = {{}, {{"old", "district", Money::fen(150), false}}, {{"old", "district", Money::fen(100), false}, {"old", "street", Money::fen(50), false}, {"op", "city", Money::fen(80), true}}};
    for (std::size_t i = 0; i < count; ++i) {
        BacktestMeal meal;
        meal.entry = static_cast<std::int64_t>(i);
        const auto day = static_cast<std::int64_t>(i * 2 / count);
        meal.at_ms = noon(0).ms + day * 86'400'000 + static_cast<std::int64_t>(i) * 500;
        meal.site = static_cast<std::uint32_t>(random.below(4));
        meal.diner = random.below(12) == 0 ? -1 : static_cast<std::int32_t>(random.below(input.diners));
        meal.facts = meal.diner;
        meal.category = meal.diner < 0 ? Category::guest : Category::first;
        meal.basket = static_cast<std::uint32_t>(random.below(input.baskets.size()));
        meal.given = static_cast<std::uint32_t>(random.below(3));
        meal.paid_fen = 700 + static_cast<std::int64_t>(random.below(3)) * 100;
        meal.tender = 1;
        input.meals.push_back(meal);
    }
    return input;
}

// One meal after the other, nothing clever.
struct Plain {
    std::map<std::string, std::int64_t> payer, rule, operators, uses;
    std::int64_t paid = 0, benefit = 0;
};
Plain plainly(const BacktestInput& input, const PolicySet& rules) {
    MemoryUsage usage;
    Plain sums;
    for (const auto& meal : input.meals) {
        QuoteRequest request;
        request.at = {meal.at_ms};
        request.site = input.sites[meal.site];
        request.tender = "cash";
        request.lines = input.baskets[meal.basket];
        if (meal.facts >= 0) request.diner = input.facts[static_cast<std::size_t>(meal.facts)];
        const Quote quote = rules.price(request, usage);
        usage.commit(quote);
        sums.paid += quote.paid.in_fen();
        for (const auto& benefit : quote.benefits) {
            sums.rule[benefit.rule] += benefit.amount.in_fen();
            sums.benefit += benefit.amount.in_fen();
            for (const auto& share : benefit.payers) sums.payer[share.payer] += share.amount.in_fen();
        }
        for (const auto& amount : quote.operator_amounts) sums.operators[amount.payer] += amount.amount.in_fen();
        for (const auto& use : quote.uses) sums.uses[use.key] += use.uses;
    }
    return sums;
}

TEST(Backtest, EqualsPricingOneMealAfterTheOther) {
    const auto input = meals(12'000);
    const auto rules = draft(kDraft);
    const Plain expected = plainly(input, rules);
    const BacktestResult result = backtest(input, rules, 2);
    EXPECT_EQ(result.sales, 12'000);
    EXPECT_EQ(result.paid.draft.in_fen(), expected.paid);
    EXPECT_EQ(result.benefit.draft.in_fen(), expected.benefit);
    for (const auto& [payer, fen] : expected.payer) EXPECT_EQ(result.by_payer.at(payer).draft.in_fen(), fen) << payer;
    for (const auto& [rule, fen] : expected.rule) EXPECT_EQ(result.by_rule.at(rule).draft.in_fen(), fen) << rule;
    EXPECT_EQ(result.by_operator_payer.at("city").draft.in_fen(), expected.operators.at("city"));
    int dry = 0;
    for (const auto& [key, pool] : result.pools) {
        const auto at = expected.uses.find(key);
        EXPECT_EQ(pool.uses, at == expected.uses.end() ? 0 : at->second) << key;
        dry += pool.dry_at_ms >= 0 ? 1 : 0;
        if (pool.dry_at_ms >= 0) EXPECT_GT(pool.asked_after, 0) << key;
    }
    EXPECT_GE(dry, 5) << "pools must have run dry for this to mean anything";
    EXPECT_EQ(result.pools.at("d/fund|*|2026-03-10").amount.in_fen(), 91'450) << "to the last fen";
}

TEST(Backtest, TheSameBytesWithAnyNumberOfThreads) {
    const auto input = meals(9'000);
    const auto rules = draft(kDraft);
    const BacktestHead head{"2026-03", rules.version(), {}, rules.limits(), {}};
    const std::string one = backtest_json(head, backtest(input, rules, 1));
    for (const int threads : {2, 3, 4, 2}) EXPECT_EQ(backtest_json(head, backtest(input, rules, threads)), one) << threads;
    EXPECT_EQ(backtest_csv(head, backtest(input, rules, 2)), backtest_csv(head, backtest(input, rules, 1)));
    auto other = input;
    std::reverse(other.meals.begin(), other.meals.begin() + 4'000);
    for (std::size_t i = 0; i < other.meals.size(); ++i) other.meals[i].at_ms = input.meals[i].at_ms;
    EXPECT_NE(backtest_json(head, backtest(other, rules, 2)), one) << "the order served must matter here";
}

TEST(Backtest, WhoIsBetterOffAndWhoWorse) {
    BacktestInput input = meals(1);
    input.meals.clear();
    input.facts[0].birth_date = Date::from_ymd(1940, 1, 1);
    input.facts[0].aid = {"dibao", "tekun"};
    input.facts[1].birth_date = Date::from_ymd(1990, 1, 1);
    input.facts[1].aid = {};
    input.baskets = {{{"set-a", "set", Money::fen(1500), 1, 0, {}}}};
    const auto add = [&](int diner, std::int64_t paid) {
        BacktestMeal meal;
        meal.at_ms = noon(static_cast<int>(input.meals.size()), static_cast<int>(input.meals.size())).ms;
        meal.diner = meal.facts = diner;
        meal.category = diner < 0 ? Category::guest : Category::first;
        meal.paid_fen = paid;
        input.meals.push_back(meal);
    };
    add(0, 1500);  // 300 better off
    add(0, 1100);  // 100 worse off
    add(1, 1400);  // 100 worse off
    add(-1, 1500);
    const auto result = backtest(input, draft(rules_off(300).text), 2);
    const auto& aided = result.by_class.at("aid:dibao");
    EXPECT_EQ(aided.diners.better.count, 1);
    EXPECT_EQ(aided.diners.better.amount.in_fen(), 200) << "over the month";
    EXPECT_EQ(aided.sales.better.amount.in_fen(), 300);
    EXPECT_EQ(aided.sales.worse.amount.in_fen(), 100);
    EXPECT_EQ(result.by_class.at("aid:none").diners.worse.amount.in_fen(), 100);
    EXPECT_EQ(result.by_class.at("age:80-89").diners.better.count, 1);
    EXPECT_EQ(result.by_class.at("age:under-60").diners.worse.count, 1);
    EXPECT_EQ(result.by_class.at("category:guest").sales.same, 1);
    EXPECT_EQ(result.by_class.at("category:guest").diners.same, 0) << "a guest is nobody";
    EXPECT_EQ(result.all.diners.better.count, 1);
    EXPECT_EQ(result.all.diners.worse.count, 1);
}

TEST(Backtest, OnlyWeeksReachIntoTheMonth) {
    BacktestInput input = meals(1);
    input.meals.clear();
    input.facts[0].birth_date = Date::from_ymd(1940, 1, 1);
    input.baskets = {{{"set-a", "set", Money::fen(1500), 1, 0, {}}}};
    for (int i = 0; i < 3; ++i) {
        BacktestMeal meal;
        meal.at_ms = noon(i).ms;
        meal.diner = meal.facts = 0;
        meal.run_in = i < 2;
        input.meals.push_back(meal);
    }
    const auto by = [&](const std::string& per) {
        const auto rules = draft(rules_off(300, R"("x":{"per":")" + per + R"(","for":"person","max_uses":2})", "x").text);
        return backtest(input, rules, 1).benefit.draft.in_fen();
    };
    EXPECT_EQ(by("week"), 0) << "used up before the first";
    EXPECT_EQ(by("campaign"), 300);
    EXPECT_EQ(by("month"), 300);
}

TEST(Backtest, NoCellBecomesAFormula) {
    EXPECT_EQ(csv_cell("=1+1"), "'=1+1");
    EXPECT_EQ(csv_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
    EXPECT_EQ(csv_cell("street:310110016"), "street:310110016");
}

struct BacktestCommand : ::testing::Test {
    CommandResult run(std::map<std::string, std::string> words, const PolicyDocument& file) {
        return run_command(district.district(), {"backtest", std::move(words), {file}});
    }
    ReviewDistrict district;
};

TEST_F(BacktestCommand, ComparesWhatWasWithWhatWouldHaveBeen) {
    district.publish(rules_off(300), noon(-500));
    const auto old = district.person("D1", 1940, noon(-400));
    const auto poor = district.person("D2", 1946, noon(-400), {"dibao"});
    ReviewedTill till("T1", 1, set_of(rules_off(300)));
    till.sell(old, noon(0));
    till.undo(till.sell(old, noon(10, 1)), noon(11, 1));
    till.sell(poor, noon(2, 1));
    till.sell(std::nullopt, noon(3, 1));
    QuoteDiner stranger = old;
    stranger.id = "X1";
    till.sell(stranger, noon(4, 1));
    till.sell(old, noon(0, 25));  // April
    district.upload(till);
    const auto done = run({{"month", "2026-03"}}, rules_off(500, R"("daily":{"per":"day","for":"person","max_uses":1})", "daily", "2026-06-01"));
    ASSERT_EQ(done.exit_code, 0) << done.err;
    EXPECT_NE(done.out.find(R"("taken_as_in_force":["p"],"sales":3,"unpriced_sales":1)"), std::string::npos) << done.out;
    EXPECT_NE(done.out.find(R"("by_payer":{"district":{"real_fen":600,"draft_fen":1000,"difference_fen":400}})"), std::string::npos) << done.out;
    EXPECT_NE(done.out.find(R"("unpriced":[{"reason":"unknown_diner","sales":1,"named":["T1/E-T1/7"]}])"), std::string::npos) << done.out;
    EXPECT_NE(done.out.find(R"("aid:dibao":{"diners":{"better":{"diners":1,"amount_fen":200})"), std::string::npos) << done.out;
    EXPECT_EQ(run({{"month", "2026-03"}}, rules_off(500, R"("daily":{"per":"day","for":"person","max_uses":1})", "daily", "2026-06-01")).out, done.out);
    const auto sheet = run({{"month", "2026-03"}, {"csv", "1"}}, rules_off(500));
    EXPECT_EQ(sheet.out.rfind("\xEF\xBB\xBFsection,key,", 0), 0u);
    EXPECT_NE(sheet.out.find("payer,district,,,6.00,10.00,4.00,"), std::string::npos) << sheet.out;
}

TEST_F(BacktestCommand, UsesTheDinersFactsOfTheMeal) {
    district.publish(rules_off(300), noon(-500));
    const auto before = district.person("D1", 1970, noon(-400));
    ReviewedTill till("T1", 1, set_of(rules_off(300)));
    till.sell(before, noon(0));
    const auto after = district.person("D1", 1940, noon(100));
    till.sell(after, noon(0, 1));
    district.upload(till);
    const auto done = run({{"month", "2026-03"}}, rules_off(500));
    EXPECT_NE(done.out.find(R"("by_payer":{"district":{"real_fen":300,"draft_fen":500,)"), std::string::npos) << done.out;
}

TEST_F(BacktestCommand, SaysWhatIsWrongAndChangesNothing) {
    EXPECT_EQ(run({{"month", "2026-13"}}, rules_off(500)).exit_code, 2);
    EXPECT_EQ(run({{"month", "2026-03"}}, {"bad.json", "{}"}).exit_code, 2);
    EXPECT_EQ(run_command(district.district(), {"backtest", {{"month", "2026-03"}}, {}}).exit_code, 2);
    const auto empty = run({{"month", "2026-03"}}, rules_off(500));
    EXPECT_EQ(empty.exit_code, 0);
    EXPECT_NE(empty.out.find(R"("sales":0)"), std::string::npos);
}

}  // namespace
}  // namespace mulin::sync::server
