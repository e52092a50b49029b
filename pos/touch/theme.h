#pragma once
// The one theme: paper, ink and four meanings. Every pair used for text that carries meaning
// reaches a contrast of 7:1 (computed in the tests). Sizes are in em; 1 em is 20 px on a window
// 768 px high and grows with the window, so that a larger panel shows everything larger.

#include <cstdint>

namespace mulin::pos::touch {

struct Colour {
    std::uint8_t r = 0;
    std::uint8_t g = 0;
    std::uint8_t b = 0;
    std::uint8_t a = 255;
    friend constexpr bool operator==(Colour, Colour) = default;
};

constexpr Colour rgb(std::uint32_t hex, std::uint8_t alpha = 255) {
    return {static_cast<std::uint8_t>(hex >> 16), static_cast<std::uint8_t>(hex >> 8),
            static_cast<std::uint8_t>(hex), alpha};
}

namespace theme {

inline constexpr Colour paper = rgb(0xFAF6EE);
inline constexpr Colour card = rgb(0xFFFFFF);
inline constexpr Colour ink = rgb(0x1B2427);
inline constexpr Colour ink_secondary = rgb(0x434E52);
inline constexpr Colour line = rgb(0xDDD3C2);
inline constexpr Colour action = rgb(0x095548);
inline constexpr Colour action_pressed = rgb(0x063D34);
inline constexpr Colour action_soft = rgb(0xE3F1EC);
inline constexpr Colour attention = rgb(0x723E00);
inline constexpr Colour attention_line = rgb(0xE5B25A);
inline constexpr Colour attention_soft = rgb(0xFCEBCF);
inline constexpr Colour stop = rgb(0x8E1B14);
inline constexpr Colour stop_soft = rgb(0xFBE4E0);
inline constexpr Colour person = rgb(0x123E73);
inline constexpr Colour person_soft = rgb(0xE4ECF7);
inline constexpr Colour tile_set = rgb(0xFFF3D6);
inline constexpr Colour tile_set_line = rgb(0xE5C77A);
inline constexpr Colour tile_dish = rgb(0xFFFFFF);
inline constexpr Colour tile_soup = rgb(0xEAF4F4);
inline constexpr Colour tile_staple = rgb(0xF3EEE6);
inline constexpr Colour sold_out_ink = rgb(0x4C4C46);
inline constexpr Colour sold_out = rgb(0xEFEBE4);
inline constexpr Colour bar = rgb(0x9BC8BC);  // chart bars: shape, not text
inline constexpr Colour veil = rgb(0x1B2427, 120);  // over what lies beneath a sheet

inline constexpr float radius_em = 0.75F;
inline constexpr float line_em = 0.1F;       // 2 px
inline constexpr float gap_em = 0.6F;        // 12 px
inline constexpr float key_height_em = 2.9F; // 58 px = 14 mm: no key is lower
inline constexpr float pay_key_em = 4.6F;    // 92 px = 23 mm
inline constexpr float digit_key_em = 3.7F;  // 74 px
inline constexpr float top_bar_em = 3.0F;

}  // namespace theme

// Type sizes in em. From due on they hold figures only; diner_amount is the customer display's.
enum class TextSize { small, body, lead, tile, title, key, name, amount, due, change, diner_amount };
float size_em(TextSize size);

// 20 px at 1366x768, 28.125 px at 1920x1080; a narrow window takes the smaller of the two ratios.
float em_px(int window_width, int window_height);

// WCAG 2 contrast of two opaque colours, 1 to 21.
double contrast(Colour a, Colour b);

}  // namespace mulin::pos::touch
