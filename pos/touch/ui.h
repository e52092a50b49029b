#pragma once
// Ui: what a view draws with. Immediate: a view describes its screen every frame, every call draws
// at once, and keys answer whether they were tapped. A tap is decided against what the cashier
// saw (the frame before): press on a key or within half a gap of it, release inside. A second
// tap in the same place within 300 ms does nothing. Every widget with an id lands in the hit map.
// Not thread-safe: only the thread of the window. All rectangles are in window pixels.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pos/touch/geometry.h"
#include "pos/touch/hit_map.h"
#include "pos/touch/input.h"
#include "pos/touch/style.h"
#include "pos/touch/theme.h"

namespace mulin::pos::touch {

class Painter;
class TapTracker;

class Ui {
  public:
    explicit Ui(Painter& painter);
    ~Ui();
    Ui(const Ui&) = delete;
    Ui& operator=(const Ui&) = delete;

    // --- the frame (called by the surface and the shell, not by views) ---
    void begin(Size window, const FrameInput& input);
    void end();
    void set_screen(std::string_view name);  // for the hit map: "serve"
    void set_body(Rect body) { body_ = body; }
    const HitMap& hit_map() const { return hit_map_; }  // of the last finished frame
    std::optional<std::int64_t> wake_at_ms() const { return wake_at_ms_; }

    // --- measures ---
    Rect window() const { return {0, 0, window_.w, window_.h}; }
    Rect body() const { return body_; }  // what the top bar leaves: where a view draws
    float em(float n = 1) const { return n * em_; }
    float gap() const { return em(theme::gap_em); }
    std::int64_t now_ms() const { return now_ms_; }
    void wake_in_ms(int ms);  // asks for another frame, for a running countdown
    Size measure(std::string_view text, const TextStyle& style = {}, float wrap_width = 0) const;

    // --- keyboard: what was typed this frame and is not a scan; UTF-8, no control characters ---
    const std::string& typed() const { return typed_; }
    bool pressed(KeyboardKey key) const;

    // --- text and surfaces ---
    void text(Rect rect, std::string_view text, const TextStyle& style = {});
    // The same, and in the hit map by id, for figures and states that must be readable from outside.
    void label(std::string_view id, Rect rect, std::string_view text, const TextStyle& style = {});
    // In the hit map only: a state that is seen elsewhere on the screen.
    void record(std::string_view id, Rect rect, std::string_view text);
    void fill(Rect rect, Colour colour, float radius_em = 0);
    void outline(Rect rect, Colour colour, float radius_em = 0, float width_em = theme::line_em);
    void card(Rect rect, Colour fill = theme::card, Colour line = theme::line);
    void line_h(float x, float y, float width, Colour colour = theme::line, float width_em = theme::line_em);
    void line_v(float x, float y, float height, Colour colour = theme::line);
    void dashed_h(float x, float y, float width, Colour colour = theme::line);
    void dashed_outline(Rect rect, Colour colour, float radius_em);
    void circle(Point centre, float radius, Colour colour);
    void tick(Rect rect, Colour colour);       // check mark
    void backspace(Rect rect, Colour colour);  // erase sign
    // A QR code for a phone's camera, as large as fits, with its quiet zone on white. In the hit map
    // as "qr", never what it says. False when the words are too long for one.
    bool qr(std::string_view id, Rect rect, std::string_view words);

    // --- widgets; each answers whether it was tapped ---
    bool key(std::string_view id, Rect rect, std::string_view label, const KeyOptions& options = {});
    bool key(std::string_view id, Rect rect, std::string_view label, KeyStyle style, bool enabled = true);
    // An invisible target over anything drawn by the caller.
    bool target(std::string_view id, Rect rect, std::string_view text, bool enabled = true);
    bool held(std::string_view id) const;  // a finger is on it now
    bool tile(std::string_view id, Rect rect, const Tile& tile);
    bool person_tile(std::string_view id, Rect rect, const PersonTile& tile);
    bool text_field(std::string_view id, Rect rect, std::string_view text, std::string_view hint,
                    bool focused, TextSize size = TextSize::lead);
    void avatar(Rect rect, std::string_view name, bool strong = false);
    // A rounded pill as wide as its words; answers its width.
    float pill(std::string_view id, Point left_top, float height, std::string_view text, Tone tone);
    // A coloured note with a bold line and an optional second line; answers its height.
    float note(std::string_view id, Rect rect, std::string_view title, std::string_view detail, Tone tone);
    void progress(Rect rect, float fraction, Tone tone = Tone::good);
    void table_row(Rect rect, std::span<const Cell> cells, bool bold = false,
                   Colour colour = theme::ink, TextSize size = TextSize::body);
    void bar_chart(Rect rect, std::span<const Bar> bars);
    void toast(std::string_view id, std::string_view text, Tone tone);

    // --- keypads: the character tapped, kErase, kClear, or 0 ---
    static constexpr char kErase = '\b';
    static constexpr char kClear = '\x7f';
    char digit_keypad(std::string_view id, Rect rect, std::string_view clear_label);
    char letter_keypad(std::string_view id, Rect rect);

    // --- areas; use Scroll and Sheet (areas.h) ---
    float begin_scroll(std::string_view id, Rect rect, float content_height);
    void end_scroll();
    Rect begin_sheet(std::string_view id, Size size_em);
    void end_sheet();

  private:
    struct ScrollState {
        Rect rect;
        float offset = 0;
        float offset_at_press = 0;
        float content = 0;
        bool dragged = false;
        std::uint64_t frame = 0;  // last drawn
    };
    void scroll_by_finger(const FrameInput& input);
    Rect shown(Rect rect) const;
    bool add_target(std::string_view id, Rect rect, std::string_view text, bool enabled, bool repeats);
    void key_face(Rect rect, std::string_view label, const KeyOptions& options, bool down);

    Painter& painter_;
    std::unique_ptr<TapTracker> taps_;
    HitMap hit_map_;
    HitMap drawing_;
    Size window_;
    Rect body_;
    float em_ = 20;
    std::int64_t now_ms_ = 0;
    std::uint64_t frame_ = 0;
    std::optional<std::int64_t> wake_at_ms_;
    std::string typed_;
    std::vector<KeyboardKey> keys_;
    std::vector<Rect> clips_;
    std::map<std::string, ScrollState, std::less<>> scrolls_;
    std::vector<std::string> open_scrolls_;
    float wheel_ = 0;
    int layer_ = 0;
};

}  // namespace mulin::pos::touch
