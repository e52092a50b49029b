#pragma once
// Surface: everything that is drawn, without a window: ImGui's context, the glyphs, the painter and
// the Ui. Window puts a real window around it; tests and benches use it as it is. One at a time in
// a process, since ImGui's context is global. One thread.

#include <memory>

#include "payment/base/result.h"
#include "pos/text/font_files.h"
#include "pos/touch/ui.h"

namespace mulin::pos::touch {

class GlyphAtlas;

class Surface {
  public:
    static payment::Result<std::unique_ptr<Surface>> open(const text::FontFiles& fonts);
    ~Surface();
    Surface(const Surface&) = delete;
    Surface& operator=(const Surface&) = delete;

    // `texture` is what the renderer calls the glyph picture; 0 without a renderer.
    Ui& begin(Size window, const FrameInput& input, std::uintptr_t texture = 0);
    // False: the glyph picture ran full, the frame lacks characters and must be drawn once more.
    bool end();

    // A second picture with the same glyphs, for another window; between two frames of the first.
    // It takes no input.
    Ui& begin_second(Size window, std::int64_t now_ms, std::uintptr_t texture = 0);
    bool end_second();
    const HitMap& second_hit_map() const { return second_ui_->hit_map(); }

    Ui& ui() { return *ui_; }
    GlyphAtlas& atlas() { return *atlas_; }
    int vertex_count() const;  // of the last frame

  private:
    Surface();
    void new_frame(Size window, std::int64_t now_ms);
    std::unique_ptr<GlyphAtlas> atlas_;
    std::unique_ptr<Painter> painter_;
    std::unique_ptr<Ui> ui_;
    std::unique_ptr<Painter> second_painter_;
    std::unique_ptr<Ui> second_ui_;
    std::int64_t last_ms_ = 0;
};

}  // namespace mulin::pos::touch
