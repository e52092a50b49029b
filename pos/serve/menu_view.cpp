// Middle column: the usual, today's tiles, the tabs.
#include <algorithm>

#include "pos/serve/parts_view.h"
#include "pos/touch/areas.h"

namespace mulin::pos::serve {

namespace {

using text::Msg;
using touch::Align;
using touch::Fit;
using touch::KeyStyle;
using touch::Rect;
using touch::TextSize;
using touch::Tile;
namespace theme = touch::theme;

constexpr int kColumns = 4;

Tile::Tint tint(sync::ItemClass item_class) {
    switch (item_class) {
        case sync::ItemClass::set: return Tile::Tint::set_meal;
        case sync::ItemClass::soup:
        case sync::ItemClass::drink: return Tile::Tint::soup;
        case sync::ItemClass::staple: return Tile::Tint::staple;
        default: return Tile::Tint::dish;
    }
}

std::string usual_detail(const Scene& s, const std::vector<BasketLine>& lines) {
    return lines.size() == 1 ? s.pick(lines[0].item.detail_zh, lines[0].item.detail_en) : std::string();
}

std::string usual_words(const Scene& s, const std::vector<BasketLine>& lines) {
    std::string out;
    for (const BasketLine& line : lines) {
        if (!out.empty()) out += s.english() ? ", " : "、";
        out += s.pick(line.item.name_zh, line.item.name_en);
        if (line.quantity > 1) out += " × " + std::to_string(line.quantity);
    }
    return out;
}

void draw_usual(const Scene& s, Rect banner, const std::vector<BasketLine>& lines) {
    payment::Money price;
    for (const BasketLine& line : lines) price += line.item.price.times(line.quantity);
    // Filled while it is the next likely tap; once something is on the slip it steps back.
    const bool offered = s.state.basket.empty();
    const std::string words = usual_words(s, lines);
    const bool tapped = s.ui.target("serve.usual", banner, words);
    const bool held = s.ui.held("serve.usual");
    const touch::Colour ink = offered ? theme::card : theme::action;
    const touch::Colour filled = held ? theme::action_pressed : theme::action;
    s.ui.fill(banner, offered ? filled : theme::action_soft, theme::radius_em);
    if (!offered) s.ui.outline(banner, theme::action, theme::radius_em);
    Rect inside = banner.inset(s.ui.em(1.1F), s.ui.em(0.3F));
    const touch::TextStyle title{.size = TextSize::key, .bold = true, .colour = ink};
    const std::string_view name = s.words(Msg::serve_usual);
    s.ui.text(inside.cut_left(s.ui.measure(name, title).w + 1, s.ui.em(0.9F)), name, title);
    const std::string amount = text::money(price);
    s.ui.text(inside.cut_right(s.ui.measure(amount, title).w + 1, s.ui.em(0.6F)), amount,
              {.size = TextSize::key, .bold = true, .colour = ink, .align = Align::right});
    if (const std::string detail = usual_detail(s, lines); !detail.empty()) {
        inside = inside.inset(0, s.ui.em(0.5F));
        s.ui.text(inside.cut_bottom(inside.h / 2), detail, {.size = TextSize::small, .colour = ink});
        s.ui.text(inside, words, {.bold = true, .colour = ink, .fit = Fit::shrink});
    } else {
        s.ui.text(inside, words, {.bold = true, .colour = ink, .fit = Fit::fill});
    }
    if (tapped) s.say(TapUsual{});
}

void draw_marking(const Scene& s, Rect banner) {
    s.ui.fill(banner, theme::attention_soft, theme::radius_em);
    Rect inside = banner.inset(s.ui.em(0.9F), (banner.h - s.ui.em(theme::key_height_em)) / 2);
    const Rect done = inside.cut_right(s.ui.em(6.5F), s.ui.gap());
    s.ui.text(inside, s.words(Msg::serve_marking_what), {.bold = true, .colour = theme::attention, .fit = Fit::shrink});
    if (s.ui.key("serve.marking_done", done, s.words(Msg::serve_marking_done), KeyStyle::primary)) s.say(ToggleMarking{});
}

void draw_tile(const Scene& s, Rect rect, const sync::MenuItem& item) {
    const std::int64_t count = chosen_count(s.state, item.id);
    const std::string badge = count > 0 ? std::to_string(count) : std::string();
    std::string price = text::money(item.price);
    if (item.weighed) price += s.words(Msg::serve_per_500g);
    Tile tile{s.pick(item.name_zh, item.name_en), price};
    tile.badge = badge;
    tile.tint = tint(item.item_class);
    if (item.sold_out) tile.sold_out = s.words(Msg::serve_sold_out);
    tile.enabled = !item.sold_out || s.state.marking_sold_out;
    if (s.ui.tile("serve.item." + item.id.text(), rect, tile)) s.say(TapItem{item.id});
}

// Three rows fill the room, as on a small menu; more rows are lower, down to kLeast, then it scrolls.
float tile_height(const Scene& s, float room, int rows) {
    const float least = s.ui.em(5.8F);
    const float gap = s.ui.gap();
    const int shown = std::max(rows, 3);
    const float even = (room - gap * static_cast<float>(shown - 1)) / static_cast<float>(shown);
    if (even >= least) return even;
    const int whole = std::max(1, static_cast<int>((room + gap) / (least + gap)));
    // A row cut in half at the lower edge tells that there is more.
    const float cut = 0.6F;
    const float height = (room - gap * static_cast<float>(whole)) / (static_cast<float>(whole) + cut);
    return std::max(height, least);
}

void draw_tiles(const Scene& s, Rect area) {
    const std::vector<sync::MenuItem> items = tiles(s.state);
    if (items.empty()) {
        s.ui.label("serve.no_items", area, s.words(Msg::serve_no_items),
                   {.size = TextSize::tile, .colour = theme::ink_secondary, .align = Align::centre, .fit = Fit::wrap});
        return;
    }
    const float gap = s.ui.gap();
    const int rows = (static_cast<int>(items.size()) + kColumns - 1) / kColumns;
    const float height = tile_height(s, area.h, rows);
    const float content = static_cast<float>(rows) * (height + gap) - gap;
    // Rounding must not make a menu that fits scroll.
    const touch::Scroll scroll(s.ui, "serve.items", area, content <= area.h + 1 ? area.h : content);
    for (int i = 0; i < static_cast<int>(items.size()); ++i) {
        const Rect rect = scroll.row(i / kColumns, height, gap).column(i % kColumns, kColumns, gap);
        if (scroll.visible(rect)) draw_tile(s, rect, items[static_cast<std::size_t>(i)]);
    }
}

void draw_tabs(const Scene& s, Rect row) {
    struct Entry {
        Tab tab;
        const char* id;
        Msg name;
    };
    static constexpr Entry kTabs[] = {{Tab::all, "serve.tab.all", Msg::serve_tab_all},
                                      {Tab::set, "serve.tab.set", Msg::serve_tab_set},
                                      {Tab::meat, "serve.tab.meat", Msg::serve_tab_meat},
                                      {Tab::vegetable, "serve.tab.vegetable", Msg::serve_tab_vegetable},
                                      {Tab::soup_staple, "serve.tab.soup_staple", Msg::serve_tab_soup_staple}};
    int i = 0;
    for (const Entry& entry : kTabs) {
        const KeyStyle style = s.state.tab == entry.tab ? KeyStyle::selected : KeyStyle::plain;
        if (s.ui.key(entry.id, row.column(i++, 5, s.ui.em(0.5F)), s.words(entry.name), style)) s.say(SetTab{entry.tab});
    }
}

}  // namespace

void draw_menu(const Scene& s, Rect column) {
    const Rect tabs = column.cut_bottom(s.ui.em(theme::key_height_em), s.ui.em(0.7F));
    const std::vector<BasketLine> usual = available_usual(s.state);
    if (s.state.marking_sold_out)
        draw_marking(s, column.cut_top(s.ui.em(4.6F), s.ui.em(0.7F)));
    else if (!usual.empty())
        draw_usual(s, column.cut_top(s.ui.em(4.6F), s.ui.em(0.7F)), usual);
    draw_tiles(s, column);
    draw_tabs(s, tabs);
}

}  // namespace mulin::pos::serve
