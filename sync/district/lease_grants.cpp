#include "sync/district/lease_grants.h"

#include <map>

#include "sync/database/in_transaction.h"
#include "sync/district/lease_book.h"

namespace mulin::sync::server {
namespace {

constexpr std::int64_t kActiveMs = 48LL * 3'600'000;

Result<PolicySet> rules_in_force(District::Access& access) {
    MULIN_TRY(const auto documents, access.directory.policies());
    std::vector<PolicyFile> files;
    for (const PolicyDocument& document : documents) files.push_back({document.name, document.text});
    return PolicySet::load(files);
}

// Pools that a till may need before it is heard of again: those of now, and of the time that a lease lasts. The
// earliest word on a pool counts.
std::vector<PoolNow> pools_ahead(const PolicySet& rules, UtcInstant now, const leases::Terms& terms) {
    std::map<std::string, PoolNow> by_key;
    for (const std::int64_t ahead : {std::int64_t{0}, terms.lasts_ms / 2, terms.lasts_ms}) {
        for (const Meal meal : {Meal::breakfast, Meal::lunch, Meal::dinner}) {
            for (PoolNow& pool : rules.pools({now.ms + ahead}, meal)) by_key.emplace(pool.key, std::move(pool));
        }
    }
    std::vector<PoolNow> pools;
    for (auto& [key, pool] : by_key) pools.push_back(std::move(pool));
    return pools;
}

// Forgotten leases last as long as any other; after their end, tills still have to tell.
Result<bool> may_grant(LeaseBook& book, const std::string& incarnation, UtcInstant now, const leases::Terms& terms) {
    MULIN_TRY(const auto since, book.since(incarnation, now));
    if (since.ms == 0 || now.ms >= since.ms + terms.lasts_ms + terms.grace_ms) return true;
    if (now.ms < since.ms + terms.lasts_ms) return false;
    return book.all_heard_since({since.ms + terms.lasts_ms});
}

class Granting {
  public:
    Granting(District& district, District::Access& access, const TillId& till, const EpochId& epoch)
        : district_(district), access_(access), book_(access.database), till_(till), epoch_(epoch),
          now_(district.clock().utc()) {}

    Status run(const PolicySet& rules) {
        MULIN_TRY(const bool may, may_grant(book_, district_.incarnation(), now_, terms_));
        if (!may) return payment::ok();
        MULIN_TRY(tills_, book_.tills_seen_since({now_.ms - kActiveMs}));
        for (const PoolNow& pool : pools_ahead(rules, now_, terms_)) MULIN_TRY_STATUS(look_at(pool));
        return payment::ok();
    }

  private:
    Status look_at(const PoolNow& pool) {
        MULIN_TRY_STATUS(book_.take_pool(pool.key));
        MULIN_TRY(auto books, book_.books(pool.key));
        for (leases::Booked& booked : books) {
            if (!leases::is_lapsed(booked, now_, terms_)) continue;
            MULIN_TRY_STATUS(book_.lapse(booked));
            booked.standing = leases::Standing::lapsed;
            booked.final = booked.spent;
        }
        const std::string id = payment::IdSource(district_.clock(), district_.random()).next_text();
        const auto lease = leases::grant(pool, books, {till_, epoch_, tills_, now_, id}, terms_);
        if (!lease) return payment::ok();
        MULIN_TRY(const auto change, access_.directory.next_change());
        return book_.save(*lease, now_, change);
    }

    District& district_;
    District::Access& access_;
    LeaseBook book_;
    const TillId& till_;
    const EpochId& epoch_;
    UtcInstant now_;
    leases::Terms terms_;
    std::int64_t tills_ = 1;
};

}  // namespace

Status look_after_leases(District& district, District::Access& access, const TillId& till) {
    return database::in_transaction(access.database, [&]() -> Status {
        MULIN_TRY(const auto held, access.tills.watermark(till));
        MULIN_TRY(const auto snapshot, access.directory.snapshot_change());
        if (!held) return payment::ok();
        MULIN_TRY(const bool due, LeaseBook(access.database).due(till, district.clock().utc(), snapshot));
        if (!due) return payment::ok();
        MULIN_TRY(const auto rules, rules_in_force(access));
        return Granting(district, access, till, held->epoch).run(rules);
    });
}

Status add_leases(District::Access& access, Bundle& bundle, std::int64_t from, UtcInstant now) {
    MULIN_TRY(const auto held, access.tills.watermark(bundle.till));
    if (!held) return payment::ok();
    MULIN_TRY(bundle.leases, LeaseBook(access.database).changed(bundle.till, held->epoch, from, bundle.to, now));
    return payment::ok();
}

}  // namespace mulin::sync::server
