#pragma once
// Who may spend how much of a pool that everybody shares, decided by the district alone. A pool is cut into
// leases (sync/model/lease.h); what a lease may still spend is taken from the pool in full from the moment
// it is granted, whether or not the grant arrives. So, whatever is lost, repeated or late,
//     sum of charge() over all leases of a pool <= the pool's maximum,
// and no till can spend what another one may. Pure: books in, decision out; no clock, no database.
//
// What comes back to the pool, and when:
//   returned  the till said in its journal that it is done with the lease: only what it spent stays taken
//   lapsed    the till was not heard of for so long after the lease's end that the district takes back what
//             it has not seen spent; sales that come later than that are beyond the lease (exceeded())

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sync/journal/entry.h"
#include "sync/model/lease.h"
#include "sync/policy/policy_set.h"

namespace mulin::sync::leases {

enum class Standing { open, returned, lapsed };
const char* name_of(Standing standing);
std::optional<Standing> parse_standing(std::string_view name);

// A lease in the district's books.
struct Booked {
    Lease lease;       // as granted last
    LeaseSpent spent;  // by sales held here, less what voids and whole refunds gave back
    Standing standing = Standing::open;
    LeaseSpent final;  // returned, lapsed: what stays taken from the pool
    friend bool operator==(const Booked&, const Booked&) = default;
};

struct Terms {
    std::int64_t lasts_ms = 24LL * 3'600'000;           // a till out of reach may spend for so long
    std::int64_t grace_ms = 7LL * 24 * 3'600'000;       // after the end, before what is unseen comes back
    std::int64_t smallest_uses = 4;                     // no slice is cut smaller while the pool has more
    Money smallest_amount = Money::fen(5'000);
    friend bool operator==(const Terms&, const Terms&) = default;
};

// What a lease takes from its pool; a dimension that it does not grant counts as what was spent.
LeaseSpent charge(const Booked& booked);
// What may still be granted; never negative. A dimension that the pool does not limit is unlimited.
LeaseSpent left_in(const PoolNow& pool, std::span<const Booked> books);

struct Asking {
    TillId till;
    EpochId epoch;               // the newest that is held of it
    std::int64_t tills = 1;      // how many share the pool nowadays, this one among them
    UtcInstant now;
    std::string fresh_id;        // for a new lease; never used before
};

// The lease that this till should have from now on: a new one, or its open one grown or prolonged, with the
// next serial. Nothing while it has enough, or when the pool has nothing left to give.
// A slice is half of a till's even share of what is left, so that the last part goes round in small slices.
std::optional<Lease> grant(const PoolNow& pool, std::span<const Booked> books, const Asking& asking,
                           const Terms& terms);

// Whether an open lease is to be taken back.
bool is_lapsed(const Booked& booked, UtcInstant now, const Terms& terms);

// One sale's part of a lease.
struct Use {
    EntryKey sale;
    LeaseSpent part;
    bool given_back = false;  // voided or wholly refunded, by a rule that gives back
};

// The sales that went beyond the lease, in the order of the till's journal: independent of how they arrived.
// `limit` is what was granted, or what stayed taken when it was taken back.
std::vector<EntryKey> exceeded(std::vector<Use> uses, const Lease& lease, const std::optional<LeaseSpent>& limit);

}  // namespace mulin::sync::leases
