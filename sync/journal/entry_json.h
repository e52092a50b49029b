#pragma once
// An entry as one line of JSON (FORMAT.md, "Line"), for export, upload and verifiers.

#include <string>
#include <string_view>

#include "sync/journal/entry.h"

namespace mulin::sync {

// {"till":…,"epoch":…,"seq":…,"prev":…,"hash":…,"sig":…,"body":…} without a newline.
std::string print_entry(const Entry& entry);

// Accepts exactly what print_entry writes (no newline); anything else is corrupt. Says nothing about
// hash and signature: that is ChainVerifier's work.
Result<Entry> parse_entry(std::string_view line);

}  // namespace mulin::sync
