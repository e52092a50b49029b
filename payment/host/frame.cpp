#include "payment/host/frame.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace mulin::payment::host {
namespace {

// For poll(2): -1 waits for ever. Rounded up by one, so that a deadline is not missed by spinning.
int wait_of(const Clock& clock, std::optional<MonotonicInstant> deadline) {
    if (!deadline) return -1;
    const std::int64_t left = deadline->ms - clock.monotonic().ms;
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

}  // namespace

bool FrameReader::take_line(std::string& line) {
    const auto end = buffer_.find('\n', searched_);
    if (end == std::string::npos) {
        searched_ = buffer_.size();
        return false;
    }
    line.assign(buffer_, 0, end);
    buffer_.erase(0, end + 1);
    searched_ = 0;
    return true;
}

ReadEnd FrameReader::next(std::string& line, const Clock& clock, std::optional<MonotonicInstant> deadline) {
    for (;;) {
        if (take_line(line)) return line.size() < kLargestFrame ? ReadEnd::line : ReadEnd::too_large;
        if (buffer_.size() >= kLargestFrame) return ReadEnd::too_large;
        std::array<pollfd, 2> waits{pollfd{fd_, POLLIN, 0}, pollfd{wake_fd_, POLLIN, 0}};
        const int wait = wait_of(clock, deadline);
        const int ready = ::poll(waits.data(), wake_fd_ < 0 ? 1 : 2, wait);
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) return ReadEnd::closed;
        if (wake_fd_ >= 0 && (waits[1].revents & POLLIN) != 0) return ReadEnd::woken;
        if (ready == 0) {
            if (deadline && clock.monotonic() >= *deadline) return ReadEnd::deadline;
            continue;
        }
        std::array<char, 16 * 1024> chunk{};
        const ssize_t got = ::read(fd_, chunk.data(), chunk.size());
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got <= 0) return ReadEnd::closed;
        buffer_.append(chunk.data(), static_cast<std::size_t>(got));
    }
}

WriteEnd write_frame(int fd, std::string_view text, const Clock& clock, MonotonicInstant deadline) {
    std::string frame(text);
    frame += '\n';
    std::size_t done = 0;
    while (done < frame.size()) {
        const ssize_t wrote = ::send(fd, frame.data() + done, frame.size() - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (wrote > 0) {
            done += static_cast<std::size_t>(wrote);
            continue;
        }
        const bool full = wrote < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
        if (!full || clock.monotonic() >= deadline) return done == 0 ? WriteEnd::nothing : WriteEnd::partly;
        pollfd room{fd, POLLOUT, 0};
        ::poll(&room, 1, wait_of(clock, deadline));
    }
    return WriteEnd::written;
}

}  // namespace mulin::payment::host
