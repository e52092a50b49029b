#include "payment/wechat/wechat_v3_signature.h"

#include <charconv>
#include <cstdint>
#include <optional>

namespace mulin::payment {
namespace {

std::optional<std::int64_t> seconds_of(const std::string& text) {
    std::int64_t seconds = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data(), end, seconds);
    if (text.empty() || text.size() > 12 || problem != std::errc{} || stopped != end || seconds < 0) return std::nullopt;
    return seconds;
}

}  // namespace

std::string v3_request_message(std::string_view method, std::string_view target, UtcInstant now, std::string_view nonce,
                               std::string_view body) {
    const std::string seconds = std::to_string(now.ms / 1000);
    std::string message;
    for (const std::string_view part : {method, target, std::string_view(seconds), nonce, body}) {
        message += part;
        message += '\n';
    }
    return message;
}

std::string v3_authorization(const WechatSettings& settings, std::string_view method, std::string_view target,
                             UtcInstant now, std::string_view nonce, std::string_view body) {
    const std::string signature = settings.merchant_key->sign(v3_request_message(method, target, now, nonce, body));
    if (signature.empty()) return {};
    return "WECHATPAY2-SHA256-RSA2048 mchid=\"" + settings.merchant_id + "\",nonce_str=\"" + std::string(nonce) +
           "\",timestamp=\"" + std::to_string(now.ms / 1000) + "\",serial_no=\"" + settings.merchant_serial +
           "\",signature=\"" + signature + "\"";
}

V3Proof v3_proof(const WechatSettings& settings, const HttpAnswer& answer, UtcInstant now) {
    const auto time = answer.header("wechatpay-timestamp");
    const auto nonce = answer.header("wechatpay-nonce");
    const auto serial = answer.header("wechatpay-serial");
    const auto signature = answer.header("wechatpay-signature");
    if (!time && !nonce && !serial && !signature) return V3Proof::unsigned_answer;
    if (!time || !nonce || !serial || !signature) return V3Proof::wrong;
    const auto key = settings.platform_keys.find(*serial);
    const auto seconds = seconds_of(*time);
    if (key == settings.platform_keys.end() || !seconds) return V3Proof::wrong;
    if (!key->second.verify(*time + '\n' + *nonce + '\n' + answer.body + '\n', *signature)) return V3Proof::wrong;
    const std::int64_t age_ms = now.ms - *seconds * 1000;
    if (age_ms > settings.answer_window_ms || age_ms < -settings.answer_window_ms) return V3Proof::stale;
    return V3Proof::good;
}

}  // namespace mulin::payment
