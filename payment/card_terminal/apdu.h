#pragma once
// The outermost layer of ZVT: commands and answers as APDUs (CLASS INSTR LEN DATA), and packed decimals.
// Not the serial framing (serial_frame.h) nor what the data mean (fields.h, card_terminal_messages.h).
// Pure functions over bytes; any thread. Sources: README.md. LEN is one byte, or FF and two bytes,
// low byte first, from 255 on.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mulin::payment::zvt {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

inline constexpr std::size_t kMaxDataBytes = 4096;  // larger than anything a terminal sends

struct Apdu {
    std::uint8_t cls = 0;
    std::uint8_t instr = 0;
    Bytes data;
    bool is(std::uint8_t c, std::uint8_t i) const { return cls == c && instr == i; }
    friend bool operator==(const Apdu&, const Apdu&) = default;
};

// data may have up to kMaxDataBytes.
Bytes encode(const Apdu& apdu);

// One APDU at the front of a stream.
struct Parsed {
    enum class Kind { whole, too_short, wrong } kind = Kind::too_short;
    Apdu apdu;
    std::size_t used = 0;  // bytes, when whole
};
Parsed parse_front(View bytes);
// Exactly one APDU and nothing after it.
std::optional<Apdu> parse_whole(View bytes);

// Two digits a byte, most significant first; value must fit (checked).
Bytes to_bcd(std::int64_t value, std::size_t bytes);
// Nothing when a half byte is no digit; at most nine bytes.
std::optional<std::int64_t> from_bcd(View bytes);

// "06 0F 00"
std::string hex_text(View bytes);

}  // namespace mulin::payment::zvt
