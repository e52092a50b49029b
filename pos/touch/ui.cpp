#include "pos/touch/ui.h"

#include <algorithm>

#include "pos/touch/painter.h"
#include "pos/touch/set_text.h"
#include "pos/touch/tap_tracker.h"

namespace mulin::pos::touch {

Ui::Ui(Painter& painter) : painter_(painter), taps_(std::make_unique<TapTracker>()) {}

Ui::~Ui() = default;

void Ui::begin(Size window, const FrameInput& input) {
    window_ = window;
    em_ = em_px(static_cast<int>(window.w), static_cast<int>(window.h));
    body_ = Ui::window();
    now_ms_ = input.now_ms;
    wake_at_ms_.reset();
    typed_ = input.typed;
    keys_ = input.keys;
    wheel_ = input.wheel;
    layer_ = 0;
    taps_->advance(hit_map_, input, em_);
    scroll_by_finger(input);
    ++frame_;
    drawing_.clear();
    clips_.assign(1, body_);
    painter_.set_layer(0);
}

void Ui::end() { std::swap(hit_map_, drawing_); }

void Ui::set_screen(std::string_view name) { drawing_.set_screen(name); }

void Ui::wake_in_ms(int ms) {
    const std::int64_t at = now_ms_ + ms;
    if (!wake_at_ms_ || at < *wake_at_ms_) wake_at_ms_ = at;
}

Size Ui::measure(std::string_view text, const TextStyle& style, float wrap_width) const {
    const SetText set = set_text(painter_.atlas(), em_, text, style, {wrap_width, 0});
    return {set.width(), set.height()};
}

bool Ui::pressed(KeyboardKey key) const { return std::find(keys_.begin(), keys_.end(), key) != keys_.end(); }

void Ui::text(Rect rect, std::string_view words, const TextStyle& style) {
    if (words.empty()) return;
    const SetText set = set_text(painter_.atlas(), em_, words, style, {rect.w, rect.h});
    float y = rect.y;
    if (style.valign == VAlign::middle) y += (rect.h - set.height()) / 2;
    if (style.valign == VAlign::bottom) y += rect.h - set.height();
    const auto px = static_cast<float>(set.face.px);
    for (std::size_t i = 0; i < set.lines.size(); ++i, y += set.line_height) {
        float x = rect.x;
        if (style.align == Align::centre) x += (rect.w - set.widths[i]) / 2;
        if (style.align == Align::right) x += rect.w - set.widths[i];
        // 0.88 of the em stands above the baseline in the Chinese em square.
        const float baseline = y + (set.line_height - px) / 2 + px * 0.88F;
        painter_.characters(set.face, {x, baseline}, set.lines[i], style.colour);
        if (!style.struck) continue;
        const float middle = y + set.line_height / 2;
        painter_.line({x, middle}, {x + set.widths[i], middle}, style.colour, em(0.1F));
    }
}

void Ui::label(std::string_view id, Rect rect, std::string_view words, const TextStyle& style) {
    text(rect, words, style);
    record(id, rect, words);
}

void Ui::record(std::string_view id, Rect rect, std::string_view words) {
    Widget widget{std::string(id), rect, shown(rect), false, std::string(words)};
    widget.target = false;
    widget.layer = layer_;
    drawing_.add(std::move(widget));
}

Rect Ui::shown(Rect rect) const {
    const Rect& clip = clips_.back();
    const float left = std::max(rect.x, clip.x);
    const float top = std::max(rect.y, clip.y);
    return {left, top, std::max(0.0F, std::min(rect.right(), clip.right()) - left),
            std::max(0.0F, std::min(rect.bottom(), clip.bottom()) - top)};
}

bool Ui::add_target(std::string_view id, Rect rect, std::string_view words, bool enabled, bool repeats) {
    const Rect visible = shown(rect);
    if (visible.w <= 0 || visible.h <= 0) return false;
    Widget widget{std::string(id), rect, visible, enabled, std::string(words)};
    widget.repeats = repeats;
    widget.layer = layer_;
    drawing_.add(std::move(widget));
    return enabled && taps_->tapped(id);
}

bool Ui::target(std::string_view id, Rect rect, std::string_view words, bool enabled) {
    return add_target(id, rect, words, enabled, false);
}

bool Ui::held(std::string_view id) const { return taps_->held(id) || taps_->tapped(id); }

// --- shapes

void Ui::fill(Rect rect, Colour colour, float radius_em) { painter_.fill(rect, colour, em(radius_em)); }

void Ui::outline(Rect rect, Colour colour, float radius_em, float width_em) {
    painter_.outline(rect, colour, em(radius_em), em(width_em));
}

void Ui::card(Rect rect, Colour inside, Colour border) {
    fill(rect, inside, theme::radius_em);
    outline(rect, border, theme::radius_em);
}

void Ui::line_h(float x, float y, float width, Colour colour, float width_em) {
    painter_.line({x, y}, {x + width, y}, colour, em(width_em));
}

void Ui::line_v(float x, float y, float height, Colour colour) {
    painter_.line({x, y}, {x, y + height}, colour, em(theme::line_em));
}

void Ui::dashed_h(float x, float y, float width, Colour colour) {
    const float dash = em(0.25F);
    for (float at = 0; at < width; at += 2 * dash)
        painter_.line({x + at, y}, {x + std::min(width, at + dash), y}, colour, em(0.05F));
}

void Ui::dashed_outline(Rect rect, Colour colour, float radius_em) {
    painter_.dashed_outline(rect, colour, em(radius_em), em(theme::line_em), em(0.35F));
}

void Ui::circle(Point centre, float radius, Colour colour) { painter_.circle(centre, radius, colour); }

void Ui::tick(Rect r, Colour colour) {
    const Point points[] = {{r.x + r.w * 0.12F, r.y + r.h * 0.55F},
                            {r.x + r.w * 0.38F, r.y + r.h * 0.82F},
                            {r.x + r.w * 0.9F, r.y + r.h * 0.18F}};
    painter_.polyline(points, colour, std::max(2.0F, r.h * 0.13F), false);
}

void Ui::backspace(Rect r, Colour colour) {
    const float width = std::max(2.0F, em(0.09F));
    const Point body[] = {{r.x, r.y + r.h / 2},
                          {r.x + r.w * 0.3F, r.y},
                          {r.right(), r.y},
                          {r.right(), r.bottom()},
                          {r.x + r.w * 0.3F, r.bottom()}};
    painter_.polyline(body, colour, width, true);
    const Point c{r.x + r.w * 0.62F, r.y + r.h / 2};
    const float d = r.h * 0.2F;
    const Point falling[] = {{c.x - d, c.y - d}, {c.x + d, c.y + d}};
    const Point rising[] = {{c.x - d, c.y + d}, {c.x + d, c.y - d}};
    painter_.polyline(falling, colour, width, false);
    painter_.polyline(rising, colour, width, false);
}

}  // namespace mulin::pos::touch
