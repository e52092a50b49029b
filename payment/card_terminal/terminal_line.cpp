#include "payment/card_terminal/terminal_line.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>

#include "payment/card_terminal/serial_frame.h"

namespace mulin::payment::zvt {
namespace {

constexpr std::int64_t kSliceMs = 20;  // how soon a stop is noticed

// A descriptor with waits that end.
class Descriptor {
  public:
    Descriptor(int fd, const std::atomic<bool>& stop) : fd_(fd), stop_(stop) {}
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int fd() const { return fd_; }
    // About how long all waits took together: what is ready at once counts a little, so that even bytes
    // that come quickly, one by one, add up.
    std::int64_t waited_ms() const { return waited_ms_; }

    // True when readable (or writable); false when the time is over.
    Result<bool> wait(short events, std::int64_t wait_ms) {
        for (std::int64_t left = std::max<std::int64_t>(wait_ms, 0);; left -= kSliceMs) {
            if (stop_) return fail(ErrorCode::network, "The card terminal is being left.", true);
            pollfd one{fd_, events, 0};
            const int ready = ::poll(&one, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, kSliceMs)));
            waited_ms_ += ready > 0 ? 1 : std::clamp<std::int64_t>(left, 0, kSliceMs);
            if (ready > 0) return true;
            if (ready < 0 && errno != EINTR) return lost();
            if (left <= kSliceMs) return false;
        }
    }

    // Sends all of it. refused when not one byte went.
    Status write(View bytes, std::int64_t wait_ms) {
        std::size_t sent = 0;
        while (sent < bytes.size()) {
            const auto ready = wait(POLLOUT, wait_ms);
            const ssize_t n = ready && *ready ? write_some(bytes.subspan(sent)) : -1;
            if (n < 0 && errno == EAGAIN && ready && *ready) continue;
            if (n <= 0) {
                return fail(sent == 0 ? ErrorCode::refused : ErrorCode::network,
                            "The card terminal takes nothing; check its cable.", true);
            }
            sent += static_cast<std::size_t>(n);
        }
        return ok();
    }

    // What is there, at least one byte; timeout without.
    Result<Bytes> read(std::size_t most, std::int64_t wait_ms) {
        MULIN_TRY(const bool ready, wait(POLLIN, wait_ms));
        if (!ready) return fail(ErrorCode::timeout, "The card terminal is silent.", true);
        Bytes bytes(most);
        const ssize_t n = ::read(fd_, bytes.data(), bytes.size());
        if (n <= 0) return lost();
        bytes.resize(static_cast<std::size_t>(n));
        return bytes;
    }

  private:
    ssize_t write_some(View bytes) {
        const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n >= 0 || errno != ENOTSOCK) return n;
        return ::write(fd_, bytes.data(), bytes.size());
    }
    static tl::unexpected<Error> lost() {
        return fail(ErrorCode::network, "The connection to the card terminal broke.", true);
    }
    int fd_;
    const std::atomic<bool>& stop_;
    std::int64_t waited_ms_ = 0;
};

class TcpLine final : public TerminalLine {
  public:
    TcpLine(int fd, const std::atomic<bool>& stop, const Timings& timings) : line_(fd, stop), timings_(timings) {}

    Status send(const Apdu& apdu) override { return line_.write(encode(apdu), timings_.t3_ms); }

    Result<Apdu> receive(std::int64_t wait_ms) override {
        for (;;) {
            auto parsed = parse_front(pending_);
            if (parsed.kind == Parsed::Kind::wrong) {
                return fail(ErrorCode::peer, "The card terminal sends something that is no ZVT.");
            }
            if (parsed.kind == Parsed::Kind::whole) {
                pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(parsed.used));
                return std::move(parsed.apdu);
            }
            // Once an APDU has begun, the rest must follow soon, and not in drops.
            const bool begins = pending_.empty();
            if (!begins && line_.waited_ms() - begun_ms_ > timings_.t2_ms)
                return fail(ErrorCode::timeout, "The card terminal does not finish what it says.", true);
            MULIN_TRY(const auto more, line_.read(2048, begins ? wait_ms : timings_.t3_ms));
            if (begins) begun_ms_ = line_.waited_ms();
            pending_.insert(pending_.end(), more.begin(), more.end());
        }
    }

  private:
    Descriptor line_;
    Timings timings_;
    Bytes pending_;
    std::int64_t begun_ms_ = 0;  // by the line's waiting time
};

class SerialLine final : public TerminalLine {
  public:
    SerialLine(int fd, const std::atomic<bool>& stop, const Timings& timings) : line_(fd, stop), timings_(timings) {}

    Status send(const Apdu& apdu) override {
        const Bytes bytes = frame(encode(apdu));
        std::int64_t left_ms = timings_.t2_ms;
        for (int tried = 0; tried < timings_.repeats && left_ms > 0; ++tried) {
            if (auto sent = line_.write(bytes, timings_.t3_ms); !sent) {
                // A repeat that does not go leaves the first one out there.
                if (tried > 0) sent.error().code = ErrorCode::network;
                return sent;
            }
            MULIN_TRY(const bool acknowledged, wait_for_ack());
            if (acknowledged) return ok();
            left_ms -= timings_.t3_ms;
        }
        return fail(ErrorCode::timeout, "The card terminal does not acknowledge; check its cable.", true);
    }

    Result<Apdu> receive(std::int64_t wait_ms) override {
        for (int damaged = 0; crossed_.empty() && damaged <= timings_.repeats;) {
            MULIN_TRY(const auto event, next(wait_ms));
            if (event == FrameReader::Event::damaged) {
                ++damaged;
                MULIN_TRY_STATUS(answer(kNak));
            } else if (event == FrameReader::Event::whole) {
                MULIN_TRY_STATUS(keep());
            }
        }
        if (!crossed_.empty()) {
            Apdu first = std::move(crossed_.front());
            crossed_.pop_front();
            return first;
        }
        return fail(ErrorCode::peer, "What the card terminal sends is damaged; check its cable.", true);
    }

  private:
    // True on ACK, false on NAK and silence. Frames that cross ours are kept for later; a terminal that
    // only talks is no more use than a silent one.
    Result<bool> wait_for_ack() {
        for (std::size_t crossing = 0; crossing <= kMaxCrossing; ++crossing) {
            const auto event = next(timings_.t3_ms);
            if (!event && event.error().code == ErrorCode::timeout) return false;
            if (!event) return tl::make_unexpected(event.error());
            if (*event == FrameReader::Event::ack) return true;
            if (*event == FrameReader::Event::nak || *event == FrameReader::Event::damaged) return false;
            MULIN_TRY_STATUS(keep());
        }
        return false;
    }

    // Takes the frame that has just come.
    Status keep() {
        MULIN_TRY_STATUS(answer(kAck));
        auto apdu = parse_whole(reader_.apdu());
        if (!apdu) return fail(ErrorCode::peer, "The card terminal sends something that is no ZVT.");
        if (crossed_.size() < kMaxCrossing) crossed_.push_back(std::move(*apdu));
        return ok();
    }

    // The next event that means something.
    Result<FrameReader::Event> next(std::int64_t wait_ms) {
        for (;;) {
            while (at_ < read_.size()) {
                const auto event = reader_.take(read_[at_++]);
                if (event != FrameReader::Event::none) return event;
            }
            const bool begins = !reader_.inside();
            const bool endless = !begins && line_.waited_ms() - begun_ms_ > timings_.t2_ms;
            auto more = line_.read(512, begins ? wait_ms : timings_.t1_ms);
            if (!begins && (endless || (!more && more.error().code == ErrorCode::timeout))) {
                reader_.reset();
                return FrameReader::Event::damaged;
            }
            if (!more) return tl::make_unexpected(more.error());
            if (begins) begun_ms_ = line_.waited_ms();
            read_ = std::move(*more);
            at_ = 0;
        }
    }

    Status answer(std::uint8_t byte) {
        auto sent = line_.write(View(&byte, 1), timings_.t3_ms);
        if (!sent) sent.error().code = ErrorCode::network;
        return sent;
    }

    static constexpr std::size_t kMaxCrossing = 16;
    Descriptor line_;
    Timings timings_;
    FrameReader reader_;
    std::deque<Apdu> crossed_;
    Bytes read_;
    std::size_t at_ = 0;
    std::int64_t begun_ms_ = 0;  // of the frame, by the line's waiting time
};

tl::unexpected<Error> unreachable(const std::string& where) {
    return fail(ErrorCode::refused, "The card terminal at " + where + " cannot be reached; check that it is on.", true);
}

Result<std::unique_ptr<TerminalLine>> open_tcp(const LineSettings& settings, const std::atomic<bool>& stop) {
    const std::string where = settings.host + ":" + std::to_string(settings.port);
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(settings.host.c_str(), std::to_string(settings.port).c_str(), &wanted, &found) != 0) {
        return unreachable(where);
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
    const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return unreachable(where);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto line = std::make_unique<TcpLine>(fd, stop, settings.timings);
    if (::connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
        pollfd one{fd, POLLOUT, 0};
        int problem = errno == EINPROGRESS ? 0 : errno;
        socklen_t size = sizeof problem;
        if (problem != 0 || ::poll(&one, 1, static_cast<int>(settings.timings.connect_ms)) != 1 ||
            ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size) != 0 || problem != 0) {
            return unreachable(where);
        }
    }
    return line;
}

speed_t speed_of(std::int64_t baud) {
    switch (baud) {
        case 19'200: return B19200;
        case 38'400: return B38400;
        case 57'600: return B57600;
        case 115'200: return B115200;
        default: return B9600;
    }
}

Result<std::unique_ptr<TerminalLine>> open_serial(const LineSettings& settings, const std::atomic<bool>& stop) {
    const int fd = ::open(settings.device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return unreachable(settings.device);
    auto line = std::make_unique<SerialLine>(fd, stop, settings.timings);
    termios mode{};
    if (::tcgetattr(fd, &mode) != 0) return unreachable(settings.device);
    ::cfmakeraw(&mode);
    mode.c_cflag |= CSTOPB | CLOCAL | CREAD;
    ::cfsetspeed(&mode, speed_of(settings.baud));
    if (::tcsetattr(fd, TCSANOW, &mode) != 0) return unreachable(settings.device);
    return line;
}

}  // namespace

Result<std::unique_ptr<TerminalLine>> open_line(const LineSettings& settings, const std::atomic<bool>& stop) {
    return settings.host.empty() ? open_serial(settings, stop) : open_tcp(settings, stop);
}

}  // namespace mulin::payment::zvt
