#include "pos/touch/input_queue.h"

#include <utility>

namespace mulin::pos::touch {

void InputQueue::pointer(PointerEvent::Kind kind, Point at, std::int64_t ms) {
    if (kind == PointerEvent::Kind::move) {
        // No hover on a touch screen: a pointer that only passes by wakes nothing.
        if (!down_) return;
        if (!pointer_.empty() && pointer_.back().kind == kind) {
            pointer_.back().at = at;
            return;
        }
    }
    if (kind == PointerEvent::Kind::press) down_ = true;
    if (kind == PointerEvent::Kind::release) down_ = false;
    pointer_.push_back({kind, at, ms});
}

void InputQueue::character(char32_t code_point, std::int64_t ms) { scans_.character(code_point, ms); }

void InputQueue::key(KeyboardKey key, std::int64_t ms) {
    if (key == KeyboardKey::enter) {
        scans_.enter(ms);
        settle(ms);
        return;
    }
    settle(ms);
    keys_.push_back(key);
}

void InputQueue::drop_all() {
    for (const PointerEvent& event : pointer_)
        if (event.kind == PointerEvent::Kind::press) ++dropped_;
    ScanDetector::Output held = scans_.take(INT64_MAX);
    dropped_ += static_cast<int>(keys_.size() + codes_.size() + held.scans.size());
    if (!typed_.empty() || !held.typed.empty() || held.enter) ++dropped_;
    pointer_.clear();
    keys_.clear();
    codes_.clear();
    typed_.clear();
    wheel_ = 0;
    cancelled_ = true;
}

void InputQueue::settle(std::int64_t now_ms) {
    ScanDetector::Output out = scans_.take(now_ms);
    typed_ += out.typed;
    for (std::string& code : out.scans) codes_.push_back(std::move(code));
    if (out.enter) keys_.push_back(KeyboardKey::enter);
}

bool InputQueue::pending(std::int64_t now_ms) {
    settle(now_ms);
    return !pointer_.empty() || !typed_.empty() || !keys_.empty() || !codes_.empty() || wheel_ != 0;
}

FrameInput InputQueue::take(std::int64_t now_ms) {
    settle(now_ms);
    FrameInput input;
    input.now_ms = now_ms;
    input.typed = std::exchange(typed_, {});
    input.keys = std::exchange(keys_, {});
    input.wheel = std::exchange(wheel_, 0.0F);
    input.cancelled = std::exchange(cancelled_, false);
    bool moved = false;
    while (!pointer_.empty()) {
        const PointerEvent event = pointer_.front();
        if (event.kind == PointerEvent::Kind::release && moved) break;  // the drag is seen first
        pointer_.pop_front();
        if (now_ms - event.ms > stale_ms_) {
            input.cancelled = true;
            if (event.kind == PointerEvent::Kind::press) ++dropped_;
            continue;
        }
        input.pointer.push_back(event);
        if (event.kind == PointerEvent::Kind::release) break;
        moved = moved || event.kind == PointerEvent::Kind::move;
    }
    return input;
}

std::vector<std::string> InputQueue::take_scans() { return std::exchange(codes_, {}); }

int InputQueue::take_dropped() { return std::exchange(dropped_, 0); }

}  // namespace mulin::pos::touch
