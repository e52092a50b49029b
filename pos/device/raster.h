#pragma once
// A monochrome picture, one bit a dot, as thermal printers take it. Plain value, no I/O.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mulin::pos {

class Raster {
  public:
    Raster() = default;
    Raster(int width, int height);  // all white; width is rounded up to whole bytes
    int width() const { return stride_ * 8; }
    int height() const { return height_; }
    int stride() const { return stride_; }  // bytes a row
    bool black(int x, int y) const;         // outside is white
    void set(int x, int y);                 // outside is ignored
    void fill(int x, int y, int w, int h);
    void invert(int x, int y, int w, int h);
    void grow(int height);  // never shrinks
    void crop(int height);  // never grows
    // Rows from the top, most significant bit left, 1 is black: the data of ESC/POS GS v 0.
    const std::vector<std::uint8_t>& bits() const { return bits_; }
    friend bool operator==(const Raster&, const Raster&) = default;

  private:
    int stride_ = 0;
    int height_ = 0;
    std::vector<std::uint8_t> bits_;
};

}  // namespace mulin::pos
