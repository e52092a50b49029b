#include "sync/model/scrypt_record.h"

#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "payment/base/id.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kKeySize = 32;
constexpr std::uint64_t kMaxMemory = 64 << 20;

struct ScryptRecord {
    std::uint64_t n = 0, r = 0, p = 0;
    std::vector<std::uint8_t> salt;
    std::vector<std::uint8_t> key;
};

// Empty when scrypt refuses the parameters or has not enough memory.
std::vector<std::uint8_t> derive(std::string_view secret, const ScryptRecord& record, std::size_t size) {
    std::vector<std::uint8_t> key(size);
    const int done = EVP_PBE_scrypt(secret.data(), secret.size(), record.salt.data(), record.salt.size(), record.n,
                                    record.r, record.p, kMaxMemory, key.data(), key.size());
    if (done != 1) key.clear();
    return key;
}

std::vector<std::string_view> fields_of(std::string_view record) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto at = record.find('$');
        parts.push_back(record.substr(0, at));
        if (at == std::string_view::npos) return parts;
        record.remove_prefix(at + 1);
    }
}

bool read_number(std::string_view text, std::uint64_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
}

std::vector<std::uint8_t> read_hex(std::string_view text) {
    std::vector<std::uint8_t> bytes;
    if (text.size() % 2 != 0) return bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        std::uint8_t byte = 0;
        const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
        if (error != std::errc{} || end != text.data() + i + 2) return {};
        bytes.push_back(byte);
    }
    return bytes;
}

std::optional<ScryptRecord> parse_scrypt_record(std::string_view text) {
    const auto parts = fields_of(text);
    ScryptRecord record;
    if (parts.size() != 6 || parts[0] != "scrypt") return std::nullopt;
    if (!read_number(parts[1], record.n) || !read_number(parts[2], record.r) || !read_number(parts[3], record.p))
        return std::nullopt;
    record.salt = read_hex(parts[4]);
    record.key = read_hex(parts[5]);
    if (record.salt.size() < 8 || record.key.size() != kKeySize) return std::nullopt;
    return record;
}

}  // namespace

Result<std::string> make_scrypt_record(std::string_view secret, const ScryptCost& cost, payment::Random& random) {
    ScryptRecord record{cost.n, cost.r, cost.p, std::vector<std::uint8_t>(kSaltSize), {}};
    random.fill(record.salt);
    record.key = derive(secret, record, kKeySize);
    if (record.key.empty()) {
        return fail(ErrorCode::unsupported, "There is not enough memory to store a secret; close other programs.", true);
    }
    return "scrypt$" + std::to_string(cost.n) + "$" + std::to_string(cost.r) + "$" + std::to_string(cost.p) + "$" +
           payment::hex(record.salt) + "$" + payment::hex(record.key);
}

bool check_scrypt_record(std::string_view record_text, std::string_view secret) {
    const auto record = parse_scrypt_record(record_text);
    if (!record) return false;
    const auto key = derive(secret, *record, record->key.size());
    return !key.empty() && CRYPTO_memcmp(key.data(), record->key.data(), key.size()) == 0;
}

}  // namespace mulin::sync
