#pragma once
// One HTTP call to the district: the seam between the exchange and the network. An error means that
// nobody knows whether the district did the work; callers send the same bytes again later.

#include <cstddef>
#include <cstdint>
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
    // The till's files have changed: the next call is made anew and shows what they are now.
    virtual void reconnect() {}
};

struct CurlOptions {
    std::string server_url;  // "https://host:port"
    // Files of the enrolment; without `authority` the server is not verified at all, which only the
    // first contact uses (it asks for nothing but the authority, checked by its fingerprint).
    std::filesystem::path authority;
    std::filesystem::path certificate;
    std::filesystem::path key;
    // The server's certificate must come from the authority and carry the right name, always. Its dates are held
    // against the till's clock first; where only they are wrong, or with ignore_dates from the start, against the
    // newest time that the district itself has told: it must not have ended before. 0: never heard of any.
    bool ignore_dates = false;
    std::int64_t known_time_ms = 0;
    int connect_timeout_ms = kConnectTimeoutMs;
};

// TLS 1.3 by libcurl, connection kept between calls. One thread at a time.
payment::Result<std::unique_ptr<Transport>> make_curl_transport(CurlOptions options);

}  // namespace mulin::sync
