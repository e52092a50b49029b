#pragma once
// What stands in an APDU's data: a row of bitmaps (one tag byte, a length the tag decides, a value),
// and in bitmap 06 a container of TLV objects. Strictly bounded: every length is checked against what
// is there before it is believed, nesting ends at a fixed depth, and anything odd makes the whole row
// unreadable, never half read.
//
// Card data end here: a card number keeps its last four digits, magnetic tracks, chip data, expiry and
// check values keep nothing. No caller ever sees them, so none can log or store them.
// Pure; any thread. Tags and lengths: README.md.

#include <map>
#include <optional>
#include <string>

#include "payment/card_terminal/apdu.h"

namespace mulin::payment::zvt {

inline constexpr int kMaxTlvDepth = 4;
inline constexpr std::size_t kMaxTlvObjects = 256;

struct Fields {
    std::map<std::uint8_t, Bytes> bitmaps;  // the first of each tag
    std::map<std::uint32_t, Bytes> tlv;     // primitive objects at any depth, the first of each tag
    std::string card_last4;                 // of bitmap 22; empty without
    // Of a bitmap of packed digits.
    std::optional<std::int64_t> number(std::uint8_t tag) const;
    // Printable ASCII of a bitmap; other bytes are left out, and what looks like a card number is masked.
    std::string text(std::uint8_t tag) const;
};

// Twelve digits or more in a row, blanks and dashes between them not counted, keep their last four.
inline constexpr std::size_t kShortestCardNumber = 12;
std::string without_card_numbers(std::string text);

// Nothing when any byte cannot be accounted for.
std::optional<Fields> parse_fields(View data);
std::optional<std::map<std::uint32_t, Bytes>> parse_tlv(View data);

// Bytes of one bitmap with its tag, and of a variable one with its length (F0 F8: eight bytes).
Bytes bitmap(std::uint8_t tag, View value);
Bytes variable_bitmap(std::uint8_t tag, View value, std::size_t length_digits);

}  // namespace mulin::payment::zvt
