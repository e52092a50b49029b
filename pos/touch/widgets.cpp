#include <algorithm>
#include <cmath>

#include "pos/touch/key_paint.h"
#include "pos/touch/painter.h"
#include "pos/touch/ui.h"
#include "pos/touch/utf8.h"

namespace mulin::pos::touch {

void Ui::key_face(Rect rect, std::string_view words, const KeyOptions& options, bool down) {
    const KeyPaint paint = key_paint(options.style, options.enabled);
    fill(rect, down ? paint.fill_down : paint.fill, theme::radius_em);
    outline(rect, paint.line, theme::radius_em);
    TextStyle style{.size = options.size, .bold = true, .colour = paint.words, .align = Align::centre};
    style.fit = Fit::shrink;
    Rect inside = rect.inset(em(options.figure.empty() ? 0.4F : 1.2F), em(0.2F));
    if (!options.figure.empty()) {
        const TextStyle figure{.size = options.size, .bold = true, .colour = paint.words, .align = Align::right};
        text(inside.cut_right(measure(options.figure, figure).w + 1, em(0.6F)), options.figure, figure);
        style.align = Align::left;
    }
    if (!options.detail.empty()) {
        const Rect below = inside.cut_bottom(inside.h * 0.4F);
        text(below, options.detail,
             {.size = TextSize::small, .colour = paint.words, .align = Align::centre, .valign = VAlign::top});
        style.valign = VAlign::bottom;
    }
    text(inside, words, style);
}

bool Ui::key(std::string_view id, Rect rect, std::string_view words, const KeyOptions& options) {
    key_face(rect, words, options, options.enabled && held(id));
    return add_target(id, rect, words, options.enabled, options.repeats);
}

bool Ui::key(std::string_view id, Rect rect, std::string_view words, KeyStyle style, bool enabled) {
    return key(id, rect, words, KeyOptions{.style = style, .enabled = enabled});
}

namespace {

struct TilePaint {
    Colour fill;
    Colour line;
};

TilePaint tile_paint(Tile::Tint tint) {
    using namespace theme;
    switch (tint) {
        case Tile::Tint::set_meal: return {tile_set, tile_set_line};
        case Tile::Tint::dish: return {tile_dish, line};
        case Tile::Tint::soup: return {tile_soup, line};
        case Tile::Tint::staple: return {tile_staple, line};
    }
    return {tile_dish, line};
}

}  // namespace

bool Ui::tile(std::string_view id, Rect rect, const Tile& tile) {
    const bool gone = !tile.sold_out.empty();
    const TilePaint paint = tile_paint(tile.tint);
    fill(rect, tile.enabled && held(id) ? theme::line : (gone ? theme::sold_out : paint.fill), theme::radius_em);
    if (gone)
        dashed_outline(rect, rgb(0x434E52, 130), theme::radius_em);
    else
        outline(rect, paint.line, theme::radius_em);
    Rect inside = rect.inset(em(0.75F), em(0.6F));
    Rect foot = inside.cut_bottom(em(1.7F), em(0.2F));
    const Colour words = gone ? theme::sold_out_ink : theme::ink;
    text(inside, tile.name, {.size = TextSize::tile, .bold = true, .colour = words, .valign = VAlign::top,
                             .fit = Fit::fill, .struck = gone});
    if (!tile.badge.empty()) {
        const float diameter = foot.h;
        const Size words_size = measure(tile.badge, {.bold = true});
        const float width = std::max(diameter, words_size.w + em(0.8F));
        const Rect badge = foot.cut_right(width, em(0.3F));
        painter_.fill(badge, theme::ink, diameter / 2);
        text(badge, tile.badge, {.bold = true, .colour = theme::card, .align = Align::centre});
    }
    text(foot, gone ? tile.sold_out : tile.price,
         {.size = TextSize::lead, .bold = true, .colour = gone ? theme::sold_out_ink : theme::ink_secondary,
          .fit = Fit::shrink});
    return add_target(id, rect, tile.name, tile.enabled, false);
}

void Ui::avatar(Rect rect, std::string_view name, bool strong) {
    const float diameter = std::min(rect.w, rect.h);
    const Rect square{rect.x, rect.y + (rect.h - diameter) / 2, diameter, diameter};
    circle(square.centre(), diameter / 2, strong ? theme::action : theme::person_soft);
    const TextSize size = diameter > em(4.2F) ? TextSize::amount : (diameter > em(3) ? TextSize::name : TextSize::title);
    text(square, first_character(name),
         {.size = size, .bold = true, .colour = strong ? theme::card : theme::person, .align = Align::centre});
}

bool Ui::person_tile(std::string_view id, Rect rect, const PersonTile& tile) {
    fill(rect, held(id) ? theme::line : theme::card, theme::radius_em);
    outline(rect, tile.selected ? theme::action : theme::line, theme::radius_em,
            tile.selected ? 0.15F : theme::line_em);
    Rect inside = rect.inset(em(0.85F), em(0.4F));
    avatar(inside.cut_left(std::min(inside.h, em(3.8F)), em(0.8F)), tile.name);
    const Rect name = inside.cut_top(inside.h * 0.4F);
    text(name, tile.name, {.size = TextSize::title, .bold = true, .fit = Fit::shrink});
    const Rect first = inside.cut_top(inside.h / 2);
    const TextStyle style{.size = TextSize::small, .colour = theme::ink_secondary, .fit = Fit::shrink};
    text(first, tile.line_1, style);
    text(inside, tile.line_2, style);
    return add_target(id, rect, tile.name, true, false);
}

bool Ui::text_field(std::string_view id, Rect rect, std::string_view words, std::string_view hint, bool focused,
                    TextSize size) {
    fill(rect, theme::card, theme::radius_em);
    outline(rect, focused ? theme::action : theme::line, theme::radius_em, focused ? 0.15F : theme::line_em);
    Rect inside = rect.inset(em(1), em(0.2F));
    const TextStyle style{.size = size, .bold = true};
    const float width = std::min(measure(words, style).w, inside.w - em(0.4F));
    text(inside.cut_left(width), words, style);
    if (focused) {
        const float height = std::min(inside.h, em(size_em(size)) * 1.15F);
        painter_.fill({inside.x + em(0.15F), rect.y + (rect.h - height) / 2, em(0.15F), height}, theme::action, 0);
    }
    inside.cut_left(em(0.9F));
    // With something typed the hint would only crowd it; without, it is all there is to read.
    if (inside.w > em(4))
        text(inside, hint, {.colour = theme::ink_secondary,
                            .align = words.empty() ? Align::left : Align::right, .fit = Fit::shrink});
    return add_target(id, rect, words, true, false);
}

}  // namespace mulin::pos::touch
