#pragma once
// Draws text into a raster with FreeType: Noto Sans CJK SC, Hanazono Mincho for rare characters, and
// a framed "U+XXXX" for what no font has, so that nothing ever prints as "?". No layout: one line,
// left to right. One thread at a time.

#include <memory>
#include <string_view>

#include "payment/base/result.h"
#include "pos/device/raster.h"

namespace mulin::pos {

struct TextStyle {
    int size = 24;  // em in dots
    bool bold = false;
};

class GlyphPainter {
  public:
    static payment::Result<GlyphPainter> open();
    GlyphPainter(GlyphPainter&&) noexcept;
    GlyphPainter& operator=(GlyphPainter&&) noexcept;
    ~GlyphPainter();

    int width(std::string_view text, TextStyle style);
    // x is the left edge, y the top of the em box. Returns the width.
    int draw(Raster& raster, int x, int y, std::string_view text, TextStyle style);
    // True when the fonts have the character, false when it would be drawn as a box.
    bool knows(char32_t character);

  private:
    struct State;
    explicit GlyphPainter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Code points of UTF-8 text; each broken byte becomes U+FFFD.
std::u32string code_points(std::string_view utf8);

}  // namespace mulin::pos
