#include "sync/journal/entry.h"

#include <openssl/evp.h>

#include "payment/base/check.h"
#include "sync/journal/body.h"
#include "sync/journal/hex.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

// Keeps these bytes from ever meaning something else under the same key. With its final zero.
constexpr char kDomain[] = "mulin.journal.entry.v1";

void append_integer(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
}

void append_counted(std::string& out, std::string_view text, int length_bytes) {
    append_integer(out, text.size(), length_bytes);
    out += text;
}

bool well_formed_id(const std::string& id) { return !id.empty() && id.size() <= kMaxIdBytes; }

}  // namespace

std::string entry_name(const EntryKey& key) {
    return key.till.text() + "/" + key.epoch.text() + "/" + std::to_string(key.seq);
}

Result<std::string> entry_hash(const EntryKey& key, std::string_view prev, std::string_view body) {
    std::array<std::uint8_t, 32> prev_bytes{};
    if (!well_formed_id(key.till.text()) || !well_formed_id(key.epoch.text()) || key.seq < 1) {
        return fail(ErrorCode::corrupt, "Entry " + entry_name(key) + " has no proper till, epoch or number.");
    }
    if (!read_hex(prev, prev_bytes)) {
        return fail(ErrorCode::corrupt, "Entry " + entry_name(key) + " has a malformed previous hash.");
    }
    if (body.size() > kMaxBodyBytes) {
        return fail(ErrorCode::corrupt, "Entry " + entry_name(key) + " is longer than an entry may be.");
    }
    std::string bytes(kDomain, sizeof kDomain);
    bytes.reserve(256 + body.size());
    append_integer(bytes, kCryptoSuite, 1);
    append_counted(bytes, key.till.text(), 2);
    append_counted(bytes, key.epoch.text(), 2);
    append_integer(bytes, static_cast<std::uint64_t>(key.seq), 8);
    bytes.append(reinterpret_cast<const char*>(prev_bytes.data()), prev_bytes.size());
    append_counted(bytes, body, 4);
    std::array<std::uint8_t, 32> digest{};
    unsigned size = 0;
    MULIN_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
    return payment::hex(digest);
}

Result<Entry> seal_entry(const EntryKey& key, std::string_view prev, std::string body, const SigningKey& signer) {
    MULIN_TRY(auto hash, entry_hash(key, prev, body));
    std::array<std::uint8_t, 32> digest{};
    MULIN_CHECK(read_hex(hash, digest));
    return Entry{key, std::string(prev), std::move(hash), payment::hex(signer.sign(digest)), std::move(body)};
}

}  // namespace mulin::sync
