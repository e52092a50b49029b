#pragma once
// How often a password may be tried. A try is counted, and the count is committed, before anybody looks
// at the password, so that neither a restart nor a second server process gives tries back. Every lock
// ends by itself after a quarter of an hour, and a browser that signed in here before (a known device)
// is counted apart: a stranger who tries a name to death locks out strangers, not the office.

#include <string>
#include <string_view>
#include <vector>

#include "sync/database/database.h"
#include "sync/model/kinds.h"

namespace mulin::sync::console {

struct TryFrom {
    std::string name;    // as typed; need not exist
    bool known = false;  // somebody signs in so
    std::string source;  // address of the peer
    std::string device;  // hash of the device's token when it belongs to `name`, else empty
};

struct TryAnswer {
    bool allowed = false;
    payment::UtcInstant next_allowed;
};

inline constexpr std::int64_t kTryWindowMs = 15 * 60 * 1000;
inline constexpr std::int64_t kTriesFromOnePlace = 5;  // of one name in a window
inline constexpr std::int64_t kTriesOfOneName = 20;    // from everywhere, known devices apart
inline constexpr std::int64_t kTriesOfOneAddress = 60; // of all names

// Inside a transaction of the caller, who commits before checking the password.
class SignInGuard {
  public:
    explicit SignInGuard(database::Database& database) : database_(database) {}
    payment::Result<TryAnswer> begin(const TryFrom& from, payment::UtcInstant now);
    payment::Status succeeded(const TryFrom& from);
    // For an administrator: forget what was counted against a name.
    payment::Status unlock(const std::string& name);

  private:
    database::Database& database_;
};

}  // namespace mulin::sync::console
