#pragma once
// One figure down to its entries: the transfers behind a payer's, vendor's, site's or account's sum, or
// behind one sale, each with the sale whose signed entry it comes from. Read-only.

#include <optional>
#include <string>

#include "sync/district/district.h"

namespace mulin::sync::server {

struct TraceFilter {
    std::string account;  // "subsidy:district", "vendor:V3", "tolerance", ...; empty: any
    std::string month;    // the period booked in
    std::string payer;    // as account "subsidy:<payer>"
    std::string vendor, site;
    std::string reason;  // of the newest verdict
    std::optional<EntryKey> sale;
};

// One JSON object a line by sale and number, then one with the sums: posted_fen is what posts and
// direct transfers moved from the account (of the payer) less what they moved back, or, with neither
// asked for, what they moved from payers.
Result<std::string> trace_jsonl(District& district, const TraceFilter& filter);

}  // namespace mulin::sync::server
