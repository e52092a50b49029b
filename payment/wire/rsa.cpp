#include "payment/wire/rsa.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "payment/base/check.h"
#include "payment/wire/signature.h"

namespace mulin::payment {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Input = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

constexpr int kLeastBits = 2048;

Key owned(EVP_PKEY* key) { return Key(key, EVP_PKEY_free); }

Input reading(std::string_view text) { return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free}; }

// Without a passphrase a protected key is refused instead of asking on the terminal.
int no_key_passphrase(char*, int, int, void*) { return -1; }

std::string without_blanks(std::string_view text) {
    std::string out;
    for (char c : text)
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') out += c;
    return out;
}

const unsigned char* start_of(const std::string& der) { return reinterpret_cast<const unsigned char*>(der.data()); }

bool usable(EVP_PKEY* key) {
    return key != nullptr && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= kLeastBits;
}

Key key_of_certificate(std::string_view text) {
    const Input input = reading(text);
    const std::unique_ptr<X509, decltype(&X509_free)> x509(PEM_read_bio_X509(input.get(), nullptr, no_key_passphrase, nullptr),
                                                           X509_free);
    return owned(x509 ? X509_get_pubkey(x509.get()) : nullptr);
}

Key public_key_of(std::string_view text) {
    if (text.find("-----BEGIN CERTIFICATE-----") != std::string_view::npos) return key_of_certificate(text);
    if (text.find("-----BEGIN") != std::string_view::npos) {
        const Input input = reading(text);
        return owned(PEM_read_bio_PUBKEY(input.get(), nullptr, no_key_passphrase, nullptr));
    }
    const auto der = from_base64(without_blanks(text));
    if (!der) return nullptr;
    const unsigned char* at = start_of(*der);
    return owned(d2i_PUBKEY(nullptr, &at, static_cast<long>(der->size())));
}

Key private_key_of(std::string_view text) {
    if (text.find("-----BEGIN") != std::string_view::npos) {
        const Input input = reading(text);
        return owned(PEM_read_bio_PrivateKey(input.get(), nullptr, no_key_passphrase, nullptr));
    }
    auto der = from_base64(without_blanks(text));
    if (!der) return nullptr;
    const unsigned char* at = start_of(*der);
    Key key = owned(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der->size())));
    OPENSSL_cleanse(der->data(), der->size());
    return key;
}

std::string text_of(BIO* output) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(output, &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Result<RsaPublicKey> RsaPublicKey::load(std::string_view text, const std::string& what) {
    Key key = public_key_of(text);
    ERR_clear_error();
    if (!usable(key.get()))
        return fail(ErrorCode::invalid_input, "There is no RSA public key of at least 2048 bits in " + what + ".");
    return RsaPublicKey(std::move(key));
}

bool RsaPublicKey::verify(std::string_view message, std::string_view signature_base64) const {
    const auto signature = from_base64(signature_base64);
    if (!signature) return false;
    const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const bool good =
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
        EVP_DigestVerify(context.get(), start_of(*signature), signature->size(),
                         reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1;
    ERR_clear_error();
    return good;
}

std::string RsaPublicKey::pem() const {
    const Input output(BIO_new(BIO_s_mem()), BIO_free);
    MULIN_CHECK(PEM_write_bio_PUBKEY(output.get(), key_.get()) == 1);
    return text_of(output.get());
}

Result<RsaPrivateKey> RsaPrivateKey::load(std::string_view text, const std::string& what) {
    Key key = private_key_of(text);
    ERR_clear_error();
    if (!usable(key.get()))
        return fail(ErrorCode::invalid_input,
                    "There is no RSA private key of at least 2048 bits without a passphrase in " + what + ".");
    return RsaPrivateKey(std::move(key));
}

Result<RsaPrivateKey> RsaPrivateKey::open(const std::string& uri, const KeyToken& token, const std::string& what) {
    MULIN_TRY(Key key, open_key_handle(uri, token, what));
    if (!usable(key.get())) return fail(ErrorCode::invalid_input, "There is no RSA key of at least 2048 bits behind " + what + ".");
    return RsaPrivateKey(std::move(key));
}

RsaPrivateKey RsaPrivateKey::generate() {
    Key key = owned(EVP_RSA_gen(kLeastBits));
    MULIN_CHECK(key != nullptr);
    return RsaPrivateKey(std::move(key));
}

std::string RsaPrivateKey::sign(std::string_view message) const {
    const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
    std::size_t size = 0;
    std::string signature;
    bool done = EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
                EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size()) == 1;
    if (done) {
        signature.resize(size);
        done = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, message.size()) == 1;
    }
    ERR_clear_error();
    if (!done) return {};
    signature.resize(size);
    return base64(signature);
}

std::string RsaPrivateKey::pem() const {
    const Input output(BIO_new(BIO_s_secmem()), BIO_free);
    MULIN_CHECK(PEM_write_bio_PrivateKey(output.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return text_of(output.get());
}

}  // namespace mulin::payment
