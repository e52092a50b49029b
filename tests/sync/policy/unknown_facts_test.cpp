// What is not known grants nothing: no grade, no calendar, no place of the payer; and what a
// condition turned around says.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sync/policy/case_json.h"
#include "sync/policy/lint.h"
#include "sync/policy/memory_usage.h"
#include "sync/policy/policy_set.h"

namespace mulin::sync {
namespace {

using nlohmann::json;

json one_rule(const json& condition) {
    return {{"mulin_policy", 1}, {"id", "p"}, {"version", "1"}, {"order", 1}, {"name", {{"zh", "优惠"}, {"en", "offer"}}},
            {"effective", {{"from", "2026-01-01"}, {"through", nullptr}}},
            {"rules", {{{"id", "r"}, {"name", {{"zh", "优惠"}, {"en", "offer"}}}, {"if", condition},
                        {"benefit", {{"kind", "amount"}, {"amount_fen", 100}}}, {"payers", "city"}}}}};
}

std::vector<PolicyFile> with_calendar(const json& policy) {
    const json calendar{{"mulin_calendar", 1}, {"id", "cn-2026"}, {"years", {2026}}, {"holidays", json::array()}, {"makeup_working_days", json::array()}};
    return {{"p.json", policy.dump()}, {"calendar.json", calendar.dump()}};
}

json answer_of(const json& policy, const json& more = json::object()) {
    json asked = json::parse(R"({"id":1,"at":"2026-03-10T11:45:00+08:00","site":{"id":"S1","subdistrict":"310107010","vendor":"V1"},"meal":"lunch","service":"dine_in",
        "diner":{"id":"D1","birth_date":"1950-01-02"},"lines":[{"item":"a","class":"set","unit_price_fen":1000,"quantity":1}]})");
    asked.merge_patch(more);
    const auto set = PolicySet::load(with_calendar(policy));
    EXPECT_TRUE(set) << (set ? "" : set.error().message);
    const auto read = parse_case(asked.dump());
    EXPECT_TRUE(read);
    return json::parse(answer_json("1", set->price(read->request, MemoryUsage())));
}

std::string said(const json& answer) { return answer["why"].at(0)["zh"]; }

TEST(UnknownFacts, NobodyHasGradeZeroUnlessItIsWritten) {
    const auto paid = [](const json& range, int grade) {
        return answer_of(one_rule({{"disability_grade", range}}), {{"diner", {{"disability_grade", grade}}}})["paid_fen"].get<int>();
    };
    EXPECT_EQ(paid({{"through", 2}}, 0), 1000);
    EXPECT_EQ(paid({{"below", 3}}, 0), 1000);
    EXPECT_EQ(paid({{"through", 2}}, 1), 900);
    EXPECT_EQ(paid({{"through", 2}}, 3), 1000);
    EXPECT_EQ(paid({{"from", 0}, {"through", 2}}, 0), 900);
    const auto findings = lint(with_calendar(one_rule({{"disability_grade", {{"through", 0}}}})));
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_NE(findings[0].message.find("write \"from\": 0"), std::string::npos);
}

TEST(UnknownFacts, AYearWithoutCalendarIsNeitherWorkingDayNorHoliday) {
    const json next_year{{"at", "2027-03-10T11:45:00+08:00"}};
    for (const json& condition : {json{{"day", "working_day"}}, json{{"not", {{"day", "working_day"}}}}, json{{"not", {{"day", "rest_day"}}}},
                                  json{{"any", {{{"day", "rest_day"}}, {{"not", {{"day", "rest_day"}}}}}}}}) {
        json policy = one_rule(condition);
        policy["calendars"] = {"cn-2026"};
        const json answer = answer_of(policy, next_year);
        EXPECT_EQ(answer["paid_fen"], 1000) << condition;
        EXPECT_EQ(said(answer), "缺少当年的节假日安排") << condition;
    }
    json policy = one_rule({{"day", "working_day"}});
    policy["calendars"] = {"cn-2026"};
    EXPECT_EQ(answer_of(policy)["paid_fen"], 900);
}

TEST(UnknownFacts, PercentsOfTheWholeLoseNoFen) {
    json policy = one_rule(json::object());
    policy["rules"][0]["benefit"]["amount_fen"] = 101;
    policy["rules"][0]["payers"] = {{{"payer", "city"}, {"percent", 33}}, {{"payer", "district"}, {"percent", 33}}, {{"payer", "street"}, {"percent", 34}}};
    const json benefit = answer_of(policy)["benefits"][0];
    EXPECT_EQ(benefit["amount_fen"], 101);
    EXPECT_EQ(benefit["payers"].dump(), R"([{"amount_fen":33,"payer":"city"},{"amount_fen":33,"payer":"district"},{"amount_fen":35,"payer":"street"}])");
    policy["rules"][0]["payers"][2]["percent"] = 33;  // 99 of 100: nobody said who pays the rest
    EXPECT_EQ(answer_of(policy)["benefits"][0]["amount_fen"], 99);
}

TEST(UnknownFacts, APayerWithoutPlaceIsNoPayer) {
    json policy = one_rule(json::object());
    policy["rules"][0]["payers"] = "street:{residence_subdistrict}";
    const json answer = answer_of(policy);
    EXPECT_EQ(answer["paid_fen"], 1000);
    EXPECT_EQ(said(answer), "不能确定由哪里承担，这一项不减");
    EXPECT_EQ(answer_of(policy, {{"diner", {{"residence", "310107010"}}}})["benefits"][0]["payers"][0]["payer"], "street:310107010");
}

TEST(UnknownFacts, ExceptionsAreSaidAsSuch) {
    EXPECT_EQ(said(answer_of(one_rule({{"not", {{"meal", "breakfast"}}}}))), "除早餐外：减 1.00 元，市里承担 1.00 元");
    EXPECT_EQ(said(answer_of(one_rule({{"not", {{"meal", "lunch"}}}}))), "午餐不适用");
    EXPECT_EQ(said(answer_of(one_rule({{"age", {{"from", 60}}}, {"not", {{"living", "care_home"}}}}))), "已满60周岁：减 1.00 元，市里承担 1.00 元");
    EXPECT_EQ(said(answer_of(one_rule({{"not", {{"living", "care_home"}}}}), {{"diner", {{"living", {"care_home"}}}}})), "不在享受名单内");
    EXPECT_EQ(said(answer_of(one_rule({{"not", {{"age", {{"from", 60}}}}}}))), "已满60周岁");
}

TEST(UnknownFacts, WhatIsMissingIsNamed) {
    EXPECT_EQ(said(answer_of(one_rule({{"age", {{"from", 60}}}}), {{"diner", {{"birth_date", nullptr}}}})), "没有出生日期");
    EXPECT_EQ(said(answer_of(one_rule({{"hukou", "3205"}}))), "不是规定地区户籍");
    EXPECT_EQ(said(answer_of(one_rule({{"date", "2026-10-18"}}))), "不是指定日期");
    EXPECT_EQ(said(answer_of(one_rule({{"nth_meal", {{"of", "day"}, {"from", 2}, {"through", 2}}}}))), "不是今天第2餐");
}

TEST(UnknownFacts, WordsOfABenefitSayItsBounds) {
    json policy = one_rule(json::object());
    json& benefit = policy["rules"][0]["benefit"];
    benefit = {{"kind", "percent"}, {"pay_percent", 70}, {"max_off_fen", 300}, {"rounding", {{"mode", "half_up"}, {"unit", "fen"}}}};
    EXPECT_EQ(said(answer_of(policy)), "七折，最多减3.00元，市里承担 3.00 元");
    benefit = {{"kind", "free"}};
    EXPECT_EQ(said(answer_of(policy)), "免费，市里承担 10.00 元");
    policy["rules"][0]["minimum_own_fen"] = 100;
    EXPECT_EQ(said(answer_of(policy)), "免费，个人至少付1.00元，市里承担 9.00 元");
    policy["rules"][0].erase("minimum_own_fen");
    policy["rules"][0]["items"] = {{"item", "a"}};
    EXPECT_EQ(said(answer_of(policy)), "指定菜品免费，市里承担 10.00 元");
}

TEST(UnknownFacts, AClassThatGaveNothingIsNotAnotherBenefit) {
    json policy = one_rule({{"age", {{"from", 60}}}});
    policy["groups"] = {{"g", {{"pick", "class"}}}};
    json second = policy["rules"][0];
    policy["rules"][0]["threshold"] = {{"amount_fen", 2000}, {"basis", "gross"}, {"compare", "at_least"}, {"delivery_fee", "excluded"}};
    second["id"] = "s";
    second["if"] = json::object();
    policy["rules"].push_back(second);
    for (auto& rule : policy["rules"]) rule["group"] = "g";
    EXPECT_EQ(answer_of(policy)["why"].at(1)["zh"], "不适用本项，按所属类别计算");
    policy["rules"][0].erase("threshold");
    EXPECT_EQ(answer_of(policy)["why"].at(1)["zh"], "已享受另一项优惠，不再叠加");
}

TEST(UnknownFacts, APolicyThatIsNotForTheDinerSaysWhy) {
    json policy = one_rule(json::object());
    policy["if"] = {{"age", {{"from", 80}}}};
    const json answer = answer_of(policy);
    EXPECT_EQ(answer["why"].size(), 1u);
    EXPECT_EQ(answer["why"][0]["rule"], "p");
    EXPECT_EQ(said(answer), "未满80周岁");
    policy["calendars"] = {"cn-2026"};
    policy["if"] = {{"day", "working_day"}};
    EXPECT_EQ(said(answer_of(policy, {{"at", "2027-03-10T11:45:00+08:00"}})), "缺少当年的节假日安排");
    EXPECT_EQ(answer_of(policy)["why"][0]["rule"], "r");
}

TEST(UnknownFacts, TheBetterRuleThatIsUsedUpSaysSo) {
    json policy = one_rule(json::object());
    policy["groups"] = {{"g", {{"pick", "best"}}}};
    policy["limits"] = {{"daily", {{"per", "day"}, {"for", "person"}, {"max_uses", 1}}}};
    json better = policy["rules"][0];
    better["id"] = "s";
    better["benefit"]["amount_fen"] = 300;
    better["limits"] = {"daily"};
    policy["rules"].push_back(better);
    for (auto& rule : policy["rules"]) rule["group"] = "g";
    const auto set = PolicySet::load(with_calendar(policy));
    ASSERT_TRUE(set);
    const auto asked = parse_case(R"({"id":1,"at":"2026-03-10T11:45:00+08:00","site":{"id":"S1"},"meal":"lunch","service":"dine_in","diner":{"id":"D1"},
        "lines":[{"item":"a","class":"set","unit_price_fen":1000,"quantity":1}]})");
    MemoryUsage usage;
    const Quote first = set->price(asked->request, usage);
    EXPECT_EQ(first.why.at(0).zh, "已享受另一项优惠，不再叠加");
    usage.commit(first);
    EXPECT_EQ(set->price(asked->request, usage).why.at(1).zh, "今天已经享受过一次");
}

}  // namespace
}  // namespace mulin::sync
