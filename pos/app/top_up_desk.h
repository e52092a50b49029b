#pragma once
// TopUpDesk: what the top-up screen asks for. On a thread and a line of its own, so that a district that
// answers slowly holds up neither the counter nor a payment. A top-up is durable, with the booking it owes
// the account service, before it is sent (RefundStore::commit_top_up); what is not answered is told again
// with the next exchange. Calls from the thread that draws.

#include <functional>

#include "pos/app/card_top_up.h"
#include "pos/app/inbox.h"
#include "pos/app/phrases.h"
#include "pos/app/till.h"
#include "pos/app/worker.h"

namespace mulin::pos {

class TopUpDesk {
  public:
    struct Listeners {
        std::function<void(const TopUpMade&)> made;
        std::function<void()> something_waits;  // for the exchange
    };
    TopUpDesk(Till& till, Inbox& inbox, const Phrases& phrases, Listeners listeners, CardDesk::OpenLine line);
    TopUpDesk(Till& till, Inbox& inbox, const Phrases& phrases, Listeners listeners)
        : TopUpDesk(till, inbox, phrases, std::move(listeners), card_line(till.dir())) {}

    void load_cards(const top_up::LoadCards& asked);
    void find(const top_up::FindCard& asked);
    void top_up(const top_up::TopUp& asked, const sync::StaffId& cashier);
    void report_lost(const top_up::ReportLost& asked, const sync::StaffId& cashier);

  private:
    Answer<top_up::ToppedUp> take(const top_up::TopUp& asked, const sync::StaffId& cashier);

    Till& till_;
    Inbox& inbox_;
    const Phrases& phrases_;
    Listeners listeners_;
    CardDesk cards_;
    Worker worker_;  // last: its thread uses everything above
};

}  // namespace mulin::pos
