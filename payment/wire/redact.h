#pragma once
// What a gateway wrote, made fit for a journal and a screen: bounded, printable, and without what the
// payer showed. Pure functions.

#include <cstddef>
#include <string>
#include <string_view>

namespace mulin::payment {

// Control characters become blanks; cut at a character's border to at most `most` bytes; every
// occurrence of `secret` (when it has 6 bytes or more), or of its first 12, becomes "***".
std::string fit_to_keep(std::string_view text, std::string_view secret, std::size_t most = 200);

}  // namespace mulin::payment
