#include "pos/device/printer_link.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

namespace mulin::pos {
namespace {

using payment::ErrorCode;
using payment::fail;
using payment::Status;

// DLE EOT n, answered with one byte in which these bits are fixed.
constexpr char kAskOffline = 2;
constexpr char kAskPaper = 4;
constexpr std::uint8_t kFixedMask = 0x93, kFixedBits = 0x12;
constexpr std::uint8_t kCoverOpen = 0x04, kOutOfPaper = 0x60;
constexpr int kAnswerMs = 300;

class Link {
  public:
    Link(const std::filesystem::path& device, int deadline_ms) : name_(device.string()), deadline_ms_(deadline_ms) {}
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    ~Link() {
        if (fd_ >= 0) ::close(fd_);
    }

    Status open();
    Status send(const std::string& bytes);
    // Refuses when the printer says that it cannot print; no answer is no refusal.
    Status check_state();
    bool answers() const { return answers_; }

  private:
    std::optional<std::uint8_t> ask(char which);
    Status trouble(ErrorCode code, const std::string& what) const {
        return fail(code, "The printer " + name_ + " " + what, true);
    }

    std::string name_;
    int deadline_ms_;
    int fd_ = -1;
    bool can_answer_ = false;
    bool answers_ = false;
};

Status Link::open() {
    struct stat about {};
    can_answer_ = ::stat(name_.c_str(), &about) == 0 && S_ISCHR(about.st_mode);
    const int flags = O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    if (can_answer_) fd_ = ::open(name_.c_str(), O_RDWR | flags);
    if (fd_ < 0) {
        can_answer_ = false;
        fd_ = ::open(name_.c_str(), O_WRONLY | flags);
    }
    if (fd_ < 0)
        return trouble(ErrorCode::not_found, std::string("cannot be opened (") + std::strerror(errno) + "); switch it on.");
    termios line{};
    if (::tcgetattr(fd_, &line) == 0) {  // a serial line must not change the bytes
        ::cfmakeraw(&line);
        ::tcsetattr(fd_, TCSANOW, &line);
    }
    return payment::ok();
}

Status Link::send(const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
        const ssize_t n = ::write(fd_, bytes.data() + sent, bytes.size() - sent);
        if (n > 0) {
            sent += static_cast<std::size_t>(n);
            continue;
        }
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno != EAGAIN)
            return trouble(ErrorCode::disk, std::string("failed (") + std::strerror(errno) + "); check it.");
        pollfd waiting{fd_, POLLOUT, 0};
        if (::poll(&waiting, 1, deadline_ms_) == 0)
            return trouble(ErrorCode::timeout, "takes nothing; check its paper and cover.");
    }
    return payment::ok();
}

std::optional<std::uint8_t> Link::ask(char which) {
    if (!can_answer_) return std::nullopt;
    if (!send(std::string("\x10\x04", 2) + which)) return std::nullopt;
    pollfd waiting{fd_, POLLIN, 0};
    std::uint8_t answer = 0;
    if (::poll(&waiting, 1, kAnswerMs) != 1 || ::read(fd_, &answer, 1) != 1) return std::nullopt;
    if ((answer & kFixedMask) != kFixedBits) return std::nullopt;
    return answer;
}

Status Link::check_state() {
    const auto offline = ask(kAskOffline);
    answers_ = offline.has_value();
    if (!offline) return payment::ok();
    if ((*offline & kCoverOpen) != 0) return trouble(ErrorCode::refused, "has its cover open; close it, then print again.");
    const auto paper = ask(kAskPaper);
    if (paper && (*paper & kOutOfPaper) != 0)
        return trouble(ErrorCode::refused, "is out of paper; put in a new roll, then print again.");
    return payment::ok();
}

}  // namespace

Status send_to_printer(const std::filesystem::path& device, const std::string& bytes, int deadline_ms) {
    Link link(device, deadline_ms);
    MULIN_TRY_STATUS(link.open());
    MULIN_TRY_STATUS(link.check_state());
    const bool answered = link.answers();
    MULIN_TRY_STATUS(link.send(bytes));
    if (!answered) return payment::ok();
    MULIN_TRY_STATUS(link.check_state());
    if (link.answers()) return payment::ok();
    return fail(ErrorCode::timeout,
                "The printer " + device.string() + " went silent while printing; check the slip, then reprint if it is missing.",
                true);
}

}  // namespace mulin::pos
