#pragma once
// How a piece of text or a key looks. Plain values passed to Ui.

#include <string>
#include <string_view>

#include "pos/touch/theme.h"

namespace mulin::pos::touch {

enum class Align { left, centre, right };
enum class VAlign { top, middle, bottom };
// What happens to text that is too wide. ellipsis: cut with "…". wrap: as many lines as fit, then
// cut. shrink: one line in a size or two smaller, and only then several lines. fill: several lines
// first, smaller only when those do not fit either.
enum class Fit { ellipsis, wrap, shrink, fill };

struct TextStyle {
    TextSize size = TextSize::body;
    bool bold = false;
    Colour colour = theme::ink;
    Align align = Align::left;
    VAlign valign = VAlign::middle;
    Fit fit = Fit::ellipsis;
    bool struck = false;  // a line through it
};

enum class KeyStyle {
    primary,    // filled green: the next likely tap, one per column
    outline,    // green line, green words: an equal alternative to primary
    soft,       // green on pale green: a ready answer
    plain,      // white with a line
    selected,   // filled ink: the chosen one of several
    attention,  // amber
    stop,       // red words: takes something back
    quiet,      // no box until pressed
    letter,     // paper-coloured, for letter keys
};

struct KeyOptions {
    KeyStyle style = KeyStyle::plain;
    bool enabled = true;
    TextSize size = TextSize::body;
    std::string_view detail = {};  // a second, smaller line
    bool repeats = false;          // keypads: quick second taps count
    std::string_view figure = {};  // an amount at the right end; the words then stand at the left
};

enum class Tone { neutral, good, attention, stop, person };

struct Tile {
    enum class Tint { set_meal, dish, soup, staple };
    std::string_view name;
    std::string_view price;
    std::string_view sold_out = {};  // words shown instead of the price; not empty = sold out
    std::string_view badge = {};     // quantity on the slip
    Tint tint = Tint::dish;
    bool enabled = true;
};

struct PersonTile {
    std::string_view name;    // the avatar shows its first character
    std::string_view line_1;
    std::string_view line_2;
    bool selected = false;
};

struct Cell {
    std::string_view text;
    float share = 1;  // of the row's width, relative to the other cells
    Align align = Align::left;
};

struct Bar {
    std::string_view label = {};
    long value = 0;
    bool highlighted = false;
};

}  // namespace mulin::pos::touch
