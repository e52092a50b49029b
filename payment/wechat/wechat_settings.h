#pragma once
// What the till's configuration says of a WeChat Pay channel, read and checked once when the adapter is
// made. README.md lists the keys. Holds secrets: it is never printed, and no error repeats a value.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "payment/port/adapter.h"
#include "payment/port/channel_settings.h"
#include "payment/wire/https_transport.h"
#include "payment/wire/rsa.h"

namespace mulin::payment {

struct WechatSettings {
    enum class Protocol { v2, v3 };
    enum class SignType { hmac_sha256, md5 };

    std::string channel;
    Protocol protocol = Protocol::v2;
    std::string address;  // without a slash at its end
    std::string app_id;
    std::string merchant_id;
    std::string sub_app_id;       // these two in service-provider mode only
    std::string sub_merchant_id;
    std::string description;  // what the payer reads
    std::string device;
    std::string store;
    std::string terminal_ip;
    std::string goods_tag;

    SignType sign_type = SignType::hmac_sha256;  // V2
    std::string api_key;

    std::optional<RsaPrivateKey> merchant_key;  // V3
    std::string merchant_serial;
    std::map<std::string, RsaPublicKey> platform_keys;  // by serial or PUB_KEY_ID_...
    std::int64_t answer_window_ms = 300'000;

    std::int64_t start_deadline_ms = 10'000;
    std::int64_t call_deadline_ms = 10'000;
    PollPlan poll;
    HttpsOptions https;
};

Result<WechatSettings> read_wechat_settings(const ChannelSettings& settings);

}  // namespace mulin::payment
