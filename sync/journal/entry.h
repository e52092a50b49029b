#pragma once
// One link of a till's chain: a body, the hash that binds it to its place and to everything before,
// and the till's signature over that hash (FORMAT.md, "Hash"). Not a message and not a table row.

#include <string>
#include <string_view>

#include "sync/journal/keys.h"
#include "sync/model/sale.h"

namespace mulin::sync {

struct Entry {
    EntryKey key;
    std::string prev;  // 64 lower-case hex: hash of the entry before, also across epochs
    std::string hash;  // 64 lower-case hex
    std::string sig;   // 128 lower-case hex
    std::string body;  // the exact signed text
    friend bool operator==(const Entry&, const Entry&) = default;
};

// prev of the very first entry of a till.
inline constexpr std::string_view kNoHash = "0000000000000000000000000000000000000000000000000000000000000000";

// Longest body that is made or accepted.
inline constexpr std::size_t kMaxBodyBytes = 256 * 1024;
// Longest till or epoch id.
inline constexpr std::size_t kMaxIdBytes = 64;

// "T001/01J…/12", for messages.
std::string entry_name(const EntryKey& key);

// The hash that belongs to key, prev and body, as 64 hex; corrupt when one of them is out of form.
Result<std::string> entry_hash(const EntryKey& key, std::string_view prev, std::string_view body);

// A finished entry: hash and signature filled in.
Result<Entry> seal_entry(const EntryKey& key, std::string_view prev, std::string body,
                         const SigningKey& signer);

}  // namespace mulin::sync
