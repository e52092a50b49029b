#pragma once
// A strip of paper that grows downward: rows of text, rules, bands and codes. Knows nothing of
// sales; receipt.cpp says what goes where.

#include <string>
#include <vector>

#include "pos/device/glyph_painter.h"
#include "pos/device/raster.h"

namespace mulin::pos {

inline constexpr int kSlipWidth = 576;

class SlipSheet {
  public:
    explicit SlipSheet(GlyphPainter& painter) : painter_(painter), raster_(kSlipWidth, 0) {}

    void gap(int dots) { reach(y_ + dots); }
    void rule(int thickness);
    void dashes();
    void centred(const std::string& text, TextStyle style);
    // Long left texts wrap beside the right one, which stays on the first row.
    void row(const std::string& left, const std::string& right, TextStyle style);
    // A small word at the left, a large figure at the right, on one foot line.
    void figure(const std::string& word, TextStyle word_style, const std::string& value, TextStyle value_style);
    // White on black over the whole width.
    void band(const std::string& text, TextStyle style);
    void code(const std::string& text, int module);
    Raster finish();

  private:
    void reach(int y);
    std::vector<std::string> wrapped(const std::string& text, TextStyle style, int width);

    GlyphPainter& painter_;
    Raster raster_;
    int y_ = 0;
};

}  // namespace mulin::pos
