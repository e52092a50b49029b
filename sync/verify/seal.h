#pragma once
// The two proofs of an entry: its hash over place, predecessor and body, and the till's Ed25519
// signature over that hash (FORMAT.md, "Hash").

#include <string>

#include "sync/verify/chain.h"

namespace mulin::verify {

std::string hash_of(const Line& line);  // 64 hex; line.prev must be hex
bool signed_by(const std::string& key_hex, const std::string& hash_hex, const std::string& sig_hex);

}  // namespace mulin::verify
