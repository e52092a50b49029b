#pragma once
// A gateway's HTTPS front on loopback, for simulators: one request per connection, TLS by the tests' own
// authority (gateway_keys.h), client certificates asked for and reported. It knows no payments; a
// simulator gives it a handler and says how each answer travels: whole, never, late, in drips, cut off,
// or without end.
//
// Threads: its own; the handler is called from them, one call at a time. Real time passes only where a
// delivery asks for it, and ends at once when the server is destroyed.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

struct ssl_st;

namespace mulin::tests {

struct GatewayCall {
    std::string method;
    std::string path;   // without query
    std::string query;  // behind '?', raw
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
    bool with_certificate = false;   // a client certificate of the right authority was shown
    std::string certificate_name;    // its common name
};

enum class Delivery {
    whole,
    none,       // the connection closes without a byte
    cut_off,    // half of the body, though the length promised more
    drip,       // one byte every 100 ms
    after_deadline,  // whole, but only after `delay_ms`
    giant,      // a proper head, then bytes until 100 MB are sent or the caller leaves
    garbage,    // bytes that are no HTTP
    silence,    // nothing for as long as the caller waits
};

struct GatewayAnswer {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    Delivery delivery = Delivery::whole;
    int delay_ms = 30'000;  // for after_deadline
};

class GatewayServer {
  public:
    using Handler = std::function<GatewayAnswer(const GatewayCall&)>;

    // Listens on a free port of 127.0.0.1 when it returns.
    explicit GatewayServer(Handler handler);
    ~GatewayServer();
    GatewayServer(const GatewayServer&) = delete;
    GatewayServer& operator=(const GatewayServer&) = delete;

    std::string url() const;  // "https://127.0.0.1:port"
    // The next so many connections are closed before TLS is there.
    void break_handshakes(int count, int after = 0) {
        whole_first_ = after;
        broken_ = count;
    }
    // From now on the server shows a certificate of the stranger's authority.
    void be_a_stranger() { stranger_ = true; }
    int connections() const { return accepted_; }

  private:
    struct Tls;
    void listen_loop();
    void serve(int socket);
    void deliver(ssl_st* connection, int socket, const GatewayAnswer& answer);
    void wait_ms(std::int64_t ms);

    Handler handler_;
    std::unique_ptr<Tls> tls_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> broken_{0}, whole_first_{0};
    std::atomic<bool> stranger_{false};
    std::atomic<bool> stopping_{false};
    std::atomic<int> accepted_{0};
    std::mutex handling_;
    std::mutex mutex_;  // of what follows
    std::condition_variable stopped_;
    std::vector<std::thread> workers_;
    std::vector<int> open_;
    std::thread listener_thread_;
};

}  // namespace mulin::tests
