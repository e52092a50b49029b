#include "pos/device/raster.h"

#include <algorithm>

namespace mulin::pos {

Raster::Raster(int width, int height)
    : stride_((width + 7) / 8),
      height_(height),
      bits_(static_cast<std::size_t>(stride_) * static_cast<std::size_t>(height)) {}

bool Raster::black(int x, int y) const {
    if (x < 0 || y < 0 || x >= width() || y >= height_) return false;
    const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(stride_) + static_cast<std::size_t>(x / 8);
    return (bits_[at] >> (7 - x % 8) & 1) != 0;
}

void Raster::set(int x, int y) {
    if (x < 0 || y < 0 || x >= width() || y >= height_) return;
    const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(stride_) + static_cast<std::size_t>(x / 8);
    bits_[at] = static_cast<std::uint8_t>(bits_[at] | (0x80 >> (x % 8)));
}

void Raster::fill(int x, int y, int w, int h) {
    for (int row = y; row < y + h; ++row) {
        for (int column = x; column < x + w; ++column) set(column, row);
    }
}

void Raster::invert(int x, int y, int w, int h) {
    for (int row = std::max(y, 0); row < std::min(y + h, height_); ++row) {
        for (int column = std::max(x, 0); column < std::min(x + w, width()); ++column) {
            const auto at = static_cast<std::size_t>(row) * static_cast<std::size_t>(stride_) +
                            static_cast<std::size_t>(column / 8);
            bits_[at] = static_cast<std::uint8_t>(bits_[at] ^ (0x80 >> (column % 8)));
        }
    }
}

void Raster::grow(int height) {
    if (height <= height_) return;
    height_ = height;
    bits_.resize(static_cast<std::size_t>(stride_) * static_cast<std::size_t>(height));
}

void Raster::crop(int height) {
    if (height >= height_ || height < 0) return;
    height_ = height;
    bits_.resize(static_cast<std::size_t>(stride_) * static_cast<std::size_t>(height));
}

}  // namespace mulin::pos
