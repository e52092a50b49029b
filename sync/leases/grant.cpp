#include "sync/leases/grant.h"

#include <algorithm>
#include <tuple>

namespace mulin::sync::leases {
namespace {

constexpr std::int64_t kShareOfShare = 2;

LeaseSpent larger(const LeaseSpent& a, const LeaseSpent& b) {
    return {std::max(a.uses, b.uses), std::max(a.amount, b.amount)};
}

const Booked* open_lease_of(std::span<const Booked> books, const std::string& key, const Asking& asking) {
    const Booked* newest = nullptr;
    for (const Booked& booked : books) {
        if (booked.standing != Standing::open || booked.lease.key != key) continue;
        if (!is_open(booked.lease, asking.till, asking.epoch, asking.now)) continue;
        if (newest == nullptr || booked.lease.valid_until > newest->lease.valid_until) newest = &booked;
    }
    return newest;
}

std::int64_t slice_of(std::int64_t left, std::int64_t smallest, std::int64_t tills) {
    const std::int64_t even = left / (std::max<std::int64_t>(1, tills) * kShareOfShare);
    return std::min(left, std::max(even, smallest));
}

struct Slice {
    std::int64_t uses = 0;
    Money amount;
};

Slice slice_from(const LeaseSpent& left, const Asking& asking, const Terms& terms) {
    return {slice_of(left.uses, terms.smallest_uses, asking.tills),
            Money::fen(slice_of(left.amount.in_fen(), terms.smallest_amount.in_fen(), asking.tills))};
}

// Grows to a whole slice once less than half of one is left to spend.
std::int64_t growth(std::int64_t unspent, std::int64_t slice, std::int64_t left) {
    if (unspent * 2 >= slice) return 0;
    return std::min(left, slice - unspent);
}

UtcInstant end_of(const PoolNow& pool, const Asking& asking, const Terms& terms) {
    UtcInstant end{asking.now.ms + terms.lasts_ms};
    if (pool.until) end = std::min(end, *pool.until);
    return end;
}

bool gives_nothing(const PoolNow& pool, const LeaseSpent& left) {
    return (pool.max_uses && left.uses <= 0) || (pool.max_amount && left.amount.is_zero());
}

Lease first_lease(const PoolNow& pool, const Asking& asking, const Slice& slice, UtcInstant end) {
    Lease lease{asking.fresh_id, pool.key, 1, asking.till, asking.epoch, std::nullopt, std::nullopt, end};
    if (pool.max_uses) lease.uses = slice.uses;
    if (pool.max_amount) lease.amount = slice.amount;
    return lease;
}

}  // namespace

const char* name_of(Standing standing) {
    switch (standing) {
        case Standing::open: return "open";
        case Standing::returned: return "returned";
        case Standing::lapsed: return "lapsed";
    }
    return "";
}

std::optional<Standing> parse_standing(std::string_view name) {
    for (const auto standing : {Standing::open, Standing::returned, Standing::lapsed}) {
        if (name == name_of(standing)) return standing;
    }
    return std::nullopt;
}

LeaseSpent charge(const Booked& booked) {
    if (booked.standing != Standing::open) return booked.final;
    return larger(booked.spent, {booked.lease.uses.value_or(0), booked.lease.amount.value_or(Money())});
}

LeaseSpent left_in(const PoolNow& pool, std::span<const Booked> books) {
    LeaseSpent taken;
    for (const Booked& booked : books) {
        if (booked.lease.key != pool.key) continue;
        const LeaseSpent part = charge(booked);
        taken = {taken.uses + part.uses, taken.amount + part.amount};
    }
    LeaseSpent left{kUnlimitedUses, Money::fen(kUnlimitedFen)};
    if (pool.max_uses) left.uses = std::max<std::int64_t>(0, *pool.max_uses - taken.uses);
    if (pool.max_amount) left.amount = *pool.max_amount - std::min(taken.amount, *pool.max_amount);
    return left;
}

std::optional<Lease> grant(const PoolNow& pool, std::span<const Booked> books, const Asking& asking,
                           const Terms& terms) {
    if ((!pool.max_uses && !pool.max_amount) || (pool.until && *pool.until <= asking.now)) return std::nullopt;
    const LeaseSpent left = left_in(pool, books);
    const Slice slice = slice_from(left, asking, terms);
    const UtcInstant end = end_of(pool, asking, terms);
    const Booked* mine = open_lease_of(books, pool.key, asking);
    if (mine == nullptr) {
        if (gives_nothing(pool, left)) return std::nullopt;
        return first_lease(pool, asking, slice, end);
    }
    Lease grown = mine->lease;
    const LeaseSpent unspent = left_of(mine->lease, mine->spent);
    if (!gives_nothing(pool, left)) {
        if (grown.uses) *grown.uses += growth(unspent.uses, slice.uses, left.uses);
        if (grown.amount) {
            *grown.amount += Money::fen(growth(unspent.amount.in_fen(), slice.amount.in_fen(), left.amount.in_fen()));
        }
    }
    const bool prolong = end.ms - mine->lease.valid_until.ms > terms.lasts_ms / 2;
    if (prolong) grown.valid_until = end;
    if (grown == mine->lease) return std::nullopt;
    grown.valid_until = std::max(grown.valid_until, end);
    ++grown.serial;
    return grown;
}

bool is_lapsed(const Booked& booked, UtcInstant now, const Terms& terms) {
    return booked.standing == Standing::open && now.ms >= booked.lease.valid_until.ms + terms.grace_ms;
}

std::vector<EntryKey> exceeded(std::vector<Use> uses, const Lease& lease, const std::optional<LeaseSpent>& limit) {
    const auto place = [](const Use& use) { return std::tuple(use.sale.till.text(), use.sale.epoch.text(), use.sale.seq); };
    std::sort(uses.begin(), uses.end(), [&](const Use& a, const Use& b) { return place(a) < place(b); });
    Lease bound = lease;
    if (limit && bound.uses) bound.uses = limit->uses;
    if (limit && bound.amount) bound.amount = limit->amount;
    std::vector<EntryKey> beyond;
    LeaseSpent spent;
    for (const Use& use : uses) {
        if (use.given_back) continue;
        if (use.sale.till != lease.till || !covers(bound, spent, use.part.uses, use.part.amount)) {
            beyond.push_back(use.sale);
            continue;
        }
        spent = {spent.uses + use.part.uses, spent.amount + use.part.amount};
    }
    return beyond;
}

}  // namespace mulin::sync::leases
