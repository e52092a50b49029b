#pragma once
// The account service of stored-value cards: carries out what tills and operators ask, each booking once
// for its id. The same id with the same content answers what was answered before; with other content it is
// refused and shown to a person. Runs inside a transaction of the caller, which must be durable before the
// answer leaves.

#include "sync/district/account_ledger.h"
#include "sync/wire/card_messages.h"

namespace mulin::sync::server {

struct CardCaller {
    TillId till;
    SiteId site;
};

Result<CardAnswer> answer_card_request(AccountLedger& ledger, const CardCaller& caller, const CardRequest& request,
                                       UtcInstant now);

// ---- Operators
struct CardHolder {
    std::string card;  // keyed hash
    CardView view;
    AccountSums sums;
};
Result<CardHolder> card_holder(AccountLedger& ledger, const std::string& card);
// From now on: the server refuses at once, tills as soon as they hear of it.
Status block_card(AccountLedger& ledger, const std::string& card, UtcInstant now);
Status unblock_card(AccountLedger& ledger, const std::string& card, UtcInstant now);
// The old card is dead, the account goes on under the new one.
Status replace_card(AccountLedger& ledger, const std::string& old_card, const std::string& new_card, UtcInstant now);
// A balance that an account starts with. Nothing happens when the id was used before.
Status open_account(AccountLedger& ledger, const std::string& id, const std::string& card, Money balance, UtcInstant now);
// What stands in suspense for a booking is the diner's after all, or the district's loss. Two people decide.
Status resolve_doubt(AccountLedger& ledger, const std::string& booking, bool diner_pays, const std::string& decided_by,
                     UtcInstant now);

}  // namespace mulin::sync::server
