#pragma once
// The district's book of leases on shared pools, in its database: what was granted to which till, what tills
// journalled of it, what came back. Decisions are sync/leases/grant.h; rows in, rows out here. Spending
// follows from accepted entries alone, so it may arrive in any order and twice.
// Writers run inside a transaction of the caller; one process at a time grants from one pool, because each
// first writes the pool's row.

#include <optional>
#include <string>
#include <vector>

#include "sync/database/database.h"
#include "sync/leases/grant.h"

namespace mulin::sync::server {

class LeaseBook {
  public:
    explicit LeaseBook(database::Database& database) : database_(database) {}

    // Facts from the journal; the same one again changes nothing. A lease that is not in the book is put
    // there with serial 0.
    Status take(const EntryKey& key, const Sale& sale);
    Status take(const EntryKey& key, const LeaseReturn& back);

    // Every lease of a pool, in the order of their ids. `grants` first takes the pool for this transaction.
    Result<std::vector<leases::Booked>> books(const std::string& pool);
    Status take_pool(const std::string& pool);
    Status save(const Lease& lease, UtcInstant now, std::int64_t change);
    // Only what it has spent stays taken.
    Status lapse(const leases::Booked& booked);

    // Leases that this till may spend in this epoch, changed in (from, to].
    Result<std::vector<Lease>> changed(const TillId& till, const EpochId& epoch, std::int64_t from, std::int64_t to,
                                       UtcInstant now);
    // Sales beyond their leases, also by a lease that was never granted to their till; in order of till and lease.
    Result<std::vector<EntryKey>> exceeded();
    Result<std::vector<EntryKey>> exceeded_in(const std::string& lease);

    // Whether this till's leases are due to be looked after: a minute has passed since, or what the district
    // tells its tills has changed. Notes that they are.
    Result<bool> due(const TillId& till, UtcInstant now, std::int64_t snapshot);
    // Since when the database has been this incarnation without a break; zero for the first one.
    Result<UtcInstant> since(const std::string& incarnation, UtcInstant now);
    // Whether every till that is not revoked was heard of after `since`, with nothing left to send.
    Result<bool> all_heard_since(UtcInstant since);
    Result<std::int64_t> tills_seen_since(UtcInstant since);

  private:
    Result<std::vector<leases::Booked>> read(database::Statement& query);
    Result<std::vector<EntryKey>> beyond(const leases::Booked& booked);
    Result<LeaseSpent> spent(const std::string& lease);
    Result<std::vector<leases::Use>> uses_of(const std::string& lease);
    database::Database& database_;
};

}  // namespace mulin::sync::server
