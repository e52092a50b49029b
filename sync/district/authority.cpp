#include "sync/district/authority.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "payment/base/check.h"
#include "payment/base/id.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;
using payment::Status;
using payment::UtcInstant;
using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Key make_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

Bio memory(std::string_view text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

std::string drain(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
    Bio bio(BIO_new(BIO_s_mem()), BIO_free);
    MULIN_CHECK(PEM_write_bio_X509(bio.get(), certificate) == 1);
    return drain(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
    Bio bio(BIO_new(BIO_s_mem()), BIO_free);
    MULIN_CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return drain(bio.get());
}

std::array<std::uint8_t, 32> sha256_of(X509* certificate) {
    std::array<std::uint8_t, 32> digest{};
    unsigned size = digest.size();
    MULIN_CHECK(X509_digest(certificate, EVP_sha256(), digest.data(), &size) == 1);
    return digest;
}

// Written beside and moved into place, flushed, readable by the owner alone.
Status write_file(const std::filesystem::path& file, const std::string& text) {
    const auto beside = file.string() + ".new";
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
    if (fd >= 0) ::close(fd);
    good = good && ::rename(beside.c_str(), file.c_str()) == 0;
    if (!good) return fail(ErrorCode::disk, "The file " + file.string() + " cannot be written.");
    return payment::ok();
}

std::string read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

Certificate parse_certificate(std::string_view pem) {
    const auto bio = memory(pem);
    return {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free};
}

Key parse_key(std::string_view pem) {
    const auto bio = memory(pem);
    return {PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}

void set_times(X509* certificate, UtcInstant now, std::int64_t life_ms) {
    ASN1_TIME_set(X509_getm_notBefore(certificate), (now.ms - kBackdateMs) / 1000);
    ASN1_TIME_set(X509_getm_notAfter(certificate), (now.ms + life_ms) / 1000);
}

void set_serial(X509* certificate) {
    std::array<std::uint8_t, 16> bytes{};
    payment::SystemRandom().fill(bytes);
    bytes[0] = static_cast<std::uint8_t>(bytes[0] & 0x7F) | 0x40;
    BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
}

void add_name(X509_NAME* name, const char* field, const std::string& value) {
    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                               static_cast<int>(value.size()), -1, 0);
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    MULIN_CHECK(extension != nullptr);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

Certificate blank(UtcInstant now, std::int64_t life_ms, EVP_PKEY* key, const std::string& organisation,
                  const std::string& name) {
    Certificate certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    set_serial(certificate.get());
    set_times(certificate.get(), now, life_ms);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    add_name(subject, "O", organisation);
    add_name(subject, "CN", name);
    return certificate;
}

bool is_address(const std::string& name) {
    std::array<std::uint8_t, 16> bytes{};
    return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

std::string alternative_names(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
    return text;
}

// Whether a server certificate on disk may still be used: for these names, and a third of its life left.
bool still_good(X509* certificate, const std::vector<std::string>& names, UtcInstant now) {
    for (const auto& name : names) {
        const int match = is_address(name) ? X509_check_ip_asc(certificate, name.c_str(), 0)
                                           : X509_check_host(certificate, name.c_str(), name.size(), 0, nullptr);
        if (match != 1) return false;
    }
    time_t soon = (now.ms + kServerLifeMs / 3) / 1000;
    time_t at = now.ms / 1000;
    return X509_cmp_time(X509_get0_notAfter(certificate), &soon) > 0 &&
           X509_cmp_time(X509_get0_notBefore(certificate), &at) < 0;
}

}  // namespace

Status Authority::create(const std::filesystem::path& dir, const std::string& district, UtcInstant now) {
    const Key key = make_key();
    MULIN_CHECK(key != nullptr);
    const auto certificate = blank(now, kAuthorityLifeMs, key.get(), district, "Mulin district authority");
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
    add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
    MULIN_CHECK(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
    MULIN_TRY_STATUS(write_file(dir / "ca.key", pem_of(key.get())));
    return write_file(dir / "ca.crt", pem_of(certificate.get()));
}

payment::Result<Authority> Authority::load(const std::filesystem::path& dir) {
    Authority authority;
    authority.key_ = parse_key(read_file(dir / "ca.key"));
    authority.certificate_ = parse_certificate(read_file(dir / "ca.crt"));
    if (!authority.key_ || !authority.certificate_ ||
        X509_check_private_key(authority.certificate_.get(), authority.key_.get()) != 1) {
        return fail(ErrorCode::corrupt, "The district's keys in " + dir.string() +
                                            " are missing or damaged; restore them from a backup.");
    }
    authority.pem_ = pem_of(authority.certificate_.get());
    return authority;
}

std::array<std::uint8_t, 32> Authority::sha256() const { return sha256_of(certificate_.get()); }

payment::Result<Authority::ServerFiles> Authority::server_files(const std::filesystem::path& dir,
                                                                std::vector<std::string> names,
                                                                UtcInstant now) const {
    const ServerFiles files{dir / "server.key", dir / "server.crt"};
    const auto present = parse_certificate(read_file(files.certificate));
    const auto present_key = parse_key(read_file(files.key));
    if (present && present_key && X509_check_private_key(present.get(), present_key.get()) == 1 &&
        still_good(present.get(), names, now)) {
        return files;
    }
    const Key key = make_key();
    const auto certificate = blank(now, kServerLifeMs, key.get(), "Mulin district", "Mulin district server");
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    add_extension(certificate.get(), certificate_.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate.get(), certificate_.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(certificate.get(), certificate_.get(), NID_ext_key_usage, "serverAuth");
    add_extension(certificate.get(), certificate_.get(), NID_subject_alt_name, alternative_names(names));
    MULIN_CHECK(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
    MULIN_TRY_STATUS(write_file(files.key, pem_of(key.get())));
    MULIN_TRY_STATUS(write_file(files.certificate, pem_of(certificate.get()) + pem_));
    return files;
}

payment::Result<Authority::TillCertificate> Authority::sign_till(const std::string& csr_pem,
                                                                 const std::string& district,
                                                                 const std::string& till, UtcInstant now) const {
    const auto bio = memory(csr_pem);
    const std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)> request(
        PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr), X509_REQ_free);
    EVP_PKEY* key = request ? X509_REQ_get0_pubkey(request.get()) : nullptr;
    if (key == nullptr || EVP_PKEY_get_security_bits(key) < 112 || X509_REQ_verify(request.get(), key) != 1) {
        return fail(ErrorCode::invalid_input, "The certificate request is not one this district can sign.");
    }
    const auto certificate = blank(now, kTillLifeMs, key, district, till);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    add_extension(certificate.get(), certificate_.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate.get(), certificate_.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(certificate.get(), certificate_.get(), NID_ext_key_usage, "clientAuth");
    add_extension(certificate.get(), certificate_.get(), NID_subject_alt_name,
                  "URI:spiffe://" + district + "/till/" + till);
    MULIN_CHECK(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
    return TillCertificate{pem_of(certificate.get()), payment::hex(sha256_of(certificate.get())), {now.ms + kTillLifeMs}};
}

}  // namespace mulin::sync::server
