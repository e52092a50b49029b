// The adapter as the settings want it (README.md).

#include "payment/unionpay/unionpay_adapter.h"
#include "payment/wire/gateway_channel.h"

namespace mulin::payment {
namespace {

constexpr const char* kAddress = "https://gateway.95516.com/gateway/api";
constexpr const char* kName = "中国银联股份有限公司";
// What UnionPay's own samples send when no notice is wanted.
constexpr const char* kNoNotice = "http://www.specialUrl.com";

Result<UnionpayOptions> read_options(const ChannelSettings& settings) {
    UnionpayOptions options;
    options.channel = settings.channel();
    options.address = settings.text_or("address", kAddress);
    if (!options.address.starts_with("https://") || options.address.ends_with("/"))
        return wrong_setting(settings, "address must be https:// and end without a slash");
    MULIN_TRY(options.shop.merchant, settings.text("merchant"));
    if (options.shop.merchant.size() != 15) return wrong_setting(settings, "merchant must have 15 characters");
    options.shop.terminal = settings.text_or("terminal", "");
    if (!options.shop.terminal.empty() && options.shop.terminal.size() != 8) return wrong_setting(settings, "terminal must have 8 characters");
    options.shop.notify_url = settings.text_or("notify_url", kNoNotice);
    if (options.shop.notify_url.find('?') != std::string::npos) return wrong_setting(settings, "notify_url must have no ?");
    const std::string mode = settings.text_or("mode", "payer_code");
    if (mode != "payer_code" && mode != "shown_code") return wrong_setting(settings, "mode must be payer_code or shown_code");
    options.shows_code = mode == "shown_code";
    options.shop.channel_type = settings.text_or("channel_type", "08");
    if (options.shop.channel_type != "07" && options.shop.channel_type != "08")
        return wrong_setting(settings, "channel_type must be 07 or 08");
    MULIN_TRY(options.use_reversal, settings.flag_or("use_reversal", false));
    MULIN_TRY(options.valid_ms, settings.number_or("valid_ms", 120'000, 30'000, 3'600'000));
    MULIN_TRY(options.lost_after_ms, settings.number_or("lost_after_ms", 900'000, 120'000, 86'400'000));
    MULIN_TRY(options.start_deadline_ms, settings.number_or("start_deadline_ms", 10'000, 200, 60'000));
    MULIN_TRY(options.give_up_ms, settings.number_or("give_up_ms", 63'000, 5'000, 600'000));
    return options;
}

// Who signs, and who is believed.
struct UnionpayKeys {
    UnionpaySigner signer;
    UnionpayTrust trust;
};

Result<UnionpayKeys> read_shared_key(const ChannelSettings& settings, UnionpaySharedKey::Method method) {
    for (const char* other : {"key_file", "certificate_file", "signer_authorities_file"})
        if (!settings.text_or(other, "").empty())
            return wrong_setting(settings, std::string(other) + " belongs to sign_method 01; take it out");
    UnionpaySharedKey shared{method, ""};
    MULIN_TRY(shared.key, read_secret_line(settings, "secure_key_file"));
    return UnionpayKeys{UnionpaySigner(shared), UnionpayTrust(shared)};
}

Result<UnionpayKeys> read_keys(const ChannelSettings& settings) {
    const std::string method = settings.text_or("sign_method", "01");
    if (method == "11") return read_shared_key(settings, UnionpaySharedKey::Method::sha256);
    if (method == "12") return read_shared_key(settings, UnionpaySharedKey::Method::sm3);
    if (method != "01") return wrong_setting(settings, "sign_method must be 01, 11 or 12");
    MULIN_TRY(auto key, read_private_key(settings, "key_file"));
    MULIN_TRY(const auto certificate, read_public_setting(settings, "certificate_file"));
    MULIN_TRY(auto signer, UnionpaySigner::load(std::move(key), certificate));
    MULIN_TRY(const auto authorities, read_public_setting(settings, "signer_authorities_file"));
    MULIN_TRY(auto trust, UnionpayTrust::load(authorities, settings.text_or("signer_name", kName)));
    return UnionpayKeys{std::move(signer), std::move(trust)};
}

}  // namespace

Result<std::unique_ptr<Adapter>> make_unionpay_adapter(const ChannelSettings& settings, const AdapterSeams& seams) {
    MULIN_TRY_STATUS(only_gateway_keys(
        settings, {"address", "merchant", "terminal", "sign_method", "key_file", "certificate_file", "secure_key_file",
                   "signer_authorities_file", "signer_name", "notify_url", "mode", "channel_type", "use_reversal", "valid_ms",
                   "lost_after_ms", "start_deadline_ms", "give_up_ms"}));
    MULIN_TRY(auto options, read_options(settings));
    MULIN_TRY(auto keys, read_keys(settings));
    MULIN_TRY(auto https, read_https(settings));
    MULIN_TRY(auto transport, make_https_transport(std::move(https)));
    return std::unique_ptr<Adapter>(std::make_unique<UnionpayAdapter>(
        std::move(options), std::move(keys.signer), std::move(keys.trust), std::move(transport), seams.clock));
}

}  // namespace mulin::payment
