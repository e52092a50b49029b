#pragma once
// TapTracker turns pointer events into taps on what the cashier saw: the hit map of the frame
// before. A press takes the widget under it, or the nearest within the slop; a release on the same
// widget taps it, provided it is still there and nothing covers it. A second tap in the same place
// within kDoubleTapMs does nothing, whatever has appeared there meanwhile. Pure; knows no drawing.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pos/touch/hit_map.h"
#include "pos/touch/input.h"

namespace mulin::pos::touch {

class TapTracker {
  public:
    static constexpr std::int64_t kDoubleTapMs = 300;
    static constexpr float kSlopEm = 0.35F;        // half a gap and a little
    static constexpr float kSamePlaceEm = 2.2F;
    static constexpr float kDragEm = 0.7F;

    // One frame's events against what was seen. Forgets the taps of the frame before.
    void advance(const HitMap& seen, const FrameInput& input, float em);

    bool tapped(std::string_view id) const { return tapped_ && *tapped_ == id; }
    bool held(std::string_view id) const { return pressed_ && *pressed_ == id; }

    // The finger while it is down: where it came down, where it is now.
    struct Finger {
        Point start;
        Point now;
        bool dragging = false;
    };
    const std::optional<Finger>& finger() const { return finger_; }
    // The area under the finger scrolls: what it pressed is not tapped any more.
    void take_drag() { pressed_.reset(); }

  private:
    void press(const HitMap& seen, const PointerEvent& event, float em);
    void move(const PointerEvent& event, float em);
    void release(const HitMap& seen, const PointerEvent& event, float em);
    bool is_second_tap(const Widget& widget, const PointerEvent& event, float em) const;

    std::optional<std::string> pressed_;
    std::optional<std::string> tapped_;
    std::optional<Finger> finger_;
    struct Last {
        Point at;
        std::int64_t ms = 0;
        bool repeats = false;
    };
    std::optional<Last> last_;
};

}  // namespace mulin::pos::touch
