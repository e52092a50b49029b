#include "tests/support/gateway_keys.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>

#include "payment/base/check.h"

namespace mulin::tests {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Cert = std::shared_ptr<X509>;

Key new_key() { return Key(EVP_EC_gen("P-256"), EVP_PKEY_free); }

template <class Write>
std::string pem_of(Write write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> output(BIO_new(BIO_s_mem()), BIO_free);
    MULIN_CHECK(write(output.get()) == 1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(output.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string pem(const Cert& cert) {
    return pem_of([&](BIO* out) { return PEM_write_bio_X509(out, cert.get()); });
}
std::string pem(const Key& key) {
    return pem_of([&](BIO* out) { return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

std::unique_ptr<BIO, decltype(&BIO_free)> reading(const std::string& text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}
Cert cert_of(const std::string& text) { return Cert(PEM_read_bio_X509(reading(text).get(), nullptr, nullptr, nullptr), X509_free); }
Key key_of(const std::string& text) { return Key(PEM_read_bio_PrivateKey(reading(text).get(), nullptr, nullptr, nullptr), EVP_PKEY_free); }
Key public_key_of(const std::string& text) { return Key(PEM_read_bio_PUBKEY(reading(text).get(), nullptr, nullptr, nullptr), EVP_PKEY_free); }

void extend(X509* cert, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    MULIN_CHECK(extension != nullptr && X509_add_ext(cert, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

enum class Use { authority, server, client };

// A certificate from yesterday for ten years.
Cert certify(EVP_PKEY* key, const std::string& name, Use use, X509* issuer, EVP_PKEY* issuer_key, long serial) {
    const Cert cert(X509_new(), X509_free);
    X509_set_version(cert.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(cert.get()), -86'400);
    X509_gmtime_adj(X509_getm_notAfter(cert.get()), 3650L * 86'400);
    X509_set_pubkey(cert.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509* const from = issuer != nullptr ? issuer : cert.get();
    X509_set_issuer_name(cert.get(), X509_get_subject_name(from));
    extend(cert.get(), from, NID_basic_constraints, use == Use::authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (use == Use::server) extend(cert.get(), from, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
    if (use != Use::authority)
        extend(cert.get(), from, NID_ext_key_usage, use == Use::server ? "serverAuth" : "clientAuth");
    MULIN_CHECK(X509_sign(cert.get(), issuer_key != nullptr ? issuer_key : key, EVP_sha256()) > 0);
    return cert;
}

GatewayTrust make_trust() {
    GatewayTrust trust;
    const auto fill = [](Identity& identity, const std::string& name, Use use, const Identity* authority, long serial) {
        const Key key = new_key();
        const Cert issuer = authority ? cert_of(authority->certificate_pem) : nullptr;
        const Key issuer_key = authority ? key_of(authority->key_pem) : nullptr;
        identity.certificate_pem = pem(certify(key.get(), name, use, issuer.get(), issuer_key.get(), serial));
        identity.key_pem = pem(key);
    };
    fill(trust.authority, "Test Authority", Use::authority, nullptr, 1);
    fill(trust.server, "gateway.test", Use::server, &trust.authority, 2);
    fill(trust.merchant, "1900000109", Use::client, &trust.authority, 3);
    fill(trust.stranger_authority, "Test Authority", Use::authority, nullptr, 1);
    fill(trust.stranger, "1900000109", Use::client, &trust.stranger_authority, 3);
    fill(trust.stranger_server, "gateway.test", Use::server, &trust.stranger_authority, 2);
    return trust;
}

}  // namespace

const GatewayTrust& gateway_trust() {
    static const GatewayTrust trust = make_trust();
    return trust;
}

std::string certificate_for(const std::string& rsa_public_pem, const std::string& common_name,
                            const Identity& authority, long serial) {
    const Key key = public_key_of(rsa_public_pem);
    MULIN_CHECK(key != nullptr);
    const Cert issuer = cert_of(authority.certificate_pem);
    const Key issuer_key = key_of(authority.key_pem);
    return pem(certify(key.get(), common_name, Use::client, issuer.get(), issuer_key.get(), serial));
}

const payment::RsaPrivateKey& rsa_key_of_process(int which) {
    static std::mutex mutex;
    static std::map<int, payment::RsaPrivateKey> keys;
    const std::lock_guard lock(mutex);
    auto found = keys.find(which);
    if (found == keys.end()) found = keys.emplace(which, payment::RsaPrivateKey::generate()).first;
    return found->second;
}

KeyFolder::KeyFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mulin-keys-XXXXXX").string();
    MULIN_CHECK(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

KeyFolder::~KeyFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string KeyFolder::write(const std::string& name, const std::string& content) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::ofstream(file, std::ios::binary) << content;
    std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return file.string();
}

}  // namespace mulin::tests
