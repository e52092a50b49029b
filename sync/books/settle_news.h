#pragma once
// Tells a site's tills of verdicts that are not what the till assumed, and of what becomes of those later.

#include "sync/district/directory.h"
#include "sync/settlement/parts.h"

namespace mulin::sync::server {

// The n-th verdict on a claim, booked in this period; inside the transaction that books it.
Status tell_site(Directory& directory, const settlement::Claim& claim, const settlement::Verdict& verdict, std::int64_t n,
                 const std::string& period, UtcInstant now);

}  // namespace mulin::sync::server
