#include "pos/device/qr_mark.h"

#include <cstdint>
#include <memory>
#include <vector>

#include <qrencode.h>

namespace mulin::pos {
namespace {

constexpr int kQuietModules = 4;

using Code = std::unique_ptr<QRcode, void (*)(QRcode*)>;

Code encode(const std::string& text) {
    const std::vector<unsigned char> bytes(text.begin(), text.end());
    return {QRcode_encodeData(static_cast<int>(bytes.size()), bytes.data(), 0, QR_ECLEVEL_M), QRcode_free};
}

}  // namespace

int qr_side(const std::string& text, int module) {
    const Code code = encode(text);
    return code ? (code->width + 2 * kQuietModules) * module : 0;
}

bool draw_qr(Raster& raster, int x, int y, const std::string& text, int module) {
    const Code code = encode(text);
    if (!code) return false;
    for (int row = 0; row < code->width; ++row) {
        for (int column = 0; column < code->width; ++column) {
            if ((code->data[row * code->width + column] & 1) == 0) continue;
            raster.fill(x + (column + kQuietModules) * module, y + (row + kQuietModules) * module, module, module);
        }
    }
    return true;
}

}  // namespace mulin::pos
