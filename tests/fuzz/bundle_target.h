#pragma once
// What the fuzzer and its replay feed bytes to.

#include <string_view>

namespace mulin::tests {

// True when the bytes are the text of a bundle; what was read is then printed and read again.
bool try_bundle(std::string_view bytes);

}  // namespace mulin::tests
