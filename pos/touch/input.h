#pragma once
// What reached the window since the last frame. Pointer positions in window pixels, times from the
// monotonic clock. Touch arrives as pointer.

#include <cstdint>
#include <string>
#include <vector>

#include "pos/touch/geometry.h"

namespace mulin::pos::touch {

enum class KeyboardKey { enter, backspace, escape, tab, del, left, right, up, down,
                         f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12 };

struct PointerEvent {
    enum class Kind { press, move, release };
    Kind kind = Kind::move;
    Point at;
    std::int64_t ms = 0;
};

struct FrameInput {
    std::int64_t now_ms = 0;
    std::vector<PointerEvent> pointer;  // at most one press and one release
    std::string typed;                  // UTF-8
    std::vector<KeyboardKey> keys;
    float wheel = 0;         // notches, positive is up
    bool cancelled = false;  // a press under way was lost: it must not end in a tap
};

}  // namespace mulin::pos::touch
