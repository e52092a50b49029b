#pragma once
// Cleans one line that an adapter's process wrote to its log: what looks like a payer's code, a card
// number or key material is blanked, control characters are dropped, the line is cut. The last guard,
// not the first: adapters must not log such things at all.

#include <string>
#include <string_view>

namespace mulin::payment::host {

inline constexpr std::size_t kLongestLogLine = 400;

// Runs of 12 or more digits (also with spaces or dashes within) keep their first two; words of 32 or
// more letters, digits, +, /, = and what follows key=, sign=, code=, password= is blanked.
std::string redact(std::string_view line);

}  // namespace mulin::payment::host
