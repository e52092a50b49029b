#include "pos/touch/gl_screen.h"

#include <cstdio>
#include <utility>
#include <vector>

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>
#include <png.h>

#include "pos/touch/theme.h"

namespace mulin::pos::touch {

payment::Result<GlScreen> GlScreen::open() {
    if (!ImGui_ImplOpenGL3_Init("#version 330 core"))
        return payment::fail(payment::ErrorCode::unsupported,
                             "OpenGL 3.3 cannot be used on this display; check the graphics driver.");
    GlScreen screen;
    glGenTextures(1, &screen.texture_);
    glBindTexture(GL_TEXTURE_2D, screen.texture_);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    // One byte of coverage becomes white with that alpha, which ImGui's shader tints.
    const GLint swizzle[] = {GL_ONE, GL_ONE, GL_ONE, GL_RED};
    glTexParameteriv(GL_TEXTURE_2D, GL_TEXTURE_SWIZZLE_RGBA, swizzle);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_R8, GlyphAtlas::kSide, GlyphAtlas::kSide, 0, GL_RED, GL_UNSIGNED_BYTE,
                 nullptr);
    return screen;
}

GlScreen::GlScreen(GlScreen&& other) noexcept : texture_(std::exchange(other.texture_, 0)) {}

GlScreen::~GlScreen() {
    if (texture_ == 0) return;
    glDeleteTextures(1, &texture_);
    ImGui_ImplOpenGL3_Shutdown();
}

void GlScreen::new_frame() { ImGui_ImplOpenGL3_NewFrame(); }

void GlScreen::upload(GlyphAtlas& atlas) const {
    const GlyphAtlas::Rows rows = atlas.take_dirty();
    if (rows.from == rows.to) return;
    glBindTexture(GL_TEXTURE_2D, texture_);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, GlyphAtlas::kSide);
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, rows.from, GlyphAtlas::kSide, rows.to - rows.from, GL_RED,
                    GL_UNSIGNED_BYTE, atlas.pixels() + static_cast<std::size_t>(rows.from) * GlyphAtlas::kSide);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
}

void GlScreen::render(GlyphAtlas& atlas, int width, int height) {
    upload(atlas);
    glViewport(0, 0, width, height);
    glClearColor(static_cast<float>(theme::paper.r) / 255.0F, static_cast<float>(theme::paper.g) / 255.0F,
                 static_cast<float>(theme::paper.b) / 255.0F, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

payment::Status GlScreen::save_png(const std::filesystem::path& path, int width, int height) const {
    const std::size_t pitch = static_cast<std::size_t>(width) * 3;
    std::vector<std::uint8_t> pixels(pitch * static_cast<std::size_t>(height));
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(width);
    image.height = static_cast<png_uint_32>(height);
    image.format = PNG_FORMAT_RGB;
    // A negative stride: OpenGL's first row is the lowest.
    if (!png_image_write_to_file(&image, path.c_str(), 0, pixels.data(), -static_cast<png_int_32>(pitch), nullptr))
        return payment::fail(payment::ErrorCode::disk, "The picture " + path.string() +
                                                           " cannot be written: " + image.message + ".");
    return payment::ok();
}

}  // namespace mulin::pos::touch
