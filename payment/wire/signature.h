#pragma once
// Digests, message codes and base64 as the gateways' recipes want them. Not RSA (rsa.h), not which
// fields are signed (each adapter's own). Pure functions; any thread. OpenSSL 3 (EVP).

#include <optional>
#include <string>
#include <string_view>

namespace mulin::payment {

// Lower-case hex. MD5 proves nothing by itself; some gateways' keyed recipes still ask for it.
std::string md5_hex(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
std::string sm3_hex(std::string_view bytes);
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);
// The 32 raw bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

std::string upper_ascii(std::string_view text);

// Standard alphabet with padding, no line breaks.
std::string base64(std::string_view bytes);
// Nothing unless it is exactly what base64() writes.
std::optional<std::string> from_base64(std::string_view text);

// Takes the same time wherever the difference is; lengths are no secret.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace mulin::payment
