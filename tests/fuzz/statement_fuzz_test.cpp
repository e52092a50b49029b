// Bills and profiles, mutated and made of noise.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "payment/base/id.h"
#include "tests/fuzz/statement_target.h"

namespace mulin::tests {
namespace {

std::string text_of_file(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

std::vector<std::string> bills() {
    return {text_of_file("tests/sync/server/bills/wechat.csv"), text_of_file("tests/sync/server/bills/alipay.csv"),
            text_of_file("tests/sync/server/bills/chinaums.csv")};
}

std::string changed(std::string text, payment::SeededRandom& random) {
    static const std::string pieces[] = {"\"", "`", ",", "\n", "\r\n", "-", "9999999999999999999", "0.001", "#", "总交易单数", "SUCCESS", "\xff", ""};
    for (std::uint64_t round = 1 + random.below(4); round > 0 && !text.empty(); --round) {
        const auto at = random.below(text.size());
        if (random.below(3) == 0) text[at] = static_cast<char>(random.below(256));
        else text.replace(at, random.below(6), pieces[random.below(std::size(pieces))]);
    }
    return text;
}

TEST(StatementFuzz, MutatedBillsAreReadOrRefused) {
    payment::SeededRandom random(11);
    const auto seeds = bills();
    EXPECT_TRUE(try_statement(seeds[0]));
    EXPECT_TRUE(try_statement(seeds[1]));
    int read = 0, refused = 0;
    for (int i = 0; i < 6'000; ++i) ++(try_statement(changed(seeds[random.below(2)], random)) ? read : refused);
    EXPECT_GT(read, 100);
    EXPECT_GT(refused, 1'000);
}

TEST(StatementFuzz, MutatedProfilesAreReadOrRefused) {
    payment::SeededRandom random(12);
    const auto seeds = bills();
    const std::string profile = text_of_file("assets/statements/chinaums-example.json");
    EXPECT_TRUE(try_statement_profile(profile, seeds[2]));
    int read = 0;
    for (int i = 0; i < 3'000; ++i) read += try_statement_profile(changed(profile, random), changed(seeds[2], random)) ? 1 : 0;
    EXPECT_GT(read, 50);
}

TEST(StatementFuzz, NoiseIsRefused) {
    payment::SeededRandom random(13);
    for (int i = 0; i < 2'000; ++i) {
        std::string noise(random.below(400), '\0');
        for (auto& c : noise) c = static_cast<char>(random.below(256));
        EXPECT_FALSE(try_statement(noise));
    }
}

}  // namespace
}  // namespace mulin::tests
