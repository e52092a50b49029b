#pragma once
// NoticeListener: where a channel's notices (webhooks) arrive, for an adapter that has an address for them:
// small HTTP POSTs on loopback, one after the other. Whoever stands in front of it (a reverse proxy, a tunnel of
// the acquirer) ends TLS; nothing is believed because of the road it took, only by the notice's own signature,
// and even then a notice is no more than a reason to ask the channel at once. It knows no channel and no payment.
//
// Threads: one of its own, which calls `read`; it is joined before this goes. Nothing ever waits for a notice
// that does not come, and an address that is taken by somebody else is no error: it is tried again by listen().

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "payment/base/result.h"

namespace mulin::payment {

class NoticeListener {
  public:
    static constexpr std::size_t kMostBytes = 64 * 1024;
    static constexpr int kPatienceMs = 3'000;  // for one notice, from its connection to its last byte

    // The channel's answer to a notice with this body.
    using Read = std::function<std::string(std::string_view body)>;
    // "127.0.0.1:8421"; 0 for any port. Refused when it is not a loopback address.
    static Result<int> port_of(const std::string& address);

    NoticeListener(int port, Read read) : port_(port), read_(std::move(read)) {}
    ~NoticeListener();
    NoticeListener(const NoticeListener&) = delete;
    NoticeListener& operator=(const NoticeListener&) = delete;

    // True once it listens; false while the port is taken.
    bool listen();
    int port() const { return port_; }

  private:
    void serve();
    void talk(int connection);

    int port_;
    Read read_;
    int listener_ = -1;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

// Orders that notices named, until somebody has asked about them. Any thread.
class NoticeHints {
  public:
    void add(const std::string& order);
    void drop(const std::string& order);
    // True when the order was named, at once or within this time; it is then dropped.
    bool wait(const std::string& order, std::int64_t most_ms);

  private:
    static constexpr std::size_t kMost = 64;
    std::mutex mutex_;
    std::condition_variable named_;
    std::set<std::string> orders_;
};

}  // namespace mulin::payment
