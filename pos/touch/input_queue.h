#pragma once
// InputQueue holds what the window system reported until a frame takes it. It separates scans from
// typing, hands over at most one tap a frame (so that no tap is decided against a picture that the
// tap before it has changed), and throws away what had to wait too long: nothing may be confirmed
// by input queued up while the till was busy. Pure; it is told the time. One thread.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "pos/touch/input.h"
#include "pos/touch/scan_detector.h"

namespace mulin::pos::touch {

class InputQueue {
  public:
    explicit InputQueue(std::int64_t stale_ms) : stale_ms_(stale_ms) {}

    void pointer(PointerEvent::Kind kind, Point at, std::int64_t ms);
    void character(char32_t code_point, std::int64_t ms);
    void key(KeyboardKey key, std::int64_t ms);
    void wheel(float notches) { wheel_ += notches; }

    // Everything reported so far waited behind a stall: forget it and count it as dropped.
    void drop_all();

    // Is there anything a frame should see?
    bool pending(std::int64_t now_ms);
    // When pending() may turn true without new input.
    void excuse(std::int64_t busy_ms) { scans_.excuse(busy_ms); }
    std::optional<std::int64_t> deadline_ms() const { return scans_.deadline_ms(); }
    FrameInput take(std::int64_t now_ms);

    std::vector<std::string> take_scans();
    int take_dropped();

  private:
    void settle(std::int64_t now_ms);

    std::int64_t stale_ms_;
    std::deque<PointerEvent> pointer_;
    ScanDetector scans_;
    std::string typed_;
    std::vector<KeyboardKey> keys_;
    std::vector<std::string> codes_;
    float wheel_ = 0;
    bool down_ = false;
    bool cancelled_ = false;
    int dropped_ = 0;
};

}  // namespace mulin::pos::touch
