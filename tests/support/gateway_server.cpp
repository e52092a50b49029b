#include "tests/support/gateway_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <optional>

#include "payment/base/check.h"
#include "tests/support/gateway_keys.h"

namespace mulin::tests {
namespace {

constexpr std::size_t kLargestRequest = 1024 * 1024;
constexpr std::size_t kGiant = 100 * 1024 * 1024;

using Context = std::shared_ptr<SSL_CTX>;
using Connection = std::unique_ptr<SSL, decltype(&SSL_free)>;

template <class Read>
auto from_pem(const std::string& text, Read read) {
    BIO* input = BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
    auto* thing = read(input, nullptr, nullptr, nullptr);
    BIO_free(input);
    MULIN_CHECK(thing != nullptr);
    return thing;
}

Context context_for(const Identity& server, const Identity& client_authority) {
    Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    X509* own = from_pem(server.certificate_pem, PEM_read_bio_X509);
    EVP_PKEY* key = from_pem(server.key_pem, PEM_read_bio_PrivateKey);
    X509* authority = from_pem(client_authority.certificate_pem, PEM_read_bio_X509);
    MULIN_CHECK(SSL_CTX_use_certificate(context.get(), own) == 1);
    MULIN_CHECK(SSL_CTX_use_PrivateKey(context.get(), key) == 1);
    MULIN_CHECK(X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority) == 1);
    X509_free(own);
    EVP_PKEY_free(key);
    X509_free(authority);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    return context;
}

std::string common_name(SSL* connection) {
    X509* shown = SSL_get1_peer_certificate(connection);
    if (shown == nullptr) return {};
    char name[128] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, sizeof name);
    X509_free(shown);
    return name;
}

void read_head(GatewayCall& call, const std::string& head) {
    const auto line_end = head.find("\r\n");
    const std::string line = head.substr(0, line_end);
    const auto first = line.find(' '), last = line.rfind(' ');
    if (first == std::string::npos || last <= first) return;
    call.method = line.substr(0, first);
    const std::string target = line.substr(first + 1, last - first - 1);
    const auto mark = std::min(target.find('?'), target.size());
    call.path = target.substr(0, mark);
    call.query = target.substr(std::min(mark + 1, target.size()));
    for (auto at = line_end + 2; at < head.size();) {
        const auto end = std::min(head.find("\r\n", at), head.size());
        const auto colon = head.find(':', at);
        if (colon < end) {
            std::string name = head.substr(at, colon - at);
            std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
            const auto value = std::min(head.find_first_not_of(' ', colon + 1), end);
            call.headers[name] = head.substr(value, end - value);
        }
        at = end + 2;
    }
}

// The whole request; nothing when the caller left in between.
std::optional<GatewayCall> read_call(SSL* connection) {
    std::string data;
    std::size_t head_end = std::string::npos, length = 0;
    GatewayCall call;
    char piece[4096];
    while (data.size() < kLargestRequest) {
        if (head_end == std::string::npos) {
            const auto at = data.find("\r\n\r\n");
            if (at != std::string::npos) {
                head_end = at + 4;
                read_head(call, data.substr(0, at));
                const std::string& text = call.headers["content-length"];
                std::from_chars(text.data(), text.data() + text.size(), length);
            }
        }
        if (head_end != std::string::npos && data.size() >= head_end + length) {
            call.body = data.substr(head_end, length);
            call.certificate_name = common_name(connection);
            call.with_certificate = !call.certificate_name.empty();
            return call;
        }
        const int got = SSL_read(connection, piece, sizeof piece);
        if (got <= 0) return std::nullopt;
        data.append(piece, static_cast<std::size_t>(got));
    }
    return std::nullopt;
}

bool write_all(SSL* connection, std::string_view bytes) {
    return bytes.empty() || SSL_write(connection, bytes.data(), static_cast<int>(bytes.size())) > 0;
}

std::string head_of(const GatewayAnswer& answer, std::size_t length) {
    std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " X\r\nConnection: close\r\n";
    for (const auto& [name, value] : answer.headers) head += name + ": " + value + "\r\n";
    return head + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

void close_well(SSL* connection, int socket) {
    SSL_shutdown(connection);
    ::shutdown(socket, SHUT_WR);
}

}  // namespace

struct GatewayServer::Tls {
    Context own = context_for(gateway_trust().server, gateway_trust().authority);
    Context stranger = context_for(gateway_trust().stranger_server, gateway_trust().authority);
};

GatewayServer::GatewayServer(Handler handler) : handler_(std::move(handler)), tls_(std::make_unique<Tls>()) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    MULIN_CHECK(listener_ >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    MULIN_CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    MULIN_CHECK(::listen(listener_, 64) == 0);
    socklen_t size = sizeof address;
    MULIN_CHECK(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    listener_thread_ = std::thread([this] { listen_loop(); });
}

GatewayServer::~GatewayServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    listener_thread_.join();
    ::close(listener_);
    {
        const std::lock_guard lock(mutex_);
        for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    stopped_.notify_all();
    for (auto& worker : workers_) worker.join();
}

std::string GatewayServer::url() const { return "https://127.0.0.1:" + std::to_string(port_); }

void GatewayServer::listen_loop() {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);  // inherited by the workers
    while (!stopping_) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) continue;
        ++accepted_;
        if (broken_ > 0 && whole_first_-- <= 0) {
            --broken_;
            ::close(socket);
            continue;
        }
        const std::lock_guard lock(mutex_);
        open_.push_back(socket);
        workers_.emplace_back([this, socket] { serve(socket); });
    }
}

void GatewayServer::wait_ms(std::int64_t ms) {
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping_.load(); });
}

void GatewayServer::serve(int socket) {
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    {
        const Connection connection(SSL_new(stranger_ ? tls_->stranger.get() : tls_->own.get()), SSL_free);
        SSL_set_fd(connection.get(), socket);
        if (SSL_accept(connection.get()) == 1) {
            if (const auto call = read_call(connection.get())) {
                GatewayAnswer answer;
                {
                    const std::lock_guard one_at_a_time(handling_);
                    answer = handler_(*call);
                }
                deliver(connection.get(), socket, answer);
            }
        }
        ERR_clear_error();
    }
    const std::lock_guard lock(mutex_);
    open_.erase(std::find(open_.begin(), open_.end(), socket));
    ::close(socket);
}

void GatewayServer::deliver(SSL* connection, int socket, const GatewayAnswer& answer) {
    switch (answer.delivery) {
        case Delivery::none:
            return;
        case Delivery::silence:
            return wait_ms(60'000);
        case Delivery::garbage:
            write_all(connection, "\x16\x03\x01 this is no HTTP \xff\xfe\r\n\r\n\r\n");
            return close_well(connection, socket);
        case Delivery::cut_off:
            write_all(connection, head_of(answer, answer.body.size()) + answer.body.substr(0, answer.body.size() / 2));
            return;
        case Delivery::after_deadline:
            wait_ms(answer.delay_ms);
            break;
        case Delivery::drip:
            for (const char c : head_of(answer, answer.body.size()) + answer.body) {
                if (stopping_ || !write_all(connection, std::string_view(&c, 1))) return;
                wait_ms(100);
            }
            return close_well(connection, socket);
        case Delivery::giant: {
            const std::string block(64 * 1024, ' ');
            if (!write_all(connection, head_of(answer, kGiant))) return;
            for (std::size_t sent = 0; sent < kGiant && !stopping_; sent += block.size())
                if (!write_all(connection, block)) return;
            return close_well(connection, socket);
        }
        case Delivery::whole:
            break;
    }
    write_all(connection, head_of(answer, answer.body.size()) + answer.body);
    close_well(connection, socket);
}

}  // namespace mulin::tests
