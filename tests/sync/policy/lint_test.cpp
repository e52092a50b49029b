#include "sync/policy/lint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace mulin::sync {
namespace {

// A sound policy in which single parts can be exchanged.
struct Draft {
    std::string head = R"("id": "town", "version": "1", "order": 10,)";
    std::string effective = R"("effective": {"from": "2026-01-01", "through": "2026-12-31"},)";
    std::string more;
    std::string rules = R"({"id": "two-off", "name": {"zh": "助餐补贴", "en": "Meal subsidy"},
        "if": {"age": {"from": 60}}, "benefit": {"kind": "amount", "amount_fen": 200}, "payers": "town"})";

    std::string text() const {
        return "{\"mulin_policy\": 1,\n" + head + "\n\"name\": {\"zh\": \"规则\", \"en\": \"Rules\"},\n" + effective + "\n" + more +
               "\n\"rules\": [\n" + rules + "\n]}";
    }
};

std::vector<LintFinding> lint_texts(const std::vector<std::string>& texts) {
    std::vector<PolicyFile> files;
    for (const auto& text : texts) files.push_back({"f" + std::to_string(files.size()) + ".json", text});
    return lint(files);
}

std::vector<LintFinding> lint_of(const Draft& draft) { return lint_texts({draft.text()}); }

std::string codes(const std::vector<LintFinding>& findings) {
    std::string text;
    for (const auto& finding : findings) text += (text.empty() ? "" : " ") + finding.code;
    return text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

std::string rule(const std::string& id, const std::string& condition, const std::string& more = R"("payers": "town")") {
    return R"({"id": ")" + id + R"(", "name": {"zh": "助餐补贴", "en": "Meal subsidy"}, "if": )" + condition +
           R"(, "benefit": {"kind": "amount", "amount_fen": 200}, )" + more + "}";
}

TEST(Lint, ASoundPolicyHasNoFindings) { EXPECT_EQ(codes(lint_of(Draft{})), ""); }

TEST(Lint, SchemaErrorsNameLineAndTheNearestKey) {
    Draft draft;
    draft.rules = replaced(draft.rules, "\"payers\"", "\"payer\"");
    const auto findings = lint_of(draft);
    ASSERT_GE(findings.size(), 1u);
    EXPECT_EQ(findings[0].code, "unknown_key");
    EXPECT_EQ(findings[0].kind, LintFinding::Kind::schema_error);
    EXPECT_EQ(findings[0].line, 8);
    EXPECT_EQ(findings[0].rule, "two-off");
    EXPECT_NE(findings[0].message.find("did you mean \"payers\"?"), std::string::npos) << findings[0].message;
}

struct Slip {
    const char* name;
    const char* from;
    const char* to;
    const char* code;
    const char* says;
};

class SchemaErrors : public testing::TestWithParam<Slip> {};

TEST_P(SchemaErrors, AreNamed) {
    const Slip& slip = GetParam();
    const auto findings = lint_texts({replaced(Draft{}.text(), slip.from, slip.to)});
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings[0].code, slip.code) << findings[0].message;
    EXPECT_EQ(findings[0].kind, LintFinding::Kind::schema_error);
    EXPECT_NE(findings[0].message.find(slip.says), std::string::npos) << findings[0].message;
    EXPECT_FALSE(PolicySet::load(std::vector<PolicyFile>{{"f", replaced(Draft{}.text(), slip.from, slip.to)}}));
}

const Slip kSlips[] = {
    {"condition_key", "\"age\"", "\"ages\"", "unknown_key", "did you mean \"age\""},
    {"kind", "\"amount\",", "\"ammount\",", "bad_value", "did you mean \"amount\""},
    {"no_rounding", R"("kind": "amount", "amount_fen": 200)", R"("kind": "percent", "pay_percent": 90)", "missing_key", "rounding"},
    {"two_percents", R"("kind": "amount", "amount_fen": 200)",
     R"("kind": "percent", "pay_percent": 90, "off_percent": 10, "rounding": {"mode": "down", "unit": "fen"})", "missing_key", "either"},
    {"percent_over_100", R"("kind": "amount", "amount_fen": 200)",
     R"("kind": "percent", "pay_percent": 101, "rounding": {"mode": "down", "unit": "fen"})", "bad_value", "from 0 to 100"},
    {"fraction_of_fen", "200", "200.5", "wrong_type", "a whole number"},
    {"negative", "200", "-1", "bad_value", "from 0 to"},
    {"huge", "200", "99999999999999999999999", "bad_number", "too large"},
    {"huge_exponent", "200", "1e999", "bad_number", "too large"},
    {"empty_band", R"({"from": 60})", R"({"from": 80, "below": 80})", "bad_value", "empty"},
    {"no_band", R"({"from": 60})", "{}", "missing_key", "needs"},
    {"bad_date", "2026-12-31", "2026-02-30", "bad_value", "this day does not exist"},
    {"ends_before_start", "2026-12-31", "2025-12-31", "bad_value", "empty"},
    {"no_order", "\"order\": 10,", "", "missing_key", "\"order\""},
    {"twice", "\"order\": 10,", "\"order\": 10, \"order\": 20,", "duplicate_key", "twice"},
    {"no_english", R"(, "en": "Meal subsidy")", "", "missing_key", "\"en\""},
    {"unknown_limit", "\"payers\": \"town\"", "\"payers\": \"town\", \"limits\": [\"dayly\"]", "unknown_reference", "no limit"},
    {"unknown_group", "\"payers\": \"town\"", "\"payers\": \"town\", \"group\": \"g\"", "unknown_reference", "no group"},
    {"unknown_condition", "{\"age\": {\"from\": 60}}", "{\"is\": \"poor\"}", "unknown_reference", "no condition"},
    {"bad_code", "{\"age\": {\"from\": 60}}", "{\"hukou\": \"31011\"}", "bad_value", "administrative code"},
    {"key_of_other_kind", "\"amount_fen\": 200", "\"amount_fen\": 200, \"pay_percent\": 90", "unknown_key", "does not belong"},
    {"not_utf8", "Rules", "\xff\xfe", "not_utf8", "UTF-8"},
    {"cut_off", "]}", "]", "json_syntax", "not valid JSON"},
    {"trailing_comma", "\"payers\": \"town\"}", "\"payers\": \"town\",}", "json_syntax", "not valid JSON"},
    {"bad_template", "\"payers\": \"town\"", "\"payers\": \"street:{residence_strict}\"", "bad_value", "a payer can be named after"},
};

INSTANTIATE_TEST_SUITE_P(Each, SchemaErrors, testing::ValuesIn(kSlips), [](const auto& tested) { return tested.param.name; });

TEST(Lint, DeepNestingIsRefusedQuickly) {
    const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
    EXPECT_EQ(codes(lint_texts({deep})), "too_deep");
    std::string nots = R"({"age": {"from": 60}})";
    for (int i = 0; i < 60; ++i) nots = R"({"not": )" + nots + "}";
    Draft draft;
    draft.rules = rule("deep", nots);
    EXPECT_EQ(codes(lint_of(draft)), "too_deep");
}

TEST(Lint, NamedConditionsThatMultiplyAreRefused) {
    Draft draft;
    draft.more = R"("conditions": {"c0": {"all": [{"age": {"from": 60}}, {"hukou": "31"}]})";
    for (int i = 1; i < 40; ++i) {
        const std::string before = "\"c" + std::to_string(i - 1) + "\"";
        draft.more += ", \"c" + std::to_string(i) + R"(": {"all": [{"is": )" + before + R"(}, {"is": )" + before + "}]}";
    }
    draft.more += "},";
    draft.rules = rule("many", R"({"is": "c39"})");
    const auto findings = lint_of(draft);
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings[0].code, "too_large");
}

TEST(Lint, AClassWithoutAnAmountIsRefused) {
    Draft draft;
    draft.more = R"("words": {"tags": ["a", "b"]}, "classes": {"card": {"of": "tags", "values": ["a", "b"]}},)";
    draft.rules = replaced(draft.rules, R"("amount_fen": 200)", R"("by_class": {"class": "card", "amounts_fen": {"a": 200}})");
    EXPECT_EQ(codes(lint_of(draft)), "missing_class_amount");
    EXPECT_FALSE(PolicySet::load(std::vector<PolicyFile>{{"f", draft.text()}}));
    draft.rules = replaced(draft.rules, R"({"a": 200})", R"({"a": 200, "b": 600})");
    EXPECT_EQ(codes(lint_of(draft)), "");
}

TEST(Lint, GapsAndOverlapsInAgeLadders) {
    Draft draft;
    const auto ladder = [&](const std::string& low, const std::string& high) {
        draft.rules = rule("low", R"({"hukou": "31", "age": )" + low + "}") + ",\n" + rule("high", R"({"age": )" + high + R"(, "hukou": "31"})");
        return codes(lint_of(draft));
    };
    EXPECT_EQ(ladder(R"({"from": 60, "below": 75})", R"({"from": 75, "below": 85})"), "");
    EXPECT_EQ(ladder(R"({"from": 60, "through": 75})", R"({"from": 75, "below": 85})"), "age_overlap");
    EXPECT_EQ(ladder(R"({"from": 60, "through": 74})", R"({"from": 75})"), "");
    EXPECT_EQ(ladder(R"({"from": 60, "below": 75})", R"({"above": 75})"), "age_gap");
    EXPECT_EQ(ladder(R"({"from": 60})", R"({"from": 80})"), "rules_stack") << "no gap and no crossing, but both are given";
    draft.more = R"("groups": {"g": {"pick": "best"}},)";
    draft.rules = rule("low", R"({"age": {"from": 60}})", R"("payers": "town", "group": "g")") + ",\n" + replaced(rule("high", R"({"age": {"from": 80}})", R"("payers": "town", "group": "g")"), "200", "300");
    EXPECT_EQ(codes(lint_of(draft)), "");
    draft.more = "";
    draft.rules = rule("low", R"({"age": {"from": 60}})") + ",\n" + rule("high", R"({"age": {"from": 80}})", R"("payers": "city")");
    EXPECT_EQ(codes(lint_of(draft)), "") << "each layer has its own payer";
}

TEST(Lint, FiguresThatAreMoreLikelySlips) {
    Draft draft;
    const auto with = [&](const std::string& benefit, const std::string& payers = R"("payers": "town")") {
        draft.rules = R"({"id": "r", "name": {"zh": "助餐补贴", "en": "Meal subsidy"}, "benefit": {)" + benefit + "}, " + payers + "}";
        return codes(lint_of(draft));
    };
    const std::string rounding = R"(, "rounding": {"mode": "half_up", "unit": "fen"})";
    EXPECT_EQ(with(R"("kind": "percent", "pay_percent": 8)" + rounding), "suspicious_figure");
    EXPECT_EQ(with(R"("kind": "percent", "pay_percent": 80)" + rounding), "");
    EXPECT_EQ(with(R"("kind": "percent", "off_percent": 80)" + rounding), "suspicious_figure");
    EXPECT_EQ(with(R"("kind": "percent", "off_percent": 50)" + rounding), "");
    EXPECT_EQ(with(R"("kind": "amount", "amount_fen": 5)"), "suspicious_figure");
    EXPECT_EQ(with(R"("kind": "amount", "amount_fen": 50)"), "");
    const std::string two = R"("kind": "amount", "amount_fen": 500)";
    EXPECT_EQ(with(two, R"("payers": [{"payer": "city", "fixed_fen": 300}, {"payer": "town", "fixed_fen": 300}])"), "payers_beyond");
    EXPECT_EQ(with(two, R"("payers": [{"payer": "city", "fixed_fen": 300}, {"payer": "town", "fixed_fen": 200}])"), "");
    EXPECT_EQ(with(two, R"("payers": [{"payer": "city", "percent": 60}, {"payer": "town", "percent": 40}])"), "");
    EXPECT_EQ(with(two, R"("payers": [{"payer": "city", "percent": 60}, {"payer": "town", "percent": 30}])"), "payers_short");
}

TEST(Lint, APayerNobodyKnowsIsDeclared) {
    Draft draft;
    draft.rules = rule("r", "{}", R"("payers": "distict")");
    ASSERT_EQ(codes(lint_of(draft)), "unknown_payer");
    EXPECT_NE(lint_of(draft)[0].message.find("did you mean \"district\""), std::string::npos);
    draft.rules = rule("r", "{}", R"("payers": "temple:{site_district}")");
    EXPECT_EQ(codes(lint_of(draft)), "unknown_payer");
    draft.more = R"("payers": {"temple": {"zh": "寺里", "en": "the temple"}},)";
    EXPECT_EQ(codes(lint_of(draft)), "");
    draft.more = R"("payers": {"temple": {"zh": "低保基金", "en": "the temple"}},)";
    EXPECT_EQ(codes(lint_of(draft)), "sensitive_wording");
}

TEST(Lint, MoneyWithoutSourceOrEnd) {
    Draft draft;
    draft.rules = rule("r", R"({"age": {"from": 60}})", R"("minimum_own_fen": 1)");
    EXPECT_EQ(codes(lint_of(draft)), "no_payer");
    draft.rules = rule("r", R"({"age": {"from": 60}})", R"("payers": [{"payer": "town", "fixed_fen": 199}])");
    EXPECT_EQ(codes(lint_of(draft)), "payers_short");
    draft.rules = rule("r", R"({"age": {"from": 60}})", R"("payers": [{"payer": "town", "fixed_fen": 200}])");
    EXPECT_EQ(codes(lint_of(draft)), "");
    draft.more = R"("limits": {"pool": {"per": "campaign", "for": "everyone"}},)";
    draft.rules = rule("r", R"({"age": {"from": 60}})", R"("payers": "town", "limits": ["pool"])");
    EXPECT_EQ(codes(lint_of(draft)), "pool_without_limit");
    draft.more = R"("limits": {"pool": {"per": "day", "for": "person", "max_uses": 1}},)";
    draft.rules = rule("r", R"({"age": {"from": 60}})");
    EXPECT_EQ(codes(lint_of(draft)), "unused_name");
}

TEST(Lint, WordsNobodyKnowsAreProbablyTypos) {
    Draft draft;
    draft.rules = rule("r", R"({"aid": "diabo"})");
    auto findings = lint_of(draft);
    EXPECT_EQ(codes(findings), "unknown_word");
    EXPECT_NE(findings[0].message.find("did you mean \"dibao\""), std::string::npos) << findings[0].message;
    draft.rules = rule("r", R"({"approved": "town-meal"})");
    EXPECT_EQ(codes(lint_of(draft)), "unknown_word");
    draft.more = R"("words": {"approved": ["town-meal"]},)";
    EXPECT_EQ(codes(lint_of(draft)), "");
}

TEST(Lint, ARuleThatCanNeverActIsFound) {
    Draft draft;
    draft.more = R"("groups": {"g": {"pick": "first"}},)";
    draft.rules = rule("a", "{}", R"("payers": "town", "group": "g")") + ",\n" + rule("b", R"({"hukou": "31"})", R"("payers": "town", "group": "g")");
    EXPECT_EQ(codes(lint_of(draft)), "unreachable_rule");
}

TEST(Lint, NamesMustNotSayWhy) {
    Draft draft;
    draft.rules = replaced(draft.rules, "助餐补贴", "低保补贴");
    EXPECT_EQ(codes(lint_of(draft)), "sensitive_wording");
    for (const char* name : {"双低补贴", "优抚补贴", "特殊人群补贴", "一类对象补贴"}) {
        Draft named;
        named.rules = replaced(named.rules, "助餐补贴", name);
        EXPECT_EQ(codes(lint_of(named)), "sensitive_wording") << name;
    }
    draft.rules = replaced(Draft().rules, "Meal subsidy", "Low-Income subsidy");
    EXPECT_EQ(codes(lint_of(draft)), "sensitive_wording");
    draft.rules = rule("dibao-5", R"({"age": {"from": 60}})");
    EXPECT_EQ(codes(lint_of(draft)), "sensitive_wording");
}

TEST(Lint, VersionsThatOverlapOrLeaveAHole) {
    const Draft first;
    Draft second;
    second.head = R"("id": "town", "version": "2", "order": 10,)";
    const auto from = [&](const std::string& date) {
        second.effective = "\"effective\": {\"from\": \"" + date + "\", \"through\": null},";
        return codes(lint_texts({first.text(), second.text()}));
    };
    EXPECT_EQ(from("2027-01-01"), "");
    EXPECT_EQ(from("2026-12-31"), "version_overlap");
    EXPECT_EQ(from("2027-01-02"), "version_hole");
}

TEST(Lint, ALowerLayerBelowTheUpperOne) {
    const Draft upper;
    Draft lower;
    lower.head = R"("id": "street", "version": "1", "order": 20,)";
    lower.rules = rule("street-1", R"({"age": {"from": 60}})", R"("payers": "street", "at_least_as": "two-off")");
    lower.rules = replaced(lower.rules, "200", "100");
    EXPECT_EQ(codes(lint_texts({upper.text(), lower.text()})), "lower_below_upper");
    lower.rules = replaced(lower.rules, "100", "200");
    EXPECT_EQ(codes(lint_texts({upper.text(), lower.text()})), "");
    lower.rules = replaced(lower.rules, "two-off", "two-of");
    EXPECT_EQ(codes(lint_texts({upper.text(), lower.text()})), "unknown_rule");
    lower.head = R"("id": "street", "version": "1", "order": 10,)";
    lower.rules = replaced(lower.rules, "two-of", "two-off");
    EXPECT_EQ(codes(lint_texts({upper.text(), lower.text()})), "order_tie rule_order");
}

TEST(Lint, DaysNeedACalendar) {
    Draft draft;
    draft.rules = rule("r", R"({"day": "working_day"})");
    EXPECT_EQ(codes(lint_of(draft)), "calendar_missing");
    draft.more = R"("calendars": ["cn-2026"],)";
    EXPECT_EQ(codes(lint_of(draft)), "unknown_reference calendar_missing");
    const std::string next = R"({"mulin_calendar": 1, "id": "cn-2026", "years": [2027], "holidays": [], "makeup_working_days": []})";
    EXPECT_EQ(codes(lint_texts({draft.text(), next})), "calendar_missing") << "the first year is missing";
    const std::string calendar = R"({"mulin_calendar": 1, "id": "cn-2026", "years": [2026], "holidays": ["2026-10-01"], "makeup_working_days": []})";
    EXPECT_EQ(codes(lint_texts({draft.text(), calendar})), "");
}

TEST(Lint, ShippedPoliciesAreCleanApartFromWhatTheirSourcesLeaveOpen) {
    std::vector<PolicyFile> calendars;
    std::vector<PolicyFile> policies;
    for (const auto& entry : std::filesystem::directory_iterator("assets/policies")) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(".json") || name.ends_with(".schema.json")) continue;
        std::ostringstream text;
        text << std::ifstream(entry.path()).rdbuf();
        (name.starts_with("calendar-") ? calendars : policies).push_back({name, text.str()});
    }
    EXPECT_GE(policies.size(), 30u);
    for (const auto& policy : policies) {
        auto files = calendars;
        files.push_back(policy);
        std::string expected;
        if (policy.name == "p21-yangzhou-as-printed.json") expected = "age_overlap age_overlap";
        if (policy.name == "p22-changchun-as-printed.json") expected = "age_gap";
        const auto findings = lint(files);
        EXPECT_EQ(codes(findings), expected) << policy.name << ": " << (findings.empty() ? "" : findings[0].message);
    }
}

}  // namespace
}  // namespace mulin::sync
