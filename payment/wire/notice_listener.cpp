#include "payment/wire/notice_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

namespace mulin::payment {
namespace {

constexpr int kSliceMs = 100;
constexpr std::string_view kLength = "content-length:";

// The body of a POST, or the status to answer instead.
struct Posted {
    int status = 400;
    std::string body;
};

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

// What the head says of the body; none: nothing that could be read.
std::optional<std::size_t> length_of_body(const std::string& head) {
    const auto at = head.find("\r\n" + std::string(kLength));
    if (at == std::string::npos) return std::nullopt;
    auto from = head.data() + at + 2 + kLength.size();
    const auto end = head.data() + head.size();
    while (from < end && *from == ' ') ++from;
    std::size_t length = 0;
    const auto [behind, error] = std::from_chars(from, end, length);
    return error == std::errc() && behind < end && *behind == '\r' ? std::optional(length) : std::nullopt;
}

// Reads until it is whole, too long, or the patience is over. `stop` ends it soon.
Posted read_post(int connection, const std::atomic<bool>& stop) {
    std::string data;
    std::size_t head_end = std::string::npos;
    std::size_t length = 0;
    for (int waited = 0; waited < NoticeListener::kPatienceMs && !stop;) {
        pollfd one{connection, POLLIN, 0};
        const int ready = ::poll(&one, 1, kSliceMs);
        waited += ready > 0 ? 1 : kSliceMs;
        if (ready <= 0) continue;
        char piece[4096];
        const auto got = ::recv(connection, piece, sizeof piece, 0);
        if (got <= 0) return {};
        data.append(piece, static_cast<std::size_t>(got));
        if (data.size() > NoticeListener::kMostBytes) return {413, ""};
        if (head_end == std::string::npos && (head_end = data.find("\r\n\r\n")) != std::string::npos) {
            const std::string head = lower(std::string_view(data).substr(0, head_end + 2));
            if (!head.starts_with("post ")) return {405, ""};
            const auto told = length_of_body(head);
            if (!told) return {411, ""};
            if (*told > NoticeListener::kMostBytes) return {413, ""};
            length = *told;
        }
        if (head_end != std::string::npos && data.size() >= head_end + 4 + length) return {200, data.substr(head_end + 4, length)};
    }
    return {408, ""};
}

void answer(int connection, int status, const std::string& body) {
    const std::string text = "HTTP/1.1 " + std::to_string(status) + (status == 200 ? " OK" : " Refused") +
                             "\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    (void)::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    ::shutdown(connection, SHUT_WR);
}

}  // namespace

Result<int> NoticeListener::port_of(const std::string& address) {
    constexpr std::string_view kLoopback = "127.0.0.1:";
    int port = -1;
    if (address.starts_with(kLoopback)) {
        const auto end = address.data() + address.size();
        const auto [behind, error] = std::from_chars(address.data() + kLoopback.size(), end, port);
        if (error != std::errc() || behind != end) port = -1;
    }
    if (port < 0 || port > 65535)
        return fail(ErrorCode::invalid_input, "\"" + address + "\" is no address for notices; write one like 127.0.0.1:8421.");
    return port;
}

NoticeListener::~NoticeListener() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    if (listener_ >= 0) ::close(listener_);
}

bool NoticeListener::listen() {
    if (listener_ >= 0) return true;
    const int opened = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (opened < 0) return false;
    const int yes = 1;
    ::setsockopt(opened, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    socklen_t size = sizeof address;
    if (::bind(opened, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(opened, 8) != 0 ||
        ::getsockname(opened, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        ::close(opened);
        return false;
    }
    port_ = ntohs(address.sin_port);
    listener_ = opened;
    thread_ = std::thread([this] { serve(); });
    return true;
}

void NoticeListener::serve() {
    while (!stop_) {
        pollfd one{listener_, POLLIN, 0};
        if (::poll(&one, 1, kSliceMs) <= 0) continue;
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) continue;
        talk(connection);
        ::close(connection);
    }
}

void NoticeListener::talk(int connection) {
    const Posted posted = read_post(connection, stop_);
    answer(connection, posted.status, posted.status == 200 ? read_(posted.body) : "");
    // What a caller still sends is read, or the kernel would take back the answer with a reset.
    char rest[4096];
    for (int i = 0; i < 64; ++i) {
        pollfd one{connection, POLLIN, 0};
        if (::poll(&one, 1, kSliceMs) <= 0 || ::recv(connection, rest, sizeof rest, 0) <= 0) return;
    }
}

void NoticeHints::add(const std::string& order) {
    {
        const std::lock_guard lock(mutex_);
        if (orders_.size() >= kMost) orders_.erase(orders_.begin());  // of payments that nobody asks about
        orders_.insert(order);
    }
    named_.notify_all();
}

void NoticeHints::drop(const std::string& order) {
    const std::lock_guard lock(mutex_);
    orders_.erase(order);
}

bool NoticeHints::wait(const std::string& order, std::int64_t most_ms) {
    std::unique_lock lock(mutex_);
    named_.wait_for(lock, std::chrono::milliseconds(most_ms), [&] { return orders_.contains(order); });
    return orders_.erase(order) > 0;
}

}  // namespace mulin::payment
