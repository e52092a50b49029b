#pragma once
// What the district puts its name to: each close of a till, once, and one root a day over everything it has
// accepted. Tills keep both in their journals, so that none of it can be taken back unseen; a district that
// was restored takes its own roots up again from there. What it had signed after the backup may lie with a till that
// is away: so it signs nothing until every till was heard of again, or a week has passed, and then leaves out the numbers
// that it may have forgotten. Every call belongs into the caller's transaction.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sync/database/database.h"
#include "sync/district/ingest.h"
#include "sync/journal/proofs.h"

namespace mulin::sync::server {

// How long a restored district waits for tills that may hold roots it has forgotten.
inline constexpr std::int64_t kRootWaitMs = 7 * 86'400'000LL;

class Witness {
  public:
    Witness(database::Database& database, const SigningKey& district) : database_(database), district_(district) {}

    // The closes among the lines that the ledger holds with this hash.
    Result<std::vector<Countersigned>> countersign(LedgerStore& ledger, const TillId& till,
                                                   const std::vector<CheckedLine>& lines, UtcInstant now);
    // Roots of ours that a till holds: known ones are compared, lost ones kept; a strange one is a finding, and so is one
    // that comes when the district has gone on without it ("forgotten_root").
    Status take_up(LedgerStore& ledger, const TillId& till, const std::vector<CheckedLine>& lines, UtcInstant now);
    // On the first call of a day, if anything was accepted since the last root and nobody has to be waited for.
    Status make_root(UtcInstant now);
    Result<std::optional<DistrictRoot>> newest();
    // Behind `number`, oldest first, at most kMaxRootsPerAnswer; only the newest for 0.
    Result<std::vector<DistrictRoot>> behind(std::int64_t number);
    // For an auditor: a line of JSON for each root (journal/FORMAT.md, "Proofs").
    Result<std::string> lines();

  private:
    Result<std::optional<DistrictRoot>> find(std::int64_t number);
    Result<std::optional<UtcInstant>> restored();
    Result<bool> must_wait(UtcInstant restored, UtcInstant now);
    Result<std::int64_t> next_number(const std::optional<DistrictRoot>& last, const std::optional<UtcInstant>& restored);
    Result<std::vector<RootPoint>> new_points();
    Result<bool> keep(const DistrictRoot& root, bool known);
    Status keep_point(std::int64_t number, std::int64_t position, const RootPoint& point);
    Result<std::optional<Countersigned>> given(const EntryKey& key, const std::string& hash);
    Status take_up_one(LedgerStore& ledger, const EntryKey& key, const DistrictRoot& root, UtcInstant now);

    database::Database& database_;
    const SigningKey& district_;
};

}  // namespace mulin::sync::server
