#pragma once
// The OpenGL half of the window: ImGui's renderer, the texture of the glyph picture, reading back
// what was drawn. The window's context must be current.

#include <cstdint>
#include <filesystem>

#include "payment/base/result.h"
#include "pos/touch/glyph_atlas.h"

namespace mulin::pos::touch {

class GlScreen {
  public:
    // After ImGui's context exists. Fails when the driver offers less than OpenGL 3.3.
    static payment::Result<GlScreen> open();
    GlScreen(GlScreen&& other) noexcept;
    GlScreen& operator=(GlScreen&&) = delete;
    ~GlScreen();

    std::uintptr_t texture() const { return texture_; }
    void new_frame();
    // Copies new glyphs and draws ImGui's last frame into the back buffer.
    void render(GlyphAtlas& atlas, int width, int height);
    payment::Status save_png(const std::filesystem::path& path, int width, int height) const;

  private:
    GlScreen() = default;
    void upload(GlyphAtlas& atlas) const;
    unsigned texture_ = 0;
};

}  // namespace mulin::pos::touch
