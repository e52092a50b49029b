#pragma once
// One message a line over a socket pair: UTF-8 text of one JSON object, ended by a line feed, at most
// kLargestFrame bytes with it. Bytes in, lines out; what the lines mean is payload.h's.
//
// Threads: one reader and one writer at a time. Deadlines are monotonic instants of the clock given.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "payment/base/clock.h"

namespace mulin::payment::host {

inline constexpr std::size_t kLargestFrame = 1024 * 1024;

enum class ReadEnd {
    line,       // a whole line was read
    deadline,   // none in time; what has come so far is kept for the next call
    closed,     // the other side is gone
    too_large,  // more than kLargestFrame bytes without a line end
    woken,      // wake_fd became readable
};

class FrameReader {
  public:
    // Does not own the descriptors. wake_fd may be -1.
    explicit FrameReader(int fd, int wake_fd = -1) : fd_(fd), wake_fd_(wake_fd) {}
    // Waits until the deadline, by poll(2). None waits for ever.
    ReadEnd next(std::string& line, const Clock& clock, std::optional<MonotonicInstant> deadline);

  private:
    bool take_line(std::string& line);
    int fd_;
    int wake_fd_;
    std::string buffer_;
    std::size_t searched_ = 0;
};

enum class WriteEnd {
    written,
    nothing,  // not one byte was taken by the kernel: the other side never saw any of it
    partly,   // some was, then the other side went away or the deadline passed
};
// Writes the text and a line end to a socket, never raising SIGPIPE.
WriteEnd write_frame(int fd, std::string_view text, const Clock& clock, MonotonicInstant deadline);

}  // namespace mulin::payment::host
