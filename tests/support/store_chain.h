#pragma once
// A small journal that anybody can make again byte by byte: fixed key, fixed clock, one entry of every
// kind. Source of tests/golden/journal*.jsonl.

#include <string>
#include <vector>

#include "sync/journal/chain.h"

namespace mulin::test {

sync::SigningKey chain_key();
std::vector<sync::Entry> make_chain();
sync::ChainHead head_of(const std::vector<sync::Entry>& entries);
std::string lines_of(const std::vector<sync::Entry>& entries);

// Why the text is not the whole, true chain of till T001 that ends in `expected`; empty if it is.
std::string problem_with(const std::string& lines, const sync::ChainHead& expected);

// The verifier in Python on the same question; its exit status.
int ask_python(const std::string& lines, const sync::ChainHead& expected);

struct ChainVector {
    std::string name;  // file in tests/golden
    std::string lines;
    bool good = false;
};
// The good chain, and one of every kind of damage.
std::vector<ChainVector> chain_vectors();

}  // namespace mulin::test
