#pragma once
// Ed25519 keys that sign and check journal entries. The signing key belongs to one till, stays on
// it, and is a different one from the key of its TLS certificate. Immutable after making; any thread.

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sync/model/kinds.h"

struct evp_pkey_st;

namespace mulin::sync {

class PublicKey {
  public:
    // 64 lower-case hex characters: the 32 raw bytes of RFC 8032.
    static Result<PublicKey> from_hex(std::string_view text);
    const std::string& text() const { return text_; }
    // message: any bytes; signature: 64 raw bytes.
    bool verify(std::span<const std::uint8_t> message, std::span<const std::uint8_t> signature) const;
    friend bool operator==(const PublicKey& a, const PublicKey& b) { return a.text_ == b.text_; }

  private:
    PublicKey(std::string text, std::shared_ptr<evp_pkey_st> key) : text_(std::move(text)), key_(std::move(key)) {}
    std::string text_;
    std::shared_ptr<evp_pkey_st> key_;
};

class SigningKey {
  public:
    // From OpenSSL's own random generator.
    static Result<SigningKey> generate();
    // For tests and test vectors only: a key anybody can make again.
    static SigningKey from_seed(std::span<const std::uint8_t, 32> seed);
    // PEM (PKCS #8). save makes a new file readable by its owner alone (mode 0600), flushed to disk,
    // and never overwrites: an existing file is a conflict. load refuses a file others can read.
    static Result<SigningKey> load(const std::filesystem::path& file);
    Status save(const std::filesystem::path& file) const;

    const PublicKey& public_key() const { return public_key_; }
    std::array<std::uint8_t, 64> sign(std::span<const std::uint8_t> message) const;

  private:
    SigningKey(std::shared_ptr<evp_pkey_st> key, PublicKey public_key)
        : key_(std::move(key)), public_key_(std::move(public_key)) {}
    static Result<SigningKey> from_evp(std::shared_ptr<evp_pkey_st> key);
    std::shared_ptr<evp_pkey_st> key_;
    PublicKey public_key_;
};

}  // namespace mulin::sync
