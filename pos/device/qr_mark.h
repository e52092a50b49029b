#pragma once
// Draws a QR code (error correction M, quiet zone included) into a raster. No I/O.

#include <string>

#include "pos/device/raster.h"

namespace mulin::pos {

// The side in dots of text's code with modules of `module` dots; 0 when the text is too long.
int qr_side(const std::string& text, int module);
// False when the text is too long for any QR code; then nothing is drawn.
bool draw_qr(Raster& raster, int x, int y, const std::string& text, int module);

}  // namespace mulin::pos
