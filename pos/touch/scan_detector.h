#pragma once
// ScanDetector tells a keyboard-wedge scanner from fingers: at least kMinLength printable
// characters, each within kMaxGapMs of the one before, then Enter as quickly, are one scan. All
// else is typing. Characters are held back until it is clear, at most kMaxGapMs. Pure: it is
// told the time. Not thread-safe.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mulin::pos::touch {

class ScanDetector {
  public:
    static constexpr std::int64_t kMaxGapMs = 35;
    static constexpr std::size_t kMinLength = 6;
    static constexpr std::size_t kMaxLength = 512;

    struct Output {
        std::string typed;               // UTF-8, in order
        std::vector<std::string> scans;  // without the Enter
        bool enter = false;              // an Enter that ended no scan
    };

    void character(char32_t code_point, std::int64_t ms);
    void enter(std::int64_t ms);
    // Moves on to `now_ms` and hands over what is decided.
    Output take(std::int64_t now_ms);
    // When take() must be called again to let held characters go; none when nothing is held.
    std::optional<std::int64_t> deadline_ms() const;
    void discard();  // forgets held characters
    // The till itself was busy that long and could not listen: no gap in what somebody typed.
    void excuse(std::int64_t busy_ms);

  private:
    void release_held();
    std::u32string held_;
    std::int64_t last_ms_ = 0;
    Output out_;
};

}  // namespace mulin::pos::touch
