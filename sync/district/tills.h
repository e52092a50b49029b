#pragma once
// The tills of the district and their one-time codes. A till is known by its id, its signing key and
// its current certificate; a code reserves an id for a site until it is used or runs out.

#include <vector>

#include "sync/database/database.h"
#include "sync/district/ledger_store.h"

namespace mulin::sync::server {

inline constexpr std::int64_t kCodeLifeMs = 7LL * 24 * 3600 * 1000;
// How long after its end a certificate still brings data in and fetches its successor.
inline constexpr std::int64_t kRenewGraceMs = 180LL * 24 * 3600 * 1000;

struct NewTill {
    TillId till;  // reserved; a till that comes with a history keeps its own name
    SiteId site;
    UtcInstant expires;
};

// A till that came with a valid code.
struct Joining {
    std::string secret;
    TillId former_till;
    std::string signing_key;
    std::string software;
};

struct TillWatermark {
    EpochId epoch;
    std::int64_t seq = 0;
};

class Tills {
  public:
    explicit Tills(database::Database& database) : database_(database) {}

    // Inside a transaction of the caller.
    Result<NewTill> reserve(const SiteId& site, const std::string& secret, UtcInstant now);
    // Uses up the code and makes or renews the till; the certificate's fingerprint follows.
    // refused: unknown, used or expired code, or a name or key that belongs to another till.
    Result<TillRecord> join(const Joining& joining, UtcInstant now);
    Status set_certificate(const TillId& till, const std::string& sha256, UtcInstant until);
    // A successor that the till may or may not have got; the one in force stays until the successor is used.
    Status offer_certificate(const TillId& till, const std::string& sha256, UtcInstant until);
    // When this till's certificate ends (0: not known); nothing when it is none of the till's. One that was offered
    // comes into force by being shown.
    Result<std::optional<UtcInstant>> show_certificate(const TillRecord& till, const std::string& sha256);
    // All keys that may have signed entries of this till, in the order they came.
    Result<std::vector<std::string>> signing_keys(const TillRecord& till);
    Status revoke(const TillId& till);
    Status seen(const TillId& till, UtcInstant now, std::int64_t clock_ahead_ms, std::int64_t waiting,
                const std::string& software);

    Result<std::optional<TillRecord>> find(const TillId& till);
    Result<std::vector<TillRecord>> all();
    // Newest epoch and how far it is held.
    Result<std::optional<TillWatermark>> watermark(const TillId& till);
    Result<std::int64_t> entries(const TillId& till);

  private:
    Result<TillId> name_for(const Joining& joining, const TillId& reserved);
    database::Database& database_;
};

}  // namespace mulin::sync::server
