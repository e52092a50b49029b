#pragma once
// Scopes over Ui: a list that scrolls under the finger, and a sheet (dialog) above everything.
// While a sheet is drawn nothing beneath it can be tapped.

#include <string_view>

#include "pos/touch/ui.h"

namespace mulin::pos::touch {

// Draw rows at row(i, ...). Whatever is drawn while this lives and lies outside the area is clipped
// and cannot be tapped: draw what stands below the list before it, or end its block first. The
// scroll bar stands in the 0.5 em right of the area.
class Scroll {
  public:
    Scroll(Ui& ui, std::string_view id, Rect area, float content_height)
        : ui_(ui), area_(area), offset_(ui.begin_scroll(id, area, content_height)) {}
    ~Scroll() { ui_.end_scroll(); }
    Scroll(const Scroll&) = delete;
    Scroll& operator=(const Scroll&) = delete;

    float offset() const { return offset_; }
    // Row `index` of equal rows. visible() tells whether it is worth drawing.
    Rect row(int index, float height, float gap = 0) const {
        return {area_.x, area_.y - offset_ + static_cast<float>(index) * (height + gap), area_.w, height};
    }
    bool visible(const Rect& rect) const { return rect.overlaps(area_); }

  private:
    Ui& ui_;
    Rect area_;
    float offset_;
};

// A white card in the middle of the window over a veil. content() is inside its padding.
class Sheet {
  public:
    Sheet(Ui& ui, std::string_view id, Size size_em) : ui_(ui), content_(ui.begin_sheet(id, size_em)) {}
    ~Sheet() { ui_.end_sheet(); }
    Sheet(const Sheet&) = delete;
    Sheet& operator=(const Sheet&) = delete;

    Rect content() const { return content_; }

  private:
    Ui& ui_;
    Rect content_;
};

}  // namespace mulin::pos::touch
