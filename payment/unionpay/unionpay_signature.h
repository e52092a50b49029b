#pragma once
// Signatures of UnionPay 5.1.0. signMethod 01: RSA over the lower-case hex of the SHA-256 of the sorted
// line, ours with the merchant's key, theirs checked with the certificate the answer carries, which must
// lead to the configured authority and bear the configured name. signMethod 11 and 12: a digest (SHA-256,
// SM3) over the sorted line and the digest of a key that both sides know. Immutable; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "payment/wire/certificate.h"
#include "payment/wire/form.h"
#include "payment/wire/rsa.h"

namespace mulin::payment {

// The 64 characters that RSA signs.
std::string unionpay_digest(const FormFields& fields);

// signMethod 11 or 12, with the key that UnionPay gave the merchant.
struct UnionpaySharedKey {
    enum class Method { sha256, sm3 } method = Method::sha256;
    std::string key;
    const char* sign_method() const { return method == Method::sha256 ? "11" : "12"; }
    std::string signature(const FormFields& fields) const;
};

class UnionpaySigner {
  public:
    // Refused when the certificate is not the key's.
    static Result<UnionpaySigner> load(RsaPrivateKey key, std::string_view certificate_pem);
    explicit UnionpaySigner(UnionpaySharedKey key) : shared_(std::move(key)) {}
    const std::string& certificate_id() const { return certificate_id_; }  // empty for 11 and 12
    const char* sign_method() const { return shared_ ? shared_->sign_method() : "01"; }
    // The body to send: the fields with their signature, form-encoded. Empty when the key's token does not
    // answer.
    std::string seal(FormFields fields) const;

  private:
    UnionpaySigner(RsaPrivateKey key, std::string certificate_id)
        : key_(std::move(key)), certificate_id_(std::move(certificate_id)) {}
    std::optional<RsaPrivateKey> key_;  // this, or the other
    std::optional<UnionpaySharedKey> shared_;
    std::string certificate_id_;
};

class UnionpayTrust {
  public:
    // `authorities_pem`: root and whatever stands between, all trusted. `name`: the signer's whole
    // common name, or the third part of one written "a@b@name@d".
    static Result<UnionpayTrust> load(std::string_view authorities_pem, std::string name);
    explicit UnionpayTrust(UnionpaySharedKey key) : shared_(std::move(key)) {}
    // The answer's fields if its signature holds in one of the ways a body may be written: as it
    // stands, or percent-decoded with '+' as itself or as a space. Else an error, whatever the body.
    Result<FormFields> open(std::string_view body, UtcInstant at) const;

  private:
    UnionpayTrust(std::vector<Certificate> authorities, std::string name)
        : authorities_(std::move(authorities)), name_(std::move(name)) {}
    Status verify(const FormFields& fields, UtcInstant at) const;
    Status verify_rsa(const FormFields& fields, UtcInstant at) const;
    std::vector<Certificate> authorities_;
    std::string name_;
    std::optional<UnionpaySharedKey> shared_;
};

}  // namespace mulin::payment
