#pragma once
// Breaks text into lines for one face. Chinese breaks between characters, other scripts between
// words; closing punctuation never starts a line. Widths in px.

#include <string>
#include <string_view>
#include <vector>

#include "pos/touch/glyph_atlas.h"

namespace mulin::pos::touch {

inline constexpr float kLineHeight = 1.3F;  // of the em

float width_of(GlyphAtlas& atlas, Face face, std::u32string_view text);

// As many lines as the width asks for; at least one. A line is never wider than `width` unless a
// single character is.
std::vector<std::u32string> wrap(GlyphAtlas& atlas, Face face, std::u32string_view text, float width);

// The text itself when it fits, else its beginning and "…".
std::u32string cut_to(GlyphAtlas& atlas, Face face, std::u32string_view text, float width);

// wrap(), and what does not fit into max_lines is cut in the last one.
std::vector<std::u32string> wrap_lines(GlyphAtlas& atlas, Face face, std::u32string_view text,
                                       float width, std::size_t max_lines);

}  // namespace mulin::pos::touch
