#pragma once
// The two proofs of an entry: its hash over place, predecessor and body, and the till's Ed25519
// signature over that hash (FORMAT.md, "Hash").

#include <cstdint>
#include <string>
#include <string_view>

#include "sync/verify/chain.h"

namespace mulin::verify {

std::string hash_of(const Line& line);  // 64 hex; line.prev must be hex
// The pieces that messages under a hash are put together from.
std::string bytes_of(std::string_view hex);
void append_number(std::string& out, std::uint64_t value, int bytes);
void append_counted(std::string& out, const std::string& text, int length_bytes);
std::string sha256_hex(const std::string& message);
bool signed_by(const std::string& key_hex, const std::string& hash_hex, const std::string& sig_hex);

}  // namespace mulin::verify
