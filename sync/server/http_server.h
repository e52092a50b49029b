#pragma once
// Sockets, TLS and HTTP, and nothing else: reads a request within its limits and deadlines, hands it
// to a handler on a worker thread, sends the answer. One thread does all input and output, so a slow
// or silent client costs a few kilobytes and nobody else's time.
// Boost.Beast lives in http_server.cpp alone: it is slow to compile.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "payment/base/result.h"
#include "sync/server/http_types.h"

namespace mulin::sync::server {

struct TlsFiles {
    std::filesystem::path certificate;  // chain, PEM
    std::filesystem::path key;
    std::filesystem::path authority;  // client certificates must come from here; none is allowed too
};

struct Endpoint {
    std::string host;  // address; or the path of a socket file when port is negative
    int port = 0;      // 0: any free one
    std::optional<TlsFiles> tls;
    std::function<HttpResponse(const HttpRequest&)> handle;  // on a worker thread
    std::function<std::size_t(std::string_view)> body_limit;
    int max_connections = 2'000;
};

class HttpServer {
  public:
    // Listens at once. network: an address is in use or not ours.
    static payment::Result<std::unique_ptr<HttpServer>> open(std::vector<Endpoint> endpoints, int workers);
    virtual ~HttpServer() = default;
    virtual int port(std::size_t endpoint) const = 0;
    // Serves until SIGTERM, SIGINT or stop(); answers what is under way, then returns.
    virtual void run() = 0;
    virtual void stop() = 0;  // any thread
};

// One POST to a server on a socket file. network when nobody listens there.
payment::Result<HttpResponse> call_socket_file(const std::filesystem::path& socket, const std::string& target,
                                               const std::string& body);

// "127.0.0.1:8443", "[::1]:8443".
payment::Result<std::pair<std::string, int>> parse_address(const std::string& text);

}  // namespace mulin::sync::server
