#pragma once
// Sets a text for a style and a room: which face, which lines. The step between Ui's words and the
// painter's characters.

#include <string>
#include <string_view>
#include <vector>

#include "pos/touch/geometry.h"
#include "pos/touch/glyph_atlas.h"
#include "pos/touch/style.h"

namespace mulin::pos::touch {

struct SetText {
    Face face;
    float line_height = 0;
    std::vector<std::u32string> lines;
    std::vector<float> widths;

    float height() const { return line_height * static_cast<float>(lines.size()); }
    float width() const;
};

Face face_of(TextSize size, bool bold, float em_px);

// room.w or room.h <= 0: as wide or high as it likes.
SetText set_text(GlyphAtlas& atlas, float em_px, std::string_view text, const TextStyle& style, Size room);

}  // namespace mulin::pos::touch
