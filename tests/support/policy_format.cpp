#include "tests/support/policy_format.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace mulin::tests {

using nlohmann::json;

namespace {

std::string yuan(std::int64_t fen) {
    std::string cents = std::to_string(100 + fen % 100).substr(1);
    return std::to_string(fen / 100) + "." + cents;
}

// "district 2.00, street 1.00", in the order in which the payers first appear.
std::string amounts(const json& parts) {
    std::vector<std::string> order;
    std::map<std::string, std::int64_t> sums;
    for (const auto& part : parts) {
        const std::string payer = part["payer"];
        if (!sums.contains(payer)) order.push_back(payer);
        sums[payer] += part["amount_fen"].get<std::int64_t>();
    }
    std::string text;
    for (const auto& payer : order) text += (text.empty() ? "" : ", ") + payer + " " + yuan(sums[payer]);
    return text;
}

json payers_of(const json& answer) {
    json all = json::array();
    for (const auto& benefit : answer["benefits"]) {
        for (const auto& payer : benefit["payers"]) all.push_back(payer);
    }
    return all;
}

// Lines are merged into the base line one by one; everything else as a merge patch.
json merged(const json& base, json change) {
    json lines = base["lines"];
    if (change.contains("lines")) {
        lines = json::array();
        for (const auto& line : change["lines"]) {
            json whole = base["lines"][0];
            whole.merge_patch(line);
            lines.push_back(whole);
        }
        change.erase("lines");
    }
    json made = base;
    if (change.contains("diner") && change["diner"].is_null()) {
        made["diner"] = nullptr;
        change.erase("diner");
    }
    made.merge_patch(change);
    made["lines"] = lines;
    return made;
}

struct Block {
    int line = 0;
    std::string kind;
    std::string text;
};

std::vector<Block> blocks_of(const std::string& markdown) {
    std::vector<Block> blocks;
    std::istringstream in(markdown);
    std::string line;
    bool inside = false;
    for (int number = 1; std::getline(in, line); ++number) {
        if (line.starts_with("```")) {
            inside = !inside;
            if (inside) blocks.push_back({number, line.substr(3), ""});
        } else if (inside) {
            blocks.back().text += line + "\n";
        }
    }
    return blocks;
}

std::vector<FormatExample::Case> cases_of(const Block& block, const json& base) {
    std::vector<FormatExample::Case> cases;
    std::istringstream in(block.text);
    std::string line;
    for (int number = block.line + 1; std::getline(in, line); ++number) {
        const auto arrow = line.find(" -> ");
        EXPECT_NE(arrow, std::string::npos) << "FORMAT.md line " << number;
        const json change = json::parse(line.substr(0, arrow), nullptr, false);
        EXPECT_TRUE(change.is_object()) << "FORMAT.md line " << number;
        if (arrow != std::string::npos && change.is_object()) cases.push_back({number, merged(base, change), line.substr(arrow + 4)});
    }
    return cases;
}

}  // namespace

std::vector<FormatExample> format_examples(const std::string& markdown) {
    std::vector<FormatExample> examples;
    json head;
    json base;
    for (const auto& block : blocks_of(markdown)) {
        if (block.kind == "cases") {
            EXPECT_FALSE(examples.empty());
            if (!examples.empty()) examples.back().cases = cases_of(block, base);
            continue;
        }
        const json value = json::parse(block.text, nullptr, false);
        EXPECT_FALSE(value.is_discarded()) << "FORMAT.md line " << block.line;
        if (value.is_discarded()) continue;
        if (block.kind == "json" && head.is_null()) head = value;
        if (block.kind == "json" && value.contains("at")) base = value;
        if (block.kind != "json policy") continue;
        json policy = head;
        policy.erase("rules");
        for (const auto& [key, part] : value.items()) policy[key] = part;
        examples.push_back({block.line, policy, {}});
    }
    return examples;
}

std::string in_words_of(const std::string& expected, const json& answer) {
    std::string text = "pays " + yuan(answer["paid_fen"].get<std::int64_t>());
    std::istringstream in(expected);
    std::string part;
    std::getline(in, part, ';');
    while (std::getline(in, part, ';')) {
        text += "; ";
        if (part.starts_with(" operator ")) {
            text += "operator " + amounts(answer["operator"]);
        } else if (part.starts_with(" refused ")) {
            text += "refused " + (answer["refused"].is_null() ? "nothing" : answer["refused"]["code"].get<std::string>());
        } else if (part.starts_with(" says ")) {
            const std::string wanted = part.substr(6);
            bool said = false;
            for (const auto& reason : answer["why"]) said = said || reason["zh"] == wanted;
            text += "says " + (said ? wanted : answer["why"].dump());
        } else {
            text += amounts(payers_of(answer));
        }
    }
    return text;
}

}  // namespace mulin::tests
