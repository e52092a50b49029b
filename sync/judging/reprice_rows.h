#pragma once
// Rows of counters, for reprice.cpp alone.

#include "sync/database/database.h"
#include "sync/model/sale.h"
#include "sync/policy/quote.h"

namespace mulin::sync::server {

// What the sale took. A till may have known the diner by another id: keys are kept under the district's.
Status put_uses(database::Database& database, const EntryKey& key, UtcInstant at,
                const std::vector<CounterUse>& uses);
// Takes out what was kept under the keys that the till used.
Status take_out_uses(database::Database& database, const EntryKey& key, UtcInstant at, UtcInstant voided,
                     const std::vector<CounterUse>& uses);
// What the void at `at` gave back.
Status put_returned(database::Database& database, const EntryKey& sale, UtcInstant at,
                    const std::vector<CounterUse>& uses);
// Uses before (at, till, epoch, seq) in the order served.
Result<Usage> used_before(database::Database& database, const std::string& key, const EntryKey& before,
                          UtcInstant at, bool this_till_only);

// What was paid through which channel, for the match with its bills.
Status put_payments(database::Database& database, std::int64_t entry, const Sale& sale);

// The key with the person `sent` in it named `kept`.
std::string renamed_key(const std::string& key, const std::string& sent, const std::string& kept);

}  // namespace mulin::sync::server
