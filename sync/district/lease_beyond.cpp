// Which sales went beyond one lease; LeaseBook::exceeded() asks it of all.

#include "sync/district/lease_book.h"

namespace mulin::sync::server {

Result<std::vector<EntryKey>> LeaseBook::exceeded_in(const std::string& pool, const std::string& lease) {
    MULIN_TRY(const auto books, this->books(pool));
    for (const leases::Booked& booked : books) {
        if (booked.lease.id == lease) return beyond(booked);
    }
    return std::vector<EntryKey>();
}

Result<std::vector<EntryKey>> LeaseBook::beyond(const leases::Booked& booked) {
    if (booked.lease.serial == 0) {
        // Never granted here, or granted and forgotten with a backup.
        auto worlds = database_.prepare("SELECT count(*) FROM lease_world");
        MULIN_TRY(const bool counted, worlds.step());
        if (counted && worlds.number(0) > 1) return std::vector<EntryKey>();
    }
    MULIN_TRY(auto uses, uses_of(booked.lease.id));
    const auto limit = booked.standing == leases::Standing::lapsed ? std::optional(booked.final) : std::nullopt;
    Lease granted = booked.lease;
    if (granted.serial == 0) granted.uses = 0;
    return leases::exceeded(std::move(uses), granted, limit);
}

}  // namespace mulin::sync::server
