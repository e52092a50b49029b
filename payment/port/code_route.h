#pragma once
// Which channel takes a scanned payment code: a table of prefix ranges and lengths, passed in as
// configuration. Not a validity check; the channel has the last word. A code that no rule matches
// (a stored-value card, a meal code) is sent to no gateway.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mulin::payment {

// Matches digits only: first two digits between prefix_from and prefix_to, length in range.
struct CodeRule {
    int prefix_from = 0;
    int prefix_to = 0;
    std::size_t min_length = 0;
    std::size_t max_length = 0;
    std::string wallet;   // "wechat", "alipay", "unionpay": for the screen, not for routing
    std::string channel;  // an adapter's name
};

// Takes off the scanner's own ending (CR, LF, TAB).
std::string_view strip_scanner_suffix(std::string_view scanned);

// First matching rule's channel.
std::optional<std::string> route_code(std::string_view scanned, std::span<const CodeRule> rules);

// The published ranges (WeChat 10-15 with 18 digits; Alipay 25-30 with 16 to 24; UnionPay 62 with
// 19, here also 18), all routed to `channel`. A starting point for configuration.
std::vector<CodeRule> published_code_rules(const std::string& channel);

}  // namespace mulin::payment
