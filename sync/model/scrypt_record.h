#pragma once
// A secret at rest as a record from which it cannot be read back, only checked: the text holds its own
// parameters, so that records of different strength live side by side. Slow on purpose, so call from a
// worker. Which secrets are fit, and counting wrong tries, is the caller's. Any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "sync/model/kinds.h"

namespace mulin::sync {

// Memory is 128 * n * r bytes, time grows with n * r * p (RFC 7914).
struct ScryptCost {
    std::uint64_t n = 1 << 15;
    std::uint64_t r = 8;
    std::uint64_t p = 1;
};

// "scrypt$<n>$<r>$<p>$<salt hex>$<key hex>": 16 bytes of salt, 32 of key.
Result<std::string> make_scrypt_record(std::string_view secret, const ScryptCost& cost, payment::Random& random);

// False also for a record that is damaged or asks for more memory than 64 MiB.
bool check_scrypt_record(std::string_view record, std::string_view secret);

}  // namespace mulin::sync
