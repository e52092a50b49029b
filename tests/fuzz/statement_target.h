#pragma once
// What the fuzzer and its replay feed bytes to.

#include <string_view>

namespace mulin::tests {

// True when one of the built-in layouts read the bytes as a bill.
bool try_statement(std::string_view bytes);
// True when the bytes are a profile; the bill is then read by it.
bool try_statement_profile(std::string_view bytes, std::string_view bill);

}  // namespace mulin::tests
