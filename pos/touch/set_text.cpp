#include "pos/touch/set_text.h"

#include <algorithm>
#include <cmath>

#include "pos/touch/text_layout.h"
#include "pos/touch/utf8.h"

namespace mulin::pos::touch {

namespace {

constexpr float kUnbounded = 1e9F;

std::size_t lines_in(float height, float line_height) {
    // A line's own box has air above and below; the last line may lose its share of it.
    return static_cast<std::size_t>(std::max(1.0F, (height + line_height * 0.2F) / line_height));
}

SetText finish(GlyphAtlas& atlas, Face face, std::vector<std::u32string> lines) {
    SetText set{face, std::round(static_cast<float>(face.px) * kLineHeight), std::move(lines), {}};
    for (const std::u32string& line : set.lines) set.widths.push_back(width_of(atlas, face, line));
    return set;
}

// True when no word had to be broken in two: shrinking is better than that.
bool words_are_whole(GlyphAtlas& atlas, Face face, std::u32string_view text, float width) {
    std::size_t start = 0;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        const bool in_word = at < text.size() && text[at] != U' ' && text[at] < 0x2E80;
        if (in_word) continue;
        if (width_of(atlas, face, text.substr(start, at - start)) > width) return false;
        start = at + 1;
    }
    return true;
}

SetText set_filling(GlyphAtlas& atlas, float em_px, std::u32string_view text, const TextStyle& style,
                      Size room) {
    for (int size = static_cast<int>(style.size);; --size) {
        const Face face = face_of(static_cast<TextSize>(size), style.bold, em_px);
        const float line_height = std::round(static_cast<float>(face.px) * kLineHeight);
        const std::size_t most = lines_in(room.h, line_height);
        std::vector<std::u32string> lines = wrap(atlas, face, text, room.w);
        const bool fits = lines.size() <= most && words_are_whole(atlas, face, text, room.w);
        if (fits) return finish(atlas, face, std::move(lines));
        if (size == 0) return finish(atlas, face, wrap_lines(atlas, face, text, room.w, most));
    }
}

SetText set_shrinking(GlyphAtlas& atlas, float em_px, const std::u32string& text, const TextStyle& style,
                      Size room) {
    const int size = static_cast<int>(style.size);
    for (int smaller = size; smaller >= std::max(0, size - 2); --smaller) {
        const Face face = face_of(static_cast<TextSize>(smaller), style.bold, em_px);
        if (width_of(atlas, face, text) <= room.w) return finish(atlas, face, {text});
    }
    return set_filling(atlas, em_px, text, style, room);
}

}  // namespace

float SetText::width() const { return widths.empty() ? 0 : *std::max_element(widths.begin(), widths.end()); }

Face face_of(TextSize size, bool bold, float em_px) {
    const bool heavy = bold && size >= TextSize::key;
    return {bold, static_cast<int>(std::lround(size_em(size) * em_px)), heavy};
}

SetText set_text(GlyphAtlas& atlas, float em_px, std::string_view utf8, const TextStyle& style, Size room) {
    const std::u32string text = to_code_points(utf8);
    if (room.w <= 0) room.w = kUnbounded;
    if (room.h <= 0) room.h = kUnbounded;
    const Face face = face_of(style.size, style.bold, em_px);
    if (style.fit == Fit::shrink) return set_shrinking(atlas, em_px, text, style, room);
    if (style.fit == Fit::fill) return set_filling(atlas, em_px, text, style, room);
    if (style.fit == Fit::ellipsis) return finish(atlas, face, {cut_to(atlas, face, text, room.w)});
    const float line_height = std::round(static_cast<float>(face.px) * kLineHeight);
    return finish(atlas, face, wrap_lines(atlas, face, text, room.w, lines_in(room.h, line_height)));
}

}  // namespace mulin::pos::touch
