#pragma once
// GlyphAtlas rasterises characters with FreeType the first time they are drawn and keeps them in
// one 8-bit picture, so that a till holds the few hundred characters in use and not thirty
// thousand. Every plane of Unicode is one road: ImGui's character type has 16 bits in some builds
// and plays no part here. A character that no font has becomes a box with its code point.
// Knows no OpenGL; whoever shows the picture copies what take_dirty() names. Not thread-safe.

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "payment/base/result.h"
#include "pos/text/font_files.h"

namespace mulin::pos::touch {

struct Glyph {
    float advance = 0;  // px, not rounded
    int left = 0;       // from the pen to the picture's left edge
    int top = 0;        // from the baseline up to the picture's top edge
    int x = 0, y = 0, w = 0, h = 0;  // in the atlas; w == 0: nothing to draw
};

struct Face {
    bool bold = false;
    int px = 20;         // height of the em
    bool heavy = false;  // bold, and a little more: for the largest figures and names
};

class GlyphAtlas {
  public:
    static constexpr int kSide = 2048;

    // Fails when the regular or bold font cannot be opened.
    static payment::Result<std::unique_ptr<GlyphAtlas>> open(const text::FontFiles& files);
    ~GlyphAtlas();
    GlyphAtlas(const GlyphAtlas&) = delete;
    GlyphAtlas& operator=(const GlyphAtlas&) = delete;

    // Valid until clear(). Rasterises on first use.
    const Glyph& glyph(Face face, char32_t code_point);

    const std::uint8_t* pixels() const { return pixels_.get(); }  // kSide rows of kSide bytes
    struct Rows {
        int from = 0;
        int to = 0;  // exclusive; from == to: nothing changed
    };
    Rows take_dirty();
    // The picture is full: what was drawn this frame lacks characters. Call clear() and draw again.
    bool full() const { return full_; }
    void clear();
    std::size_t glyph_count() const { return glyphs_.size(); }
    // True when one of the fonts has the character; false for those drawn as a box.
    bool has(char32_t code_point) const;

  private:
    struct Fonts;
    GlyphAtlas();
    Glyph rasterise(Face face, char32_t code_point);
    Glyph box(Face face, char32_t code_point);
    // Reserves a place and copies rows of 8-bit coverage to it.
    void place(Glyph& glyph, const std::uint8_t* coverage, int pitch);

    std::unique_ptr<Fonts> fonts_;
    struct FreePixels {
        void operator()(std::uint8_t* p) const;
    };
    std::unique_ptr<std::uint8_t[], FreePixels> pixels_;
    std::unordered_map<std::uint64_t, Glyph> glyphs_;
    Rows dirty_;
    int shelf_x_ = 1, shelf_y_ = 1, shelf_h_ = 0;
    bool full_ = false;
};

}  // namespace mulin::pos::touch
