#pragma once
// PaymentDesk: takes the money of the tender screen on its own thread, so that a channel that hangs
// never holds up the counter. Runs the due queries, finishes sales whose answer came late, and posts
// what changed. Decides nothing about attempts (payment/port/runner) or sales (checkout.h).

#include <functional>
#include <map>
#include <string>

#include "pos/app/checkout.h"
#include "pos/app/inbox.h"
#include "pos/app/order.h"
#include "pos/app/phrases.h"
#include "pos/app/void_sale.h"
#include "pos/app/worker.h"

namespace mulin::pos {

// A durable sale or void, for receipt, drawer, voice and sync.
struct SaleMade { sync::CommittedSale committed; std::string diner_name; };
struct VoidMade { Voided voided; };

struct TenderOrder {
    std::string ref;
    Order order;
    std::string diner_name;
    sync::StaffId cashier;
};

class PaymentDesk {
  public:
    struct Listeners {
        std::function<void(const SaleMade&)> sale_made;
        std::function<void(const VoidMade&)> void_made;
    };
    // Recovers what an earlier run left open before anything else happens.
    PaymentDesk(Till& till, Inbox& inbox, const Phrases& phrases, Listeners listeners);

    void commit_cash(const TenderOrder& order, const tender::CommitCash& cash);
    void commit_free(const TenderOrder& order);
    // Everything was approved, but writing the sale down failed: tries again.
    void commit_paid(const std::string& ref);
    void start(const TenderOrder& order, const tender::StartAttempt& start);
    void query(const std::string& ref, std::int64_t number);
    void give_up(const std::string& ref, std::int64_t number);
    void park(const std::string& ref);
    void void_sale(const VoidAsked& asked, std::int64_t serial);

  private:
    struct Waiting {
        TenderOrder order;
        std::map<std::int64_t, payment::AttemptId> attempts;  // by the tender screen's number
        bool parked = false;
        std::int64_t deadline_ms = 0;
    };
    Answer<sync::Sale> priced_sale(const TenderOrder& order, const std::string& method, sync::Money expected);
    void finish_at_once(const TenderOrder& order, sync::Sale sale);
    void begin_attempt(const TenderOrder& order, const tender::StartAttempt& start);
    void changed(const std::string& ref, const payment::Attempt& attempt);
    void settle(const std::string& ref);
    void announce(const std::string& ref, const sync::CommittedSale& committed);
    void failed(const std::string& ref, const std::string& message);
    void recover();
    std::int64_t tick();
    std::int64_t now_ms() const { return till_.clock().monotonic().ms; }

    Till& till_;
    Inbox& inbox_;
    const Phrases& phrases_;
    Listeners listeners_;
    Checkout checkout_;
    std::map<std::string, Waiting> waiting_;
    bool recovered_ = false;
    Worker worker_;  // last: its thread uses everything above
};

}  // namespace mulin::pos
