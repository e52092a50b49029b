#pragma once
// A request and an answer as plain values, between the socket code and the handlers.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "payment/base/result.h"

namespace mulin::sync::server {

struct HttpRequest {
    std::string method;
    std::string target;  // path and query, as sent
    std::string body;
    std::string host;    // Host header
    // Of the verified client certificate; empty without one.
    std::string certificate_sha256;  // 64 hex, of the DER
    std::string certificate_uri;     // spiffe://<district>/till/<id>
    bool certificate_expired = false;
    // What the console judges a caller by; as sent, empty when absent.
    std::string source;         // address of the peer
    bool encrypted = false;     // came over TLS
    std::string cookies;        // Cookie header
    std::string origin;         // Origin header
    std::string fetch_site;     // Sec-Fetch-Site header
    std::string content_type;
    std::string request_token;  // X-Mulin-Token header
    bool forwarded = false;     // a proxy passed it on

    std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
    // Value of a query parameter, not decoded; empty when absent.
    std::string_view query(std::string_view name) const;
    std::string_view cookie(std::string_view name) const;
};

struct HttpResponse {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers{};  // beside those every answer has
};

// "127.0.0.1:8443", "[::1]:8443".
payment::Result<std::pair<std::string, int>> parse_address(const std::string& text);

HttpResponse refusal(int status, const std::string& code, const std::string& message);

}  // namespace mulin::sync::server
