#pragma once
// The proofs beside an entry's own (FORMAT.md, "Proofs"): a key that was changed, a close that the district has
// signed, a root. Each check answers what is wrong with it, empty when it holds.

#include <string>

#include "sync/verify/chain.h"

namespace mulin::verify {

// Data of the kinds in question, which has their shape.
std::string wrong_key_change(const std::string& till, const std::string& former_key, const Json& data);
std::string wrong_countersignature(const TillState& state, const std::string& till, const std::string& district_key, const Json& data);

// What is signed, and what the next root names; 64 hex. points: how many.
std::string root_digest(const Json& root, std::int64_t points);
// The Merkle tree hash over a root's list of points.
std::string root_over(const Json& points);

}  // namespace mulin::verify
