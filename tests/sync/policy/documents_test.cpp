// The documentation and the JSON Schema say what the reader reads: no key that is not known, no code
// that is not listed, and the first example of FORMAT.md works as it stands.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "sync/policy/case_json.h"
#include "sync/policy/lint.h"
#include "sync/policy/memory_usage.h"

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

TEST(PolicyFormat, ListsEveryConditionAndEveryWord) {
    const std::string text = read_text("sync/policy/FORMAT.md");
    const json schema = json::parse(read_text("assets/policies/policy.schema.json"));
    for (const char* part : {"condition", "rule", "limit", "operator", "policy"}) {
        for (const auto& [key, value] : schema["$defs"][part]["properties"].items()) {
            if (key == "note" || key == "$schema") continue;
            EXPECT_NE(text.find(key), std::string::npos) << part << " " << key;
        }
    }
}

}  // namespace
}  // namespace mulin::sync
