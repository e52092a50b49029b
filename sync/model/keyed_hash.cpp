#include "sync/model/keyed_hash.h"

#include <array>
#include <cstdint>
#include <span>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "payment/base/check.h"
#include "payment/base/id.h"

namespace mulin::sync {

std::string keyed_hash(std::string_view key, std::string_view text) {
    MULIN_CHECK(!key.empty());
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    const auto* made =
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    MULIN_CHECK(made != nullptr && size == 32);
    return payment::hex(std::span(digest).first(size));
}

}  // namespace mulin::sync
