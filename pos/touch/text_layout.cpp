#include "pos/touch/text_layout.h"

namespace mulin::pos::touch {

namespace {

constexpr char32_t kEllipsis = U'…';

bool is_wide(char32_t c) { return c >= 0x2E80; }

bool is_closing(char32_t c) {
    return std::u32string_view(U"，。、；：？！）》」』】”’…%·,.;:?!)]}").find(c) != std::u32string_view::npos;
}

bool is_opening(char32_t c) {
    return std::u32string_view(U"（《「『【“‘([{¥").find(c) != std::u32string_view::npos;
}

// May a line end between a and b?
bool may_break(char32_t a, char32_t b) {
    if (a == U' ') return true;
    if (b == U' ' || is_closing(b) || is_opening(a)) return false;
    return is_wide(a) || is_wide(b) || a == U'-' || a == U'/';
}

std::u32string trimmed(std::u32string_view line) {
    while (!line.empty() && line.back() == U' ') line.remove_suffix(1);
    return std::u32string(line);
}

struct Span {
    std::size_t from;
    std::size_t to;
};

std::vector<Span> line_spans(GlyphAtlas& atlas, Face face, std::u32string_view text, float width) {
    std::vector<Span> lines;
    std::size_t start = 0;
    std::size_t last_break = 0;  // a line may end before this character
    float used = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == U'\n') {
            lines.push_back({start, at});
            start = last_break = at + 1;
            used = 0;
            continue;
        }
        if (at > start && may_break(text[at - 1], text[at])) last_break = at;
        const float advance = atlas.glyph(face, text[at]).advance;
        if (used + advance > width && at > start && text[at] != U' ') {
            const std::size_t end = last_break > start ? last_break : at;
            lines.push_back({start, end});
            start = last_break = end;
            used = width_of(atlas, face, text.substr(start, at - start));
        }
        used += advance;
    }
    lines.push_back({start, text.size()});
    return lines;
}

std::u32string part(std::u32string_view text, Span span) { return trimmed(text.substr(span.from, span.to - span.from)); }

}  // namespace

float width_of(GlyphAtlas& atlas, Face face, std::u32string_view text) {
    float width = 0;
    for (const char32_t c : text) width += atlas.glyph(face, c).advance;
    return width;
}

std::vector<std::u32string> wrap(GlyphAtlas& atlas, Face face, std::u32string_view text, float width) {
    std::vector<std::u32string> lines;
    for (const Span span : line_spans(atlas, face, text, width)) lines.push_back(part(text, span));
    return lines;
}

std::u32string cut_to(GlyphAtlas& atlas, Face face, std::u32string_view text, float width) {
    if (width_of(atlas, face, text) <= width) return std::u32string(text);
    float used = atlas.glyph(face, kEllipsis).advance;
    std::size_t kept = 0;
    while (kept < text.size()) {
        used += atlas.glyph(face, text[kept]).advance;
        if (used > width) break;
        ++kept;
    }
    return trimmed(text.substr(0, kept)) + kEllipsis;
}

std::vector<std::u32string> wrap_lines(GlyphAtlas& atlas, Face face, std::u32string_view text, float width,
                                       std::size_t max_lines) {
    const std::vector<Span> spans = line_spans(atlas, face, text, width);
    std::vector<std::u32string> lines;
    for (const Span span : spans) {
        const bool last_of_more = lines.size() + 1 == max_lines && spans.size() > max_lines;
        lines.push_back(last_of_more ? cut_to(atlas, face, text.substr(span.from), width) : part(text, span));
        if (last_of_more) break;
    }
    return lines;
}

}  // namespace mulin::pos::touch
