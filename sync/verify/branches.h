#pragma once
// Where a till's chain branches: which entry a line goes on from, and what was known there.

#include <optional>

#include "sync/verify/chain.h"

namespace mulin::verify {

// Notes the entry that was just checked, at the end of its branch.
void add_step(TillState& state, const Line& line);
// The place of the entry with this hash; the newest first.
std::optional<std::size_t> place_of(const TillState& state, const std::string& hash);
// Whether this entry was checked; quick when they come in the order of before.
bool comes_again(TillState& state, const std::string& hash);
// The branch as it stood behind the entry of this place; behind none for an empty one.
TillState cut_behind(const TillState& state, std::optional<std::size_t> place);

}  // namespace mulin::verify
