#pragma once
// Looks after one till's leases when it asks for news: takes back what has lapsed, grants from every pool that
// counts today, and puts the till's leases into its bundle.
// A district that was restored grants nothing until every lease that it may have forgotten has run out and
// all tills have told what they spent.

#include "sync/district/district.h"
#include "sync/wire/bundle.h"

namespace mulin::sync::server {

// In a transaction of its own, before the bundle is made. A till that has sent no entry yet gets none.
Status look_after_leases(District& district, District::Access& access, const TillId& till);
Status add_leases(District::Access& access, Bundle& bundle, std::int64_t from, UtcInstant now);

}  // namespace mulin::sync::server
