#include "tests/support/zvt_peer.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "payment/card_terminal/serial_frame.h"

namespace mulin::testing {

using payment::zvt::Apdu;
using payment::zvt::Bytes;
using payment::zvt::encode;

bool ZvtPeer::send_raw(const Bytes& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size() && !stop_ && !gone_) {
        // A socket that is gone says so; it does not end the program. A pseudo-terminal is no socket.
        auto n = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == ENOTSOCK) n = ::write(fd_, bytes.data() + sent, bytes.size() - sent);
        if (n > 0) sent += static_cast<std::size_t>(n);
        else if (errno == EAGAIN) sleep_ms(2);
        else gone_ = true;
    }
    return sent == bytes.size();
}

void ZvtPeer::sleep_ms(int ms) {
    for (; ms > 0 && !stop_; ms -= 10) ::usleep(static_cast<useconds_t>(std::min(ms, 10)) * 1000);
}

bool ZvtPeer::tell(const Apdu& apdu) {
    if (!send(apdu)) return false;
    for (int i = 0; i < 20; ++i) {
        const auto answer = receive(500);
        if (!answer) return false;
        if (answer->cls == 0x80) return true;
        if (answer->is(0x06, 0xB0)) pending_abort = true;
    }
    return false;
}

Bytes ZvtPeer::read(int wait_ms) {
    for (; wait_ms > 0 && !stop_ && !gone_; wait_ms -= 10) {
        pollfd one{fd_, POLLIN, 0};
        if (::poll(&one, 1, std::min(wait_ms, 10)) <= 0) continue;
        Bytes bytes(1024);
        const auto n = ::read(fd_, bytes.data(), bytes.size());
        if (n <= 0) {
            gone_ = true;
            return {};
        }
        bytes.resize(static_cast<std::size_t>(n));
        return bytes;
    }
    return {};
}

namespace {

class TcpPeer final : public ZvtPeer {
  public:
    using ZvtPeer::ZvtPeer;
    bool send(const Apdu& apdu) override { return send_raw(encode(apdu)); }
    std::optional<Apdu> receive(int wait_ms) override {
        for (;;) {
            auto parsed = payment::zvt::parse_front(pending_);
            if (parsed.kind == payment::zvt::Parsed::Kind::whole) {
                pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(parsed.used));
                return parsed.apdu;
            }
            const auto more = read(wait_ms);
            if (more.empty()) return std::nullopt;
            pending_.insert(pending_.end(), more.begin(), more.end());
        }
    }

  private:
    Bytes pending_;
};

class SerialPeer final : public ZvtPeer {
  public:
    using ZvtPeer::ZvtPeer;
    bool send(const Apdu& apdu) override {
        for (int i = 0; i < 3; ++i) {
            if (!send_raw(payment::zvt::frame(encode(apdu)))) return false;
            for (;;) {
                const auto event = next(300);
                if (event == Event::ack) return true;
                if (event != Event::whole) break;
                keep();
            }
        }
        return false;
    }
    std::optional<Apdu> receive(int wait_ms) override {
        while (kept_.empty()) {
            const auto event = next(wait_ms);
            if (event == Event::none) return std::nullopt;
            if (event == Event::damaged) send_raw({payment::zvt::kNak});
            if (event == Event::whole) keep();
        }
        const Apdu first = kept_.front();
        kept_.erase(kept_.begin());
        return first;
    }

  private:
    using Event = payment::zvt::FrameReader::Event;
    void keep() {
        send_raw({payment::zvt::kAck});
        if (const auto apdu = payment::zvt::parse_whole(reader_.apdu())) kept_.push_back(*apdu);
    }
    Event next(int wait_ms) {
        for (;;) {
            while (at_ < read_.size()) {
                const auto event = reader_.take(read_[at_++]);
                if (event != Event::none) return event;
            }
            read_ = read(wait_ms);
            at_ = 0;
            if (read_.empty()) return Event::none;
        }
    }
    payment::zvt::FrameReader reader_;
    Bytes read_;
    std::size_t at_ = 0;
    std::vector<Apdu> kept_;
};

}  // namespace

std::unique_ptr<ZvtPeer> zvt_tcp_peer(int fd, const std::atomic<bool>& stop) { return std::make_unique<TcpPeer>(fd, stop); }

std::unique_ptr<ZvtPeer> zvt_serial_peer(int fd, const std::atomic<bool>& stop) { return std::make_unique<SerialPeer>(fd, stop); }

}  // namespace mulin::testing
