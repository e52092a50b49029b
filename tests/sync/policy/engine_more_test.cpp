// Limits that carry on, lapse or bound one sale; budgets of payers; what a manager may hear; which uses
// come back; pools as they stand; counters that are dropped.

#include <gtest/gtest.h>

#include "sync/policy/case_json.h"
#include "sync/policy/memory_usage.h"
#include "sync/policy/policy_set.h"

namespace mulin::sync {
namespace {

PolicySet load(const std::string& rules, const std::string& more = "", const std::string& from = "2026-01-01") {
    const std::string text = R"({"mulin_policy":1,"id":"p","version":"1","order":1,"name":{"zh":"规则","en":"Rules"},"effective":{"from":")" + from +
                             R"(","through":null},)" + more + R"("rules":[)" + rules + "]}";
    const auto set = PolicySet::load(std::vector<PolicyFile>{{"f", text}});
    EXPECT_TRUE(set) << (set ? "" : set.error().message);
    return set ? *set : PolicySet();
}

std::string off(const std::string& id, int fen, const std::string& more) {
    return R"({"id":")" + id + R"(","name":{"zh":"优惠","en":"Benefit"},"benefit":{"kind":"amount","amount_fen":)" + std::to_string(fen) + "}," + more + "}";
}

QuoteRequest request(const std::string& at = "2026-03-10T11:45:00+08:00", const std::string& diner = "D1") {
    QuoteRequest made;
    made.at = *payment::parse_rfc3339(at);
    made.site = {"S1", "310110016", "V1", "canteen", {}};
    made.diner = QuoteDiner{};
    made.diner->id = diner;
    made.diner->birth_date = Date::from_ymd(1950, 1, 2);
    made.lines.push_back({"set-a", "set", Money::fen(2000), 1, 0, {}});
    return made;
}

TEST(CarryOver, WhatAMonthLeavesCanBeUsedLaterInTheYear) {
    const auto set = load(off("a", 300, R"("payers":"city","limits":["m"])"), R"("limits":{"m":{"per":"month","for":"person","max_uses":1,"carry_over":"year"}},)", "2026-02-01");
    MemoryUsage usage;
    const auto paid = [&](const std::string& at) {
        const Quote quote = set.price(request(at), usage);
        usage.commit(quote);
        return quote.paid.in_fen();
    };
    EXPECT_EQ(paid("2026-03-10T11:45:00+08:00"), 1700) << "February's";
    EXPECT_EQ(paid("2026-03-10T18:00:00+08:00"), 1700) << "and March's";
    EXPECT_EQ(paid("2026-03-11T11:45:00+08:00"), 2000);
    EXPECT_EQ(paid("2026-04-01T11:45:00+08:00"), 1700);
    EXPECT_EQ(paid("2027-01-01T11:45:00+08:00"), 1700) << "a new year begins with its own month only";
    EXPECT_EQ(paid("2027-01-02T11:45:00+08:00"), 2000);
}

TEST(CarryOver, SumsBeyondMoneyAreCutNotACrash) {
    const auto set = load(off("a", 300, R"("payers":"city","limits":["m"])"),
                          R"("limits":{"m":{"per":"day","for":"person","max_uses":1000000000,"max_fen":100000000000,"carry_over":"campaign","carry_since":"1970-01-01"}},)", "1970-01-01");
    EXPECT_EQ(set.price(request("9998-12-31T11:45:00+08:00"), MemoryUsage()).paid, Money::fen(1700));
}

TEST(Releases, LapseAfterTheirHoursAndUnusedPlacesReturn) {
    const std::string release = R"("per":"release","for":"everyone","max_uses":1,"release":{"weekdays":["wed","sat"],"at":"10:00","valid_hours":48})";
    const auto priced = [&](const std::string& more, const std::string& at, int times) {
        const auto set = load(off("a", 300, R"("payers":"city","limits":["v"])"), R"("limits":{"v":{)" + release + more + "}},", "2026-03-04");
        MemoryUsage usage;
        std::int64_t paid = 0;
        for (int i = 0; i < times; ++i) {
            const Quote quote = set.price(request(at), usage);
            usage.commit(quote);
            paid = quote.paid.in_fen();
        }
        return paid;
    };
    EXPECT_EQ(priced("", "2026-03-06T09:59:00+08:00", 1), 1700);
    EXPECT_EQ(priced("", "2026-03-06T10:00:00+08:00", 1), 2000) << "lapsed";
    EXPECT_EQ(priced("", "2026-03-07T10:00:00+08:00", 2), 2000) << "each release has its own";
    EXPECT_EQ(priced(R"(,"carry_over":"campaign")", "2026-03-07T10:00:00+08:00", 2), 1700) << "Wednesday's came back to the pool";
    EXPECT_EQ(priced(R"(,"carry_over":"campaign")", "2026-03-07T10:00:00+08:00", 3), 2000);
}

TEST(PerSale, BoundsRulesTogetherAndIsNotRemembered) {
    const auto set = load(off("a", 300, R"("payers":"city","limits":["s"])") + "," + off("b", 300, R"("payers":"street","limits":["s"])"), R"("limits":{"s":{"per":"sale","max_fen":500}},)");
    MemoryUsage usage;
    for (int i = 0; i < 2; ++i) {
        const Quote quote = set.price(request(), usage);
        EXPECT_EQ(quote.paid, Money::fen(1500));
        EXPECT_TRUE(quote.uses.empty());
        usage.commit(quote);
    }
    auto guest = request();
    guest.diner.reset();
    EXPECT_EQ(set.price(guest, usage).paid, Money::fen(1500));
}

TEST(Budgets, WhatAPayerCannotCoverGoesOn) {
    const auto set = load(off("a", 300, R"("payers":[{"payer":"fund","limit":"f","fixed_fen":200},{"payer":"city","remainder":true}])"),
                          R"("payers":{"fund":{"zh":"基金","en":"fund"}},"limits":{"f":{"per":"year","for":"everyone","max_fen":300}},)");
    MemoryUsage usage;
    std::vector<std::int64_t> fund;
    for (int i = 0; i < 3; ++i) {
        const Quote quote = set.price(request(), usage);
        EXPECT_EQ(quote.paid, Money::fen(1700));
        const auto& payers = quote.benefits.at(0).payers;
        fund.push_back(payers.front().payer == "fund" ? payers.front().amount.in_fen() : 0);
        usage.commit(quote);
    }
    EXPECT_EQ(fund, (std::vector<std::int64_t>{200, 100, 0}));
}

TEST(Budgets, OneCannotBeCountedTwiceInASale) {
    const auto text = R"({"mulin_policy":1,"id":"p","version":"1","order":1,"name":{"zh":"a","en":"a"},"effective":{"from":"2026-01-01","through":null},
        "limits":{"f":{"per":"year","for":"everyone","max_fen":300}},"rules":[)" +
                      off("a", 300, R"("payers":[{"payer":"city","limit":"f","ratio":1},{"payer":"town","limit":"f","ratio":1}])") + "]}";
    EXPECT_FALSE(PolicySet::load(std::vector<PolicyFile>{{"f", text}}));
}

TEST(Uses, SayWhichComeBackOnAVoid) {
    const auto set = load(off("a", 300, R"("payers":"city","limits":["day","voucher"])"),
                          R"("limits":{"day":{"per":"day","for":"person","max_uses":1},"voucher":{"per":"campaign","for":"person","max_uses":3,"on_void":"keep"}},)");
    const Quote quote = set.price(request(), MemoryUsage());
    ASSERT_EQ(quote.uses.size(), 2u);
    EXPECT_TRUE(quote.uses[0].returns_on_void);
    EXPECT_FALSE(quote.uses[1].returns_on_void);
}

TEST(Manager, MayHearWhatTheCounterMustNot) {
    const auto set = load(off("a", 300, R"("payers":"city","if":{"age":{"from":60},"any":[{"aid":"dibao"},{"disability_grade":{"from":1,"through":2}}]})"));
    for (const bool helped : {true, false}) {
        auto asked = request();
        if (helped) asked.diner->aid = {"dibao"};
        const Quote counter = set.price(asked, MemoryUsage());
        const Quote manager = set.price(asked, MemoryUsage(), Explain::manager);
        EXPECT_TRUE(counter.why.at(0).manager_zh.empty());
        EXPECT_EQ(counter.why.at(0).zh, manager.why.at(0).zh);
        EXPECT_EQ(manager.why.at(0).zh.find("低保"), std::string::npos);
        EXPECT_NE(manager.why.at(0).manager_zh.find("低保"), std::string::npos) << manager.why.at(0).manager_zh;
        EXPECT_EQ(answer_json("1", counter).find("manager"), std::string::npos);
        EXPECT_NE(answer_json("1", manager).find("低保"), std::string::npos);
    }
}

TEST(PoolsNow, GrowLapseAndNameTheirEnd) {
    const auto set = load("", R"("limits":{"day":{"per":"day","for":"everyone","max_uses":5},"all":{"per":"campaign","for":"everyone","max_fen":900},"mine":{"per":"day","for":"person","max_uses":1},
        "v":{"per":"release","for":"everyone","max_uses":2,"release":{"weekdays":["wed","sat"],"at":"10:00","valid_hours":48},"carry_over":"campaign"}},)", "2026-03-01");
    const auto at = [](const char* text) { return *payment::parse_rfc3339(text); };
    const auto pools = set.pools(at("2026-03-07T11:00:00+08:00"), Meal::lunch);
    ASSERT_EQ(pools.size(), 3u);
    EXPECT_EQ(pools[0].key, "p/day|*|2026-03-07");
    EXPECT_EQ(pools[0].until, at("2026-03-08T00:00:00+08:00"));
    EXPECT_EQ(pools[1].key, "p/all|*|all");
    EXPECT_EQ(pools[1].max_amount, Money::fen(900));
    EXPECT_FALSE(pools[1].until);
    EXPECT_EQ(pools[2].key, "p/v|*|all");
    EXPECT_EQ(pools[2].max_uses, 4) << "Wednesday's and Saturday's";
    EXPECT_EQ(pools[2].until, at("2026-03-09T10:00:00+08:00"));
    EXPECT_EQ(set.pools(at("2026-03-09T10:00:00+08:00"), Meal::lunch)[2].max_uses, 0);
    EXPECT_EQ(set.pools(at("2026-03-09T10:00:00+08:00"), Meal::lunch)[2].until, at("2026-03-11T10:00:00+08:00"));
}

TEST(MemoryUsage, ForgetsWhatCannotMatterAnyMore) {
    MemoryUsage usage;
    for (const char* key : {"p/a|D1|2026-03-01", "p/a|D1|2026-03-01/lunch", "p/a|D1|w2026-02-23", "p/a|D1|2026-02", "p/a|D1|2025", "p/a|*|r2026-02-21",
                            "p/a|D1|2026-03-02", "p/a|D1|w2026-03-02", "p/a|D1|2026-03", "p/a|D1|2026", "p/a|D1|all", "p/a|*|r2026-02-28"})
        usage.add({key, 1, Money::fen(5)});
    EXPECT_EQ(usage.size(), 12u);
    usage.forget_before(*Date::from_ymd(2026, 3, 2));
    EXPECT_EQ(usage.size(), 7u) << "February may last to the 3rd for all one can see";
    EXPECT_EQ(usage.used("p/a|D1|2026-03-01").uses, 0);
    EXPECT_EQ(usage.used("p/a|D1|w2026-03-02").uses, 1);
    EXPECT_EQ(usage.used("p/a|D1|all").amount, Money::fen(5));
}

}  // namespace
}  // namespace mulin::sync
