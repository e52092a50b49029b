#include "sync/verify/seal.h"

#include <array>
#include <memory>

#include <openssl/evp.h>

namespace mulin::verify {
namespace {

constexpr std::string_view kDomain{"mulin.journal.entry.v1\0", 23};

}  // namespace

std::string bytes_of(std::string_view hex) {
    const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    return bytes;
}

void append_number(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xFF);
}

void append_counted(std::string& out, const std::string& text, int length_bytes) {
    append_number(out, text.size(), length_bytes);
    out += text;
}

std::string hash_of(const Line& line) {
    std::string message(kDomain);
    append_number(message, 1, 1);
    append_counted(message, line.till, 2);
    append_counted(message, line.epoch, 2);
    append_number(message, static_cast<std::uint64_t>(line.seq), 8);
    message += bytes_of(line.prev);
    append_counted(message, line.body, 4);
    return sha256_hex(message);
}

std::string sha256_hex(const std::string& message) {
    std::array<unsigned char, 32> digest{};
    unsigned length = 0;
    EVP_Digest(message.data(), message.size(), digest.data(), &length, EVP_sha256(), nullptr);
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (const unsigned char byte : digest) {
        hex += kDigits[byte >> 4];
        hex += kDigits[byte & 15];
    }
    return hex;
}

bool signed_by(const std::string& key_hex, const std::string& hash_hex, const std::string& sig_hex) {
    const auto unsigned_bytes = [](const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); };
    const std::string raw = bytes_of(key_hex);
    const std::string hash = bytes_of(hash_hex);
    const std::string signature = bytes_of(sig_hex);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, unsigned_bytes(raw), raw.size()), EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    return key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), unsigned_bytes(signature), signature.size(), unsigned_bytes(hash), hash.size()) == 1;
}

}  // namespace mulin::verify
