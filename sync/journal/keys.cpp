#include "sync/journal/keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "payment/base/check.h"
#include "sync/journal/hex.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

std::shared_ptr<EVP_PKEY> own(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

struct DigestContext {
    EVP_MD_CTX* ctx = EVP_MD_CTX_new();
    ~DigestContext() { EVP_MD_CTX_free(ctx); }
};

// A file descriptor that closes itself.
struct File {
    int fd = -1;
    ~File() {
        if (fd >= 0) ::close(fd);
    }
};

Status io_error(const std::string& doing, const std::filesystem::path& file) {
    const auto code = errno == ENOSPC ? ErrorCode::disk_full : ErrorCode::disk;
    return fail(code, "Cannot " + doing + " " + file.string() + ": " + std::strerror(errno) + ".");
}

Status write_all(int fd, std::string_view bytes, const std::filesystem::path& file) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0) return io_error("write", file);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(fd) == 0 ? payment::ok() : io_error("flush", file);
}

// The new name itself must survive a power cut.
Status flush_directory(const std::filesystem::path& file) {
    const auto directory = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    File handle{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (handle.fd < 0 || ::fsync(handle.fd) != 0) return io_error("flush", directory);
    return payment::ok();
}

}  // namespace

Result<PublicKey> PublicKey::from_hex(std::string_view text) {
    std::array<std::uint8_t, 32> raw{};
    if (!read_hex(text, raw)) {
        return fail(ErrorCode::invalid_input, "A public key must be 64 lower-case hexadecimal digits.");
    }
    auto key = own(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size()));
    if (!key) return fail(ErrorCode::invalid_input, "This public key is not an Ed25519 key.");
    return PublicKey(std::string(text), std::move(key));
}

bool PublicKey::verify(std::span<const std::uint8_t> message, std::span<const std::uint8_t> signature) const {
    DigestContext context;
    return EVP_DigestVerifyInit(context.ctx, nullptr, nullptr, nullptr, key_.get()) == 1 &&
           EVP_DigestVerify(context.ctx, signature.data(), signature.size(), message.data(), message.size()) == 1;
}

Result<SigningKey> SigningKey::from_evp(std::shared_ptr<EVP_PKEY> key) {
    std::array<std::uint8_t, 32> raw{};
    std::size_t size = raw.size();
    if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519 ||
        EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &size) != 1) {
        return fail(ErrorCode::corrupt, "The signing key is not an Ed25519 key.");
    }
    MULIN_TRY(auto public_key, PublicKey::from_hex(payment::hex(raw)));
    return SigningKey(std::move(key), std::move(public_key));
}

Result<SigningKey> SigningKey::generate() { return from_evp(own(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"))); }

SigningKey SigningKey::from_seed(std::span<const std::uint8_t, 32> seed) {
    auto key = from_evp(own(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size())));
    MULIN_CHECK(key.has_value());
    return std::move(*key);
}

Result<SigningKey> SigningKey::load(const std::filesystem::path& file) {
    File handle{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (handle.fd < 0 && errno == ENOENT) {
        return fail(ErrorCode::not_found, "The signing key " + file.string() + " is missing; restore it from the backup.");
    }
    struct stat status {};
    if (handle.fd < 0 || ::fstat(handle.fd, &status) != 0) return tl::make_unexpected(io_error("open", file).error());
    if ((status.st_mode & 077) != 0) {
        return fail(ErrorCode::refused, "Others can read the signing key; run: chmod 600 " + file.string() + ".");
    }
    char buffer[4096];
    const auto size = ::read(handle.fd, buffer, sizeof buffer);
    if (size < 0) return tl::make_unexpected(io_error("read", file).error());
    std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(buffer, static_cast<int>(size)), BIO_free);
    auto key = own(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
    OPENSSL_cleanse(buffer, sizeof buffer);
    if (!key) return fail(ErrorCode::corrupt, "The signing key " + file.string() + " is damaged; restore it from the backup.");
    return from_evp(std::move(key));
}

Status SigningKey::save(const std::filesystem::path& file) const {
    std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_secmem()), BIO_free);
    MULIN_CHECK(bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &bytes);
    File handle{::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (handle.fd < 0 && errno == EEXIST) {
        return fail(ErrorCode::conflict, "There is already a signing key " + file.string() + "; it is never overwritten.");
    }
    if (handle.fd < 0) return io_error("create", file);
    MULIN_TRY_STATUS(write_all(handle.fd, {bytes, static_cast<std::size_t>(size)}, file));
    return flush_directory(file);
}

std::array<std::uint8_t, 64> SigningKey::sign(std::span<const std::uint8_t> message) const {
    std::array<std::uint8_t, 64> signature{};
    std::size_t size = signature.size();
    DigestContext context;
    MULIN_CHECK(EVP_DigestSignInit(context.ctx, nullptr, nullptr, nullptr, key_.get()) == 1);
    MULIN_CHECK(EVP_DigestSign(context.ctx, signature.data(), &size, message.data(), message.size()) == 1);
    MULIN_CHECK(size == signature.size());
    return signature;
}

}  // namespace mulin::sync
