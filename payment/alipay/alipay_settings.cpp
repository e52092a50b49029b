#include "payment/alipay/alipay_settings.h"

#include "payment/wire/gateway_channel.h"
#include "payment/wire/signature.h"

namespace mulin::payment {
namespace {

// The numbers of certificate mode, from the files that Alipay hands out, or as they were written down.
Status read_certificates(const ChannelSettings& from, AlipaySettings& to) {
    to.app_cert_sn = from.text_or("app_cert_sn", "");
    to.alipay_root_cert_sn = from.text_or("alipay_root_cert_sn", "");
    const bool own_file = !from.text_or("app_certificate_file", "").empty();
    const bool root_file = !from.text_or("alipay_root_file", "").empty();
    if (own_file) {
        MULIN_TRY(const std::string pem, read_public_setting(from, "app_certificate_file"));
        MULIN_TRY(const Certificate own, Certificate::load(pem, "app_certificate_file of channel " + from.channel()));
        if (!own.belongs_to(*to.app_key)) return wrong_setting(from, "app_certificate_file is not the certificate of app_key_file");
        to.app_cert_sn = alipay_certificate_number({own});
    }
    if (root_file) {
        MULIN_TRY(const std::string pem, read_public_setting(from, "alipay_root_file"));
        MULIN_TRY(const auto roots, Certificate::load_all(pem, "alipay_root_file of channel " + from.channel()));
        to.alipay_root_cert_sn = alipay_certificate_number(roots);
    }
    if (to.app_cert_sn.empty() != to.alipay_root_cert_sn.empty())
        return wrong_setting(from, "the app's certificate and Alipay's root belong together: name both files, or both numbers");
    return ok();
}

Status read_names(const ChannelSettings& from, AlipaySettings& to) {
    to.channel = from.channel();
    to.address = from.text_or("address", "https://openapi.alipay.com/gateway.do");
    if (to.address.rfind("https://", 0) != 0 || to.address.find('?') != std::string::npos)
        return wrong_setting(from, "address must begin with https:// and have no query");
    MULIN_TRY(to.app_id, from.text("app_id"));
    to.app_auth_token = from.text_or("app_auth_token", "");
    to.subject = from.text_or("subject", "社区食堂用餐");
    if (to.subject.size() > 256) return wrong_setting(from, "subject must be at most 256 bytes");
    to.store = from.text_or("store", "");
    to.terminal = from.text_or("terminal", "");
    to.timeout_express = from.text_or("timeout_express", "2m");
    return ok();
}

Status read_keys(const ChannelSettings& from, AlipaySettings& to) {
    MULIN_TRY(to.app_key, read_private_key(from, "app_key_file"));
    MULIN_TRY(const std::string theirs, read_public_setting(from, "alipay_key_file"));
    MULIN_TRY(to.alipay_key, RsaPublicKey::load(theirs, "alipay_key_file of channel " + from.channel()));
    return read_certificates(from, to);
}

Status read_network(const ChannelSettings& from, AlipaySettings& to) {
    MULIN_TRY(to.start_deadline_ms, from.number_or("start_deadline_ms", 15'000, 50, 60'000));
    MULIN_TRY(to.call_deadline_ms, from.number_or("call_deadline_ms", 15'000, 50, 60'000));
    to.poll.delays_ms = {5'000, 3'000};
    MULIN_TRY(to.poll.give_up_ms, from.number_or("give_up_ms", 60'000, 5'000, 600'000));
    MULIN_TRY(to.https, read_https(from));
    return ok();
}

}  // namespace

std::string alipay_certificate_number(const std::vector<Certificate>& certificates) {
    std::string numbers;
    for (const Certificate& one : certificates)
        if (one.signed_with_rsa()) numbers += (numbers.empty() ? "" : "_") + md5_hex(one.issuer() + one.serial_decimal());
    return numbers;
}

Result<AlipaySettings> read_alipay_settings(const ChannelSettings& settings) {
    MULIN_TRY_STATUS(only_gateway_keys(
        settings, {"address", "app_id", "app_auth_token", "app_cert_sn", "alipay_root_cert_sn",
                   "app_certificate_file", "alipay_root_file", "subject", "store", "terminal", "timeout_express",
                   "app_key_file", "alipay_key_file", "start_deadline_ms", "call_deadline_ms", "give_up_ms"}));
    AlipaySettings read;
    MULIN_TRY_STATUS(read_names(settings, read));
    MULIN_TRY_STATUS(read_keys(settings, read));
    MULIN_TRY_STATUS(read_network(settings, read));
    return read;
}

}  // namespace mulin::payment
