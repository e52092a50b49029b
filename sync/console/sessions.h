#pragma once
// Who is signed in, and which browsers have been before. Only hashes of tokens are kept, in the
// database: several server processes may serve one district. Writers run inside a transaction of the
// caller.

#include <optional>
#include <string>
#include <string_view>

#include "sync/database/database.h"
#include "sync/model/kinds.h"

namespace mulin::sync::console {

inline constexpr std::int64_t kSessionIdleMs = 30 * 60 * 1000;
inline constexpr std::int64_t kSessionLifeMs = 12LL * 3600 * 1000;
inline constexpr std::int64_t kDeviceLifeMs = 180LL * 24 * 3600 * 1000;

// 64 hex digits, 256 bits.
std::string make_token(payment::Random& random);
// What is kept of a token.
std::string token_hash(std::string_view token);
// What a page must send along with everything that changes something; known to that page alone.
std::string request_token(std::string_view session_token);
bool same_secret(std::string_view a, std::string_view b);  // in equal time for equal lengths

class Sessions {
  public:
    explicit Sessions(database::Database& database) : database_(database) {}
    payment::Status start(const std::string& hash, const std::string& member, payment::UtcInstant now);
    // The member's name while it lives.
    payment::Result<std::optional<std::string>> find(const std::string& hash, payment::UtcInstant now);
    // Somebody is still there. Written at most once a minute.
    payment::Status seen(const std::string& hash, payment::UtcInstant now);
    payment::Status end(const std::string& hash);
    payment::Status end_all(const std::string& member);
    payment::Result<std::int64_t> open_count(payment::UtcInstant now);

    payment::Status know_device(const std::string& hash, const std::string& member, payment::UtcInstant now);
    payment::Result<bool> knows_device(const std::string& hash, const std::string& member, payment::UtcInstant now);

  private:
    database::Database& database_;
};

}  // namespace mulin::sync::console
