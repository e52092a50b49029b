// Rules that can never act, words and names nobody uses, layers in the wrong order: what lint finds by
// thinking about conditions, and what it must not accuse.

#include <gtest/gtest.h>

#include "sync/policy/lint.h"

namespace mulin::sync {
namespace {

std::string policy(const std::string& rules, const std::string& more = "") {
    return R"({"mulin_policy":1,"id":"town","version":"1","order":10,"name":{"zh":"规则","en":"Rules"},
        "effective":{"from":"2026-01-01","through":"2026-12-31"},)" + more + "\n\"rules\":[" + rules + "]}";
}

std::string rule(const std::string& id, const std::string& more, int fen = 200) {
    return R"({"id":")" + id + R"(","name":{"zh":"补贴","en":"Subsidy"},"payers":"town","benefit":{"kind":"amount","amount_fen":)" + std::to_string(fen) + "}," + more + "}";
}

std::string benefit(const std::string& text) {
    return R"({"id":"r","name":{"zh":"补贴","en":"Subsidy"},"payers":"town","benefit":)" + text + "}";
}

std::vector<LintFinding> found(const std::vector<std::string>& texts) {
    std::vector<PolicyFile> files;
    for (const auto& text : texts) files.push_back({"f" + std::to_string(files.size()), text});
    return lint(files);
}

std::string codes(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& finding : found(texts)) all += (all.empty() ? "" : " ") + finding.rule + ":" + finding.code;
    return all;
}

std::string alone(const std::string& condition) { return codes({policy(rule("a", "\"if\":" + condition))}); }

TEST(LintReach, ConditionsThatCanNeverHold) {
    const char* const kNever[] = {
        R"({"all":[{"age":{"from":80}},{"age":{"below":70}}]})",
        R"({"guest":true,"age":{"from":60}})",
        R"({"date":{"from":"2027-01-01","through":"2027-02-01"}})",
        R"({"all":[{"meal":"lunch"},{"any":[{"meal":"breakfast"},{"meal":"dinner"}]}]})",
        R"({"hukou":"310110","not":{"hukou":"31"}})",
        R"({"all":[{"hukou":"310110"},{"hukou":"310107"}]})",
        R"({"all":[{"weekday":["mon","tue"]},{"weekday":"sun"}]})",
        R"({"all":[{"residence_here":"subdistrict"},{"not":{"residence_here":"district"}}]})",
        R"({"all":[{"care":"mild"},{"care":"severe"}]})",
        R"({"aid":"dibao","not":{"aid":["dibao","tekun"]}})",
    };
    for (const char* condition : kNever) EXPECT_EQ(alone(condition), "a:unreachable_rule") << condition;
}

TEST(LintReach, ConditionsThatCanHoldAreNotAccused) {
    const char* const kFine[] = {
        R"({"all":[{"aid":"dibao"},{"aid":"tekun"}]})",
        R"({"all":[{"cards":"jinglao"},{"cards":"shebao"}]})",
        R"({"age":{"from":60,"below":61}})",
        R"({"any":[{"guest":true},{"age":{"from":60}}]})",
        R"({"date":{"from":"2026-12-31","through":"2027-02-01"}})",
        R"({"hukou":"31","not":{"hukou":"310110"}})",
        R"({"residence_here":"district","not":{"residence_here":"subdistrict"}})",
    };
    for (const char* condition : kFine) EXPECT_EQ(alone(condition), "") << condition;
}

TEST(LintReach, ThePolicysOwnConditionCounts) {
    EXPECT_EQ(codes({policy(rule("a", R"("if":{"age":{"below":60}})"), R"("if":{"age":{"from":60}},)")}), "a:unreachable_rule");
}

std::string pair(const std::string& pick, const std::string& first, const std::string& second, int first_fen = 200, int second_fen = 200) {
    return codes({policy(rule("a", R"("group":"g",)" + first, first_fen) + "," + rule("b", R"("group":"g",)" + second, second_fen),
                         R"("groups":{"g":{"pick":")" + pick + R"("}},"limits":{"d":{"per":"day","for":"person","max_uses":1}},)")});
}

const std::string kSixty = R"("if":{"age":{"from":60}},"limits":["d"])";
const std::string kEightyHere = R"("if":{"age":{"from":80},"hukou":"31"},"limits":["d"])";

TEST(LintReach, AWiderRuleFirstHidesTheNarrower) {
    EXPECT_EQ(pair("class", kSixty, kEightyHere), "b:unreachable_rule");
    EXPECT_EQ(pair("first", kSixty, kEightyHere), "b:unreachable_rule");
    EXPECT_EQ(pair("class", kEightyHere, kSixty), "");
    EXPECT_EQ(pair("first", kEightyHere, kSixty), "");
}

TEST(LintReach, NotWhenTheFirstMayGiveNothing) {
    const std::string dear = R"(,"threshold":{"amount_fen":1500,"basis":"gross","compare":"at_least","delivery_fee":"excluded"})";
    EXPECT_EQ(pair("first", kSixty + dear, kEightyHere), "");
    EXPECT_EQ(pair("first", kSixty + dear, kEightyHere + dear), "b:unreachable_rule");
    EXPECT_EQ(pair("class", kSixty + dear, kEightyHere), "b:unreachable_rule") << "in a class the condition alone decides";
    EXPECT_EQ(pair("first", kSixty, R"("if":{"age":{"from":80}})"), "") << "when the limit is used up, the second may still act";
}

TEST(LintReach, BestOfIsDecidedByTheAmounts) {
    EXPECT_EQ(pair("best", kSixty, kEightyHere, 200, 100), "b:unreachable_rule");
    EXPECT_EQ(pair("best", kSixty, kEightyHere, 200, 300), "");
    EXPECT_EQ(pair("best", kEightyHere, kSixty, 100, 300), "a:unreachable_rule");
}

TEST(LintReach, AnEntryBehindOneForEverybodyNeverCounts) {
    const auto list = [](const std::string& entries) { return codes({policy(benefit(R"({"kind":"amount","list":[)" + entries + "]}"))}); };
    const std::string old = R"({"if":{"age":{"from":80}},"amount_fen":400})";
    const std::string all = R"({"amount_fen":200})";
    EXPECT_EQ(list(old + "," + all), "");
    EXPECT_EQ(list(all + "," + old), "r:unreachable_entry");
    EXPECT_EQ(list(R"({"if":{"age":{"from":60,"below":75}},"amount_fen":100},{"if":{"age":{"from":80}},"amount_fen":200})"), "r:age_gap");
    EXPECT_EQ(list(R"({"if":{"age":{"from":60,"through":75}},"amount_fen":100},{"if":{"age":{"from":75}},"amount_fen":200})"), "r:age_overlap");
}

TEST(LintReach, BenefitsThatNeverGiveAnything) {
    EXPECT_EQ(codes({policy(rule("a", R"("if":{})", 0))}), "a:gives_nothing");
    EXPECT_EQ(codes({policy(benefit(R"({"kind":"free","max_off_fen":0})"))}), "r:gives_nothing");
    EXPECT_EQ(codes({policy(benefit(R"({"kind":"percent","off_percent":0,"rounding":{"mode":"down","unit":"fen"}})"))}), "r:gives_nothing");
    EXPECT_EQ(codes({policy(rule("a", R"("limits":["d"])"), R"("limits":{"d":{"per":"day","for":"person","max_uses":0}},)")}), "a:gives_nothing");
}

TEST(LintLimits, OneWithoutAMaximum) {
    const auto with = [](const std::string& limit) { return codes({policy(rule("a", R"("limits":["d"])"), "\"limits\":{\"d\":" + limit + "},")}); };
    EXPECT_EQ(with(R"({"per":"day","for":"person"})"), ":limit_without_maximum");
    EXPECT_EQ(with(R"({"per":"day","for":"everyone"})"), ":pool_without_limit");
    EXPECT_EQ(with(R"({"per":"sale","max_fen":500})"), "");
    EXPECT_EQ(with(R"({"per":"sale","max_uses":1})"), ":bad_value");
    EXPECT_EQ(with(R"({"per":"campaign","for":"person","max_uses":1,"carry_over":"year"})"), ":bad_value");
    EXPECT_EQ(with(R"({"per":"month","for":"person","max_fen":500,"carry_since":"2026-01-01"})"), ":bad_value");
    EXPECT_EQ(with(R"({"per":"month","for":"person","max_fen":500,"carry_over":"year"})"), "");
}

TEST(LintWords, ADeclaredWordThatNobodyUsesIsATypo) {
    const auto findings = found({policy(rule("a", R"("if":{"approved":"town-meal"})"), R"("words":{"approved":["town-meal","town-meals"]},)")});
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].code, "unused_word");
    EXPECT_NE(findings[0].message.find("did you mean \"town-meal\"?"), std::string::npos) << findings[0].message;
}

TEST(LintWords, NamesThatNobodyUses) {
    EXPECT_EQ(codes({policy(rule("a", "\"if\":{}"), R"("payers":{"fund":{"zh":"基金","en":"the fund"}},)")}), ":unused_name");
    EXPECT_EQ(codes({policy(rule("a", "\"if\":{}"), R"("lists":{"pilot":{"diners":["D1"]}},)")}), ":unused_name");
    EXPECT_EQ(codes({policy(rule("a", "\"if\":{}"), R"("classes":{"c":{"of":"item_class","values":["set"]}},)")}), ":unused_name");
}

TEST(LintOrder, ARuleCannotLookAtWhatActsLater) {
    const std::string asks = rule("a", R"("if":{"granted":"b"})");
    EXPECT_EQ(codes({policy(asks + "," + rule("b", "\"if\":{}"))}), "a:rule_order");
    EXPECT_EQ(codes({policy(rule("b", "\"if\":{}") + "," + asks)}), "");
}

TEST(LintLayers, LessByPercentOrByCap) {
    const auto layers = [](const std::string& upper, const std::string& lower) {
        const auto made = [](const std::string& id, const std::string& text, const std::string& more) {
            return R"({"id":")" + id + R"(","name":{"zh":"补贴","en":"Subsidy"},"payers":"town","benefit":)" + text + more + "}";
        };
        return codes({policy(made("up", upper, "") + "," + made("low", lower, R"(,"at_least_as":"up")"))});
    };
    const auto percent = [](int off) { return R"({"kind":"percent","off_percent":)" + std::to_string(off) + R"(,"rounding":{"mode":"down","unit":"fen"}})"; };
    EXPECT_EQ(layers(percent(20), percent(10)), "low:lower_below_upper");
    EXPECT_EQ(layers(percent(20), percent(20)), "");
    EXPECT_EQ(layers(R"({"kind":"amount","amount_fen":300})", R"({"kind":"free","max_off_fen":200})"), "low:lower_below_upper");
    EXPECT_EQ(layers(R"({"kind":"amount","amount_fen":300})", R"({"kind":"amount","list":[{"if":{"age":{"from":80}},"amount_fen":400},{"amount_fen":200}]})"), "low:lower_below_upper");
}

TEST(LintVersions, AcrossSeveralFilesGivenTogether) {
    const auto version = [](const std::string& name, const std::string& from, const std::string& through) {
        return R"({"mulin_policy":1,"id":"town","version":")" + name + R"(","order":10,"name":{"zh":"规则","en":"Rules"},"effective":{"from":")" + from +
               R"(","through":)" + through + R"(},"rules":[)" + rule("a", "\"if\":{}") + "]}";
    };
    const auto a = version("1", "2024-01-01", "\"2024-12-31\"");
    const auto b = version("2", "2025-01-01", "\"2025-06-30\"");
    EXPECT_EQ(codes({version("3", "2025-07-01", "null"), a, b}), "");
    EXPECT_EQ(codes({version("3", "2025-09-01", "null"), a, b}), ":version_hole");
    EXPECT_EQ(codes({version("3", "2025-06-30", "null"), a, b}), ":version_overlap");
    EXPECT_EQ(codes({a, b}), "") << "an end without a successor is meant";
}

}  // namespace
}  // namespace mulin::sync
