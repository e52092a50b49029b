#include "pos/touch/surface.h"

#include <algorithm>

#include <imgui.h>

#include "payment/base/check.h"
#include "pos/touch/glyph_atlas.h"
#include "pos/touch/painter.h"

namespace mulin::pos::touch {

Surface::Surface() {
    MULIN_CHECK(ImGui::GetCurrentContext() == nullptr);
    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    // ImGui's own small font only carries the white pixel and the line textures of the shapes.
    unsigned char* pixels = nullptr;
    int width = 0;
    int height = 0;
    io.Fonts->AddFontDefault();
    io.Fonts->GetTexDataAsAlpha8(&pixels, &width, &height);
}

Surface::~Surface() { ImGui::DestroyContext(); }

payment::Result<std::unique_ptr<Surface>> Surface::open(const text::FontFiles& fonts) {
    MULIN_TRY(auto atlas, GlyphAtlas::open(fonts));
    std::unique_ptr<Surface> surface(new Surface);
    surface->atlas_ = std::move(atlas);
    surface->painter_ = std::make_unique<Painter>(*surface->atlas_);
    surface->ui_ = std::make_unique<Ui>(*surface->painter_);
    surface->second_painter_ = std::make_unique<Painter>(*surface->atlas_);
    surface->second_ui_ = std::make_unique<Ui>(*surface->second_painter_);
    return surface;
}

void Surface::new_frame(Size window, std::int64_t now_ms) {
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {window.w, window.h};
    io.DeltaTime = std::max(0.001F, static_cast<float>(now_ms - last_ms_) / 1000.0F);
    last_ms_ = now_ms;
    if (atlas_->full()) atlas_->clear();
    ImGui::NewFrame();
}

Ui& Surface::begin_second(Size window, std::int64_t now_ms, std::uintptr_t texture) {
    new_frame(window, now_ms);
    FrameInput nothing;
    nothing.now_ms = now_ms;
    second_painter_->set_atlas_texture(texture);
    second_painter_->begin(window);
    second_ui_->begin(window, nothing);
    return *second_ui_;
}

bool Surface::end_second() {
    second_ui_->end();
    second_painter_->end();
    ImGui::Render();
    return !atlas_->full();
}

Ui& Surface::begin(Size window, const FrameInput& input, std::uintptr_t texture) {
    new_frame(window, input.now_ms);
    painter_->set_atlas_texture(texture);
    painter_->begin(window);
    ui_->begin(window, input);
    return *ui_;
}

bool Surface::end() {
    ui_->end();
    painter_->end();
    ImGui::Render();
    return !atlas_->full();
}

int Surface::vertex_count() const { return ImGui::GetDrawData()->TotalVtxCount; }

}  // namespace mulin::pos::touch
