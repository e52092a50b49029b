// The widgets that show and are not tapped: pills, notes, progress, tables, charts, toasts.
#include <algorithm>
#include <cmath>

#include "pos/touch/key_paint.h"
#include "pos/touch/painter.h"
#include "pos/touch/ui.h"

namespace mulin::pos::touch {

float Ui::pill(std::string_view id, Point left_top, float height, std::string_view words, Tone tone) {
    const TonePaint paint = tone_paint(tone);
    const TextStyle style{.bold = true, .colour = paint.words, .align = Align::centre};
    const Rect rect{left_top.x, left_top.y, measure(words, style).w + em(1.6F), height};
    painter_.fill(rect, paint.fill, height / 2);
    label(id, rect, words, style);
    return rect.w;
}

float Ui::note(std::string_view id, Rect rect, std::string_view title, std::string_view detail, Tone tone) {
    const TonePaint paint = tone_paint(tone);
    const TextStyle strong{.bold = true, .colour = paint.words, .valign = VAlign::top, .fit = Fit::wrap};
    const TextStyle plain{.size = TextSize::small, .colour = paint.words, .valign = VAlign::top, .fit = Fit::wrap};
    const float width = rect.w - em(1.4F);
    const float title_h = measure(title, strong, width).h;
    const float detail_h = detail.empty() ? 0 : measure(detail, plain, width).h;
    rect.h = title_h + detail_h + em(0.9F);
    fill(rect, paint.fill, theme::radius_em);
    Rect inside = rect.inset(em(0.7F), em(0.45F));
    label(id, inside.cut_top(title_h), title, strong);
    text(inside, detail, plain);
    return rect.h;
}

void Ui::progress(Rect rect, float fraction, Tone tone) {
    const TonePaint paint = tone_paint(tone);
    painter_.fill(rect, paint.fill, rect.h / 2);
    Rect done = rect;
    done.w = std::max(rect.h, rect.w * std::clamp(fraction, 0.0F, 1.0F));
    painter_.fill(done, paint.words, rect.h / 2);
}

void Ui::table_row(Rect rect, std::span<const Cell> cells, bool bold, Colour colour, TextSize size) {
    float total = 0;
    for (const Cell& cell : cells) total += cell.share;
    if (total <= 0) return;
    const float padding = em(0.4F);
    float x = rect.x;
    for (const Cell& cell : cells) {
        const float width = rect.w * cell.share / total;
        text({x + padding, rect.y, width - 2 * padding, rect.h}, cell.text,
             {.size = size, .bold = bold, .colour = colour, .align = cell.align, .fit = Fit::shrink});
        x += width;
    }
    line_h(rect.x, rect.bottom() - em(0.05F), rect.w, theme::line, 0.05F);
}

void Ui::bar_chart(Rect rect, std::span<const Bar> bars) {
    if (bars.empty()) return;
    const bool labelled = std::any_of(bars.begin(), bars.end(), [](const Bar& b) { return !b.label.empty(); });
    const Rect labels = labelled ? rect.cut_bottom(em(1.3F), em(0.2F)) : Rect{};
    const Rect plot{rect.x, rect.y + em(1.3F), rect.w, rect.h - em(1.3F)};
    long most = 1;
    for (const Bar& bar : bars) most = std::max(most, bar.value);
    const int count = static_cast<int>(bars.size());
    for (int i = 0; i < count; ++i) {
        const Bar& bar = bars[static_cast<std::size_t>(i)];
        Rect column = plot.column(i, count, em(0.35F));
        const float height = std::max(em(0.2F), plot.h * static_cast<float>(bar.value) / static_cast<float>(most));
        const Rect shape = column.cut_bottom(height);
        fill(shape, bar.highlighted ? theme::action : (bar.value > 0 ? theme::bar : theme::line), 0.2F);
        if (bar.value > 0)
            text({shape.x - em(0.3F), shape.y - em(1.25F), shape.w + em(0.6F), em(1.2F)}, std::to_string(bar.value),
                 {.size = TextSize::small, .bold = bar.highlighted, .align = Align::centre});
        if (labelled)
            text({shape.x - em(0.2F), labels.y, shape.w + em(0.4F), labels.h}, bar.label,
                 {.size = TextSize::small, .colour = theme::ink_secondary, .align = Align::centre});
    }
}

void Ui::toast(std::string_view id, std::string_view words, Tone tone) {
    const int before = layer_;
    layer_ = 2;
    painter_.set_layer(layer_);
    Colour back = theme::ink;
    if (tone == Tone::good) back = theme::action;
    if (tone == Tone::attention) back = theme::attention;
    if (tone == Tone::stop) back = theme::stop;
    const TextStyle style{.size = TextSize::lead, .bold = true, .colour = theme::card, .align = Align::centre,
                          .fit = Fit::wrap};
    const float widest = std::min(window_.w - em(4), em(46));
    const Size size = measure(words, style, widest);
    const Rect box{(window_.w - size.w - em(2)) / 2, body_.y + em(0.8F), size.w + em(2), size.h + em(1.2F)};
    fill(box, back, theme::radius_em);
    label(id, box.inset(em(1), em(0.6F)), words, style);
    layer_ = before;
    painter_.set_layer(layer_);
}

}  // namespace mulin::pos::touch
