#pragma once
// The name and version this till gives of itself, to the district that it joins or exchanges with.

namespace mulin::sync {

inline constexpr const char* kSoftware = "mulin-pos 0.1.0";

}  // namespace mulin::sync
