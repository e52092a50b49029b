#include "payment/port/code_route.h"

#include <gtest/gtest.h>

namespace mulin::payment {
namespace {

struct Row {
    const char* scanned;
    const char* wallet;  // nullptr: no gateway
};

std::vector<CodeRule> by_wallet() {
    auto rules = published_code_rules("");
    for (auto& rule : rules) rule.channel = rule.wallet;
    return rules;
}

TEST(CodeRoute, PublishedRanges) {
    const auto rules = by_wallet();
    const Row rows[] = {
        {"101234567890123456", "wechat"},
        {"151234567890123456", "wechat"},
        {"091234567890123456", nullptr},
        {"161234567890123456", nullptr},
        {"10123456789012345", nullptr},    // 17 digits
        {"1012345678901234567", nullptr},  // 19 digits
        {"2512345678901234", "alipay"},    // 16 digits
        {"301234567890123456789012", "alipay"},
        {"251234567890123", nullptr},            // 15 digits
        {"3012345678901234567890123", nullptr},  // 25 digits
        {"241234567890123456", nullptr},
        {"311234567890123456", nullptr},
        {"6225735053201615202", "unionpay"},
        {"622573505320161520", "unionpay"},
        {"62257350532016152", nullptr},
        {"12345678901234567x", nullptr},
        {"1", nullptr},
        {"", nullptr},
        {"D000123", nullptr},
    };
    for (const auto& row : rows) {
        const auto routed = route_code(row.scanned, rules);
        EXPECT_EQ(routed.value_or("none"), row.wallet == nullptr ? "none" : row.wallet) << row.scanned;
    }
}

TEST(CodeRoute, TheScannersEndingIsTakenOff) {
    const auto rules = by_wallet();
    EXPECT_EQ(route_code("131234567890123400\r\n", rules), "wechat");
    EXPECT_EQ(route_code("131234567890123400\t", rules), "wechat");
    EXPECT_EQ(route_code(" 131234567890123400", rules), std::nullopt) << "nothing else is forgiven";
    EXPECT_EQ(strip_scanner_suffix("\r\n"), "");
}

TEST(CodeRoute, TheFirstMatchingRuleWins) {
    const std::vector<CodeRule> rules = {{10, 10, 18, 18, "wechat", "own"},
                                         {10, 15, 18, 18, "wechat", "other"}};
    EXPECT_EQ(route_code("101234567890123456", rules), "own");
    EXPECT_EQ(route_code("111234567890123456", rules), "other");
    EXPECT_EQ(route_code("101234567890123456", {}), std::nullopt);
}

TEST(CodeRoute, AllPublishedRangesGoToTheNamedChannel) {
    for (const auto& rule : published_code_rules("simulated")) EXPECT_EQ(rule.channel, "simulated");
}

}  // namespace
}  // namespace mulin::payment
