#include "pos/register_diner/panels_view.h"

#include <algorithm>

#include "pos/register_diner/name_characters.h"

namespace mulin::pos::register_diner {
namespace {

using text::Msg;
using touch::Align;
using touch::Rect;
using touch::TextSize;
namespace theme = touch::theme;

constexpr int kLetterColumns = 7;
constexpr int kChoiceColumns = 5;

touch::KeyOptions typing(touch::KeyStyle style, TextSize size, bool enabled = true) {
    touch::KeyOptions options{.style = style, .enabled = enabled};
    options.size = size;
    options.repeats = true;
    return options;
}

void emit_digit(char key, std::vector<Intent>& out) {
    if (key == touch::Ui::kErase) {
        out.push_back(Key{'<'});
    } else if (key == touch::Ui::kClear) {
        out.push_back(Key{'~'});
    } else if (key != 0) {
        out.push_back(Key{key});
    }
}

void draw_digits(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area,
                 std::vector<Intent>& out) {
    area = area.inset((area.w - std::min(area.w, ui.em(22))) / 2, 0);
    Rect pad = area.cut_top(std::min(area.h, ui.em(20.6F)));
    if (state.field == Field::identity) {
        const Rect last = pad.cut_bottom(ui.em(theme::digit_key_em), ui.em(0.5F));
        // Only the last of eighteen can be an X.
        const bool possible = state.number.size() == 17;
        const auto options = typing(touch::KeyStyle::plain, TextSize::name, possible);
        if (ui.key("register.key.X", last, "X", options)) out.push_back(Key{'X'});
    }
    emit_digit(ui.digit_keypad("register.key", pad, words(Msg::shell_clear)), out);
}

void draw_letters(touch::Ui& ui, Rect area, std::vector<Intent>& out) {
    const float space = ui.em(0.5F);
    const auto cell = [&](int i) { return area.cell(i % kLetterColumns, i / kLetterColumns, kLetterColumns, 4, space); };
    for (int i = 0; i < 26; ++i) {
        const std::string letter(1, static_cast<char>('A' + i));
        if (ui.key("register.key." + letter, cell(i), letter, typing(touch::KeyStyle::letter, TextSize::key))) {
            out.push_back(Key{letter.front()});
        }
    }
    if (ui.key("register.key.dot", cell(26), "·", typing(touch::KeyStyle::letter, TextSize::key))) {
        out.push_back(Key{'.'});
    }
    const Rect erase = cell(27);
    if (ui.key("register.key.erase", erase, "", typing(touch::KeyStyle::letter, TextSize::body))) {
        out.push_back(Key{'<'});
    }
    const touch::Point c = erase.centre();
    ui.backspace({c.x - ui.em(0.8F), c.y - ui.em(0.5F), ui.em(1.6F), ui.em(1)}, theme::ink);
}

void draw_spelling(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect row, Msg hint,
                   std::vector<Intent>& out) {
    const Rect more = row.cut_right(ui.em(7), ui.gap());
    if (page_count(state) > 1 && ui.key("register.more", more, words(Msg::register_diner_more))) {
        out.push_back(MoreChoices{});
    }
    ui.text_field("register.spelling", row, state.pinyin, words(hint), true, TextSize::key);
}

// A name in code points is spelt with digits, and no other choice can be meant.
void draw_code_digits(touch::Ui& ui, Rect row, std::vector<Intent>& out) {
    for (int i = 0; i < 10; ++i) {
        const std::string digit(1, static_cast<char>('0' + i));
        if (ui.key("register.key." + digit, row.column(i, 10, ui.em(0.5F)), digit,
                   typing(touch::KeyStyle::plain, TextSize::title))) {
            out.push_back(Key{digit.front()});
        }
    }
}

void draw_name(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area, std::vector<Intent>& out) {
    draw_letters(ui, area.cut_bottom(std::min(ui.em(14.4F), area.h * 0.52F), ui.gap()), out);
    const bool surname = state.name.empty() && state.pinyin.empty();
    const bool code = is_code_point(state.pinyin);
    const Msg hint = code ? Msg::register_diner_code_hint
                          : (surname ? Msg::register_diner_surnames : Msg::register_diner_pinyin_hint);
    draw_spelling(ui, words, state, area.cut_top(ui.em(3.4F), ui.em(0.6F)), hint, out);
    if (code) draw_code_digits(ui, area.cut_bottom(ui.em(theme::key_height_em), ui.gap()), out);
    const auto shown = choices_page(state);
    if (shown.empty() && !state.pinyin.empty() && !code) {
        ui.note("register.no_character", area, words(Msg::register_diner_no_character), "", touch::Tone::attention);
    }
    const Rect grid = area.cut_top(std::min(area.h, ui.em(8)));
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const int at = static_cast<int>(i);
        const Rect cell = code ? grid.column(at, kChoiceColumns, ui.em(0.5F))
                               : grid.cell(at % kChoiceColumns, at / kChoiceColumns, kChoiceColumns, 2, ui.em(0.5F));
        touch::KeyOptions options{.style = i == 0 && !surname ? touch::KeyStyle::soft : touch::KeyStyle::plain};
        options.size = TextSize::name;
        options.repeats = true;
        if (ui.key("register.choice." + std::to_string(i), cell, shown[i], options)) {
            out.push_back(PickCharacter{shown[i]});
        }
    }
}

void draw_roads(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area, std::vector<Intent>& out) {
    draw_letters(ui, area.cut_bottom(std::min(ui.em(13.6F), area.h * 0.45F), ui.gap()), out);
    draw_spelling(ui, words, state, area.cut_top(ui.em(3.4F), ui.em(0.6F)),
                  state.roads.empty() ? Msg::register_diner_no_roads : Msg::register_diner_road_filter, out);
    const auto shown = roads_page(state);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const int at = static_cast<int>(i);
        const auto style = state.road == shown[i] ? touch::KeyStyle::selected : touch::KeyStyle::plain;
        if (ui.key("register.road." + std::to_string(i), area.cell(at % 3, at / 3, 3, 3, ui.em(0.5F)), shown[i],
                   style)) {
            out.push_back(PickRoad{shown[i]});
        }
    }
}

void draw_card_panel(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area,
                     std::vector<Intent>& out) {
    area.cut_top(ui.em(4));
    const bool bound = !state.card_last4.empty();
    const std::string title = state.checking_card ? std::string(words(Msg::register_diner_card_checking))
                              : bound ? words.format(Msg::register_diner_card_bound, state.card_last4)
                                      : std::string(words(Msg::register_diner_card_scan));
    ui.label("register.card_state", area.cut_top(ui.em(3)), title,
             {.size = TextSize::name, .bold = true, .align = Align::centre, .fit = touch::Fit::shrink});
    if (!bound) {
        ui.text(area.cut_top(ui.em(3)), words(Msg::register_diner_card_scan_what),
                {.colour = theme::ink_secondary, .align = Align::centre, .fit = touch::Fit::wrap});
        return;
    }
    area.cut_top(ui.em(1));
    Rect key = area.cut_top(ui.em(3.6F));
    key = key.inset((key.w - ui.em(16)) / 2, 0);
    if (ui.key("register.remove_card", key, words(Msg::register_diner_remove_card), touch::KeyStyle::stop)) {
        out.push_back(RemoveCard{});
    }
}

}  // namespace

void draw_panel(touch::Ui& ui, const text::Catalogue& words, const State& state, Rect area, std::vector<Intent>& out) {
    switch (state.field) {
        case Field::identity:
        case Field::phone: draw_digits(ui, words, state, area, out); break;
        case Field::name: draw_name(ui, words, state, area, out); break;
        case Field::road: draw_roads(ui, words, state, area, out); break;
        case Field::card: draw_card_panel(ui, words, state, area, out); break;
    }
}

}  // namespace mulin::pos::register_diner
