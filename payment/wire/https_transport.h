#pragma once
// HttpTransport by libcurl over TLS 1.2 or newer. The server's certificate and name are always
// verified, against the system's authorities or only those given, and against a pinned key when one is
// given. Each exchange has its own connection: no reuse, no repetition, no redirect, no early data, so
// that a POST reaches the gateway at most once. The environment's proxies are not used.
//
// Threads: any; exchanges share nothing. Keys live in memory as PEM text and are written nowhere.

#include <memory>
#include <optional>
#include <string>

#include "payment/base/result.h"
#include "payment/wire/http.h"
#include "payment/wire/rsa.h"

namespace mulin::payment {

struct HttpsOptions {
    std::string authorities_pem;  // the only authorities trusted; empty: those of the system
    // "sha256//<base64>" of the server key's SubjectPublicKeyInfo; several with ';' between; empty: none
    std::string pinned_key;
    std::string certificate_pem;  // client certificate, chain behind it, for mutual TLS; may be empty
    std::string certificate_key_pem;
    std::optional<RsaPrivateKey> certificate_key;  // instead of certificate_key_pem: a key in its token
    std::string proxy;  // "http://host:port"; empty: direct, whatever the environment says
    std::int64_t connect_deadline_ms = 5'000;
};

// Refused (invalid_input) when a certificate or key is no PEM, or they do not belong together.
Result<std::unique_ptr<HttpTransport>> make_https_transport(HttpsOptions options);

}  // namespace mulin::payment
