#include "payment/wire/gateway_channel.h"

#include <algorithm>
#include <utility>

#include "payment/wire/pem_file.h"

namespace mulin::payment {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

std::string named(const ChannelSettings& settings, const std::string& key) { return key + " of payment channel " + settings.channel(); }

}  // namespace

const char* const kNotSigned = "the token with the channel's key does not sign; check that it is plugged in";

Status only_gateway_keys(const ChannelSettings& settings, std::vector<std::string> own) {
    for (const char* key : {"authorities_file", "pinned_key", "proxy", "pkcs11_module", "pkcs11_pin_file"}) own.push_back(key);
    return settings.only(own);
}

tl::unexpected<Error> wrong_setting(const ChannelSettings& settings, const std::string& what) {
    return fail(ErrorCode::invalid_input, "Payment channel " + settings.channel() + ": " + what + ".");
}

Result<std::string> read_public_setting(const ChannelSettings& settings, const std::string& key) {
    MULIN_TRY(const std::string path, settings.text(key));
    return read_public_file(path, named(settings, key));
}

Result<std::string> read_secret_line(const ChannelSettings& settings, const std::string& key) {
    MULIN_TRY(std::string secret, settings.secret(key));
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r' || secret.back() == ' ')) secret.pop_back();
    return secret;
}

Result<RsaPrivateKey> read_private_key(const ChannelSettings& settings, const std::string& key) {
    MULIN_TRY(const std::string place, settings.text(key));
    if (!is_key_handle(place)) {
        MULIN_TRY(const std::string content, settings.secret(key));
        return RsaPrivateKey::load(content, named(settings, key));
    }
    KeyToken token;
    token.module = settings.text_or("pkcs11_module", "");
    MULIN_TRY(token.pin, read_secret_line(settings, "pkcs11_pin_file"));
    return RsaPrivateKey::open(place, token, named(settings, key));
}

Result<HttpsOptions> read_https(const ChannelSettings& settings) {
    HttpsOptions https;
    https.pinned_key = settings.text_or("pinned_key", "");
    https.proxy = settings.text_or("proxy", "");
    if (settings.text_or("authorities_file", "").empty()) return https;
    MULIN_TRY(https.authorities_pem, read_public_setting(settings, "authorities_file"));
    return https;
}

Status read_client_certificate(const ChannelSettings& settings, const std::string& certificate, const std::string& key,
                               HttpsOptions& https) {
    MULIN_TRY(https.certificate_pem, read_public_setting(settings, certificate));
    if (is_key_handle(settings.text_or(key, ""))) {
        MULIN_TRY(https.certificate_key, read_private_key(settings, key));
        return ok();
    }
    MULIN_TRY(https.certificate_key_pem, settings.secret(key));
    return ok();
}

bool is_trade_number(const std::string& text) {
    return text.size() >= 8 && text.size() <= 32 &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || is_letter(c); });
}

bool is_payment_code(const std::string& code) {
    return code.size() >= 10 && code.size() <= 32 && std::all_of(code.begin(), code.end(), is_digit);
}

bool may_still_arrive(UtcInstant created, UtcInstant now) {
    constexpr std::int64_t kCodeLifeMs = 60'000;
    return now.ms - created.ms < kCodeLifeMs;
}

bool is_payable(const AttemptRequest& request) {
    return is_trade_number(request.id.text()) && request.amount > Money() && is_payment_code(request.code);
}

AttemptResult not_payable(const std::string& gateway) {
    AttemptResult result;
    result.outcome = Outcome::not_sent;
    result.channel_code = "no_code";
    result.channel_text = "This is no " + gateway + " payment code or no amount that " + gateway + " takes.";
    return result;
}

std::int64_t start_deadline(const AttemptRequest& request, std::int64_t most_ms) {
    return request.deadline_ms > 0 ? std::min(request.deadline_ms, most_ms) : most_ms;
}

AttemptResult unasked(const HttpExchange& exchange) {
    AttemptResult result;
    result.outcome = exchange.kind == HttpExchange::Kind::nothing_left ? Outcome::not_sent : Outcome::unknown;
    result.channel_text = exchange.problem;
    return result;
}

RefundResult unasked_refund(const HttpExchange& exchange) {
    RefundResult result;
    result.outcome = exchange.kind == HttpExchange::Kind::nothing_left ? RefundOutcome::not_sent : RefundOutcome::unknown;
    result.channel_text = exchange.problem;
    return result;
}

AttemptResult not_believed(const char* alarm, std::string text) {
    AttemptResult result;
    result.refs["alarm"] = alarm;
    result.channel_text = std::move(text);
    return result;
}

RefundResult unclear_refund(const AttemptResult& why) {
    return {RefundOutcome::unknown, why.refs, why.channel_code, why.channel_text};
}

}  // namespace mulin::payment
