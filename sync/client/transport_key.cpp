#include "sync/client/transport_key.h"

#include <fstream>
#include <memory>
#include <sstream>

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "payment/base/check.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string drain(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string request_for(EVP_PKEY* key) {
    const std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)> request(X509_REQ_new(), X509_REQ_free);
    MULIN_CHECK(request && X509_REQ_set_pubkey(request.get(), key) == 1 && X509_REQ_sign(request.get(), key, EVP_sha256()) > 0);
    const Bio text(BIO_new(BIO_s_mem()), BIO_free);
    MULIN_CHECK(PEM_write_bio_X509_REQ(text.get(), request.get()) == 1);
    return drain(text.get());
}

Key parse_key(std::string_view pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    return {PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}

std::int64_t ms_of(const ASN1_TIME* time) {
    const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> start(ASN1_TIME_set(nullptr, 0), ASN1_TIME_free);
    int days = 0;
    int seconds = 0;
    if (ASN1_TIME_diff(&days, &seconds, start.get(), time) != 1) return 0;
    return (static_cast<std::int64_t>(days) * 86'400 + seconds) * 1000;
}

bool write_all(int fd, const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t count = ::write(fd, text.data() + done, text.size() - done);
        if (count <= 0) return false;
        done += static_cast<std::size_t>(count);
    }
    return ::fsync(fd) == 0;
}

}  // namespace

payment::Status write_private_file(const std::filesystem::path& file, const std::string& text) {
    const std::string beside = file.string() + ".new";
    ::unlink(beside.c_str());
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write_all(fd, text);
    if (fd >= 0) good = ::close(fd) == 0 && good;
    if (!good || ::rename(beside.c_str(), file.c_str()) != 0) {
        return fail(ErrorCode::disk, "The file " + file.string() + " cannot be written; check the disk.");
    }
    return payment::ok();
}

payment::Result<std::string> read_private_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    if (!in) return fail(ErrorCode::disk, "The file " + file.string() + " cannot be read.");
    return text.str();
}

payment::Result<std::string> make_transport_key(const std::filesystem::path& file) {
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const Bio text(BIO_new(BIO_s_mem()), BIO_free);
    MULIN_CHECK(key && PEM_write_bio_PKCS8PrivateKey(text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    MULIN_TRY_STATUS(write_private_file(file, drain(text.get())));
    return request_for(key.get());
}

payment::Result<std::string> request_for_key(const std::filesystem::path& file) {
    MULIN_TRY(const auto pem, read_private_file(file));
    const Key key = parse_key(pem);
    if (!key) return fail(ErrorCode::corrupt, "The till's transport key cannot be read; enrol the till again.");
    return request_for(key.get());
}

payment::Result<Validity> validity_of(std::string_view certificate_pem, std::string_view key_pem) {
    const Bio bio(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())), BIO_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
    const Key key = parse_key(key_pem);
    if (!certificate || !key || X509_check_private_key(certificate.get(), key.get()) != 1) {
        return fail(ErrorCode::peer, "What the district sent is no certificate for this till's key.");
    }
    return Validity{ms_of(X509_get0_notBefore(certificate.get())), ms_of(X509_get0_notAfter(certificate.get()))};
}

payment::Result<std::array<std::uint8_t, 32>> certificate_sha256(std::string_view pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
    std::array<std::uint8_t, 32> digest{};
    unsigned size = digest.size();
    if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1) {
        return fail(ErrorCode::peer, "What answered there is not a district's server; check the address.");
    }
    return digest;
}

}  // namespace mulin::sync
