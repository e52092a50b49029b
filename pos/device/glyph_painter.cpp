#include "pos/device/glyph_painter.h"

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include <ft2build.h>
#include FT_FREETYPE_H

namespace mulin::pos {
namespace {

using payment::ErrorCode;
using payment::fail;

// Third face of the collection: the simplified Chinese shapes.
constexpr int kSimplifiedChinese = 2;
constexpr const char* kRegular = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";
constexpr const char* kBold = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc";
constexpr std::array kRare{"/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
                           "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf"};
// Thermal paper bleeds little: a low threshold keeps thin strokes whole.
constexpr unsigned char kBlackFrom = 104;
constexpr int kBoxPadding = 3;

bool is_invisible(char32_t c) {
    return c < 0x20 || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) || c == 0x200B;
}

std::string code_name(char32_t c) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "U+%04X", static_cast<unsigned>(c));
    return text.data();
}

}  // namespace

struct GlyphPainter::State {
    FT_Library library = nullptr;
    std::vector<FT_Face> regular;  // in order of preference
    std::vector<FT_Face> bold;
    std::vector<FT_Face> all;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        for (FT_Face face : all) FT_Done_Face(face);
        if (library != nullptr) FT_Done_FreeType(library);
    }

    FT_Face add(const char* path, int index) {
        FT_Face face = nullptr;
        if (FT_New_Face(library, path, index, &face) != 0) return nullptr;
        all.push_back(face);
        return face;
    }

    FT_Face face_of(char32_t c, bool want_bold) const {
        for (FT_Face face : want_bold ? bold : regular) {
            if (FT_Get_Char_Index(face, c) != 0) return face;
        }
        return nullptr;
    }

    bool load(FT_Face face, char32_t c, int size, bool render) const {
        if (FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(size)) != 0) return false;
        return FT_Load_Char(face, c, render ? FT_LOAD_RENDER : FT_LOAD_DEFAULT) == 0;
    }
};

namespace {

void copy_glyph(Raster& raster, const FT_GlyphSlot& glyph, int x, int baseline) {
    const FT_Bitmap& bitmap = glyph->bitmap;
    for (unsigned row = 0; row < bitmap.rows; ++row) {
        for (unsigned column = 0; column < bitmap.width; ++column) {
            if (bitmap.buffer[static_cast<int>(row) * bitmap.pitch + static_cast<int>(column)] < kBlackFrom) continue;
            raster.set(x + glyph->bitmap_left + static_cast<int>(column),
                       baseline - glyph->bitmap_top + static_cast<int>(row));
        }
    }
}

TextStyle box_style(TextStyle style) { return {style.size * 6 / 10, false}; }

}  // namespace

GlyphPainter::GlyphPainter(std::unique_ptr<State> state) : state_(std::move(state)) {}
GlyphPainter::GlyphPainter(GlyphPainter&&) noexcept = default;
GlyphPainter& GlyphPainter::operator=(GlyphPainter&&) noexcept = default;
GlyphPainter::~GlyphPainter() = default;

payment::Result<GlyphPainter> GlyphPainter::open() {
    auto state = std::make_unique<State>();
    if (FT_Init_FreeType(&state->library) != 0)
        return fail(ErrorCode::unsupported, "FreeType does not start; slips cannot be printed.");
    FT_Face regular = state->add(kRegular, kSimplifiedChinese);
    FT_Face bold = state->add(kBold, kSimplifiedChinese);
    if (regular == nullptr || bold == nullptr)
        return fail(ErrorCode::not_found,
                    "The slip's font is missing; install Debian's package fonts-noto-cjk.");
    state->regular = {regular};
    state->bold = {bold, regular};
    for (const char* path : kRare) {
        if (FT_Face rare = state->add(path, 0)) {
            state->regular.push_back(rare);
            state->bold.push_back(rare);
        }
    }
    return GlyphPainter(std::move(state));
}

bool GlyphPainter::knows(char32_t character) { return state_->face_of(character, false) != nullptr; }

int GlyphPainter::width(std::string_view text, TextStyle style) {
    int total = 0;
    for (const char32_t c : code_points(text)) {
        if (is_invisible(c)) continue;
        FT_Face face = state_->face_of(c, style.bold);
        if (face != nullptr && state_->load(face, c, style.size, false))
            total += static_cast<int>((face->glyph->advance.x + 32) >> 6);
        else
            total += width(code_name(c), box_style(style)) + 4 * kBoxPadding;
    }
    return total;
}

int GlyphPainter::draw(Raster& raster, int x, int y, std::string_view text, TextStyle style) {
    const int start = x;
    // Noto's ascent passes the em box; 0.88 em is where Chinese glyphs sit well in a line.
    const int baseline = y + style.size * 88 / 100;
    for (const char32_t c : code_points(text)) {
        if (is_invisible(c)) continue;
        FT_Face face = state_->face_of(c, style.bold);
        if (face != nullptr && state_->load(face, c, style.size, true)) {
            copy_glyph(raster, face->glyph, x, baseline);
            x += static_cast<int>((face->glyph->advance.x + 32) >> 6);
            continue;
        }
        const TextStyle small = box_style(style);
        const int inside = width(code_name(c), small) + 2 * kBoxPadding;
        const int top = y + style.size / 8, height = style.size * 3 / 4 + 2;
        raster.fill(x + kBoxPadding, top, inside, 2);
        raster.fill(x + kBoxPadding, top + height - 2, inside, 2);
        raster.fill(x + kBoxPadding, top, 2, height);
        raster.fill(x + kBoxPadding + inside - 2, top, 2, height);
        draw(raster, x + 2 * kBoxPadding, top + (height - small.size) / 2, code_name(c), small);
        x += inside + 2 * kBoxPadding;
    }
    return x - start;
}

std::u32string code_points(std::string_view utf8) {
    std::u32string out;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
        char32_t c = length == 1 ? lead : lead & (0xFFU >> (length + 1));
        bool whole = length > 0 && i + length <= utf8.size() && lead < 0xF5;
        for (std::size_t k = 1; whole && k < length; ++k) {
            const auto next = static_cast<unsigned char>(utf8[i + k]);
            whole = (next & 0xC0) == 0x80;
            c = (c << 6) | (next & 0x3F);
        }
        out += whole ? c : 0xFFFD;
        i += whole ? length : 1;
    }
    return out;
}

}  // namespace mulin::pos
