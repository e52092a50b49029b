#pragma once
// What is signed beside entries and then held in them: a till's new key named under its old one, the
// district's name under the close of a day, and the district's daily root over everything it has
// accepted (FORMAT.md, "Proofs"). Digests and signatures only; nothing here decides. Any thread.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sync/journal/keys.h"
#include "sync/model/kinds.h"

namespace mulin::sync {

// The last entry that the former key signs. The next entry opens an epoch under the new key.
struct KeyChange {
    std::string public_key;  // 64 hex: the new key
    std::string proof;       // 128 hex: the new key's own signature, so that nobody names a key he does not hold
    friend bool operator==(const KeyChange&, const KeyChange&) = default;
};

// The district has accepted this till's chain up to a close, and says so.
struct Countersigned {
    EpochId epoch;
    std::int64_t seq = 0;
    std::string hash;  // 64 hex
    UtcInstant at;     // by the district's clock
    std::string signature;  // 128 hex
    friend bool operator==(const Countersigned&, const Countersigned&) = default;
};

// One day's root; each names the one before, so all of them are one chain.
struct DistrictRoot {
    std::int64_t number = 0;  // from 1
    UtcInstant at;
    std::string prev;         // 64 hex: digest of the root before; zeros in the first
    std::string root;         // 64 hex: over the points
    std::int64_t points = 0;  // how many
    std::string signature;    // 128 hex
    friend bool operator==(const DistrictRoot&, const DistrictRoot&) = default;
};

// The newest accepted entry of an epoch that grew since the root before, or an entry that is kept as a
// fork. Since every entry names the one before, the points stand for everything accepted.
struct RootPoint {
    TillId till;
    EpochId epoch;
    std::int64_t seq = 0;
    std::string hash;  // 64 hex
    bool fork = false;
    friend bool operator==(const RootPoint&, const RootPoint&) = default;
};

KeyChange change_key(const TillId& till, const PublicKey& former, const SigningKey& fresh);
bool is_genuine(const KeyChange& change, const TillId& till, const PublicKey& former);

void countersign(Countersigned& close, const TillId& till, const SigningKey& district);
bool is_genuine(const Countersigned& close, const TillId& till, const PublicKey& district);

// 64 hex. Points must be sorted: till, epoch, seq, hash.
std::string root_of(const std::vector<RootPoint>& points);
std::string digest_of(const DistrictRoot& root);  // 64 hex: what is signed, and what the next root names
void sign_root(DistrictRoot& root, const SigningKey& district);
bool is_genuine(const DistrictRoot& root, const PublicKey& district);

}  // namespace mulin::sync
