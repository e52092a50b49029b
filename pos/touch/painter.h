#pragma once
// Painter puts shapes and characters into ImGui's draw list. Within a layer all shapes lie beneath
// all characters, so that one layer is two draw calls however many widgets it holds. Colours are
// opaque unless they carry an alpha. Used by Ui only; owns nothing but the order of layers.

#include <span>
#include <string_view>

#include "pos/touch/geometry.h"
#include "pos/touch/glyph_atlas.h"
#include "pos/touch/theme.h"

struct ImDrawList;

namespace mulin::pos::touch {

class Painter {
  public:
    static constexpr int kLayers = 3;  // the screen, a sheet, a toast

    explicit Painter(GlyphAtlas& atlas) : atlas_(atlas) {}

    GlyphAtlas& atlas() { return atlas_; }
    void set_atlas_texture(std::uintptr_t texture) { texture_ = texture; }

    void begin(Size window);  // after ImGui::NewFrame
    void end();               // before ImGui::Render
    void set_layer(int layer);
    void push_clip(Rect rect);
    void pop_clip();

    void fill(Rect rect, Colour colour, float radius);
    void outline(Rect rect, Colour colour, float radius, float width);
    void dashed_outline(Rect rect, Colour colour, float radius, float width, float dash);
    void circle(Point centre, float radius, Colour colour);
    void line(Point from, Point to, Colour colour, float width);
    void polyline(std::span<const Point> points, Colour colour, float width, bool closed);
    // `pen` is on the baseline.
    void characters(Face face, Point pen, std::u32string_view text, Colour colour);

  private:
    GlyphAtlas& atlas_;
    ImDrawList* list_ = nullptr;
    std::uintptr_t texture_ = 0;
    int layer_ = 0;
};

}  // namespace mulin::pos::touch
