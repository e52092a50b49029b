#include "payment/unionpay/unionpay_signature.h"

#include <utility>

#include "payment/wire/signature.h"

namespace mulin::payment {
namespace {

tl::unexpected<Error> unverified(const std::string& why) {
    return fail(ErrorCode::peer, "UnionPay's answer cannot be verified: " + why + ".");
}

// The third of the parts between '@', or nothing.
std::string_view third_part(std::string_view name) {
    for (int skipped = 0; skipped < 2; ++skipped) {
        const auto at = name.find('@');
        if (at == std::string_view::npos) return {};
        name.remove_prefix(at + 1);
    }
    return name.substr(0, name.find('@'));
}

}  // namespace

std::string unionpay_digest(const FormFields& fields) { return sha256_hex(sorted_line(fields, {"signature"})); }

std::string UnionpaySharedKey::signature(const FormFields& fields) const {
    const auto digest = method == Method::sha256 ? sha256_hex : sm3_hex;
    return digest(sorted_line(fields, {"signature"}) + "&" + digest(key));
}

Result<UnionpaySigner> UnionpaySigner::load(RsaPrivateKey key, std::string_view certificate_pem) {
    MULIN_TRY(const auto certificate, Certificate::load(certificate_pem, "the UnionPay merchant's certificate"));
    if (!certificate.belongs_to(key))
        return fail(ErrorCode::invalid_input, "The UnionPay merchant's certificate does not belong to its key.");
    return UnionpaySigner(std::move(key), certificate.serial_decimal());
}

std::string UnionpaySigner::seal(FormFields fields) const {
    std::erase_if(fields, [](const auto& one) { return one.second.empty(); });
    const std::string signature = shared_ ? shared_->signature(fields) : key_->sign(unionpay_digest(fields));
    if (signature.empty()) return {};
    fields["signature"] = signature;
    return form_encode(fields);
}

Result<UnionpayTrust> UnionpayTrust::load(std::string_view authorities_pem, std::string name) {
    MULIN_TRY(auto authorities, Certificate::load_all(authorities_pem, "UnionPay's authorities"));
    if (name.empty()) return fail(ErrorCode::invalid_input, "The name of UnionPay's certificate is missing.");
    return UnionpayTrust(std::move(authorities), std::move(name));
}

Status UnionpayTrust::verify(const FormFields& fields, UtcInstant at) const {
    if (!shared_) return verify_rsa(fields, at);
    if (field(fields, "signMethod") != shared_->sign_method()) return unverified("it is signed in another way than ours");
    if (!same_secret(field(fields, "signature"), shared_->signature(fields))) return unverified("its signature is wrong");
    return ok();
}

Status UnionpayTrust::verify_rsa(const FormFields& fields, UtcInstant at) const {
    if (field(fields, "signMethod") != "01") return unverified("it is not signed with RSA");
    MULIN_TRY(const auto certificate, Certificate::load(field(fields, "signPubKeyCert"), "UnionPay's answer"));
    MULIN_TRY_STATUS(certificate.trusted_by(authorities_, {}, at));
    const std::string name = certificate.common_name();
    if (name != name_ && third_part(name) != name_) return unverified("its certificate bears another name");
    MULIN_TRY(const auto key, certificate.public_key());
    if (!key.verify(unionpay_digest(fields), field(fields, "signature"))) return unverified("its signature is wrong");
    return ok();
}

Result<FormFields> UnionpayTrust::open(std::string_view body, UtcInstant at) const {
    while (!body.empty() && (body.back() == '\n' || body.back() == '\r')) body.remove_suffix(1);
    Status last = unverified("it is not made of fields");
    for (const auto& read : {form_split(body), form_decode(body, Plus::is_plus), form_decode(body, Plus::is_space)}) {
        if (!read || read->empty()) continue;
        last = verify(*read, at);
        if (last) return *read;
    }
    return tl::make_unexpected(last.error());
}

}  // namespace mulin::payment
