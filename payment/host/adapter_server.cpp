#include "payment/host/adapter_server.h"

#include <sys/socket.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "payment/host/envelope.h"
#include "payment/host/frame.h"
#include "payment/host/payload.h"

namespace mulin::payment::host {
namespace {

constexpr std::int64_t kWriteMs = 30'000;
constexpr int kRefused = -32001;
constexpr int kNoSuchMethod = -32601;
constexpr int kBadParams = -32602;

class Server {
  public:
    Server(int socket, const ServedAdapter& served, const Clock& clock) : socket_(socket), served_(served), clock_(clock) {}

    bool serve() {
        std::thread reader([this] { read_all(); });
        while (const auto request = next()) handle(*request);
        // Wakes the reader where the end came from this side.
        ::shutdown(socket_, SHUT_RDWR);
        reader.join();
        return orderly_;
    }

  private:
    void read_all() {
        FrameReader reader(socket_);
        std::string line;
        while (reader.next(line, clock_, std::nullopt) == ReadEnd::line) {
            auto envelope = parse_envelope(line);
            if (!envelope || envelope->method.empty()) break;
            if (envelope->method == method::kCancel) {
                cancel(envelope->body);
            } else {
                push(std::move(*envelope));
            }
        }
        const std::lock_guard lock(mutex_);
        ended_ = true;
        arrived_.notify_one();
    }

    void push(Envelope envelope) {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(envelope));
        arrived_.notify_one();
    }

    void cancel(const std::string& body) {
        const auto attempt = decode_cancel(body);
        const std::lock_guard lock(mutex_);
        if (attempt && adapter_) adapter_->cancel(AttemptId(*attempt));
    }

    std::optional<Envelope> next() {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
        if (waiting_.empty()) return std::nullopt;
        Envelope envelope = std::move(waiting_.front());
        waiting_.pop_front();
        if (envelope.method != method::kShutdown) return envelope;
        orderly_ = true;
        return std::nullopt;
    }

    void write(const std::string& text) {
        const std::lock_guard lock(writing_);
        (void)write_frame(socket_, text, clock_, {clock_.monotonic().ms + kWriteMs});
    }

    void refuse(const Envelope& request, int code, const std::string& message) {
        if (request.id) write(error_text(request.id, code, message));
    }

    // Decodes, lets the adapter work, and answers with what it says.
    template <class About, class Work>
    void answer(const Envelope& request, const Result<About>& about, Work work) {
        if (!adapter_) return refuse(request, kRefused, "Say hello first.");
        if (!about) return refuse(request, kBadParams, about.error().message);
        const std::string body = work(*about);
        if (request.id) write(answer_text(*request.id, body));
    }

    void handle(const Envelope& request) {
        if (request.method == method::kHello) return greet(request);
        if (request.method == method::kStart)
            return answer(request, decode_request(request.body), [this](AttemptRequest about) { return start(std::move(about)); });
        if (request.method == method::kQuery)
            return answer(request, decode_about_attempt(request.body), [this](const AboutAttempt& about) {
                return encode(EchoedResult{adapter_->query(about.attempt), echo(about.attempt.id, about.attempt.amount)});
            });
        if (request.method == method::kReverse)
            return answer(request, decode_about_attempt(request.body),
                          [this](const AboutAttempt& about) { return encode(adapter_->reverse(about.attempt)); });
        if (request.method == method::kRefund)
            return answer(request, decode_about_refund(request.body),
                          [this](const AboutRefund& about) { return encode(adapter_->refund(about.paid, about.request)); });
        if (request.method == method::kRefundQuery)
            return answer(request, decode_about_refund(request.body),
                          [this](const AboutRefund& about) { return encode(adapter_->refund_query(about.paid, about.request)); });
        refuse(request, kNoSuchMethod, "This adapter does not know " + request.method + ".");
    }

    // The adapter has checked that the channel's answer is about this attempt; that is what it vouches for.
    static Echo echo(const AttemptId& id, Money amount) { return {id.text(), amount.in_fen(), "CNY"}; }

    std::string start(AttemptRequest about) {
        about.progress = [this, id = about.id.text()](const Progress& progress) {
            write(notification_text(method::kProgress, encode(ProgressOf{id, progress})));
        };
        return encode(EchoedResult{adapter_->start(about), echo(about.id, about.amount)});
    }

    void greet(const Envelope& request) {
        const auto hello = decode_hello(request.body);
        if (!hello) return refuse(request, kBadParams, hello.error().message);
        if (hello->least > kProtocol || hello->most < kProtocol)
            return refuse(request, kRefused, "This adapter speaks protocol " + std::to_string(kProtocol) + ".");
        auto made = served_.make(hello->settings);
        if (!made) return refuse(request, kRefused, made.error().message);
        {
            const std::lock_guard lock(mutex_);
            adapter_ = std::move(*made);
        }
        Welcome welcome{kProtocol, served_.name, served_.version, adapter_->capabilities()};
        if (request.id) write(answer_text(*request.id, encode(welcome)));
    }

    int socket_;
    const ServedAdapter& served_;
    const Clock& clock_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Envelope> waiting_;
    bool ended_ = false;
    bool orderly_ = false;
    std::mutex writing_;
    std::unique_ptr<Adapter> adapter_;
};

}  // namespace

bool serve_adapter(int socket, const ServedAdapter& served, const Clock& clock) {
    return Server(socket, served, clock).serve();
}

}  // namespace mulin::payment::host
