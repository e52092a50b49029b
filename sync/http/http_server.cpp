#include "sync/http/http_server.h"

#include <atomic>
#include <list>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <sys/socket.h>
#include <sys/stat.h>

#include "sync/http/http_peer.h"
#include "sync/wire/limits.h"

namespace mulin::sync::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using asio::local::stream_protocol;
using payment::ErrorCode;
using payment::fail;
using Milliseconds = std::chrono::milliseconds;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using LocalStream = beast::basic_stream<stream_protocol>;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr int kMaxRequestsPerConnection = 10'000;
constexpr std::size_t kLingerBytes = 64 * 1024 * 1024;
std::string address_of(const tcp::socket& socket) {
    boost::system::error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    return error ? std::string() : endpoint.address().to_string();
}

http::response<http::string_body> beast_response(HttpResponse&& answer, unsigned version, bool keep_alive) {
    http::response<http::string_body> response{static_cast<http::status>(answer.status), version};
    response.set(http::field::server, "mulin-district");
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("X-Frame-Options", "DENY");
    response.set("Content-Security-Policy",
                 "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
                 "form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
    response.set("Referrer-Policy", "no-referrer");
    response.set("Cross-Origin-Opener-Policy", "same-origin");
    response.set("Cross-Origin-Resource-Policy", "same-origin");
    for (const auto& [name, value] : answer.headers) response.insert(name, value);
    if (!answer.content_type.empty()) response.set(http::field::content_type, answer.content_type);
    response.keep_alive(keep_alive);
    response.body() = std::move(answer.body);
    response.prepare_payload();
    return response;
}

HttpResponse answer_to(const beast::error_code& error) {
    if (error == http::error::body_limit) return refusal(413, "too_large", "The message is larger than the district accepts.");
    if (error == http::error::header_limit) return refusal(431, "too_large", "The headers are larger than the district accepts.");
    if (error == http::error::bad_transfer_encoding) {
        return refusal(415, "encoding", "The district takes bodies as they are, neither compressed nor encoded.");
    }
    return refusal(400, "malformed", "This is not an HTTP request.");
}

HttpRequest request_from(http::request<http::string_body>&& message, const Peer& peer) {
    const auto text = [&message](auto name) { return std::string(message[name]); };
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    request.host = text(http::field::host);
    request.certificate_sha256 = peer.sha256;
    request.certificate_uri = peer.uri;
    request.certificate_expired = peer.expired;
    request.source = peer.address;
    request.encrypted = peer.encrypted;
    request.cookies = text(http::field::cookie);
    request.origin = text(http::field::origin);
    request.fetch_site = text("Sec-Fetch-Site");
    request.content_type = text(http::field::content_type);
    request.request_token = text("X-Mulin-Token");
    request.forwarded = message.count("X-Forwarded-For") + message.count(http::field::forwarded) > 0;
    request.body = std::move(message.body());
    return request;
}

bool is_http_error(const beast::error_code& error) {
    return error.category() == http::make_error_code(http::error::body_limit).category() &&
           error != http::error::end_of_stream && error != http::error::partial_message;
}

// Certificates decide who may connect, but not their end date: a till that was away too long may still
// bring its sales. Handlers refuse the rest.
bool accept_certificate(bool good, asio::ssl::verify_context& context) {
    X509_STORE_CTX* store = context.native_handle();
    const bool ended = X509_STORE_CTX_get_error(store) == X509_V_ERR_CERT_HAS_EXPIRED && X509_STORE_CTX_get_error_depth(store) == 0;
    return good || ended;
}

// Handed to a worker and back; lives in the connection's frame meanwhile.
struct Job {
    HttpRequest request;
    HttpResponse answer;
};

struct Connection {
    std::function<void()> close;  // its coroutine then ends by itself
    bool proved = false;          // a till's certificate
    bool working = false;
    bool closing = false;
};

// One listening socket and everything that its connections share.
struct Listener {
    Endpoint endpoint;
    std::unique_ptr<asio::ssl::context> tls;
    std::optional<tcp::acceptor> tcp_acceptor;
    std::optional<stream_protocol::acceptor> local_acceptor;
    // In the order they came.
    std::list<Connection> open;
    std::atomic<std::int64_t> connections{0}, accepted{0}, turned_away{0}, malformed{0}, busy{0}, waiting{0};
};

// A connection's place among the open ones, as long as its coroutine lives.
class OpenPlace {
  public:
    OpenPlace(Listener& listener, std::function<void()> close)
        : listener_(listener), at_(listener.open.insert(listener.open.end(), {std::move(close)})) {
        ++listener_.connections;
    }
    ~OpenPlace() {
        --listener_.connections;
        listener_.open.erase(at_);
    }
    OpenPlace(const OpenPlace&) = delete;
    OpenPlace& operator=(const OpenPlace&) = delete;
    Connection& connection() { return *at_; }

  private:
    Listener& listener_;
    std::list<Connection>::iterator at_;
};

// The oldest idle stranger gives its place up, else the oldest idle till.
bool make_room(Listener& listener) {
    for (const bool strangers : {true, false}) {
        for (Connection& one : listener.open) {
            if (one.working || one.closing || (strangers && one.proved)) continue;
            one.closing = true;
            ++listener.turned_away;
            one.close();
            return true;
        }
    }
    return false;
}

class Server final : public HttpServer {
  public:
    explicit Server(int workers) : signals_(io_, SIGTERM, SIGINT), pool_(static_cast<std::size_t>(workers)) {}
    ~Server() override {
        pool_.join();
        for (auto& listener : listeners_) listener->tcp_acceptor.reset();
        for (auto& listener : listeners_) listener->local_acceptor.reset();
    }

    payment::Status listen(Endpoint endpoint);
    int port(std::size_t endpoint) const override;
    EndpointCounts counts(std::size_t endpoint) const override;
    void run() override;
    void stop() override {
        asio::post(io_, [this] { begin_stop(); });
    }

  private:
    void begin_stop();
    payment::Status listen_tcp(Listener& listener);
    payment::Status listen_local(Listener& listener);
    payment::Status load_tls(Listener& listener);
    asio::awaitable<void> accept_tcp(Listener& listener);
    asio::awaitable<void> accept_local(Listener& listener);
    asio::awaitable<void> serve_tls(Listener& listener, tcp::socket socket);
    asio::awaitable<void> serve_plain(Listener& listener, tcp::socket socket);
    asio::awaitable<void> serve_local(Listener& listener, stream_protocol::socket socket);
    template <class Stream>
    asio::awaitable<void> serve(Listener& listener, Stream& stream, const Peer& peer, Connection& connection);
    template <class Stream>
    asio::awaitable<beast::error_code> read(const Listener& listener, Stream& stream, beast::flat_buffer& buffer,
                                            http::request_parser<http::string_body>& parser, int patience_ms);
    template <class Stream>
    asio::awaitable<bool> send(Stream& stream, HttpResponse& answer, unsigned version, bool keep_alive);
    template <class Stream>
    asio::awaitable<void> linger(Stream& stream);
    asio::awaitable<void> work(Listener& listener, Job& job);
    asio::awaitable<void> finish_stop();

    std::vector<std::unique_ptr<Listener>> listeners_;  // outlive io_: connections that are still open end with it
    asio::io_context io_{1};
    asio::signal_set signals_;
    asio::thread_pool pool_;
    int working_ = 0;
    bool stopping_ = false;
};

payment::Status Server::load_tls(Listener& listener) {
    const TlsFiles& files = *listener.endpoint.tls;
    listener.tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    asio::ssl::context& tls = *listener.tls;
    SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_3_VERSION);
    SSL_CTX_set_session_cache_mode(tls.native_handle(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(tls.native_handle(), 0);
    SSL_CTX_set_mode(tls.native_handle(), SSL_MODE_RELEASE_BUFFERS);  // idle connections keep little
    boost::system::error_code error;
    tls.use_certificate_chain_file(files.certificate.string(), error);
    if (!error) tls.use_private_key_file(files.key.string(), asio::ssl::context::pem, error);
    if (!files.authority.empty()) {
        if (!error) tls.load_verify_file(files.authority.string(), error);
        if (!error) tls.set_verify_mode(asio::ssl::verify_peer, error);
        if (!error) tls.set_verify_callback(accept_certificate, error);
    }
    if (error) return fail(ErrorCode::corrupt, "The server's certificate cannot be used: " + error.message() + ".");
    return payment::ok();
}

payment::Status Server::listen_tcp(Listener& listener) {
    const Endpoint& endpoint = listener.endpoint;
    boost::system::error_code error;
    const auto address = asio::ip::make_address(endpoint.host, error);
    if (error) return fail(ErrorCode::invalid_input, endpoint.host + " is not an address to listen on.");
    const tcp::endpoint where(address, static_cast<std::uint16_t>(endpoint.port));
    auto& acceptor = listener.tcp_acceptor.emplace(io_);
    acceptor.open(where.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(where, error);
    if (!error) acceptor.listen(512, error);
    if (error) {
        return fail(ErrorCode::network, "Cannot listen on " + endpoint.host + ":" + std::to_string(endpoint.port) +
                                            ": " + error.message() + "; choose another address or port.");
    }
    return payment::ok();
}

payment::Status Server::listen_local(Listener& listener) {
    const std::string& path = listener.endpoint.host;
    ::unlink(path.c_str());  // the directory's lock proves that nobody listens there
    boost::system::error_code error;
    auto& acceptor = listener.local_acceptor.emplace(io_);
    const mode_t before = ::umask(0077);
    if (path.size() >= 100) error = asio::error::name_too_long;
    if (!error) acceptor.open(stream_protocol(), error);
    if (!error) acceptor.bind(stream_protocol::endpoint(path), error);
    if (!error) acceptor.listen(16, error);
    ::umask(before);
    if (error) return fail(ErrorCode::disk, "Cannot listen on " + path + ": " + error.message() + ".");
    return payment::ok();
}

payment::Status Server::listen(Endpoint endpoint) {
    auto listener = std::make_unique<Listener>();
    listener->endpoint = std::move(endpoint);
    if (listener->endpoint.port < 0) {
        MULIN_TRY_STATUS(listen_local(*listener));
    } else {
        if (listener->endpoint.tls) MULIN_TRY_STATUS(load_tls(*listener));
        MULIN_TRY_STATUS(listen_tcp(*listener));
    }
    listeners_.push_back(std::move(listener));
    return payment::ok();
}

int Server::port(std::size_t endpoint) const {
    return listeners_.at(endpoint)->tcp_acceptor->local_endpoint().port();
}

EndpointCounts Server::counts(std::size_t endpoint) const {
    const Listener& one = *listeners_.at(endpoint);
    return {one.connections, one.accepted, one.turned_away, one.malformed, one.busy, one.waiting};
}

void Server::run() {
    for (auto& listener : listeners_) {
        asio::co_spawn(io_, listener->tcp_acceptor ? accept_tcp(*listener) : accept_local(*listener), asio::detached);
    }
    signals_.async_wait([this](const boost::system::error_code& error, int) {
        if (!error) begin_stop();
    });
    io_.run();
    pool_.join();
}

void Server::begin_stop() {
    if (std::exchange(stopping_, true)) return;
    for (auto& listener : listeners_) {
        boost::system::error_code ignored;
        if (listener->tcp_acceptor) listener->tcp_acceptor->close(ignored);
        if (listener->local_acceptor) listener->local_acceptor->close(ignored);
    }
    asio::co_spawn(io_, finish_stop(), asio::detached);
}

// Answers under way get a few seconds; silent connections get none.
asio::awaitable<void> Server::finish_stop() {
    asio::steady_timer timer(io_);
    for (int i = 0; i < 500 && (working_ > 0 || i < 5); ++i) {
        timer.expires_after(Milliseconds(10));
        co_await timer.async_wait(kAwait);
    }
    io_.stop();
}

asio::awaitable<void> Server::accept_tcp(Listener& listener) {
    while (!stopping_) {
        auto [error, socket] = co_await listener.tcp_acceptor->async_accept(kAwait);
        if (error) {
            if (stopping_) co_return;
            asio::steady_timer pause(io_, Milliseconds(50));  // out of file handles: let some close
            co_await pause.async_wait(kAwait);
            continue;
        }
        ++listener.accepted;
        if (listener.open.size() >= listener.endpoint.max_connections && !make_room(listener)) {
            ++listener.turned_away;
            continue;
        }
        boost::system::error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        auto serving = listener.tls ? serve_tls(listener, std::move(socket)) : serve_plain(listener, std::move(socket));
        asio::co_spawn(io_, std::move(serving), asio::detached);
    }
}

asio::awaitable<void> Server::accept_local(Listener& listener) {
    while (!stopping_) {
        auto [error, socket] = co_await listener.local_acceptor->async_accept(kAwait);
        if (error) co_return;
        asio::co_spawn(io_, serve_local(listener, std::move(socket)), asio::detached);
    }
}

asio::awaitable<void> Server::serve_tls(Listener& listener, tcp::socket socket) {
    std::string address = address_of(socket);
    TlsStream stream(beast::tcp_stream(std::move(socket)), *listener.tls);
    OpenPlace place(listener, [&stream] { beast::get_lowest_layer(stream).close(); });
    beast::get_lowest_layer(stream).expires_after(Milliseconds(kHandshakeTimeoutMs));
    auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, kAwait);
    if (error) co_return;
    const Peer peer = peer_of(stream.native_handle(), std::move(address));
    place.connection().proved = !peer.uri.empty();
    co_await serve(listener, stream, peer, place.connection());
    beast::get_lowest_layer(stream).expires_after(Milliseconds(2'000));
    co_await stream.async_shutdown(kAwait);
}

asio::awaitable<void> Server::serve_plain(Listener& listener, tcp::socket socket) {
    Peer peer;
    peer.address = address_of(socket);
    beast::tcp_stream stream(std::move(socket));
    OpenPlace place(listener, [&stream] { stream.close(); });
    co_await serve(listener, stream, peer, place.connection());
}

asio::awaitable<void> Server::serve_local(Listener& listener, stream_protocol::socket socket) {
    LocalStream stream(std::move(socket));
    OpenPlace place(listener, [&stream] { stream.close(); });
    const Peer nobody;
    co_await serve(listener, stream, nobody, place.connection());
}

// Waits for a worker without holding the thread: the timer never ends by itself.
asio::awaitable<void> Server::work(Listener& listener, Job& job) {
    if (listener.waiting >= listener.endpoint.max_waiting) {
        ++listener.busy;
        job.answer = refusal(503, "busy", "The district is busy; try again in a moment.");
        co_return;
    }
    ++listener.waiting;
    asio::steady_timer done(io_, asio::steady_timer::time_point::max());
    asio::post(pool_, [this, &listener, &job, &done] {
        try {
            job.answer = listener.endpoint.handle(job.request);
        } catch (const std::exception&) {  // of a library, such as no memory: this request ends, not the server
            job.answer = refusal(500, "internal", "The district could not do this; see its log.");
        }
        asio::post(io_, [&done] { done.cancel(); });
    });
    co_await done.async_wait(kAwait);
    --listener.waiting;
}

template <class Stream>
asio::awaitable<bool> Server::send(Stream& stream, HttpResponse& answer, unsigned version, bool keep_alive) {
    const auto response = beast_response(std::move(answer), version, keep_alive);
    beast::get_lowest_layer(stream).expires_after(Milliseconds(kAnswerTimeoutMs));
    auto [error, written] = co_await http::async_write(stream, response, kAwait);
    co_return !error && keep_alive;
}

// Takes in what the client is still sending, so that it reads our answer before the connection ends.
template <class Stream>
asio::awaitable<void> Server::linger(Stream& stream) {
    std::vector<char> sink(64 * 1024);
    beast::get_lowest_layer(stream).expires_after(Milliseconds(3'000));
    std::size_t taken = 0;
    while (taken < kLingerBytes) {
        auto [error, count] = co_await stream.async_read_some(asio::buffer(sink), kAwait);
        if (error) co_return;
        taken += count;
    }
}

// Head, then body, each within its bound.
template <class Stream>
asio::awaitable<beast::error_code> Server::read(const Listener& listener, Stream& stream, beast::flat_buffer& buffer,
                                                http::request_parser<http::string_body>& parser, int patience_ms) {
    parser.header_limit(static_cast<std::uint32_t>(kMaxHeaderBytes));
    parser.body_limit(kMaxAnswerBytes);  // narrowed below, once the address is known
    beast::get_lowest_layer(stream).expires_after(Milliseconds(patience_ms));
    auto [head_error, head_size] = co_await http::async_read_header(stream, buffer, parser, kAwait);
    if (head_error) co_return head_error;
    const auto encoding = parser.get()[http::field::content_encoding];
    if (!encoding.empty() && encoding != "identity") co_return http::make_error_code(http::error::bad_transfer_encoding);
    const auto limit = listener.endpoint.body_limit(std::string_view(parser.get().target()));
    const auto announced = parser.content_length();
    if (announced && *announced > limit) co_return http::make_error_code(http::error::body_limit);
    parser.body_limit(limit);
    beast::get_lowest_layer(stream).expires_after(Milliseconds(kRequestTimeoutMs));
    auto [body_error, body_size] = co_await http::async_read(stream, buffer, parser, kAwait);
    co_return body_error;
}

template <class Stream>
asio::awaitable<void> Server::serve(Listener& listener, Stream& stream, const Peer& peer, Connection& connection) {
    beast::flat_buffer buffer(256 * 1024);
    for (int served = 0; served < kMaxRequestsPerConnection && !stopping_; ++served) {
        http::request_parser<http::string_body> parser;
        const auto error = co_await read(listener, stream, buffer, parser, served == 0 ? kRequestTimeoutMs : kIdleTimeoutMs);
        if (error) {
            if (!is_http_error(error)) co_return;
            ++listener.malformed;
            HttpResponse answer = answer_to(error);
            co_await send(stream, answer, 11, false);
            co_await linger(stream);
            co_return;
        }
        auto message = parser.release();
        const auto version = message.version();
        const bool keep = message.keep_alive();
        Job job{request_from(std::move(message), peer), {}};
        ++working_;
        connection.working = true;
        beast::get_lowest_layer(stream).expires_never();
        co_await work(listener, job);
        const bool go_on = co_await send(stream, job.answer, version, keep && !stopping_);
        connection.working = false;
        --working_;
        if (!go_on) co_return;
    }
}

}  // namespace

payment::Result<std::unique_ptr<HttpServer>> HttpServer::open(std::vector<Endpoint> endpoints, int workers) {
    auto server = std::make_unique<Server>(workers);
    for (Endpoint& endpoint : endpoints) MULIN_TRY_STATUS(server->listen(std::move(endpoint)));
    return std::unique_ptr<HttpServer>(std::move(server));
}

payment::Result<HttpResponse> call_socket_file(const std::filesystem::path& socket, const std::string& target, const std::string& body) {
    asio::io_context io;
    LocalStream stream(io);
    boost::system::error_code error;
    stream.socket().connect(stream_protocol::endpoint(socket.string()), error);
    if (error) return fail(ErrorCode::network, "The district's server does not answer at " + socket.string() + ".", true);
    http::request<http::string_body> request{http::verb::post, target, 11};
    request.set(http::field::host, "localhost");
    request.body() = body;
    request.prepare_payload();
    http::write(stream.socket(), request, error);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);
    if (!error) http::read(stream.socket(), buffer, parser, error);
    if (error) return fail(ErrorCode::network, "The district's server went away: " + error.message() + ".", true);
    auto answer = parser.release();
    return HttpResponse{static_cast<int>(answer.result_int()), "", std::move(answer.body()), {}};
}

}  // namespace mulin::sync::server
