#include "pos/touch/theme.h"

#include <algorithm>
#include <cmath>

namespace mulin::pos::touch {

float size_em(TextSize size) {
    switch (size) {
        case TextSize::small: return 0.9F;
        case TextSize::body: return 1.0F;
        case TextSize::lead: return 1.1F;
        case TextSize::tile: return 1.2F;
        case TextSize::title: return 1.35F;
        case TextSize::key: return 1.5F;
        case TextSize::name: return 1.9F;
        case TextSize::amount: return 2.3F;
        case TextSize::due: return 3.2F;
        case TextSize::change: return 3.8F;
        case TextSize::diner_amount: return 9.0F;
    }
    return 1.0F;
}

float em_px(int window_width, int window_height) {
    const float by_height = static_cast<float>(window_height) * 20.0F / 768.0F;
    const float by_width = static_cast<float>(window_width) * 20.0F / 1365.0F;
    return std::max(8.0F, std::min(by_height, by_width));
}

namespace {

double linear(std::uint8_t channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(Colour c) {
    return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

}  // namespace

double contrast(Colour a, Colour b) {
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

}  // namespace mulin::pos::touch
