#pragma once
// The district's ledger added up again: every transfer against the rules of the ledger, every account's
// sums against its transfers, debits against credits, and what reports add up against what was booked,
// by payer and period. Reads everything once, in the order of claims; memory does not grow with them.

#include <string>
#include <vector>

#include "sync/district/district.h"

namespace mulin::sync::server {

struct LedgerAudit {
    std::int64_t transfers = 0;
    std::int64_t claims = 0;
    Money debits_posted, credits_posted, debits_pending, credits_pending;
    std::vector<std::string> faults;  // sentences; none: all is right. At most a hundred.
};
Result<LedgerAudit> audit_ledger(database::Database& database);

}  // namespace mulin::sync::server
