// Replays the shipped policies and their vectors as seeds, with random mutations of them.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "payment/base/id.h"
#include "tests/fuzz/policy_target.h"

namespace mulin::tests {
namespace {

std::vector<std::string> texts_in(const std::string& folder) {
    std::vector<std::string> texts;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ostringstream text;
        text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
        texts.push_back(text.str());
    }
    return texts;
}

// Seeds of cases: what stands after "base" in every vector file is one whole case.
std::vector<std::string> case_seeds() {
    std::vector<std::string> seeds;
    for (const auto& text : texts_in("tests/sync/policy/vectors")) {
        const auto begin = text.find("{\"at\"");
        const auto end = text.find("},\n\"cases\"");
        if (begin == std::string::npos || end == std::string::npos) continue;
        const std::string base = text.substr(begin, end + 1 - begin);
        if (base.find("\"lines\"") != std::string::npos) seeds.push_back(base);  // else its cases bring them
    }
    return seeds;
}

constexpr const char* kPieces[] = {"null", "0", "-1", "1e999", "99999999999999999999", "[]", "{}", "\"\"", "\"a\"", "true", "{\"not\":", "]", "}",
                                   ",", "\xff", "\xf0\x9f", "\\ud800", "1000000000000", "0.5", "\"from\":", "\"24:00\"", "\"9999-12-31\""};

std::string mutated(std::string text, payment::SeededRandom& random) {
    const auto rounds = 1 + random.below(6);
    for (std::uint64_t i = 0; i < rounds && !text.empty(); ++i) {
        const auto at = random.below(text.size());
        const auto length = random.below(12);
        switch (random.below(5)) {
            case 0: text[at] = static_cast<char>(random.below(256)); break;
            case 1: text.erase(at, length); break;
            case 2: text.insert(at, text.substr(random.below(text.size()), length * 4)); break;
            case 3: text.replace(at, length, kPieces[random.below(std::size(kPieces))]); break;
            default: {  // exchange one number, which keeps the document well-formed more often
                const auto digit = text.find_first_of("0123456789", at);
                if (digit != std::string::npos) text.replace(digit, 1, std::to_string(random.below(2) == 0 ? random.below(10) : random.next_u64() >> 20));
            }
        }
    }
    return text;
}

TEST(PolicyFuzz, ShippedFilesLoadOrAreCalendars) {
    int loaded = 0;
    for (const auto& text : texts_in("assets/policies")) loaded += try_policy(text) ? 1 : 0;
    EXPECT_GE(loaded, 25);
}

TEST(PolicyFuzz, MutatedPoliciesNeverCrash) {
    payment::SeededRandom random(20260310);
    const auto seeds = texts_in("assets/policies");
    ASSERT_FALSE(seeds.empty());
    int loaded = 0;
    for (int i = 0; i < 4000; ++i) loaded += try_policy(mutated(seeds[random.below(seeds.size())], random)) ? 1 : 0;
    EXPECT_GT(loaded, 50) << "mutations should sometimes reach the evaluator";
}

TEST(PolicyFuzz, MutatedCasesNeverCrash) {
    payment::SeededRandom random(20260311);
    const auto seeds = case_seeds();
    ASSERT_GE(seeds.size(), 15u);
    int priced = 0;
    for (const auto& seed : seeds) EXPECT_TRUE(try_case(seed)) << seed;
    for (int i = 0; i < 20000; ++i) priced += try_case(mutated(seeds[random.below(seeds.size())], random)) ? 1 : 0;
    EXPECT_GT(priced, 200);
}

TEST(PolicyFuzz, NoiseIsRefused) {
    payment::SeededRandom random(7);
    for (int i = 0; i < 2000; ++i) {
        std::string noise(random.below(300), '\0');
        for (auto& c : noise) c = static_cast<char>(random.below(256));
        EXPECT_FALSE(try_policy(noise));
        EXPECT_FALSE(try_case(noise));
    }
}

}  // namespace
}  // namespace mulin::tests
