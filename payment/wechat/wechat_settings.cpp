#include "payment/wechat/wechat_settings.h"

#include "payment/wire/certificate.h"
#include "payment/wire/gateway_channel.h"

namespace mulin::payment {
namespace {

using Protocol = WechatSettings::Protocol;
using SignType = WechatSettings::SignType;

// The documents' longest texts, in bytes.
Status check_lengths(const ChannelSettings& from) {
    struct Limit {
        const char* key;
        std::size_t most;
    };
    static constexpr Limit kLimits[] = {{"app_id", 32}, {"merchant_id", 32}, {"sub_app_id", 32}, {"sub_merchant_id", 32},
                                        {"description", 120}, {"device", 32}, {"store", 32}, {"terminal_ip", 64}, {"goods_tag", 32}};
    for (const auto& [key, most] : kLimits)
        if (from.text_or(key, "").size() > most)
            return wrong_setting(from, std::string(key) + " must be at most " + std::to_string(most) + " bytes long");
    return ok();
}

Status read_names(const ChannelSettings& from, WechatSettings& to) {
    MULIN_TRY_STATUS(check_lengths(from));
    to.channel = from.channel();
    const std::string protocol = from.text_or("protocol", "v2");
    if (protocol != "v2" && protocol != "v3") return wrong_setting(from, "protocol must be \"v2\" or \"v3\"");
    to.protocol = protocol == "v2" ? Protocol::v2 : Protocol::v3;
    to.address = from.text_or("address", "https://api.mch.weixin.qq.com");
    while (!to.address.empty() && to.address.back() == '/') to.address.pop_back();
    if (to.address.rfind("https://", 0) != 0) return wrong_setting(from, "address must begin with https://");
    MULIN_TRY(to.app_id, from.text("app_id"));
    MULIN_TRY(to.merchant_id, from.text("merchant_id"));
    to.sub_app_id = from.text_or("sub_app_id", "");
    to.sub_merchant_id = from.text_or("sub_merchant_id", "");
    to.description = from.text_or("description", "社区食堂用餐");
    to.device = from.text_or("device", "");
    to.store = from.text_or("store", "");
    to.terminal_ip = from.text_or("terminal_ip", "127.0.0.1");
    to.goods_tag = from.text_or("goods_tag", "");
    return ok();
}

Status read_v2(const ChannelSettings& from, WechatSettings& to) {
    const std::string sign_type = from.text_or("sign_type", "HMAC-SHA256");
    if (sign_type != "HMAC-SHA256" && sign_type != "MD5")
        return wrong_setting(from, "sign_type must be \"HMAC-SHA256\" or \"MD5\"");
    to.sign_type = sign_type == "MD5" ? SignType::md5 : SignType::hmac_sha256;
    MULIN_TRY(to.api_key, read_secret_line(from, "api_key_file"));
    if (to.api_key.size() != 32) return wrong_setting(from, "api_key_file must hold the API key of 32 characters");
    return read_client_certificate(from, "certificate_file", "certificate_key_file", to.https);
}

// A platform certificate names itself by its serial number; a bare key needs the configured name.
Status read_platform_key(const ChannelSettings& from, const std::string& suffix, WechatSettings& to) {
    const std::string key_name = "platform_key_file" + suffix;
    const std::string what = key_name + " of channel " + from.channel();
    MULIN_TRY(const std::string pem, read_public_setting(from, key_name));
    MULIN_TRY(RsaPublicKey key, RsaPublicKey::load(pem, what));
    std::string serial = from.text_or("platform_serial" + suffix, "");
    if (serial.empty()) {
        const auto certificate = Certificate::load(pem, what);
        if (!certificate) return wrong_setting(from, "platform_serial" + suffix + " is missing");
        serial = certificate->serial_hex();
    }
    to.platform_keys.insert_or_assign(serial, std::move(key));
    return ok();
}

Status read_v3(const ChannelSettings& from, WechatSettings& to) {
    MULIN_TRY(to.merchant_key, read_private_key(from, "merchant_key_file"));
    MULIN_TRY(to.merchant_serial, from.text("merchant_serial"));
    MULIN_TRY_STATUS(read_platform_key(from, "", to));
    if (!from.text_or("platform_key_file_2", "").empty()) MULIN_TRY_STATUS(read_platform_key(from, "_2", to));
    MULIN_TRY(const std::int64_t window, from.number_or("answer_window_s", 300, 1, 86'400));
    to.answer_window_ms = window * 1'000;
    return ok();
}

Status read_network(const ChannelSettings& from, WechatSettings& to) {
    MULIN_TRY(to.start_deadline_ms, from.number_or("start_deadline_ms", 10'000, 50, 60'000));
    MULIN_TRY(to.call_deadline_ms, from.number_or("call_deadline_ms", 10'000, 50, 60'000));
    to.poll.delays_ms = {5'000, 10'000};
    to.poll.reverse_not_before_ms = 15'000;
    MULIN_TRY(to.poll.give_up_ms, from.number_or("give_up_ms", 45'000, 15'000, 600'000));
    return ok();
}

}  // namespace

Result<WechatSettings> read_wechat_settings(const ChannelSettings& settings) {
    MULIN_TRY_STATUS(only_gateway_keys(
        settings,
        {"protocol", "address", "app_id", "merchant_id", "sub_app_id", "sub_merchant_id", "description", "device", "store",
         "terminal_ip", "goods_tag", "sign_type", "api_key_file", "certificate_file", "certificate_key_file",
         "merchant_key_file", "merchant_serial", "platform_key_file", "platform_serial", "platform_key_file_2",
         "platform_serial_2", "answer_window_s", "start_deadline_ms", "call_deadline_ms", "give_up_ms"}));
    WechatSettings read;
    MULIN_TRY(read.https, read_https(settings));
    MULIN_TRY_STATUS(read_names(settings, read));
    if (read.protocol == Protocol::v2) MULIN_TRY_STATUS(read_v2(settings, read));
    if (read.protocol == Protocol::v3) MULIN_TRY_STATUS(read_v3(settings, read));
    MULIN_TRY_STATUS(read_network(settings, read));
    return read;
}

}  // namespace mulin::payment
