#include <string>

#include "pos/touch/ui.h"

namespace mulin::pos::touch {

namespace {

std::string child(std::string_view id, std::string_view name) { return std::string(id) + "." + std::string(name); }

constexpr KeyOptions typing(KeyStyle style, TextSize size) {
    KeyOptions options{.style = style};
    options.size = size;
    options.repeats = true;
    return options;
}

}  // namespace

char Ui::digit_keypad(std::string_view id, Rect rect, std::string_view clear_label) {
    const float space = em(0.5F);
    char tapped = 0;
    for (int i = 0; i < 9; ++i) {
        const std::string digit(1, static_cast<char>('1' + i));
        if (key(child(id, digit), rect.cell(i % 3, i / 3, 3, 4, space), digit,
                typing(KeyStyle::plain, TextSize::name)))
            tapped = digit[0];
    }
    if (key(child(id, "clear"), rect.cell(0, 3, 3, 4, space), clear_label,
            typing(KeyStyle::attention, TextSize::tile)))
        tapped = kClear;
    if (key(child(id, "0"), rect.cell(1, 3, 3, 4, space), "0", typing(KeyStyle::plain, TextSize::name)))
        tapped = '0';
    const Rect last = rect.cell(2, 3, 3, 4, space);
    if (key(child(id, "erase"), last, "", typing(KeyStyle::plain, TextSize::body))) tapped = kErase;
    const Point c = last.centre();
    backspace({c.x - em(0.8F), c.y - em(0.5F), em(1.6F), em(1)}, theme::ink);
    return tapped;
}

char Ui::letter_keypad(std::string_view id, Rect rect) {
    // No I, U, V: no syllable of Mandarin begins with them.
    static constexpr std::string_view kLetters = "ABCDEFGHJKLMNOPQRSTWXYZ";
    const float space = em(0.5F);
    char tapped = 0;
    for (int i = 0; i < static_cast<int>(kLetters.size()); ++i) {
        const std::string_view letter = kLetters.substr(static_cast<std::size_t>(i), 1);
        if (key(child(id, letter), rect.cell(i % 6, i / 6, 6, 4, space), letter,
                typing(KeyStyle::letter, TextSize::key)))
            tapped = letter[0];
    }
    const Rect last = rect.cell(5, 3, 6, 4, space);
    if (key(child(id, "erase_letter"), last, "", typing(KeyStyle::letter, TextSize::body))) tapped = kErase;
    const Point c = last.centre();
    backspace({c.x - em(0.8F), c.y - em(0.5F), em(1.6F), em(1)}, theme::ink);
    return tapped;
}

}  // namespace mulin::pos::touch
