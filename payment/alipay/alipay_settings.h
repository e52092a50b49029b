#pragma once
// What the till's configuration says of an Alipay channel, read and checked once when the adapter is
// made. README.md lists the keys. Holds a secret key: it is never printed, and no error repeats a value.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "payment/port/adapter.h"
#include "payment/port/channel_settings.h"
#include "payment/wire/certificate.h"
#include "payment/wire/https_transport.h"
#include "payment/wire/rsa.h"

namespace mulin::payment {

struct AlipaySettings {
    std::string channel;
    std::string address;
    std::string app_id;
    std::string app_auth_token;  // a service provider's authority to act for the merchant
    std::string app_cert_sn;     // certificate mode; both or none
    std::string alipay_root_cert_sn;
    std::string subject;  // what the payer reads
    std::string store;
    std::string terminal;
    std::string timeout_express;

    std::optional<RsaPrivateKey> app_key;
    std::optional<RsaPublicKey> alipay_key;

    std::int64_t start_deadline_ms = 15'000;
    std::int64_t call_deadline_ms = 15'000;
    PollPlan poll;
    HttpsOptions https;
};

// How Alipay numbers certificates: MD5 over issuer and decimal serial; of several (a root file), those
// signed with RSA, with '_' between.
std::string alipay_certificate_number(const std::vector<Certificate>& certificates);

Result<AlipaySettings> read_alipay_settings(const ChannelSettings& settings);

}  // namespace mulin::payment
