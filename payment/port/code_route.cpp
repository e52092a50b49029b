#include "payment/port/code_route.h"

namespace mulin::payment {

std::string_view strip_scanner_suffix(std::string_view scanned) {
    while (!scanned.empty() && (scanned.back() == '\r' || scanned.back() == '\n' || scanned.back() == '\t')) {
        scanned.remove_suffix(1);
    }
    return scanned;
}

std::optional<std::string> route_code(std::string_view scanned, std::span<const CodeRule> rules) {
    const std::string_view code = strip_scanner_suffix(scanned);
    if (code.size() < 2 || code.find_first_not_of("0123456789") != std::string_view::npos) {
        return std::nullopt;
    }
    const int prefix = (code[0] - '0') * 10 + (code[1] - '0');
    for (const auto& rule : rules) {
        if (prefix >= rule.prefix_from && prefix <= rule.prefix_to && code.size() >= rule.min_length &&
            code.size() <= rule.max_length) {
            return rule.channel;
        }
    }
    return std::nullopt;
}

std::vector<CodeRule> published_code_rules(const std::string& channel) {
    return {
        {10, 15, 18, 18, "wechat", channel},
        {25, 30, 16, 24, "alipay", channel},
        {62, 62, 18, 19, "unionpay", channel},
    };
}

}  // namespace mulin::payment
