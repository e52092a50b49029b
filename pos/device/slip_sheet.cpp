#include "pos/device/slip_sheet.h"

#include <algorithm>

#include "pos/device/qr_mark.h"

namespace mulin::pos {
namespace {

constexpr int kMargin = 14;
constexpr int kBetween = 18;
constexpr int kInside = kSlipWidth - 2 * kMargin;

int line_height(TextStyle style) { return style.size * 13 / 10; }

// The bytes of the character that starts at `at`.
std::size_t character_size(const std::string& text, std::size_t at) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    return end - at;
}

// A word of Latin letters and what follows it stay together; Chinese may break anywhere.
std::vector<std::string> pieces_of(const std::string& text) {
    std::vector<std::string> pieces;
    bool open = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = character_size(text, at);
        const std::string one = text.substr(at, size);
        const bool joins = size == 1 && one != " ";
        if (open && (joins || one == " "))
            pieces.back() += one;
        else
            pieces.push_back(one);
        open = joins;
        at += size;
    }
    return pieces;
}

}  // namespace

void SlipSheet::reach(int y) {
    y_ = std::max(y_, y);
    raster_.grow(y_);
}

void SlipSheet::rule(int thickness) {
    const int top = y_ + 8;
    reach(top + thickness + 8);
    raster_.fill(kMargin, top, kInside, thickness);
}

void SlipSheet::dashes() {
    const int top = y_ + 8;
    reach(top + 10);
    for (int x = kMargin; x < kMargin + kInside; x += 14) raster_.fill(x, top, std::min(8, kMargin + kInside - x), 2);
}

std::vector<std::string> SlipSheet::wrapped(const std::string& text, TextStyle style, int width) {
    std::vector<std::string> lines{""};
    for (const auto& piece : pieces_of(text)) {
        if (!lines.back().empty() && painter_.width(lines.back() + piece, style) > width) lines.emplace_back();
        if (lines.back().empty() && piece == " ") continue;
        lines.back() += piece;
    }
    return lines;
}

void SlipSheet::centred(const std::string& text, TextStyle style) {
    for (const auto& line : wrapped(text, style, kInside)) {
        const int top = y_;
        reach(top + line_height(style));
        painter_.draw(raster_, (kSlipWidth - painter_.width(line, style)) / 2, top + style.size * 15 / 100, line, style);
    }
}

void SlipSheet::row(const std::string& left, const std::string& right, TextStyle style) {
    const int right_width = painter_.width(right, style);
    const int room = right.empty() ? kInside : kInside - right_width - kBetween;
    bool first = true;
    for (const auto& line : wrapped(left, style, room)) {
        const int top = y_;
        reach(top + line_height(style));
        painter_.draw(raster_, kMargin, top + style.size * 15 / 100, line, style);
        if (first)
            painter_.draw(raster_, kSlipWidth - kMargin - right_width, top + style.size * 15 / 100, right, style);
        first = false;
    }
}

void SlipSheet::figure(const std::string& word, TextStyle word_style, const std::string& value,
                       TextStyle value_style) {
    const int top = y_;
    reach(top + line_height(value_style));
    const int foot = top + value_style.size * 15 / 100 + value_style.size * 88 / 100;
    painter_.draw(raster_, kMargin, foot - word_style.size * 88 / 100, word, word_style);
    const int width = painter_.width(value, value_style);
    painter_.draw(raster_, kSlipWidth - kMargin - width, top + value_style.size * 15 / 100, value, value_style);
}

void SlipSheet::band(const std::string& text, TextStyle style) {
    const int top = y_;
    gap(8);
    centred(text, style);
    gap(8);
    raster_.invert(0, top, kSlipWidth, y_ - top);
}

void SlipSheet::code(const std::string& text, int module) {
    const int side = qr_side(text, module);
    const int top = y_;
    reach(top + side);
    draw_qr(raster_, (kSlipWidth - side) / 2, top, text, module);
}

Raster SlipSheet::finish() {
    Raster done = std::move(raster_);
    raster_ = Raster(kSlipWidth, 0);
    y_ = 0;
    return done;
}

}  // namespace mulin::pos
