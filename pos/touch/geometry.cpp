#include "pos/touch/geometry.h"

namespace mulin::pos::touch {

float Rect::distance_squared(Point p) const {
    const float dx = std::max({x - p.x, 0.0F, p.x - right()});
    const float dy = std::max({y - p.y, 0.0F, p.y - bottom()});
    return dx * dx + dy * dy;
}

Rect Rect::inset(float dx, float dy) const {
    return {x + dx, y + dy, std::max(0.0F, w - 2 * dx), std::max(0.0F, h - 2 * dy)};
}

Rect Rect::cut_left(float width, float gap) {
    const Rect cut{x, y, std::min(width, w), h};
    const float taken = std::min(w, cut.w + gap);
    x += taken;
    w -= taken;
    return cut;
}

Rect Rect::cut_right(float width, float gap) {
    const float taken = std::min(width, w);
    const Rect cut{right() - taken, y, taken, h};
    w -= std::min(w, taken + gap);
    return cut;
}

Rect Rect::cut_top(float height, float gap) {
    const Rect cut{x, y, w, std::min(height, h)};
    const float taken = std::min(h, cut.h + gap);
    y += taken;
    h -= taken;
    return cut;
}

Rect Rect::cut_bottom(float height, float gap) {
    const float taken = std::min(height, h);
    const Rect cut{x, bottom() - taken, w, taken};
    h -= std::min(h, taken + gap);
    return cut;
}

Rect Rect::cell(int column, int row, int columns, int rows, float gap) const {
    const float cell_w = (w - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
    const float cell_h = (h - gap * static_cast<float>(rows - 1)) / static_cast<float>(rows);
    return {x + static_cast<float>(column) * (cell_w + gap), y + static_cast<float>(row) * (cell_h + gap),
            cell_w, cell_h};
}

}  // namespace mulin::pos::touch
