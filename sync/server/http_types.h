#pragma once
// A request and an answer as plain values, between the socket code and the handlers.

#include <string>
#include <string_view>

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

    std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
    // Value of a query parameter, not decoded; empty when absent.
    std::string_view query(std::string_view name) const;
};

struct HttpResponse {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
};

HttpResponse refusal(int status, const std::string& code, const std::string& message);

}  // namespace mulin::sync::server
