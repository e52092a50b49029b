#include "sync/journal/proofs.h"

#include <string_view>

#include <openssl/evp.h>

#include "payment/base/check.h"
#include "sync/journal/hex.h"

namespace mulin::sync {
namespace {

using Digest = std::array<std::uint8_t, 32>;

// With the zero byte that ends each of them.
constexpr std::string_view kKeyDomain{"mulin.journal.key.v1\0", 21};
constexpr std::string_view kCloseDomain{"mulin.district.close.v1\0", 24};
constexpr std::string_view kRootDomain{"mulin.district.root.v1\0", 23};

// The bytes under a proof, put together in order.
class Message {
  public:
    explicit Message(std::string_view domain) : bytes_(domain) {}
    Message& number(std::uint64_t value, int bytes = 8) {
        for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) bytes_ += static_cast<char>((value >> shift) & 0xFF);
        return *this;
    }
    Message& counted(const std::string& text) {
        number(text.size(), 2);
        bytes_ += text;
        return *this;
    }
    // 64 hex digits as 32 bytes; zeros when they are not that, which no signature will fit.
    Message& hash(std::string_view hex) {
        Digest raw{};
        if (!read_hex(hex, raw)) raw.fill(0);
        bytes_.append(reinterpret_cast<const char*>(raw.data()), raw.size());
        return *this;
    }
    Digest digest() const {
        Digest digest{};
        unsigned size = digest.size();
        MULIN_CHECK(EVP_Digest(bytes_.data(), bytes_.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
        return digest;
    }

  private:
    std::string bytes_;
};

bool signed_with(const PublicKey& key, const Digest& digest, const std::string& signature) {
    std::array<std::uint8_t, 64> raw{};
    return read_hex(signature, raw) && key.verify(digest, raw);
}

Digest digest_of_change(const TillId& till, const PublicKey& former, const std::string& fresh) {
    return Message(kKeyDomain).counted(till.text()).hash(former.text()).hash(fresh).digest();
}

Digest digest_of_close(const Countersigned& close, const TillId& till) {
    return Message(kCloseDomain)
        .counted(till.text())
        .counted(close.epoch.text())
        .number(static_cast<std::uint64_t>(close.seq))
        .hash(close.hash)
        .counted(payment::to_rfc3339(close.at))
        .digest();
}

Digest raw_digest_of(const DistrictRoot& root) {
    return Message(kRootDomain)
        .number(static_cast<std::uint64_t>(root.number))
        .counted(payment::to_rfc3339(root.at))
        .hash(root.prev)
        .hash(root.root)
        .number(static_cast<std::uint64_t>(root.points))
        .digest();
}

std::string leaf_of(const RootPoint& point) {
    return payment::hex(Message(std::string_view("\0", 1))
                            .counted(point.till.text())
                            .counted(point.epoch.text())
                            .number(static_cast<std::uint64_t>(point.seq))
                            .hash(point.hash)
                            .digest());
}

}  // namespace

KeyChange change_key(const TillId& till, const PublicKey& former, const SigningKey& fresh) {
    const std::string name = fresh.public_key().text();
    return {name, payment::hex(fresh.sign(digest_of_change(till, former, name)))};
}

bool is_genuine(const KeyChange& change, const TillId& till, const PublicKey& former) {
    const auto fresh = PublicKey::from_hex(change.public_key);
    return fresh && *fresh != former && signed_with(*fresh, digest_of_change(till, former, change.public_key), change.proof);
}

void countersign(Countersigned& close, const TillId& till, const SigningKey& district) {
    close.signature = payment::hex(district.sign(digest_of_close(close, till)));
}

bool is_genuine(const Countersigned& close, const TillId& till, const PublicKey& district) {
    return signed_with(district, digest_of_close(close, till), close.signature);
}

// RFC 6962, section 2.1, level by level: a node without a neighbour moves up as it is, which gives the same tree.
std::string root_of(const std::vector<RootPoint>& points) {
    std::vector<std::string> level;
    for (const RootPoint& point : points) level.push_back(leaf_of(point));
    if (level.empty()) return payment::hex(Message(std::string_view()).digest());
    while (level.size() > 1) {
        std::vector<std::string> above;
        for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
            above.push_back(payment::hex(Message(std::string_view("\x01", 1)).hash(level[i]).hash(level[i + 1]).digest()));
        }
        if (level.size() % 2 == 1) above.push_back(level.back());
        level = std::move(above);
    }
    return level[0];
}

std::string digest_of(const DistrictRoot& root) { return payment::hex(raw_digest_of(root)); }

void sign_root(DistrictRoot& root, const SigningKey& district) {
    root.signature = payment::hex(district.sign(raw_digest_of(root)));
}

bool is_genuine(const DistrictRoot& root, const PublicKey& district) {
    return signed_with(district, raw_digest_of(root), root.signature);
}

}  // namespace mulin::sync
