// The corners of the language that no published vector reaches: caps of payers, pools and leases,
// releases, voids, layers that must match, own minimum, pieces, what is said and never said.

#include <gtest/gtest.h>

#include <algorithm>

#include "sync/policy/case_json.h"
#include "sync/policy/memory_usage.h"
#include "sync/policy/policy_set.h"

namespace mulin::sync {
namespace {

std::string policy(const std::string& rules, const std::string& more = "", const std::string& id = "p", int order = 10) {
    return R"({"mulin_policy":1,"id":")" + id + R"(","version":"1","order":)" + std::to_string(order) +
           R"(,"name":{"zh":"规则","en":"Rules"},"effective":{"from":"2020-01-01","through":null},)" + more + R"("rules":[)" + rules + "]}";
}

std::string rule(const std::string& id, const std::string& benefit, const std::string& more = R"("payers":"district")") {
    return R"({"id":")" + id + R"(","name":{"zh":"优惠","en":"Benefit"},"benefit":)" + benefit + "," + more + "}";
}

std::string off(int fen) { return R"({"kind":"amount","amount_fen":)" + std::to_string(fen) + "}"; }

PolicySet load(const std::vector<std::string>& texts) {
    std::vector<PolicyFile> files;
    for (const auto& text : texts) files.push_back({"f", text});
    const auto set = PolicySet::load(files);
    EXPECT_TRUE(set) << (set ? "" : set.error().message);
    return set ? *set : PolicySet();
}

QuoteRequest request(std::vector<std::int64_t> prices = {2000}, const std::string& at = "2026-03-10T11:45:00+08:00") {
    QuoteRequest made;
    made.at = *payment::parse_rfc3339(at);
    made.site = {"S1", "310110016", "V1", "canteen", {}};
    made.diner = QuoteDiner{};
    made.diner->id = "D1";
    made.diner->birth_date = Date::from_ymd(1950, 1, 2);
    made.diner->hukou = made.diner->residence = "310110016000";
    for (const auto price : prices) made.lines.push_back({"set-a", "set", Money::fen(price), 1, 0, {}});
    return made;
}

std::vector<std::pair<std::string, std::int64_t>> payers(const Quote& quote) {
    std::vector<std::pair<std::string, std::int64_t>> all;
    for (const auto& benefit : quote.benefits) {
        for (const auto& payer : benefit.payers) all.emplace_back(payer.payer, payer.amount.in_fen());
    }
    return all;
}

using Shares = std::vector<std::pair<std::string, std::int64_t>>;

Shares shares(int fen, const std::string& list, const std::string& more = "") {
    const auto set = load({policy(rule("r", off(fen), R"("payers":)" + list + more))});
    return payers(set.price(request(), MemoryUsage()));
}

TEST(Payers, FixedThenPercentThenRatioThenRemainder) {
    EXPECT_EQ(shares(1000, R"([{"payer":"rest","remainder":true},{"payer":"a","fixed_fen":300},{"payer":"b","percent":50}])"),
              (Shares{{"rest", 200}, {"a", 300}, {"b", 500}}));
    EXPECT_EQ(shares(1000, R"([{"payer":"a","ratio":2},{"payer":"b","ratio":1}])"), (Shares{{"a", 667}, {"b", 333}}));
    EXPECT_EQ(shares(400, R"([{"payer":"a","fixed_fen":300},{"payer":"b","fixed_fen":300}])"), (Shares{{"a", 300}, {"b", 100}}));
    EXPECT_EQ(shares(400, R"([{"payer":"a","fixed_fen":300},{"payer":"b","fixed_fen":300}])", R"(,"payers_when_less":"pro_rata")"),
              (Shares{{"a", 200}, {"b", 200}}));
}

TEST(Payers, WhatACapCutsOffGoesToTheRemainderElseToTheOtherRatios) {
    EXPECT_EQ(shares(900, R"([{"payer":"a","ratio":1,"cap_fen":100},{"payer":"b","ratio":1},{"payer":"c","ratio":1,"cap_fen":350}])"),
              (Shares{{"a", 100}, {"b", 450}, {"c", 350}}));
    EXPECT_EQ(shares(900, R"([{"payer":"a","ratio":1,"cap_fen":100},{"payer":"b","ratio":1},{"payer":"c","remainder":true}])"),
              (Shares{{"a", 100}, {"b", 450}, {"c", 350}}));
}

TEST(Payers, ABenefitShrinksToWhatItsPayersCover) {
    const auto set = load({policy(rule("r", off(900), R"("payers":[{"payer":"a","ratio":1,"cap_fen":100},{"payer":"b","remainder":true,"cap_fen":50}])"))});
    const Quote quote = set.price(request(), MemoryUsage());
    EXPECT_EQ(quote.paid, Money::fen(1850));
    EXPECT_EQ(quote.benefits.at(0).amount, Money::fen(150));
}

TEST(Payers, FollowWhereTheDinerLivesAndEats) {
    EXPECT_EQ(shares(200, R"("street:{residence_subdistrict}")"), (Shares{{"street:310110016", 200}}));
    EXPECT_EQ(shares(200, R"("district:{site_district}")"), (Shares{{"district:310110", 200}}));
    const std::string list = R"([{"payer":"home","if":{"residence_here":"subdistrict"}},{"payer":"guest","if":{"not":{"residence_here":"subdistrict"}}}])";
    EXPECT_EQ(shares(200, list), (Shares{{"home", 200}}));
    const auto set = load({policy(rule("r", off(200), R"("payers":)" + list))});
    auto elsewhere = request();
    elsewhere.site.subdistrict = "310110018";
    EXPECT_EQ(payers(set.price(elsewhere, MemoryUsage())), (Shares{{"guest", 200}}));
}

TEST(Payers, WithoutOneNothingIsGiven) {
    const auto set = load({policy(rule("r", off(200), R"("minimum_own_fen":0)"))});
    const Quote quote = set.price(request(), MemoryUsage());
    EXPECT_TRUE(quote.benefits.empty());
    EXPECT_EQ(quote.why.at(0).zh, "没有写明由谁承担，这一项不减");
}

TEST(Layers, ALowerOneIsRaisedToTheUpper) {
    const auto set = load({policy(rule("street-1", off(100), R"("payers":"street","at_least_as":"city-3")"), "", "street", 30),
                           policy(rule("city-3", off(300), R"("payers":"city")"), "", "city", 10)});
    EXPECT_EQ(payers(set.price(request(), MemoryUsage())), (Shares{{"city", 300}, {"street", 300}}));
    EXPECT_EQ(payers(set.price(request({500}), MemoryUsage())), (Shares{{"city", 300}, {"street", 200}})) << "never over the price";
}

TEST(Layers, OnlyTheBetterOfTwoPoliciesCounts) {
    const std::string group = R"("groups":{"better":{"pick":"best","shared":true}},)";
    const auto set = load({policy(rule("city", off(300), R"("payers":"city","group":"better")"), group, "city", 10),
                           policy(rule("street", off(500), R"("payers":"street","group":"better")"), group, "street", 30)});
    EXPECT_EQ(payers(set.price(request(), MemoryUsage())), (Shares{{"street", 500}}));
}

TEST(Groups, AClassDecidesEvenIfItGivesNothing) {
    const auto with = [](const std::string& pick) {
        const std::string threshold = R"("threshold":{"amount_fen":5000,"basis":"gross","compare":"at_least","delivery_fee":"excluded"},)";
        return load({policy(rule("a", off(500), threshold + R"("payers":"city","group":"g")") + "," + rule("b", off(200), R"("payers":"city","group":"g")"),
                            R"("groups":{"g":{"pick":")" + pick + R"("}},)")})
            .price(request(), MemoryUsage());
    };
    EXPECT_EQ(with("first").paid, Money::fen(1800));
    EXPECT_EQ(with("class").paid, Money::fen(2000));
}

TEST(Own, MinimumIsAlwaysPaid) {
    const auto set = load({policy(rule("r", off(5000)), R"("minimum_own_fen":100,)")});
    EXPECT_EQ(set.price(request(), MemoryUsage()).paid, Money::fen(100));
    EXPECT_EQ(set.price(request({80}), MemoryUsage()).paid, Money::fen(80));
}

TEST(Limits, LayersThatShareOneCountTheSaleOnce) {
    const auto set = load({policy(rule("a", off(100), R"("payers":"city","limits":["d"])") + "," + rule("b", off(100), R"("payers":"street","limits":["d"])"),
                                  R"("limits":{"d":{"per":"day","for":"person","max_uses":1}},)")});
    MemoryUsage usage;
    const Quote first = set.price(request(), usage);
    EXPECT_EQ(first.benefits.size(), 2u);
    ASSERT_EQ(first.uses.size(), 1u);
    EXPECT_EQ(first.uses[0].key, "p/d|D1|2026-03-10");
    EXPECT_EQ(first.uses[0].uses, 1);
    EXPECT_EQ(first.uses[0].amount, Money::fen(200));
    usage.commit(first);
    EXPECT_TRUE(set.price(request(), usage).benefits.empty());
}

TEST(Limits, MoneyRunsOutInThePart) {
    const auto set = load({policy(rule("a", off(300), R"("payers":"city","limits":["m"])"), R"("limits":{"m":{"per":"month","for":"person","max_fen":500}},)")});
    MemoryUsage usage;
    usage.commit(set.price(request(), usage));
    const Quote second = set.price(request(), usage);
    EXPECT_EQ(second.paid, Money::fen(1800));
    usage.commit(second);
    const Quote third = set.price(request(), usage);
    EXPECT_EQ(third.paid, Money::fen(2000));
    EXPECT_EQ(third.why.at(0).zh, "本月的额度已经用完");
    EXPECT_EQ(set.price(request({2000}, "2026-04-01T11:45:00+08:00"), usage).paid, Money::fen(1700));
}

TEST(Limits, IdsCannotBeMistakenForTwo) {
    const auto set = load({policy(rule("a", off(300), R"("payers":"city","limits":["d"])"), R"("limits":{"d":{"per":"day","for":"person","max_uses":1}},)")});
    auto odd = request();
    odd.diner->id = "D1|2026-03-10";
    MemoryUsage usage;
    usage.commit(set.price(odd, usage));
    EXPECT_EQ(set.price(request(), usage).paid, Money::fen(1700));
}

class LeasedUsage final : public UsageView {
  public:
    Usage used(const std::string&) const override { return {}; }
    std::optional<Usage> left_of_lease(const std::string& key, UtcInstant at) const override {
        if (key != "p/pool|*|2026-03-10" || at.ms >= until.ms) return Usage{};
        return left;
    }
    Usage left;
    UtcInstant until = *payment::parse_rfc3339("2026-03-10T12:00:00+08:00");
};

TEST(Pools, ATillCannotPassItsLease) {
    const auto set = load({policy(rule("a", off(300), R"("payers":"city","limits":["pool"])"),
                                  R"("limits":{"pool":{"per":"day","for":"everyone","max_uses":1000,"max_fen":100000}},)")});
    LeasedUsage till;
    till.left = {2, Money::fen(450)};
    EXPECT_EQ(set.price(request(), till).paid, Money::fen(1700));
    till.left = {1, Money::fen(150)};
    EXPECT_EQ(set.price(request(), till).paid, Money::fen(1850));
    till.left = {0, Money::fen(450)};
    const Quote without = set.price(request(), till);
    EXPECT_EQ(without.paid, Money::fen(2000));
    EXPECT_EQ(without.why.at(0).zh, "现在不能确认名额，这一项不减");
    till.left = {2, Money::fen(450)};
    EXPECT_EQ(set.price(request({2000}, "2026-03-10T12:00:00+08:00"), till).paid, Money::fen(2000)) << "the lease has ended";
}

TEST(Pools, ControlWithoutTheLeaseTheSameTillWouldTake) {
    const auto set = load({policy(rule("a", off(300), R"("payers":"city","limits":["pool"])"), R"("limits":{"pool":{"per":"day","for":"everyone","max_uses":1000}},)")});
    EXPECT_EQ(set.price(request(), MemoryUsage()).paid, Money::fen(1700));
}

TEST(Pools, AReleaseBeginsAtItsHour) {
    const auto set = load({policy(rule("a", off(300), R"("payers":"city","limits":["pool"])"),
                                  R"("limits":{"pool":{"per":"release","for":"everyone","max_uses":1,"release":{"weekdays":["wed","sat"],"at":"10:00"}}},)")});
    const auto key = [&](const std::string& at) { return set.price(request({2000}, at), MemoryUsage()).uses.at(0).key; };
    EXPECT_EQ(key("2026-03-11T09:59:00+08:00"), "p/pool|*|r2026-03-07");
    EXPECT_EQ(key("2026-03-11T10:00:00+08:00"), "p/pool|*|r2026-03-11");
    EXPECT_EQ(key("2026-03-14T09:00:00+08:00"), "p/pool|*|r2026-03-11");
    EXPECT_EQ(key("2026-03-14T10:00:00+08:00"), "p/pool|*|r2026-03-14");
}

TEST(Voids, GiveBackWhatThePolicySays) {
    const auto set = load({policy(rule("a", off(300), R"("payers":"city","limits":["day","voucher"])"),
                                  R"("limits":{"day":{"per":"day","for":"person","max_uses":1},"voucher":{"per":"campaign","for":"person","max_uses":3,"on_void":"keep"}},)")});
    const Quote quote = set.price(request(), MemoryUsage());
    ASSERT_EQ(quote.uses.size(), 2u);
    const auto back = set.given_back_on_void(quote.uses);
    ASSERT_EQ(back.size(), 1u);
    EXPECT_EQ(back[0].key, "p/day|D1|2026-03-10");
}

TEST(Pieces, TheDearestIsFree) {
    const auto set = load({policy(rule("a", R"({"kind":"free","pieces":{"count":2,"pick":"dearest"}})"))});
    EXPECT_EQ(set.price(request({500, 900, 700}), MemoryUsage()).paid, Money::fen(500));
}

TEST(Tables, AmountsByItemClassPerPiece) {
    const auto set = load({policy(rule("a", R"({"kind":"amount","per":"piece","by_class":{"class":"c","amounts_fen":{"set":200,"dish":50}}})"),
                                  R"("classes":{"c":{"of":"item_class","values":["set","dish"]}},)")});
    auto asked = request({1000, 300, 100});
    asked.lines[1].item_class = "dish";
    asked.lines[1].quantity = 3;
    asked.lines[2].item_class = "drink";
    EXPECT_EQ(set.price(asked, MemoryUsage()).paid, Money::fen(1000 + 900 + 100 - 200 - 150));
}

TEST(Age, CountsFromTheDayThePolicySays) {
    const std::string rules = R"({"id":"a","name":{"zh":"a","en":"a"},"if":{"age":{"from":76}},"benefit":{"kind":"free"},"payers":"city"})";
    const auto is_76 = [&](const std::string& from, int month, int day) {
        auto asked = request();  // on 10 March 2026
        asked.diner->birth_date = Date::from_ymd(1950, month, day);
        return load({policy(rules, R"("age_counts_from":")" + from + R"(",)")}).price(asked, MemoryUsage()).paid.is_zero();
    };
    EXPECT_TRUE(is_76("birthday", 3, 10));
    EXPECT_FALSE(is_76("birthday", 3, 11));
    EXPECT_TRUE(is_76("birth_month", 3, 31));
    EXPECT_FALSE(is_76("birth_month", 4, 1));
    EXPECT_TRUE(is_76("month_after", 2, 28));
    EXPECT_FALSE(is_76("month_after", 3, 1));
    EXPECT_TRUE(is_76("birth_year", 12, 31));
}

TEST(Words, NeverSayWhySomebodyIsHelped) {
    const auto set = load({policy(R"({"id":"a","name":{"zh":"补贴","en":"Subsidy"},"if":{"age":{"from":60},"any":[{"aid":["dibao","tekun"]},{"disability_grade":{"from":1,"through":2}},
        {"care":"severe"},{"living":"alone"}]},"benefit":{"kind":"amount","amount_fen":500},"payers":"district"})")});
    for (const bool helped : {true, false}) {
        auto asked = request();
        if (helped) asked.diner->aid = {"dibao"};
        const auto reason = set.price(asked, MemoryUsage()).why.at(0);
        for (const char* word : {"低保", "特困", "残", "重度", "独居", "dibao", "disab", "alone"}) {
            EXPECT_EQ(reason.zh.find(word), std::string::npos) << reason.zh;
            EXPECT_EQ(reason.en.find(word), std::string::npos) << reason.en;
        }
        EXPECT_EQ(reason.zh, helped ? "已满60周岁、符合享受条件：减 5.00 元，区里承担 5.00 元" : "不在享受名单内");
    }
}

TEST(Words, SayPercentsTheWayTheyAreSaid) {
    const auto said = [](const std::string& percent) {
        const auto set = load({policy(rule("a", R"({"kind":"percent","pay_percent":)" + percent + R"(,"rounding":{"mode":"half_up","unit":"fen"}})"))});
        const std::string zh = set.price(request(), MemoryUsage()).why.at(0).zh;
        return zh.substr(0, zh.find("，"));
    };
    EXPECT_EQ(said("90"), "九折");
    EXPECT_EQ(said("88"), "八八折");
    EXPECT_EQ(said("5"), "按 5% 付");
    EXPECT_EQ(said("72.5"), "按 72.5% 付");
    EXPECT_EQ(said("0"), "免费");
}

TEST(Requests, BeyondReasonAreRefusedNotACrash) {
    const auto set = load({policy(rule("a", off(300)))});
    auto asked = request();
    asked.lines[0].unit_price = Money::fen(Money::kMaxFen);
    EXPECT_EQ(set.price(asked, MemoryUsage()).refused->code, "invalid_request");
    asked = request();
    asked.lines[0].quantity = 0;
    EXPECT_EQ(set.price(asked, MemoryUsage()).refused->code, "invalid_request");
    asked.lines.clear();
    EXPECT_FALSE(check_request(asked));
}

TEST(Version, FollowsTheContentOnly) {
    const auto a = policy(rule("a", off(300)), "", "a");
    const auto b = policy(rule("b", off(300)), "", "b");
    EXPECT_EQ(load({a, b}).version(), load({b, a}).version());
    EXPECT_NE(load({a}).version(), load({a, b}).version());
    EXPECT_EQ(load({a}).version().size(), 12u);
    EXPECT_EQ(load({a}).price(request(), MemoryUsage()).policy_version, load({a}).version());
}

TEST(Version, NoRulesSellAtListPrice) { EXPECT_EQ(PolicySet().price(request(), MemoryUsage()).paid, Money::fen(2000)); }

}  // namespace
}  // namespace mulin::sync
