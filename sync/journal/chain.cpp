#include "sync/journal/chain.h"

#include <array>

#include "sync/journal/hex.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

Status broken(const Entry& entry, const std::string& what) {
    return fail(ErrorCode::corrupt, "Entry " + entry_name(entry.key) + " " + what + ".");
}

}  // namespace

ChainVerifier::ChainVerifier(TillId till, PublicKey key) : till_(std::move(till)), key_(std::move(key)) {}

ChainVerifier::ChainVerifier(PublicKey key, ChainHead head)
    : till_(head.key.till), key_(std::move(key)), head_(std::move(head)) {}

Status ChainVerifier::check_place(const Entry& entry) const {
    if (entry.key.till != till_) return broken(entry, "belongs to another till");
    const std::string_view expected_prev = head_ ? std::string_view(head_->hash) : kNoHash;
    if (entry.prev != expected_prev) return broken(entry, "does not follow the entry before it");
    const bool same_epoch = head_ && entry.key.epoch == head_->key.epoch;
    if (same_epoch && key_changed_) return broken(entry, "goes on in an epoch whose key was changed");
    const std::int64_t expected_seq = same_epoch ? head_->key.seq + 1 : 1;
    if (entry.key.seq != expected_seq) {
        return broken(entry, "should have number " + std::to_string(expected_seq) + ": entries are missing, repeated or out of order");
    }
    return payment::ok();
}

Status ChainVerifier::check_seal(const Entry& entry) const {
    MULIN_TRY(const auto expected, entry_hash(entry.key, entry.prev, entry.body));
    if (expected != entry.hash) return broken(entry, "was changed: its hash does not match its content");
    std::array<std::uint8_t, 32> hash{};
    std::array<std::uint8_t, 64> signature{};
    if (!read_hex(entry.hash, hash) || !read_hex(entry.sig, signature)) return broken(entry, "has a malformed signature");
    if (!key_.verify(hash, signature)) return broken(entry, "was not signed with this till's key");
    return payment::ok();
}

Status ChainVerifier::check_epoch(const Entry& entry, const EntryBody& body) const {
    const auto* open = std::get_if<EpochOpen>(&body);
    if ((entry.key.seq == 1) != (open != nullptr)) {
        return broken(entry, "does not open its epoch, or opens it twice");
    }
    if (open == nullptr) return payment::ok();
    if (key_changed_ != (open->reason == "key_change")) return broken(entry, "opens an epoch for another reason than its place allows");
    if (open->public_key != key_.text()) return broken(entry, "names another signing key");
    if (!head_ && open->parent) return broken(entry, "continues an epoch that is missing");
    if (head_ && open->parent != EpochParent{head_->key.epoch, head_->key.seq, head_->hash}) {
        return broken(entry, "names another entry than the last one as its parent");
    }
    return payment::ok();
}

Status ChainVerifier::change_key(const Entry& entry, const EntryBody& body) {
    const auto* change = std::get_if<KeyChange>(&body);
    key_changed_ = change != nullptr;
    if (change == nullptr) return payment::ok();
    if (!is_genuine(*change, till_, key_)) return broken(entry, "names a new key that has not signed for it");
    MULIN_TRY(key_, PublicKey::from_hex(change->public_key));
    return payment::ok();
}

Result<DecodedBody> ChainVerifier::accept(const Entry& entry) {
    MULIN_TRY_STATUS(check_place(entry));
    MULIN_TRY_STATUS(check_seal(entry));
    auto decoded = decode_body(entry.body);
    if (!decoded) return tl::make_unexpected(broken(entry, "cannot be read: " + decoded.error().message).error());
    MULIN_TRY_STATUS(check_epoch(entry, decoded->body));
    const Totals expected = totals_after(head_ ? head_->totals : Totals{}, decoded->body);
    if (decoded->totals != expected) {
        return tl::make_unexpected(broken(entry, "has running totals that do not follow from the entry before").error());
    }
    MULIN_TRY_STATUS(change_key(entry, decoded->body));
    head_ = ChainHead{entry.key, entry.hash, decoded->totals};
    return decoded;
}

Status ChainVerifier::finish(const ChainHead& expected) const {
    if (!head_) return fail(ErrorCode::corrupt, "The journal is empty, but it should end with entry " + entry_name(expected.key) + ".");
    if (*head_ != expected) {
        return fail(ErrorCode::corrupt, "The journal ends with entry " + entry_name(head_->key) +
                                            ", but it should end with entry " + entry_name(expected.key) + ".");
    }
    return payment::ok();
}

}  // namespace mulin::sync
