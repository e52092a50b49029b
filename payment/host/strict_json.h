#pragma once
// Reads one JSON object from bytes of a stranger: whole, UTF-8, no name twice in one object, no more
// than 32 levels. Only for this room's sources; headers elsewhere keep JSON out.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

namespace mulin::payment::host {

inline constexpr int kDeepest = 32;

// None when it is not strictly that.
std::optional<nlohmann::json> parse_strict(std::string_view text);

}  // namespace mulin::payment::host
