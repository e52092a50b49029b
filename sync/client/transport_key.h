#pragma once
// The till's key for TLS: P-256, made on the till, never leaves it. Not the key that signs the
// journal. Files are 0600, written beside and moved into place.

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "payment/base/result.h"

namespace mulin::sync {

// Makes a new key in `file` and returns a certificate request for it (PEM).
payment::Result<std::string> make_transport_key(const std::filesystem::path& file);

// A new request for a key that is there already.
payment::Result<std::string> request_for_key(const std::filesystem::path& file);

// From when to when a certificate holds, in milliseconds since 1970 UTC; peer when the text is none, or another key's.
struct Validity {
    std::int64_t from_ms = 0;
    std::int64_t until_ms = 0;
};
payment::Result<Validity> validity_of(std::string_view certificate_pem, std::string_view key_pem);

// SHA-256 of the certificate's DER form; peer when the text is no certificate.
payment::Result<std::array<std::uint8_t, 32>> certificate_sha256(std::string_view pem);

payment::Status write_private_file(const std::filesystem::path& file, const std::string& text);
payment::Result<std::string> read_private_file(const std::filesystem::path& file);

}  // namespace mulin::sync
