// The documentation and the JSON Schema say what the reader reads: no key that is not known, no code
// that is not listed, and the first example of FORMAT.md works as it stands.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "sync/policy/case_json.h"
#include "sync/policy/lint.h"
#include "sync/policy/memory_usage.h"
#include "sync/policy/vocabulary.h"
#include "tests/support/policy_format.h"

namespace mulin::sync {
namespace {

using nlohmann::json;

std::string read_text(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

json minimal() {
    return {{"mulin_policy", 1}, {"id", "p"}, {"version", "1"}, {"order", 1}, {"name", {{"zh", "a"}, {"en", "a"}}},
            {"effective", {{"from", "2026-01-01"}, {"through", nullptr}}},
            {"rules", {{{"id", "r"}, {"name", {{"zh", "a"}, {"en", "a"}}}, {"benefit", {{"kind", "free"}}}, {"payers", "city"}}}}};
}

bool says_unknown_key(const json& document) {
    for (const auto& finding : lint(std::vector<PolicyFile>{{"f", document.dump()}})) {
        if (finding.code == "unknown_key") return true;
    }
    return false;
}

// Puts every key of a schema object at a place in the minimal policy.
void expect_known(const json& properties, const std::string& place) {
    ASSERT_FALSE(properties.empty());
    for (const auto& [key, value] : properties.items()) {
        json document = minimal();
        json& target = document[json::json_pointer(place)];
        if (!target.is_object()) target = json::object();
        if (!target.contains(key)) target[key] = nullptr;
        EXPECT_FALSE(says_unknown_key(document)) << place << " " << key;
        target["no_such_key"] = 1;
        EXPECT_TRUE(says_unknown_key(document)) << place;
    }
}

TEST(PolicySchema, NamesOnlyKeysTheReaderKnows) {
    const json schema = json::parse(read_text("assets/policies/policy.schema.json"));
    const json& defs = schema["$defs"];
    expect_known(defs["policy"]["properties"], "");
    expect_known(defs["rule"]["properties"], "/rules/0");
    expect_known(defs["condition"]["properties"], "/if");
    expect_known(defs["operator"]["properties"], "/operator/0");
    expect_known(defs["refusal"]["properties"], "/refusals/0");
    expect_known(defs["limit"]["properties"], "/limits/daily");
    expect_known(defs["items"]["properties"], "/rules/0/items");
    expect_known(defs["rule"]["properties"]["threshold"]["properties"], "/rules/0/threshold");
    for (const auto& kind : defs["benefit"]["oneOf"]) {
        for (const auto& [key, value] : kind["properties"].items()) {
            json document = minimal();
            document["rules"][0]["benefit"] = {{"kind", kind["properties"]["kind"]["const"]}};
            if (key != "kind") document["rules"][0]["benefit"][key] = nullptr;
            EXPECT_FALSE(says_unknown_key(document)) << key;
        }
    }
}

TEST(PolicyFormat, ItsFirstExampleWorks) {
    const std::string text = read_text("sync/policy/FORMAT.md");
    const auto begin = text.find("```json\n") + 8;
    const std::string example = text.substr(begin, text.find("```", begin) - begin);
    const std::vector<PolicyFile> files{{"FORMAT.md", example}};
    const auto findings = lint(files);
    EXPECT_TRUE(findings.empty()) << findings[0].message;
    const auto set = PolicySet::load(files);
    ASSERT_TRUE(set) << set.error().message;
    const auto asked = parse_case(R"({"id":1,"at":"2026-03-10T11:45:00+08:00","site":{"id":"S1"},"meal":"lunch","service":"dine_in",
        "diner":{"id":"D1","birth_date":"1950-01-02"},"lines":[{"item":"a","class":"set","unit_price_fen":1000,"quantity":1}]})");
    EXPECT_EQ(set->price(asked->request, MemoryUsage()).paid, Money::fen(900));
}

TEST(PolicyFormat, EveryWorkedExampleIsCleanAndPricesAsItSays) {
    const auto examples = tests::format_examples(read_text("sync/policy/FORMAT.md"));
    EXPECT_GE(examples.size(), 18u);
    std::size_t cases = 0;
    for (const auto& example : examples) {
        SCOPED_TRACE("FORMAT.md line " + std::to_string(example.line));
        const std::vector<PolicyFile> files{{"FORMAT.md", example.policy.dump()}};
        for (const auto& finding : lint(files)) ADD_FAILURE() << finding.code << " " << finding.message;
        const auto set = PolicySet::load(files);
        ASSERT_TRUE(set) << set.error().message;
        EXPECT_FALSE(example.cases.empty());
        MemoryUsage usage;
        for (const auto& one : example.cases) {
            const auto read = parse_case(one.asked.dump());
            ASSERT_TRUE(read) << "line " << one.line << ": " << read.error().message;
            const Quote quote = set->price(read->request, usage);
            usage.commit(quote);
            EXPECT_EQ(tests::in_words_of(one.expected, json::parse(answer_json("1", quote))), one.expected) << "line " << one.line;
            ++cases;
        }
    }
    EXPECT_GE(cases, 60u);
}

TEST(PolicyFormat, ControlAWrongFigureInAnExampleIsFound) {
    const json answer = {{"paid_fen", 1600}, {"benefits", {{{"payers", {{{"payer", "city"}, {"amount_fen", 400}}}}}}}, {"operator", json::array()}, {"refused", nullptr}, {"why", json::array()}};
    EXPECT_EQ(tests::in_words_of("pays 16.00; city 4.00", answer), "pays 16.00; city 4.00");
    for (const char* wrong : {"pays 16.01", "pays 16.00; city 4.01", "pays 16.00; operator city 1.00", "pays 16.00; refused x", "pays 16.00; says x"})
        EXPECT_NE(tests::in_words_of(wrong, answer), wrong);
}

// Codes that the sources can give: the first word with an underscore after a call that reports.
std::set<std::string> codes_in_sources() {
    std::set<std::string> codes;
    const std::regex call(R"x((?:error|finding|stop|refuse|made_finding)\([^;"]*"([a-z0-9]+(?:_[a-z0-9]+)+)")x");
    for (const auto& entry : std::filesystem::directory_iterator("sync/policy")) {
        if (entry.path().extension() != ".cpp" || entry.path().filename() == "pricing.cpp") continue;
        const std::string text = read_text(entry.path().string());
        for (auto at = std::sregex_iterator(text.begin(), text.end(), call); at != std::sregex_iterator(); ++at) codes.insert((*at)[1]);
    }
    codes.insert({"limit_without_maximum", "pool_without_limit"});  // chosen between in one call
    return codes;
}

TEST(PolicyFormat, ListsEveryCodeOfLint) {
    const std::string text = read_text("sync/policy/FORMAT.md");
    const auto codes = codes_in_sources();
    EXPECT_GE(codes.size(), 25u);
    for (const char* known : {"unknown_key", "age_gap", "unreachable_rule", "limit_without_maximum", "json_syntax"})
        EXPECT_TRUE(codes.contains(known)) << known;
    for (const auto& code : codes) EXPECT_NE(text.find("`" + code + "`"), std::string::npos) << code;
}

TEST(PolicyFormat, NamesEveryShippedPolicy) {
    const std::string text = read_text("sync/policy/FORMAT.md");
    for (const auto& entry : std::filesystem::directory_iterator("assets/policies")) {
        const std::string name = entry.path().stem().string();
        if (name.starts_with("calendar-") || name == "policy.schema") continue;
        const auto dash = name.find('-', 4);
        const bool variant = text.find(name) == std::string::npos && dash != std::string::npos;
        EXPECT_NE(text.find(variant ? name.substr(0, name.find('-', dash)) : name), std::string::npos) << name;
    }
}

TEST(PolicySchema, ExplainsEveryKey) {
    const std::string text = read_text("sync/policy/FORMAT.md");
    const json schema = json::parse(read_text("assets/policies/policy.schema.json"));
    const auto expect_named = [&](const json& object, const std::string& where) {
        for (const auto& [key, value] : object["properties"].items()) {
            if (key != "note" && key != "$schema") {
                EXPECT_NE(text.find(key), std::string::npos) << where << " " << key;
            }
            for (const auto& word : value.value("enum", json::array())) {
                EXPECT_NE(text.find(word.get<std::string>()), std::string::npos) << where << " " << key << " " << word;
            }
        }
    };
    for (const char* part : {"policy", "rule", "limit", "operator", "refusal", "condition", "items", "by_class", "rounding"}) expect_named(schema["$defs"][part], part);
    for (const auto& kind : schema["$defs"]["benefit"]["oneOf"]) expect_named(kind, "benefit");
    expect_named(schema["$defs"]["rule"]["properties"]["threshold"], "threshold");
    expect_named(schema["$defs"]["payers"]["oneOf"][1]["items"], "payers");
}

TEST(PolicyFormat, ListsEveryCondition) {
    const std::string text = read_text("sync/policy/FORMAT.md");
    const json schema = json::parse(read_text("assets/policies/policy.schema.json"));
    for (const char* part : {"condition", "rule", "limit", "operator", "policy"}) {
        for (const auto& [key, value] : schema["$defs"][part]["properties"].items()) {
            if (key == "note" || key == "$schema") continue;
            EXPECT_NE(text.find(key), std::string::npos) << part << " " << key;
        }
    }
}

TEST(PolicyFormat, ListsEveryKnownWord) {
    const std::string text = read_text("sync/policy/FORMAT.md");
    for (std::size_t i = 0; i < std::size(policy::kVocabularyNames); ++i) {
        for (const auto& known : policy::known_words(static_cast<policy::Vocabulary>(i))) {
            const bool range = known.word.starts_with("ltc");  // written `ltc1` … `ltc6`
            EXPECT_TRUE(range || text.find("`" + std::string(known.word) + "`") != std::string::npos) << known.word;
        }
    }
}

}  // namespace
}  // namespace mulin::sync
