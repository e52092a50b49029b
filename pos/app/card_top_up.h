#pragma once
// Cash put on a senior card, for the window and for `play`: what is known of the card, and the top-up
// itself. Durable, with the booking it owes the account service, before the service is told
// (RefundStore::commit_top_up). Any thread, one at a time for one desk.

#include <optional>
#include <string>

#include "pos/app/card_desk.h"
#include "pos/app/refusal.h"
#include "pos/app/till.h"
#include "pos/top_up/top_up.h"
#include "sync/store/refund_store.h"

namespace mulin::pos {

// A durable top-up, for slip and drawer.
struct TopUpMade {
    sync::CommittedTopUp committed;
    std::string diner_name;
    std::optional<sync::Money> balance;  // none: the district hears of it later
};
struct CashOnCard {
    std::string ref;
    top_up::CardShown card;
    sync::Money amount;
    sync::Money given;
    sync::StaffId cashier;
};

// By its number (`code`) or by the key of one of a diner's cards.
top_up::CardShown look_at_card(Till& till, CardDesk& cards, const std::string& code, const std::string& key);
// The same ref again is the same top-up.
Answer<TopUpMade> put_on_card(Till& till, CardDesk& cards, const CashOnCard& asked);

}  // namespace mulin::pos
