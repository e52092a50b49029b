#pragma once
// An X.509 certificate as gateways name and send them: its serial number, its owner's name, its key,
// and whether it leads to an authority we trust. Immutable after making; any thread.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "payment/base/clock.h"
#include "payment/base/result.h"
#include "payment/wire/rsa.h"

struct x509_st;

namespace mulin::payment {

class Certificate {
  public:
    // The first certificate of a PEM text. `what` is for the error.
    static Result<Certificate> load(std::string_view pem, const std::string& what);
    // All certificates of a PEM text, at least one.
    static Result<std::vector<Certificate>> load_all(std::string_view pem, const std::string& what);

    std::string serial_hex() const;      // upper case, without leading zeros in front of a byte
    std::string serial_decimal() const;
    std::string common_name() const;     // of the subject; empty when there is none
    std::string issuer() const;          // "CN=...,OU=...,O=...,C=CN", the last part first (RFC 2253)
    bool signed_with_rsa() const;        // by its issuer
    Result<RsaPublicKey> public_key() const;
    // Whether this is the PEM of its private key, of whatever kind.
    bool belongs_to(std::string_view private_key_pem) const;
    bool belongs_to(const RsaPrivateKey& key) const;
    // For a TLS library; stays the certificate's.
    x509_st* handle() const { return x509_.get(); }
    // Whether a chain leads from here over `between` to one of `trusted`, every one valid at `at`.
    Status trusted_by(const std::vector<Certificate>& trusted, const std::vector<Certificate>& between,
                      UtcInstant at) const;

  private:
    explicit Certificate(std::shared_ptr<x509_st> x509) : x509_(std::move(x509)) {}
    std::shared_ptr<x509_st> x509_;
};

}  // namespace mulin::payment
