#pragma once
// Money put on a stored-value senior card at the counter, as recorded once. It is no sale: it counts
// in no meal, benefit or payer. The balance itself is the account service's, not the till's.

#include <string>
#include <vector>

#include "sync/model/sale.h"

namespace mulin::sync {

struct TopUpRecord {
    std::string ref;  // the caller's idempotency key
    Date business_date;
    UtcInstant at;
    SiteId site;
    std::string card;  // hex of keyed_hash of the number; never the number
    std::string card_last4;
    Money amount;                   // put on the card
    Money cash_rounding;            // as in Sale
    std::vector<Payment> payments;  // settle amount + cash_rounding
    std::string account_ref;        // the account service's number for the booking; empty while it is offline
    StaffId cashier;
    ShiftId shift;
    bool training = false;
    friend bool operator==(const TopUpRecord&, const TopUpRecord&) = default;
};

// Says which invariant a top-up breaks, if any.
Status check_top_up(const TopUpRecord& record);

}  // namespace mulin::sync
