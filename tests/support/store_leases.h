#pragma once
// Leases of one invented pool, and sales that take from them.

#include "sync/model/lease.h"
#include "tests/support/store_fixtures.h"

namespace mulin::test {

inline constexpr const char* kTestPool = "festival/pool|*|2026-03";
// Two hours after kStoreTestNow.
inline constexpr payment::UtcInstant kTestLeaseEnd{kStoreTestNow.ms + 7'200'000};

inline sync::Lease test_lease(const std::string& id, const sync::EpochId& epoch, std::int64_t uses, sync::Money amount,
                              std::int64_t serial = 1) {
    return {id, kTestPool, serial, sync::TillId("T001"), epoch, uses, amount, kTestLeaseEnd};
}

// store_sale whose benefit of 3.00 comes out of a lease.
inline sync::Sale leased_sale(const std::string& ref, const std::string& lease) {
    sync::Sale sale = store_sale(ref);
    sale.uses.push_back({kTestPool, 1, sync::Money::fen(300), true, lease});
    return sale;
}

}  // namespace mulin::test
