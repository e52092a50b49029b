// Prices every case in tests/sync/policy/vectors/*.json and compares with what the published rule
// gives. A vector file names the policies, a base case, and per case what differs and what to expect.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "sync/policy/case_json.h"
#include "sync/policy/memory_usage.h"
#include "sync/policy/policy_set.h"

namespace mulin::sync {
namespace {

using nlohmann::json;

std::string read_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in) << path;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

PolicySet load(const json& names) {
    std::vector<PolicyFile> files;
    for (const std::string name : names) files.push_back({name, read_text("assets/policies/" + name)});
    auto set = PolicySet::load(files);
    EXPECT_TRUE(set) << (set ? "" : set.error().message);
    return set ? *set : PolicySet();
}

void expect_adds_up(const Quote& quote) {
    Money sum = quote.paid;
    for (const auto& benefit : quote.benefits) {
        Money shares;
        for (const auto& payer : benefit.payers) {
            EXPECT_GT(payer.amount, Money());
            shares += payer.amount;
        }
        EXPECT_EQ(shares, benefit.amount) << benefit.rule;
        sum += benefit.amount;
    }
    EXPECT_EQ(sum, quote.list + quote.delivery);
    EXPECT_FALSE(quote.paid.is_negative());
}

void expect_answer(const json& expected, const json& answer) {
    for (const char* key : {"list_fen", "paid_fen", "delivery_fen"}) {
        if (!expected.contains(key)) continue;
        EXPECT_EQ(answer[key], expected[key]) << key;
    }
    std::map<std::string, std::int64_t> benefits;
    std::map<std::string, std::int64_t> payers;
    for (const auto& benefit : answer["benefits"]) {
        benefits[benefit["rule"]] += benefit["amount_fen"].get<std::int64_t>();
        for (const auto& payer : benefit["payers"]) payers[payer["payer"]] += payer["amount_fen"].get<std::int64_t>();
    }
    std::map<std::string, std::int64_t> operators;
    for (const auto& part : answer["operator"]) operators[part["payer"]] += part["amount_fen"].get<std::int64_t>();
    if (expected.contains("benefits")) {
        EXPECT_EQ(json(benefits), expected["benefits"]);
    }
    if (expected.contains("payers")) {
        EXPECT_EQ(json(payers), expected["payers"]);
    }
    if (expected.contains("operator")) {
        EXPECT_EQ(json(operators), expected["operator"]);
    }
    if (expected.contains("refused")) {
        ASSERT_TRUE(answer["refused"].is_object());
        EXPECT_EQ(answer["refused"]["code"], expected["refused"]);
    } else {
        EXPECT_TRUE(answer["refused"].is_null()) << answer["refused"];
    }
    if (!expected.contains("zh")) return;
    const auto said = [&](const auto& reason) { return reason["zh"] == expected["zh"]; };
    EXPECT_TRUE(std::any_of(answer["why"].begin(), answer["why"].end(), said))
        << expected["zh"] << " is not in " << answer["why"].dump(1);
}

void run_file(const json& file) {
    std::map<std::string, MemoryUsage> usages;  // one per chain: cases that follow each other
    int number = 0;
    for (const auto& vector : file["cases"]) {
        ++number;
        SCOPED_TRACE(vector.value("name", std::to_string(number)));
        json asked = file["base"];
        asked.merge_patch(vector["case"]);
        asked["id"] = number;
        const auto read = parse_case(asked.dump());
        ASSERT_TRUE(read) << read.error().message;
        const PolicySet set = load(vector.contains("policies") ? vector["policies"] : file["policies"]);
        const std::string chain = vector.value("chain", "single " + std::to_string(number));
        const Quote quote = set.price(read->request, usages[chain]);
        expect_adds_up(quote);
        if (read->commit) usages[chain].commit(quote);
        expect_answer(vector["expect"], json::parse(answer_json(read->id_json, quote)));
    }
    EXPECT_GT(number, 0);
}

std::vector<std::string> vector_files() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator("tests/sync/policy/vectors"))
        names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

class Vectors : public testing::TestWithParam<std::string> {};

TEST_P(Vectors, PriceAsPublished) {
    run_file(json::parse(read_text("tests/sync/policy/vectors/" + GetParam() + ".json")));
}

INSTANTIATE_TEST_SUITE_P(Published, Vectors, testing::ValuesIn(vector_files()), [](const auto& tested) {
    std::string name = tested.param;
    std::replace_if(name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
    return name;
});

}  // namespace
}  // namespace mulin::sync
