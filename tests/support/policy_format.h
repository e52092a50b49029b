#pragma once
// The worked examples of FORMAT.md: every "json policy" block with the "cases" block that follows it.

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace mulin::tests {

struct FormatExample {
    int line = 0;             // in FORMAT.md
    nlohmann::json policy;    // with the head that the text leaves out
    struct Case {
        int line = 0;
        nlohmann::json asked;
        std::string expected;  // what stands after "->"
    };
    std::vector<Case> cases;
};

// Fails the test where a block cannot be read.
std::vector<FormatExample> format_examples(const std::string& markdown);

// What comes out, in the words of FORMAT.md: "pays 16.00; district 2.00, street 1.00; ...", as far as
// `expected` names it.
std::string in_words_of(const std::string& expected, const nlohmann::json& answer);

}  // namespace mulin::tests
