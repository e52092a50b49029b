#pragma once
// One full exchange with the district: everything waiting goes up, everything new comes down. Safe
// to break off anywhere and to repeat: what the district has confirmed is marked after it answered,
// what it may or may not have got is sent again byte by byte.
// Blocks for network time: call from a background thread, one exchange at a time. Selling goes on
// meanwhile; the store serialises.

#include <cstdint>

#include "sync/client/enroll.h"
#include "sync/client/transport.h"
#include "sync/store/terminal_store.h"

namespace mulin::sync {

struct ExchangeSummary {
    std::int64_t uploaded = 0;     // entries sent, resent ones counted again
    std::int64_t acked = 0;        // entries newly confirmed by the district
    std::int64_t quarantined = 0;  // the district kept them aside: bad signature or form
    std::int64_t forked = 0;       // the district holds other content under the same number
    std::int64_t diners_up = 0;
    std::int64_t diners_down = 0;
    std::int64_t cards_down = 0;
    std::int64_t card_bookings = 0;  // told to the account service
    std::int64_t leases_down = 0;
    std::int64_t denied_down = 0;    // lines of the deny list, lifted ones too
    std::int64_t verdicts_down = 0;
    bool snapshot = false;  // menus, policies, staff or site came down
    bool rewound = false;   // the district had lost entries and got them again
    bool amnesia = false;   // the district knows entries of ours that we do not: restored or cloned
    bool renewed = false;   // a new certificate for the link
    std::int64_t countersigned = 0;  // closes that the district has signed
    std::int64_t roots = 0;          // roots of the district that this till is now a witness of
    bool root_conflict = false;      // a root does not follow the one this till holds
    std::int64_t waiting = 0;         // entries still not confirmed
    std::int64_t waiting_diners = 0;
    UtcInstant server_time;
    std::int64_t clock_ahead_ms = 0;  // the till's clock minus the district's
};

// refused: the till is revoked (nothing is lost: the district keeps what it is sent in quarantine).
// On any error what was confirmed before it stays confirmed.
Result<ExchangeSummary> exchange_once(TerminalStore& store, const Enrolment& enrolment, Transport& transport,
                                      const payment::Clock& clock);

// As one JSON object, for `sync --once --json`.
std::string summary_json(const ExchangeSummary& summary);

}  // namespace mulin::sync
