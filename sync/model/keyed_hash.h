#pragma once
// Fingerprint of a sensitive number (identity number, card number): found again by whoever holds the
// district's key, useless to whoever does not. Normalise the text before (no blanks, X upper case).

#include <string>
#include <string_view>

namespace mulin::sync {

// Lower-case hex of HMAC-SHA256(key, text), 64 characters. The key must not be empty (checked).
std::string keyed_hash(std::string_view key, std::string_view text);

}  // namespace mulin::sync
