#include "payment/wire/certificate.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <utility>

#include "payment/base/check.h"

namespace mulin::payment {
namespace {

constexpr std::size_t kMostCertificates = 512;

int refuse_passphrase(char*, int, int, void*) { return -1; }

using Stack = std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)>;
Stack empty_stack() {
    return {sk_X509_new_null(), [](STACK_OF(X509)* stack) { sk_X509_free(stack); }};
}

std::string serial(const X509* x509, char* (*write)(const BIGNUM*)) {
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(
        ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), nullptr), BN_free);
    char* text = number ? write(number.get()) : nullptr;
    MULIN_CHECK(text != nullptr);
    std::string out(text);
    OPENSSL_free(text);
    return out;
}

}  // namespace

Result<std::vector<Certificate>> Certificate::load_all(std::string_view pem, const std::string& what) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                          BIO_free);
    std::vector<Certificate> found;
    while (found.size() < kMostCertificates) {
        std::shared_ptr<X509> x509(PEM_read_bio_X509(input.get(), nullptr, refuse_passphrase, nullptr), X509_free);
        if (!x509) break;
        found.push_back(Certificate(std::move(x509)));
    }
    ERR_clear_error();
    if (found.empty()) return fail(ErrorCode::invalid_input, "There is no certificate (PEM) in " + what + ".");
    return found;
}

Result<Certificate> Certificate::load(std::string_view pem, const std::string& what) {
    MULIN_TRY(const auto all, load_all(pem, what));
    return all.front();
}

std::string Certificate::serial_hex() const { return serial(x509_.get(), BN_bn2hex); }
std::string Certificate::serial_decimal() const { return serial(x509_.get(), BN_bn2dec); }

std::string Certificate::common_name() const {
    const X509_NAME* name = X509_get_subject_name(x509_.get());
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) return {};
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size < 0) return {};
    std::string out(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
    OPENSSL_free(utf8);
    return out;
}

std::string Certificate::issuer() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> output(BIO_new(BIO_s_mem()), BIO_free);
    const unsigned long plain = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    MULIN_CHECK(X509_NAME_print_ex(output.get(), X509_get_issuer_name(x509_.get()), 0, plain) >= 0);
    char* data = nullptr;
    const long size = BIO_get_mem_data(output.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

bool Certificate::signed_with_rsa() const {
    int key_kind = NID_undef;
    return OBJ_find_sigid_algs(X509_get_signature_nid(x509_.get()), nullptr, &key_kind) == 1 &&
           (key_kind == NID_rsaEncryption || key_kind == NID_rsassaPss);
}

Result<RsaPublicKey> Certificate::public_key() const {
    std::shared_ptr<EVP_PKEY> key(X509_get_pubkey(x509_.get()), EVP_PKEY_free);
    ERR_clear_error();
    if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key.get()) < 2048)
        return fail(ErrorCode::invalid_input, "A certificate holds no RSA key of at least 2048 bits.");
    return RsaPublicKey(std::move(key));
}

bool Certificate::belongs_to(std::string_view private_key_pem) const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> input(
        BIO_new_mem_buf(private_key_pem.data(), static_cast<int>(private_key_pem.size())), BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(input.get(), nullptr, refuse_passphrase, nullptr), EVP_PKEY_free);
    const bool same = key && X509_check_private_key(x509_.get(), key.get()) == 1;
    ERR_clear_error();
    return same;
}

bool Certificate::belongs_to(const RsaPrivateKey& key) const {
    const bool same = X509_check_private_key(x509_.get(), key.handle()) == 1;
    ERR_clear_error();
    return same;
}

Status Certificate::trusted_by(const std::vector<Certificate>& trusted, const std::vector<Certificate>& between,
                               UtcInstant at) const {
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), X509_STORE_free);
    for (const auto& authority : trusted) MULIN_CHECK(X509_STORE_add_cert(store.get(), authority.x509_.get()) == 1);
    const Stack others = empty_stack();
    for (const auto& one : between) MULIN_CHECK(sk_X509_push(others.get(), one.x509_.get()) > 0);
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(),
                                                                                  X509_STORE_CTX_free);
    MULIN_CHECK(X509_STORE_CTX_init(context.get(), store.get(), x509_.get(), others.get()) == 1);
    X509_STORE_CTX_set_time(context.get(), 0, static_cast<time_t>(at.ms / 1000));
    const bool good = X509_verify_cert(context.get()) == 1;
    const int why = X509_STORE_CTX_get_error(context.get());
    ERR_clear_error();
    if (good) return ok();
    return fail(ErrorCode::refused, std::string("A certificate is not trusted: ") + X509_verify_cert_error_string(why) + ".");
}

}  // namespace mulin::payment
