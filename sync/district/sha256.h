#pragma once
// SHA-256 of a text as 64 lower-case hex digits: the key of what must not be kept in clear, and of
// what is kept once however often it arrives.

#include <string>

namespace mulin::sync::server {

std::string sha256_hex(const std::string& text);

}  // namespace mulin::sync::server
