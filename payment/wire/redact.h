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

// The same where the secret is not at hand any more (an answer to a later question): every run of more
// than 12 digits becomes asterisks, and bytes that are no UTF-8 become '?'.
std::string without_long_numbers(std::string_view text, std::size_t most = 200);

// For sentences: both of these.
std::string fit_to_say(std::string_view text, std::string_view secret, std::size_t most = 200);

}  // namespace mulin::payment
