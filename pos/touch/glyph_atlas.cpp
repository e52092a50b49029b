#include "pos/touch/glyph_atlas.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H
#include FT_SIZES_H

#include "payment/base/check.h"

namespace mulin::pos::touch {

namespace {

std::uint64_t key_of(Face face, char32_t code_point) {
    return (static_cast<std::uint64_t>(code_point) << 16) | (static_cast<std::uint64_t>(face.px) << 2) |
           (face.heavy ? 2U : 0U) | (face.bold ? 1U : 0U);
}

// One open font with a size object for every pixel size, since changing a size is slow.
class OpenFont {
  public:
    OpenFont(FT_Face face) : face_(face) {}
    ~OpenFont() { FT_Done_Face(face_); }
    OpenFont(const OpenFont&) = delete;
    OpenFont& operator=(const OpenFont&) = delete;

    FT_UInt index(char32_t c) const { return FT_Get_Char_Index(face_, c); }

    // Renders into the slot, strokes thicker by `stronger` 64ths of a pixel; false when it cannot.
    bool render(FT_UInt index, int px, int stronger) {
        if (!activate(px)) return false;
        if (FT_Load_Glyph(face_, index, FT_LOAD_TARGET_LIGHT | FT_LOAD_NO_BITMAP)) return false;
        if (stronger > 0 && face_->glyph->format == FT_GLYPH_FORMAT_OUTLINE)
            FT_Outline_Embolden(&face_->glyph->outline, stronger);
        return FT_Render_Glyph(face_->glyph, FT_RENDER_MODE_NORMAL) == 0;
    }
    FT_GlyphSlot slot() const { return face_->glyph; }

  private:
    bool activate(int px) {
        auto found = sizes_.find(px);
        if (found == sizes_.end()) {
            FT_Size size = nullptr;
            if (FT_New_Size(face_, &size)) return false;
            found = sizes_.emplace(px, size).first;
            FT_Activate_Size(size);
            return FT_Set_Pixel_Sizes(face_, 0, static_cast<FT_UInt>(px)) == 0;
        }
        return FT_Activate_Size(found->second) == 0;
    }

    FT_Face face_;
    std::map<int, FT_Size> sizes_;  // freed with the face
};

}  // namespace

struct GlyphAtlas::Fonts {
    FT_Library freetype = nullptr;
    std::unique_ptr<OpenFont> regular;
    std::unique_ptr<OpenFont> bold;
    std::vector<text::FontFile> rare_files;
    std::vector<std::unique_ptr<OpenFont>> rare;
    bool rare_opened = false;

    ~Fonts() {
        regular.reset();
        bold.reset();
        rare.clear();
        if (freetype) FT_Done_FreeType(freetype);
    }

    std::unique_ptr<OpenFont> open(const text::FontFile& file) {
        FT_Face face = nullptr;
        if (FT_New_Face(freetype, file.path.c_str(), file.face, &face)) return nullptr;
        return std::make_unique<OpenFont>(face);
    }

    // Opened when the first rare character comes: most tills never pay for it.
    void open_rare() {
        if (rare_opened) return;
        rare_opened = true;
        for (const text::FontFile& file : rare_files)
            if (auto font = open(file)) rare.push_back(std::move(font));
    }

    struct Found {
        OpenFont* font = nullptr;
        FT_UInt index = 0;
        bool embolden = false;
    };
    Found find(bool want_bold, char32_t c) {
        OpenFont& first = want_bold ? *bold : *regular;
        if (const FT_UInt index = first.index(c)) return {&first, index, false};
        open_rare();
        for (const auto& font : rare)
            if (const FT_UInt index = font->index(c)) return {font.get(), index, want_bold};
        return {};
    }
};

GlyphAtlas::GlyphAtlas() : fonts_(std::make_unique<Fonts>()) {
    // calloc: pages that hold no character are never touched and cost no memory.
    pixels_.reset(static_cast<std::uint8_t*>(std::calloc(kSide, kSide)));
    MULIN_CHECK(pixels_ != nullptr);
}

GlyphAtlas::~GlyphAtlas() = default;

void GlyphAtlas::FreePixels::operator()(std::uint8_t* p) const { std::free(p); }

payment::Result<std::unique_ptr<GlyphAtlas>> GlyphAtlas::open(const text::FontFiles& files) {
    std::unique_ptr<GlyphAtlas> atlas(new GlyphAtlas);
    Fonts& fonts = *atlas->fonts_;
    if (FT_Init_FreeType(&fonts.freetype))
        return payment::fail(payment::ErrorCode::unsupported, "FreeType, which draws the letters, cannot be started.");
    fonts.regular = fonts.open(files.regular);
    fonts.bold = fonts.open(files.bold);
    fonts.rare_files = files.rare;
    if (!fonts.regular || !fonts.bold) {
        const text::FontFile& missing = fonts.regular ? files.bold : files.regular;
        return payment::fail(payment::ErrorCode::not_found, "The font " + missing.path +
                                                                " cannot be opened; install fonts-noto-cjk.");
    }
    return atlas;
}

bool GlyphAtlas::has(char32_t code_point) const { return fonts_->find(false, code_point).font != nullptr; }

const Glyph& GlyphAtlas::glyph(Face face, char32_t code_point) {
    const std::uint64_t key = key_of(face, code_point);
    const auto found = glyphs_.find(key);
    if (found != glyphs_.end()) return found->second;
    return glyphs_.emplace(key, rasterise(face, code_point)).first->second;
}

Glyph GlyphAtlas::rasterise(Face face, char32_t code_point) {
    const Fonts::Found found = fonts_->find(face.bold, code_point);
    const int stronger = (found.embolden ? face.px * 64 / 28 : 0) + (face.heavy ? face.px * 64 / 48 : 0);
    if (!found.font || !found.font->render(found.index, face.px, stronger)) return box(face, code_point);
    const FT_GlyphSlot slot = found.font->slot();
    Glyph glyph;
    glyph.advance = static_cast<float>(slot->linearHoriAdvance) / 65536.0F + static_cast<float>(face.heavy ? face.px / 48 : 0);
    glyph.left = slot->bitmap_left;
    glyph.top = slot->bitmap_top;
    glyph.w = static_cast<int>(slot->bitmap.width);
    glyph.h = static_cast<int>(slot->bitmap.rows);
    if (glyph.w > 0 && glyph.h > 0) place(glyph, slot->bitmap.buffer, slot->bitmap.pitch);
    return glyph;
}

// A frame one em wide with the code point in two rows, so that a name can still be told and typed.
Glyph GlyphAtlas::box(Face face, char32_t code_point) {
    const int side = face.px - 2;
    std::vector<std::uint8_t> picture(static_cast<std::size_t>(side) * static_cast<std::size_t>(side), 0);
    const auto set = [&](int x, int y, std::uint8_t v) {
        if (x < 0 || y < 0 || x >= side || y >= side) return;
        auto& pixel = picture[static_cast<std::size_t>(y * side + x)];
        pixel = std::max(pixel, v);
    };
    for (int i = 0; i < side; ++i) {
        set(i, 0, 255);
        set(i, side - 1, 255);
        set(0, i, 255);
        set(side - 1, i, 255);
    }
    char digits[16];
    const int length = std::snprintf(digits, sizeof digits, "%04X", static_cast<unsigned>(code_point));
    const int in_row = (length + 1) / 2;
    const int small = std::max(6, side * 4 / 10);
    for (int i = 0; i < length; ++i) {
        OpenFont& font = *fonts_->bold;
        if (!font.render(font.index(static_cast<char32_t>(digits[i])), small, 0)) continue;
        const FT_Bitmap& bitmap = font.slot()->bitmap;
        const int left = 2 + (i % in_row) * (side - 4) / in_row;
        const int bottom = i < in_row ? side / 2 - 1 : side - 3;
        for (int y = 0; y < static_cast<int>(bitmap.rows); ++y)
            for (int x = 0; x < static_cast<int>(bitmap.width); ++x)
                set(left + x, bottom - static_cast<int>(bitmap.rows) + y, bitmap.buffer[y * bitmap.pitch + x]);
    }
    Glyph glyph;
    glyph.advance = static_cast<float>(face.px);
    glyph.left = 1;
    glyph.top = face.px * 88 / 100 - 1;
    glyph.w = side;
    glyph.h = side;
    place(glyph, picture.data(), side);
    return glyph;
}

void GlyphAtlas::place(Glyph& glyph, const std::uint8_t* coverage, int pitch) {
    if (shelf_x_ + glyph.w + 1 > kSide) {
        shelf_y_ += shelf_h_ + 1;
        shelf_x_ = 1;
        shelf_h_ = 0;
    }
    if (shelf_y_ + glyph.h + 1 > kSide || glyph.w + 2 > kSide) {
        full_ = true;
        glyph.w = glyph.h = 0;
        return;
    }
    glyph.x = shelf_x_;
    glyph.y = shelf_y_;
    shelf_x_ += glyph.w + 1;
    shelf_h_ = std::max(shelf_h_, glyph.h);
    for (int row = 0; row < glyph.h; ++row)
        std::memcpy(pixels_.get() + static_cast<std::size_t>(glyph.y + row) * kSide + glyph.x,
                    coverage + static_cast<std::ptrdiff_t>(row) * pitch, static_cast<std::size_t>(glyph.w));
    if (dirty_.from == dirty_.to)
        dirty_ = {glyph.y, glyph.y + glyph.h};
    else
        dirty_ = {std::min(dirty_.from, glyph.y), std::max(dirty_.to, glyph.y + glyph.h)};
}

GlyphAtlas::Rows GlyphAtlas::take_dirty() {
    const Rows rows = dirty_;
    dirty_ = {};
    return rows;
}

void GlyphAtlas::clear() {
    std::memset(pixels_.get(), 0, static_cast<std::size_t>(kSide) * kSide);
    glyphs_.clear();
    shelf_x_ = shelf_y_ = 1;
    shelf_h_ = 0;
    full_ = false;
    dirty_ = {0, kSide};
}

}  // namespace mulin::pos::touch
