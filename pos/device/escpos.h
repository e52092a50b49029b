#pragma once
// The few ESC/POS commands we use, as bytes. Pictures only: no text mode, so no code page can be wrong.

#include <string>

#include "pos/device/raster.h"

namespace mulin::pos {

// ESC @, the raster as GS v 0 in bands of kEscposBandRows rows, feed past the cutter, partial cut.
inline constexpr int kEscposBandRows = 240;
std::string escpos_print(const Raster& slip);
// ESC p 0: 50 ms on, 500 ms off.
std::string escpos_drawer_pulse();

}  // namespace mulin::pos
