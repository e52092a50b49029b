#pragma once
// Checkout: from a priced order to a durable sale. The order and the planned payments are written down
// before the first attempt is sent; the sale is committed exactly once, when every planned amount is
// approved: in the one transaction that records the last approval, with its benefits and its slip. Where that transaction cannot be written the approval is recorded alone, and like
// after a crash the same steps finish what was begun. It never decides what became of an attempt
// (payment/port/runner) nor what a meal costs (pricing.h).
//
// One thread: the payment worker, which also owns the runner.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pos/app/refusal.h"
#include "pos/app/till.h"

namespace mulin::pos {

enum class Standing {
    waiting,       // an attempt is not settled: ask again later
    paid,          // committed; `sale` says where
    part_paid,     // settled, and only a part of the money is here: take the rest, or give_back()
    unpaid,        // settled without the money: nothing was taken, or it went back
    needs_person,  // a person must look at an attempt before the order can go on
};

struct Settlement {
    Standing standing = Standing::waiting;
    std::optional<sync::CommittedSale> sale;
    std::vector<payment::Attempt> attempts;
    std::optional<sync::Sale> order;   // as remembered, while it is not paid
    std::vector<sync::Payment> taken;  // parts of its plan whose money is here
};

// Parts of the plan whose money is here: an approved attempt for each, or cash that was written down as
// taken (outcome approved). An attempt pays for one part only.
std::vector<sync::Payment> taken_parts(const sync::Sale& order, const std::vector<payment::Attempt>& attempts);

// The version of a sale that an attempt pays for: who gets what for how much, not when or how it is paid. An
// attempt of another version pays for nothing here, however late its answer comes.
std::int64_t order_version(const sync::Sale& sale);

class Checkout {
  public:
    explicit Checkout(Till& till) : till_(till) {}

    // Writes the order down under its ref. sale.payments is the plan: method, channel, amount, and for
    // cash what was given; outcomes do not matter yet. Replaces what stood under that ref; refused while an
    // attempt under it has no answer, but for leaving parts out.
    payment::Status remember(const sync::Sale& sale);
    // Starts the next planned attempt that has no approved one yet; code is the payer's, if any.
    payment::Result<payment::Attempt> start(const sync::Sale& sale, const sync::Payment& part, const std::string& code);
    // Where the order stands; commits it when everything is approved, and forgets it when it is over.
    // Money that was taken in part stays taken until give_back() is asked for.
    payment::Result<Settlement> settle(const std::string& ref);
    // Whatever channels took goes back the way it came; cash is handed over by the cashier. `unpaid`
    // when all of it is back, `waiting` while a channel has not confirmed.
    payment::Result<Settlement> give_back(const std::string& ref);
    // Without a plan to remember: cash or nothing to pay, one transaction.
    payment::Result<sync::CommittedSale> commit_at_once(sync::Sale sale);
    payment::Status forget(const std::string& ref);
    // At program start, for the one checkout of a program that takes money: from now on it writes sales with
    // their last approval. The runner recovers and asks, then every remembered order is settled as far as it
    // can be. After an error it may be called again.
    payment::Result<std::vector<Settlement>> recover();

    payment::Result<std::vector<std::string>> open_refs();
    payment::Result<std::optional<sync::Sale>> remembered(const std::string& ref);

  private:
    payment::Result<Settlement> finish(sync::Sale sale, Settlement so_far);
    // The sale and its approved attempts, when they pay for all of it; none otherwise.
    struct Complete {
        sync::Sale sale;
        std::vector<payment::Attempt> settled;
    };
    payment::Result<std::optional<Complete>> complete(sync::Sale sale, const std::vector<payment::Attempt>& attempts);
    payment::Result<bool> write_with(const payment::Attempt& approved);
    payment::Result<Settlement> in_part(const sync::Sale& order, Settlement so_far);
    payment::Result<Settlement> hand_back(Settlement so_far);
    payment::Status write_refs(const std::vector<std::string>& refs);

    Till& till_;
    std::set<std::string> made_;  // refs of sales that were written with an approval and not yet told of
};

}  // namespace mulin::pos
