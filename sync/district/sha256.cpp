#include "sync/district/sha256.h"

#include <array>
#include <cstdint>

#include <openssl/sha.h>

#include "payment/base/id.h"

namespace mulin::sync::server {

std::string sha256_hex(const std::string& text) {
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return payment::hex(digest);
}

}  // namespace mulin::sync::server
