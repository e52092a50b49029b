#pragma once
// Hostile bytes for everything that reads what a card terminal sends: never a crash, a read beyond the
// end, or a card number that comes through.

#include <cstdint>
#include <span>

namespace mulin::tests {

// As a stream of APDUs, as a serial line, as bitmaps and as TLV. Returns how many of these could be read.
// Ends the program when what was read does not print back the same, or holds a card number.
int try_zvt(std::span<const std::uint8_t> bytes);

}  // namespace mulin::tests
