#pragma once
// Every bound of the protocol in one place; both ends enforce them, FORMAT.md repeats them.

#include <cstddef>
#include <cstdint>

namespace mulin::sync {

inline constexpr int kWireVersion = 1;

inline constexpr std::size_t kMaxHeaderBytes = 8 * 1024;
inline constexpr std::size_t kMaxUploadBytes = 4 * 1024 * 1024;   // largest request body
inline constexpr std::size_t kMaxAnswerBytes = 32 * 1024 * 1024;  // largest answer a till accepts
inline constexpr std::size_t kMaxEntriesPerUpload = 500;
inline constexpr std::size_t kUploadTargetBytes = 1024 * 1024;  // a till stops filling a batch here
inline constexpr std::size_t kMaxEntryLineBytes = 1024 * 1024;
inline constexpr std::size_t kMaxEpochsPerAnswer = 20'000;
inline constexpr std::size_t kMaxRootsPerAnswer = 50;
inline constexpr std::size_t kMaxDinersPerUpload = 100;
inline constexpr std::size_t kMaxDinersPerBundle = 2'000;
inline constexpr std::size_t kMaxCardsPerBundle = 8'000;
inline constexpr std::size_t kMaxLeasesPerBundle = 1'000;
inline constexpr std::size_t kMaxDenialsPerBundle = 5'000;
inline constexpr std::size_t kMaxVerdictsPerBundle = 2'000;
inline constexpr std::size_t kMaxRowsPerSection = 20'000;  // sites, vendors, menus, staff, policies
inline constexpr std::size_t kMaxTextBytes = 4'096;        // names and the like
inline constexpr std::size_t kMaxPolicyBytes = 1024 * 1024;
inline constexpr std::size_t kMaxPemBytes = 8 * 1024;

// A bundle's word holds for so long, and is given anew to a till whose newest is so old.
inline constexpr std::int64_t kWordLastsMs = 3LL * 24 * 3'600'000;
inline constexpr std::int64_t kWordAgainMs = 3'600'000;

// Deadlines of the server for one connection.
inline constexpr int kHandshakeTimeoutMs = 10'000;
inline constexpr int kRequestTimeoutMs = 30'000;  // from the first byte to the whole request
inline constexpr int kIdleTimeoutMs = 60'000;     // between two requests
inline constexpr int kAnswerTimeoutMs = 60'000;
// ... and of the till for one call.
inline constexpr int kConnectTimeoutMs = 10'000;
inline constexpr int kCallTimeoutMs = 120'000;

}  // namespace mulin::sync
