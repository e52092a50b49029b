#pragma once
// Rectangles in window pixels, origin top left. Layout is done by cutting strips off a rectangle.
// Plain values; no drawing.

#include <algorithm>

namespace mulin::pos::touch {

struct Point {
    float x = 0;
    float y = 0;
};

struct Size {
    float w = 0;
    float h = 0;
};

struct Rect {
    float x = 0;
    float y = 0;
    float w = 0;
    float h = 0;

    float right() const { return x + w; }
    float bottom() const { return y + h; }
    Point centre() const { return {x + w / 2, y + h / 2}; }
    bool contains(Point p) const { return p.x >= x && p.x < right() && p.y >= y && p.y < bottom(); }
    bool overlaps(const Rect& o) const {
        return x < o.right() && o.x < right() && y < o.bottom() && o.y < bottom();
    }
    // Square of the distance from p to the nearest point of this rectangle; 0 inside.
    float distance_squared(Point p) const;

    Rect inset(float d) const { return inset(d, d); }
    Rect inset(float dx, float dy) const;

    // Cuts a strip off one side and returns it; this rectangle keeps the rest, `gap` away from it.
    Rect cut_left(float width, float gap = 0);
    Rect cut_right(float width, float gap = 0);
    Rect cut_top(float height, float gap = 0);
    Rect cut_bottom(float height, float gap = 0);

    // One cell of an even grid that fills this rectangle, `gap` between cells.
    Rect cell(int column, int row, int columns, int rows, float gap) const;
    // One of `count` even columns; the same as cell(index, 0, count, 1, gap).
    Rect column(int index, int count, float gap) const { return cell(index, 0, count, 1, gap); }

    friend bool operator==(const Rect&, const Rect&) = default;
};

}  // namespace mulin::pos::touch
