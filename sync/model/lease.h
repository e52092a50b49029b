#pragma once
// A till's slice of a pool that everybody shares: so many uses, so much money, until when. The
// district grants it, sees it spent in the journal (CounterUse::lease) and takes the rest back when the
// till returns it. A lease belongs to one epoch of one till: a till that starts anew, also from a copied
// or restored file, has none until it hears from the district. Plain functions, any thread.

#include <optional>
#include <string>

#include "sync/model/sale.h"

namespace mulin::sync {

struct Lease {
    std::string id;           // the district's, never used twice
    std::string key;          // CounterUse::key of the pool in its window
    std::int64_t serial = 1;  // a grown lease keeps its id and has a higher serial
    TillId till;
    EpochId epoch;
    std::optional<std::int64_t> uses;  // granted in all, over all serials; none where the pool counts no uses
    std::optional<Money> amount;       // likewise for money
    UtcInstant valid_until;            // exclusive
    friend bool operator==(const Lease&, const Lease&) = default;
};

struct LeaseSpent {
    std::int64_t uses = 0;
    Money amount;
    friend bool operator==(const LeaseSpent&, const LeaseSpent&) = default;
};

// A till gives the rest of a lease back for good; a journal entry, so that the district may rely on it.
struct LeaseReturn {
    std::string lease;
    std::string key;
    std::int64_t serial = 1;  // the newest that the till had
    LeaseSpent spent;         // what stays used up
    LeaseSpent unspent;       // zero in a dimension that is not granted
    std::string reason;       // "expired", "replaced", "day_closed"
    friend bool operator==(const LeaseReturn&, const LeaseReturn&) = default;
};

// Money in a lease that does not limit money, and uses in one that does not limit uses.
inline constexpr std::int64_t kUnlimitedUses = 1'000'000'000;
inline constexpr std::int64_t kUnlimitedFen = 1'000'000'000'000;

// What is left; never negative.
LeaseSpent left_of(const Lease& lease, const LeaseSpent& spent);
// Whether one more use fits in what is left.
bool covers(const Lease& lease, const LeaseSpent& spent, std::int64_t uses, Money amount);
// Whether it may be spent at `now` in that till and epoch.
bool is_open(const Lease& lease, const TillId& till, const EpochId& epoch, UtcInstant now);
// invalid_input for a lease that grants nothing at all, a negative amount, an empty id or key.
Status check_lease(const Lease& lease);

}  // namespace mulin::sync
