#include "pos/touch/tap_tracker.h"

#include <cmath>

namespace mulin::pos::touch {

namespace {

float distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

}  // namespace

void TapTracker::advance(const HitMap& seen, const FrameInput& input, float em) {
    tapped_.reset();
    if (input.cancelled) {
        pressed_.reset();
        finger_.reset();
    }
    for (const PointerEvent& event : input.pointer) {
        switch (event.kind) {
            case PointerEvent::Kind::press: press(seen, event, em); break;
            case PointerEvent::Kind::move: move(event, em); break;
            case PointerEvent::Kind::release: release(seen, event, em); break;
        }
    }
}

void TapTracker::press(const HitMap& seen, const PointerEvent& event, float em) {
    finger_ = Finger{event.at, event.at, false};
    const Widget* widget = seen.at(event.at, kSlopEm * em);
    if (widget)
        pressed_ = widget->id;
    else
        pressed_.reset();
}

void TapTracker::move(const PointerEvent& event, float em) {
    if (!finger_) return;
    finger_->now = event.at;
    if (distance(finger_->start, event.at) > kDragEm * em) finger_->dragging = true;
}

void TapTracker::release(const HitMap& seen, const PointerEvent& event, float em) {
    finger_.reset();
    if (!pressed_) return;
    const Widget* widget = seen.find(*pressed_);
    pressed_.reset();
    if (!widget || !seen.tappable(*widget)) return;
    const float slop = kSlopEm * em;
    if (widget->shown.distance_squared(event.at) > slop * slop) return;
    if (is_second_tap(*widget, event, em)) return;
    tapped_ = widget->id;
    last_ = Last{event.at, event.ms, widget->repeats};
}

bool TapTracker::is_second_tap(const Widget& widget, const PointerEvent& event, float em) const {
    if (!last_ || (widget.repeats && last_->repeats)) return false;
    return event.ms - last_->ms < kDoubleTapMs && distance(event.at, last_->at) < kSamePlaceEm * em;
}

}  // namespace mulin::pos::touch
