// The adapter as the settings want it (README.md).

#include <algorithm>

#include "payment/chinaums/chinaums_adapter.h"
#include "payment/wire/gateway_channel.h"

namespace mulin::payment {
namespace {

constexpr const char* kMop = "https://api-mop.chinaums.com";

// "A,B C" as a set.
std::set<std::string> codes_of(const std::string& text) {
    std::set<std::string> codes;
    std::string code;
    for (const char c : text + ",") {
        if (c != ',' && c != ' ') {
            code += c;
        } else if (!code.empty()) {
            codes.insert(std::exchange(code, {}));
        }
    }
    return codes;
}

Result<ChinaumsShop> read_shop(const ChannelSettings& settings, bool shows_code) {
    ChinaumsShop shop;
    MULIN_TRY(shop.merchant, settings.text("merchant"));
    MULIN_TRY(shop.terminal, settings.text("terminal"));
    if (shop.merchant.size() != 15 || shop.terminal.size() != 8)
        return wrong_setting(settings, "merchant must have 15 characters and terminal 8");
    shop.source_id = settings.text_or("source_id", "");
    if (shows_code && shop.source_id.size() != 4) return wrong_setting(settings, "source_id must have 4 characters");
    shop.description = settings.text_or("description", shop.description);
    shop.device_type = settings.text_or("device_type", "");
    shop.device_serial = settings.text_or("device_serial", "");
    shop.longitude = settings.text_or("longitude", "");
    shop.latitude = settings.text_or("latitude", "");
    shop.ip = settings.text_or("ip", "");
    const std::set<std::string> placed = {"01", "11", "12", "13"};
    if (!shows_code && placed.count(shop.device_type) > 0 && shop.ip.empty() && (shop.longitude.empty() || shop.latitude.empty()))
        return wrong_setting(settings, "device_type " + shop.device_type + " needs longitude and latitude, or ip");
    shop.notify_url = settings.text_or("notify_url", "");
    shop.waiting_codes = codes_of(settings.text_or("waiting_codes", ""));
    shop.refused_codes = codes_of(settings.text_or("refused_codes", ""));
    shop.not_found_codes = codes_of(settings.text_or("not_found_codes", ""));
    for (const auto* codes : {&shop.waiting_codes, &shop.refused_codes, &shop.not_found_codes})
        if (codes->count("00") + codes->count("0") + codes->count("SUCCESS") > 0)
            return wrong_setting(settings, "a code of success stands in waiting_codes, refused_codes or not_found_codes");
    return shop;
}

Result<ChinaumsOptions> read_options(const ChannelSettings& settings) {
    ChinaumsOptions options;
    options.channel = settings.channel();
    options.address = settings.text_or("address", kMop);
    if (!options.address.starts_with("https://") || options.address.ends_with("/"))
        return wrong_setting(settings, "address must be https:// and end without a slash");
    const std::string mode = settings.text_or("mode", "payer_code");
    if (mode != "payer_code" && mode != "shown_code") return wrong_setting(settings, "mode must be payer_code or shown_code");
    options.shows_code = mode == "shown_code";
    options.version = settings.text_or("poslink_version", "v6");
    if (options.version != "v2" && options.version != "v4" && options.version != "v6")
        return wrong_setting(settings, "poslink_version must be v2, v4 or v6");
    MULIN_TRY(options.shop, read_shop(settings, options.shows_code));
    MULIN_TRY(options.key.app_id, settings.text("app_id"));
    MULIN_TRY(options.use_reversal, settings.flag_or("use_reversal", false));
    MULIN_TRY(options.valid_ms, settings.number_or("valid_ms", 120'000, 30'000, 3'600'000));
    MULIN_TRY(options.lost_after_ms, settings.number_or("lost_after_ms", 900'000, 120'000, 86'400'000));
    MULIN_TRY(options.start_deadline_ms, settings.number_or("start_deadline_ms", 10'000, 200, 60'000));
    MULIN_TRY(options.give_up_ms, settings.number_or("give_up_ms", 60'000, 5'000, 600'000));
    return options;
}

}  // namespace

Result<std::unique_ptr<Adapter>> make_chinaums_adapter(const ChannelSettings& settings, const AdapterSeams& seams) {
    MULIN_TRY_STATUS(only_gateway_keys(
        settings, {"address", "merchant", "terminal", "app_id", "app_key_file", "source_id", "mode",
                   "poslink_version", "description", "device_type", "device_serial", "longitude", "latitude", "ip",
                   "notify_url", "waiting_codes", "refused_codes", "not_found_codes", "use_reversal", "valid_ms",
                   "lost_after_ms", "start_deadline_ms", "give_up_ms", "notice_listen", "notice_key_file", "notice_wait_ms"}));
    MULIN_TRY(auto options, read_options(settings));
    MULIN_TRY(options.key.app_key, read_secret_line(settings, "app_key_file"));
    if (const std::string listen = settings.text_or("notice_listen", ""); !listen.empty()) {
        if (!options.shows_code) return wrong_setting(settings, "notice_listen is for shown_code: a payer's code has no notices");
        MULIN_TRY(options.notice_port, NoticeListener::port_of(listen));
        MULIN_TRY(options.notice_key, read_secret_line(settings, "notice_key_file"));
        MULIN_TRY(options.notice_wait_ms, settings.number_or("notice_wait_ms", options.notice_wait_ms, 0, 5'000));
    }
    MULIN_TRY(auto https, read_https(settings));
    // Answers are not signed: who answers is all there is.
    if (https.pinned_key.empty() && https.authorities_pem.empty())
        return wrong_setting(settings, "pinned_key or authorities_file must say who ChinaUMS is");
    MULIN_TRY(auto transport, make_https_transport(std::move(https)));
    return std::unique_ptr<Adapter>(
        std::make_unique<ChinaumsAdapter>(std::move(options), std::move(transport), seams));
}

}  // namespace mulin::payment
