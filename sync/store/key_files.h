#pragma once
// A till's signing keys on disk: the one in force, a new one whose change is under way, and the former ones,
// without which a file put back from before a change could not go on. Each 0600.

#include <filesystem>

#include "sync/journal/keys.h"

namespace mulin::sync {

inline constexpr const char* kKeyName = "signing_key.pem";
inline constexpr const char* kNextKeyName = "signing_key.next.pem";

// Made only in a fresh directory.
Result<SigningKey> load_or_make_key(const std::filesystem::path& dir, bool fresh);
// The new key takes the place of `former`, which stays beside it. May be repeated.
Status adopt_next_key(const std::filesystem::path& dir, const SigningKey& former);
// The key that a journal goes on with, when it is not the one in force: a change that was cut off is
// finished; a former key serves again. corrupt: none of them.
Result<SigningKey> other_key(const std::filesystem::path& dir, const SigningKey& in_force, const std::string& wanted);

}  // namespace mulin::sync
