// A QR code on the screen: whole pixels for every module, black on white, nothing drawn over it.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include <qrencode.h>

#include "pos/touch/painter.h"
#include "pos/touch/ui.h"

namespace mulin::pos::touch {

namespace {

constexpr int kQuietModules = 4;
constexpr Colour kBlack = rgb(0x000000);
constexpr Colour kWhite = rgb(0xFFFFFF);

using Code = std::unique_ptr<QRcode, void (*)(QRcode*)>;

Code encode(std::string_view words) {
    const std::vector<unsigned char> bytes(words.begin(), words.end());
    return {QRcode_encodeData(static_cast<int>(bytes.size()), bytes.data(), 0, QR_ECLEVEL_M), QRcode_free};
}

}  // namespace

bool Ui::qr(std::string_view id, Rect rect, std::string_view words) {
    const Code code = encode(words);
    if (!code) return false;
    const int modules = code->width + 2 * kQuietModules;
    const float module = std::floor(std::min(rect.w, rect.h) / static_cast<float>(modules));
    if (module < 1) return false;
    const float side = module * static_cast<float>(modules);
    const Rect shown{std::round(rect.centre().x - side / 2), std::round(rect.centre().y - side / 2), side, side};
    painter_.fill(shown, kWhite, 0);
    const auto dark = [&](int row, int column) { return (code->data[row * code->width + column] & 1) != 0; };
    for (int row = 0; row < code->width; ++row) {
        for (int from = 0; from < code->width;) {
            if (!dark(row, from)) {
                ++from;
                continue;
            }
            int until = from;
            while (until < code->width && dark(row, until)) ++until;
            painter_.fill({shown.x + module * static_cast<float>(from + kQuietModules),
                           shown.y + module * static_cast<float>(row + kQuietModules),
                           module * static_cast<float>(until - from), module},
                          kBlack, 0);
            from = until;
        }
    }
    record(id, shown, "qr");
    return true;
}

}  // namespace mulin::pos::touch
