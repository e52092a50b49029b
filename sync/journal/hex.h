#pragma once
// Reads lower-case hexadecimal. The writing side is payment::hex. Any thread.

#include <cstdint>
#include <span>
#include <string_view>

namespace mulin::sync {

// Fills `bytes` exactly; false for another length, an upper-case digit or anything else.
bool read_hex(std::string_view text, std::span<std::uint8_t> bytes);

}  // namespace mulin::sync
