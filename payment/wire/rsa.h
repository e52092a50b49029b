#pragma once
// RSA keys and SHA256withRSA signatures (RSASSA-PKCS1-v1_5 with SHA-256), base64 on the wire.
// Immutable after making; any thread. Errors name what the key is for, never its content.

#include <memory>
#include <string>
#include <string_view>

#include "payment/base/result.h"
#include "payment/wire/key_token.h"

struct evp_pkey_st;

namespace mulin::payment {

class RsaPublicKey {
  public:
    // PEM "PUBLIC KEY" or "CERTIFICATE", or the bare base64 of a SubjectPublicKeyInfo. At least 2048
    // bits. `what` is for the error: "the gateway's key".
    static Result<RsaPublicKey> load(std::string_view text, const std::string& what);
    bool verify(std::string_view message, std::string_view signature_base64) const;
    std::string pem() const;

  private:
    friend class RsaPrivateKey;
    friend class Certificate;
    explicit RsaPublicKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
    std::shared_ptr<evp_pkey_st> key_;
};

class RsaPrivateKey {
  public:
    // PEM "PRIVATE KEY" or "RSA PRIVATE KEY" without passphrase, or the bare base64 of either.
    static Result<RsaPrivateKey> load(std::string_view text, const std::string& what);
    // One that stays in its token (key_token.h); everything but pem() works with it.
    static Result<RsaPrivateKey> open(const std::string& uri, const KeyToken& token, const std::string& what);
    // A new key of 2048 bits, for tests.
    static RsaPrivateKey generate();
    // Base64. Empty when the token that holds the key does not answer.
    std::string sign(std::string_view message) const;
    RsaPublicKey public_key() const { return RsaPublicKey(key_); }
    std::string pem() const;
    // For a TLS library; stays the key's.
    evp_pkey_st* handle() const { return key_.get(); }

  private:
    explicit RsaPrivateKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
    std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace mulin::payment
