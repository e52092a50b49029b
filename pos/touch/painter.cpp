#include "pos/touch/painter.h"

#include <cmath>
#include <vector>

#include <imgui.h>

namespace mulin::pos::touch {

namespace {

ImVec2 vec(Point p) { return {p.x, p.y}; }

ImU32 packed(Colour c) { return IM_COL32(c.r, c.g, c.b, c.a); }

void push_texture(ImDrawList& list, std::uintptr_t texture) {
#if IMGUI_VERSION_NUM >= 19200
    list.PushTexture(ImTextureRef(static_cast<ImTextureID>(texture)));
#else
    list.PushTextureID((ImTextureID)texture);
#endif
}

void pop_texture(ImDrawList& list) {
#if IMGUI_VERSION_NUM >= 19200
    list.PopTexture();
#else
    list.PopTextureID();
#endif
}

}  // namespace

void Painter::begin(Size window) {
    list_ = ImGui::GetBackgroundDrawList();
    list_->PushClipRect({0, 0}, {window.w, window.h});
    list_->ChannelsSplit(kLayers * 2);
    layer_ = 0;
}

void Painter::end() {
    list_->ChannelsMerge();
    list_->PopClipRect();
    list_ = nullptr;
}

void Painter::set_layer(int layer) {
    layer_ = layer;
    list_->ChannelsSetCurrent(layer_ * 2);
}

void Painter::push_clip(Rect rect) {
    list_->PushClipRect({rect.x, rect.y}, {rect.right(), rect.bottom()}, true);
}

void Painter::pop_clip() { list_->PopClipRect(); }

void Painter::fill(Rect r, Colour colour, float radius) {
    list_->AddRectFilled({r.x, r.y}, {r.right(), r.bottom()}, packed(colour), radius);
}

void Painter::outline(Rect r, Colour colour, float radius, float width) {
    // Inside the rectangle, so that neighbours and the hit map agree with what is seen.
    const float half = width / 2;
    list_->AddRect({r.x + half, r.y + half}, {r.right() - half, r.bottom() - half}, packed(colour),
                   std::max(0.0F, radius - half), 0, width);
}

void Painter::dashed_outline(Rect r, Colour colour, float radius, float width, float dash) {
    const float half = width / 2;
    list_->PathRect({r.x + half, r.y + half}, {r.right() - half, r.bottom() - half}, radius);
    std::vector<Point> path;
    for (const ImVec2& p : list_->_Path) path.push_back({p.x, p.y});
    list_->PathClear();
    if (path.size() < 2) return;
    path.push_back(path.front());
    bool drawing = true;
    float left = dash;
    std::vector<Point> stroke{path[0]};
    for (std::size_t i = 1; i < path.size(); ++i) {
        Point from = path[i - 1];
        float length = std::hypot(path[i].x - from.x, path[i].y - from.y);
        while (length > left) {
            const float part = left / length;
            from = {from.x + (path[i].x - from.x) * part, from.y + (path[i].y - from.y) * part};
            length -= left;
            left = dash;
            stroke.push_back(from);
            if (drawing) polyline(stroke, colour, width, false);
            stroke.assign(1, from);
            drawing = !drawing;
        }
        left -= length;
        stroke.push_back(path[i]);
    }
    if (drawing) polyline(stroke, colour, width, false);
}

void Painter::circle(Point centre, float radius, Colour colour) {
    list_->AddCircleFilled(vec(centre), radius, packed(colour), 0);
}

void Painter::line(Point from, Point to, Colour colour, float width) {
    // Straight lines are filled rectangles on whole pixels: no blur at odd widths.
    if (from.y == to.y || from.x == to.x) {
        const float thick = std::max(1.0F, std::round(width));
        const float x = std::round(from.x);
        const float y = std::round(from.y);
        if (from.y == to.y)
            list_->AddRectFilled({x, y}, {std::round(to.x), y + thick}, packed(colour));
        else
            list_->AddRectFilled({x, y}, {x + thick, std::round(to.y)}, packed(colour));
        return;
    }
    list_->AddLine(vec(from), vec(to), packed(colour), width);
}

void Painter::polyline(std::span<const Point> points, Colour colour, float width, bool closed) {
    for (const Point p : points) list_->PathLineTo(vec(p));
    list_->PathStroke(packed(colour), closed ? ImDrawFlags_Closed : ImDrawFlags_None, width);
}

void Painter::characters(Face face, Point pen, std::u32string_view text, Colour colour) {
    constexpr float kTexel = 1.0F / GlyphAtlas::kSide;
    list_->ChannelsSetCurrent(layer_ * 2 + 1);
    push_texture(*list_, texture_);
    const ImU32 tint = packed(colour);
    const float baseline = std::round(pen.y);
    for (const char32_t c : text) {
        const Glyph& glyph = atlas_.glyph(face, c);
        if (glyph.w > 0) {
            const float x = std::round(pen.x) + static_cast<float>(glyph.left);
            const float y = baseline - static_cast<float>(glyph.top);
            const auto u = static_cast<float>(glyph.x);
            const auto v = static_cast<float>(glyph.y);
            const auto w = static_cast<float>(glyph.w);
            const auto h = static_cast<float>(glyph.h);
            list_->PrimReserve(6, 4);
            list_->PrimRectUV({x, y}, {x + w, y + h}, {u * kTexel, v * kTexel},
                              {(u + w) * kTexel, (v + h) * kTexel}, tint);
        }
        pen.x += glyph.advance;
    }
    pop_texture(*list_);
    list_->ChannelsSetCurrent(layer_ * 2);
}

}  // namespace mulin::pos::touch
