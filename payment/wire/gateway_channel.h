#pragma once
// What all gateways' adapters do the same way: the settings they share, where a key comes from, and what
// a request that got no answer means. Which fields and codes there are is each adapter's own.
//
// Settings of every gateway: authorities_file, pinned_key, proxy (https_transport.h); pkcs11_module,
// pkcs11_pin_file (key_token.h). A private key is named by its file, mode 0600, or by "pkcs11:...".
// Errors name channel and key, never a value.

#include <string>
#include <vector>

#include "payment/port/adapter.h"
#include "payment/port/channel_settings.h"
#include "payment/wire/http.h"
#include "payment/wire/https_transport.h"
#include "payment/wire/rsa.h"

namespace mulin::payment {

// Refused when a key is neither one of `own` nor one that every gateway has.
Status only_gateway_keys(const ChannelSettings& settings, std::vector<std::string> own);
// "Payment channel wechat: <what>."
tl::unexpected<Error> wrong_setting(const ChannelSettings& settings, const std::string& what);

// The content of a file that anybody may read: public keys, certificates.
Result<std::string> read_public_setting(const ChannelSettings& settings, const std::string& key);
Result<RsaPrivateKey> read_private_key(const ChannelSettings& settings, const std::string& key);
// A secret text without the line end that an editor puts there.
Result<std::string> read_secret_line(const ChannelSettings& settings, const std::string& key);
Result<HttpsOptions> read_https(const ChannelSettings& settings);
// The client certificate of mutual TLS and its key.
Status read_client_certificate(const ChannelSettings& settings, const std::string& certificate, const std::string& key,
                               HttpsOptions& https);

// Why a request must not leave when its key did not sign it (HttpRequest::unfit).
extern const char* const kNotSigned;

// A number that all gateways take: 8 to 32 letters and digits.
bool is_trade_number(const std::string& text);
// Digits as payers' barcodes have them: 10 to 32.
bool is_payment_code(const std::string& code);

// A number, an amount and a code that a gateway could take; otherwise nothing is sent.
bool is_payable(const AttemptRequest& request);
AttemptResult not_payable(const std::string& gateway);
// How long the first call may take: what the host allows, within what the channel needs.
std::int64_t start_deadline(const AttemptRequest& request, std::int64_t most_ms);

// Whether a payment that the gateway does not know may still be under way: the payer's code lives about a
// minute, and a request that arrives later would be refused. A clock that was set back proves nothing.
bool may_still_arrive(UtcInstant created, UtcInstant now);

// The outcome of a request that was not answered: not sent, or unknown.
AttemptResult unasked(const HttpExchange& exchange);
RefundResult unasked_refund(const HttpExchange& exchange);
// Unknown, with this alarm ("mismatch", "config", "signature", "clock").
AttemptResult not_believed(const char* alarm, std::string text);
// A refund about which this is all that is known.
RefundResult unclear_refund(const AttemptResult& why);

}  // namespace mulin::payment
