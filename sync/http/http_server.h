#pragma once
// Sockets, TLS and HTTP, and nothing else: reads a request within its limits and deadlines, hands it
// to a handler on a worker thread, sends the answer. One thread does all input and output, so a slow
// or silent client costs a few kilobytes and nobody else's time.
// Bounds: connections, waiting requests (Endpoint), header, body and every deadline (sync/wire/limits.h).
// Boost.Beast lives in http_server.cpp alone: it is slow to compile.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "payment/base/result.h"
#include "sync/http/http_types.h"

namespace mulin::sync::server {

struct TlsFiles {
    std::filesystem::path certificate;  // chain, PEM
    std::filesystem::path key;
    std::filesystem::path authority;  // client certificates must come from here; empty: none is asked for
};

struct Endpoint {
    std::string host;  // address; or the path of a socket file when port is negative
    int port = 0;      // 0: any free one
    std::optional<TlsFiles> tls;
    std::function<HttpResponse(const HttpRequest&)> handle;  // on a worker thread
    std::function<std::size_t(std::string_view)> body_limit;
    // When all are taken, the one that has been silent longest makes room; a till that has proved who it
    // is goes last, so that a crowd of strangers shuts out strangers.
    std::size_t max_connections = 2'000;
    int max_waiting = 400;  // requests with the workers; more are answered "busy" at once
};

// Since the start, for the metrics.
struct EndpointCounts {
    std::int64_t connections = 0;  // now
    std::int64_t accepted = 0;
    std::int64_t turned_away = 0;  // no place, or made room for another
    std::int64_t malformed = 0;    // answered 400, 413, 415 or 431 before any handler saw it
    std::int64_t busy = 0;         // answered 503
    std::int64_t waiting = 0;      // now, with the workers
};

class HttpServer {
  public:
    // Listens at once. network: an address is in use or not ours.
    static payment::Result<std::unique_ptr<HttpServer>> open(std::vector<Endpoint> endpoints, int workers);
    virtual ~HttpServer() = default;
    virtual int port(std::size_t endpoint) const = 0;
    virtual EndpointCounts counts(std::size_t endpoint) const = 0;  // any thread
    // Serves until SIGTERM, SIGINT or stop(); answers what is under way, then returns.
    virtual void run() = 0;
    virtual void stop() = 0;  // any thread
};

// One POST to a server on a socket file. network when nobody listens there.
payment::Result<HttpResponse> call_socket_file(const std::filesystem::path& socket, const std::string& target,
                                               const std::string& body);

}  // namespace mulin::sync::server
