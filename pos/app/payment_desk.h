#pragma once
// PaymentDesk: takes the money of the tender screen on its own thread. Runs the due queries, finishes sales
// whose answer came late, and posts what changed. No channel is waited for on that thread: calls are made on
// the channels' own (channel_lines.h), so that one that hangs holds up neither cash, voids and refunds of
// other channels nor what the manager looks at. Decides nothing about attempts (payment/port/runner) or
// sales (checkout.h).

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "pos/app/channel_health.h"
#include "pos/app/channel_lines.h"
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

// Kept with an attempt that a supervisor set aside for cash: whatever it becomes, it pays for nothing.
inline constexpr const char* kCashCollected = "cash collected while unresolved";

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
    // Recovers what an earlier run left open; its questions hold up nothing.
    PaymentDesk(Till& till, Inbox& inbox, const Phrases& phrases, Listeners listeners);
    // Does not wait for channels: what has no answer is asked about at the next start.
    ~PaymentDesk();

    // Work of the screens that look into payments (review, refund): on this thread, where the runner lives.
    void post(std::function<void()> job) { worker_.post(std::move(job)); }
    // Asked before every wait: whoever else has work that comes due (refunds). Set before the first job.
    using Due = std::function<std::int64_t()>;  // does it, and answers after how many ms it is due again
    void also(Due due) {
        worker_.post([this, due = std::move(due)] { also_.push_back(due); });
    }
    // An attempt was moved by somebody else than this desk; on this thread.
    void changed_elsewhere(const payment::Attempt& attempt) { changed(attempt.order_ref, attempt); }

    void reviews_changed() { count_reviews(); }

    void commit_cash(const TenderOrder& order, const tender::CommitCash& cash);
    void commit_free(const TenderOrder& order);
    // Everything was approved, but writing the sale down failed: tries again.
    void commit_paid(const std::string& ref);
    void start(const TenderOrder& order, const tender::StartAttempt& start);
    void query(const std::string& ref, std::int64_t number);
    void give_up(const std::string& ref, std::int64_t number);
    void park(const std::string& ref);
    // --- a sale in several parts (payment_parts.cpp)
    void take_cash(const TenderOrder& order, const tender::TakeCash& cash);
    void give_back(const tender::GiveBackPart& asked);
    void resume(const std::string& ref);
    // The cashier left the screen with nothing taken: the order is over.
    void forget(const std::string& ref);
    // A supervisor lets the queue move on: the attempt waits for a person, the order takes no part in it.
    void collect_anyway(const tender::SetTryAside& asked);
    void void_sale(const VoidAsked& asked, std::int64_t serial);

  private:
    struct Waiting {
        TenderOrder order;
        std::map<std::int64_t, payment::AttemptId> attempts;  // by the tender screen's number
        std::int64_t numbers = 0;  // highest used
        bool parked = false;
        std::int64_t deadline_ms = 0;
    };
    Answer<sync::Sale> priced_sale(const TenderOrder& order, const std::string& method, sync::Money expected);
    // The order with the parts that are taken, or newly priced when there is none.
    Answer<sync::Sale> order_so_far(const TenderOrder& order, const std::string& price_tender, sync::Money total);
    void part_paid(const std::string& ref, const Settlement& settled);
    void count_reviews();
    // Which channels the cashier had better avoid; said when it changes.
    void post_outage();
    void ask_silent_channels();
    void finish_at_once(const TenderOrder& order, sync::Sale sale);
    void begin_attempt(const TenderOrder& order, const tender::StartAttempt& start);
    void changed(const std::string& ref, const payment::Attempt& attempt);
    void open();
    // One thing that a channel said.
    void hear();
    void hear(ChannelLines::Answered& answered);
    void hear(const ChannelLines::Progressed& progressed);
    void go_on_with_voids();
    bool carry_out(const VoidAsked& asked, std::int64_t serial);
    void tell_of_waiting();
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
    std::vector<Due> also_;
    struct VoidUnderWay { VoidAsked asked; std::int64_t serial; };
    std::vector<VoidUnderWay> voids_;  // whose money is on its way back
    // Orders of an earlier run, by ref, of whose waiting the cashier is told in a moment.
    std::map<std::string, sync::Money> untold_;
    std::int64_t tell_at_ms_ = 0;
    std::int64_t reviews_ = -1;
    ChannelHealth health_;
    std::map<std::string, ChannelState> out_of_order_;  // as last posted
    bool opened_ = false;
    bool recovered_ = false;
    std::int64_t recover_at_ms_ = 0;
    ChannelLines lines_;
    Worker worker_;  // last: its thread uses everything above
};

}  // namespace mulin::pos
