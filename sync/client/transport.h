#pragma once
// One HTTP call to the district: the seam between the exchange and the network. An error means that
// nobody knows whether the district did the work; callers send the same bytes again later.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "payment/base/result.h"
#include "sync/wire/limits.h"

namespace mulin::sync {

struct HttpCall {
    std::string method;  // "GET" or "POST"
    std::string path;    // "/v1/upload", with query
    std::string body;
    int timeout_ms = kCallTimeoutMs;
    std::size_t max_answer_bytes = kMaxAnswerBytes;
};

struct HttpAnswer {
    int status = 0;
    std::string body;
};

class Transport {
  public:
    virtual ~Transport() = default;
    // network, timeout: unknown what happened, retry. peer: not our district, or too much.
    virtual payment::Result<HttpAnswer> call(const HttpCall& call) = 0;
    // Whether the last call failed before a byte of its request left: it may safely be done another way.
    virtual bool nothing_left() const { return false; }
};

struct CurlOptions {
    std::string server_url;  // "https://host:port"
    // Files of the enrolment; without `authority` the server is not verified at all, which only the
    // first contact uses (it asks for nothing but the authority, checked by its fingerprint).
    std::filesystem::path authority;
    std::filesystem::path certificate;
    std::filesystem::path key;
    // The till's clock is outside what it can trust: the server's certificate must still come from
    // the authority and carry the right name, but its dates are not looked at.
    bool ignore_dates = false;
    int connect_timeout_ms = kConnectTimeoutMs;
};

// TLS 1.3 by libcurl, connection kept between calls. One thread at a time.
payment::Result<std::unique_ptr<Transport>> make_curl_transport(CurlOptions options);

}  // namespace mulin::sync
