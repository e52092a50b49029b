// The adapter as the settings want it (README.md).

#include "payment/unionpay/unionpay_adapter.h"
#include "payment/wire/https_transport.h"
#include "payment/wire/pem_file.h"

namespace mulin::payment {
namespace {

constexpr const char* kAddress = "https://gateway.95516.com/gateway/api";
constexpr const char* kName = "中国银联股份有限公司";
// What UnionPay's own samples send when no notice is wanted.
constexpr const char* kNoNotice = "http://www.specialUrl.com";

tl::unexpected<Error> wrong(const ChannelSettings& settings, const std::string& what) {
    return fail(ErrorCode::invalid_input, "Payment channel " + settings.channel() + ": " + what + ".");
}

Result<std::string> public_file(const ChannelSettings& settings, const std::string& key) {
    MULIN_TRY(const std::string path, settings.text(key));
    return read_public_file(path, key + " of payment channel " + settings.channel());
}

Result<UnionpayOptions> read_options(const ChannelSettings& settings) {
    UnionpayOptions options;
    options.channel = settings.channel();
    options.address = settings.text_or("address", kAddress);
    if (!options.address.starts_with("https://") || options.address.ends_with("/"))
        return wrong(settings, "address must be https:// and end without a slash");
    MULIN_TRY(options.shop.merchant, settings.text("merchant"));
    if (options.shop.merchant.size() != 15) return wrong(settings, "merchant must have 15 characters");
    options.shop.terminal = settings.text_or("terminal", "");
    options.shop.notify_url = settings.text_or("notify_url", kNoNotice);
    if (options.shop.notify_url.find('?') != std::string::npos) return wrong(settings, "notify_url must have no ?");
    const std::string mode = settings.text_or("mode", "payer_code");
    if (mode != "payer_code" && mode != "shown_code") return wrong(settings, "mode must be payer_code or shown_code");
    options.shows_code = mode == "shown_code";
    options.shop.channel_type = settings.text_or("channel_type", "08");
    if (options.shop.channel_type != "07" && options.shop.channel_type != "08")
        return wrong(settings, "channel_type must be 07 or 08");
    MULIN_TRY(options.use_reversal, settings.flag_or("use_reversal", false));
    MULIN_TRY(options.valid_ms, settings.number_or("valid_ms", 120'000, 30'000, 3'600'000));
    MULIN_TRY(options.lost_after_ms, settings.number_or("lost_after_ms", 900'000, 120'000, 86'400'000));
    MULIN_TRY(options.start_deadline_ms, settings.number_or("start_deadline_ms", 10'000, 200, 60'000));
    MULIN_TRY(options.give_up_ms, settings.number_or("give_up_ms", 63'000, 5'000, 600'000));
    return options;
}

}  // namespace

Result<std::unique_ptr<Adapter>> make_unionpay_adapter(const ChannelSettings& settings, const AdapterSeams& seams) {
    MULIN_TRY_STATUS(settings.only({"address", "merchant", "terminal", "key_file", "certificate_file",
                                    "signer_authorities_file", "signer_name", "authorities_file", "pinned_key", "proxy",
                                    "notify_url", "mode", "channel_type", "use_reversal", "valid_ms", "lost_after_ms",
                                    "start_deadline_ms", "give_up_ms"}));
    MULIN_TRY(auto options, read_options(settings));
    MULIN_TRY(const auto key, settings.secret("key_file"));
    MULIN_TRY(const auto certificate, public_file(settings, "certificate_file"));
    MULIN_TRY(auto signer, UnionpaySigner::load(key, certificate));
    MULIN_TRY(const auto authorities, public_file(settings, "signer_authorities_file"));
    MULIN_TRY(auto trust, UnionpayTrust::load(authorities, settings.text_or("signer_name", kName)));
    HttpsOptions https;
    if (!settings.text_or("authorities_file", "").empty()) {
        MULIN_TRY(https.authorities_pem, public_file(settings, "authorities_file"));
    }
    https.pinned_key = settings.text_or("pinned_key", "");
    https.proxy = settings.text_or("proxy", "");
    MULIN_TRY(auto transport, make_https_transport(std::move(https)));
    return std::unique_ptr<Adapter>(std::make_unique<UnionpayAdapter>(std::move(options), std::move(signer),
                                                                     std::move(trust), std::move(transport), seams.clock));
}

}  // namespace mulin::payment
