#pragma once
// Tells the account service what this till granted or took on stored-value cards while it was offline, and
// what went back; and one booking at a time for whoever pays online. The same bookings may be told any
// number of times: their ids say that they are the same.

#include "sync/client/enroll.h"
#include "sync/client/transport.h"
#include "sync/store/card_shelf.h"
#include "sync/wire/card_messages.h"

namespace mulin::sync {

struct CardsSettled {
    std::int64_t lost = 0;      // cards whose loss the district has heard of
    std::int64_t told = 0;
    std::int64_t doubtful = 0;  // answered as refused, closed or in conflict: the district's people look
};

// Everything untold; what was answered stays told when a later call fails. A district that does not know
// card accounts leaves everything waiting.
Result<CardsSettled> settle_cards(TerminalStore& store, const Enrolment& enrolment, Transport& transport,
                                  const payment::Clock& clock);

// The report of a lost card names it and when: repeated it is the same.
std::string lost_id(const LostCard& lost);

// One call. peer: the answer is not about these requests.
Result<std::vector<CardAnswer>> call_cards(Transport& transport, const TillId& till,
                                           const std::vector<CardRequest>& requests, int timeout_ms);

}  // namespace mulin::sync
