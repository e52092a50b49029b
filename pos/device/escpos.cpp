#include "pos/device/escpos.h"

#include <algorithm>

namespace mulin::pos {
namespace {

constexpr int kFeedDotsBeforeCut = 120;

void add_word(std::string& out, int value) {
    out += static_cast<char>(value & 0xFF);
    out += static_cast<char>(value >> 8 & 0xFF);
}

void add_band(std::string& out, const Raster& slip, int from, int rows) {
    out.append("\x1D\x76\x30\x00", 4);
    add_word(out, slip.stride());
    add_word(out, rows);
    const auto stride = static_cast<std::size_t>(slip.stride());
    const auto first = slip.bits().begin() + static_cast<std::ptrdiff_t>(stride * static_cast<std::size_t>(from));
    out.append(first, first + static_cast<std::ptrdiff_t>(stride * static_cast<std::size_t>(rows)));
}

}  // namespace

std::string escpos_print(const Raster& slip) {
    std::string out = "\x1B@";
    for (int row = 0; row < slip.height(); row += kEscposBandRows)
        add_band(out, slip, row, std::min(kEscposBandRows, slip.height() - row));
    out += "\x1BJ";
    out += static_cast<char>(kFeedDotsBeforeCut);
    out.append("\x1DV\x42\x00", 4);
    return out;
}

std::string escpos_drawer_pulse() { return std::string("\x1Bp\x00\x19\xFA", 5); }

}  // namespace mulin::pos
