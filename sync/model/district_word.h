#pragma once
// What the district tells a site beside its records: who and what is to be turned away, what became of the
// site's sales, and how far a till may go while it hears nothing. Plain values, in bundles and in the
// till's store.

#include <cstdint>
#include <optional>
#include <string>

#include "sync/model/sale.h"

namespace mulin::sync {

// One line of the deny list. It stands whether or not the till knows the card or the diner yet, and
// until the district lifts it.
struct Denial {
    std::string kind;     // "card" or "diner"
    std::string subject;  // the card's keyed hash, or the diner's id
    std::string reason;   // "lost", "blocked", "replaced"; "suspended", "deceased"
    UtcInstant since;
    bool lifted = false;
    friend bool operator==(const Denial&, const Denial&) = default;
};

// How the district decided a sale of this site, where that is not what the till assumed. A later one on
// the same record takes its place.
struct SiteVerdict {
    EntryKey sale;
    std::string hash;  // of the entry: a fork holds two under one number
    std::int64_t n = 1;
    Date business_date;
    Meal meal = Meal::lunch;
    std::optional<DinerId> diner;
    std::string reason;  // sync/settlement/verdict.h
    std::string period;  // "2026-03": of a later month than the sale's it is a correction
    Money claimed;
    Money posted;  // the payers pay this
    Money vendor;  // borne by
    Money tolerance;
    Money diner_bears;
    Money suspense;
    UtcInstant at;
    friend bool operator==(const SiteVerdict&, const SiteVerdict&) = default;
};

// How long, and for how many persons, a till grants benefits while it cannot reach the district. Beyond
// it lunch goes on; those benefits are provisional.
struct OfflineAllowance {
    std::int64_t hours = 24;
    std::int64_t persons = 500;
    friend bool operator==(const OfflineAllowance&, const OfflineAllowance&) = default;
};

}  // namespace mulin::sync
