#pragma once
// A till's journal at the district, checked entry by entry: seals, links, running totals, and that it
// reaches what was confirmed to the till. Where two entries follow the same one (a clone, a till put back
// from a backup) both branches are followed and the place is named. Reads only; inside a transaction of
// the caller.

#include <string>
#include <vector>

#include "sync/district/district.h"

namespace mulin::sync::server {

struct JournalCheck {
    std::int64_t entries = 0;           // that hold
    std::vector<std::string> branches;  // sentences; each place once
    Status status = payment::ok();      // corrupt: the first entry that does not hold
};
Result<JournalCheck> check_journal(District::Access& access, const TillRecord& till);

// The second versions of numbers that are kept beside the first, of all tills for an empty id.
Result<std::vector<Entry>> forked_entries(database::Database& database, const TillId& till);

}  // namespace mulin::sync::server
