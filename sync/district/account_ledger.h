#pragma once
// The stored-value accounts in the district's database: bookings by id, their moves between accounts,
// running sums per account, blocked and replaced cards, and what a person must look at. Rows in, rows out;
// what may happen is account_rules.h. A move is never changed or deleted.
// Writers run inside a transaction of the caller.

#include <functional>
#include <optional>
#include <vector>

#include "sync/database/database.h"
#include "sync/district/account_rules.h"

namespace mulin::sync::server {

struct Booking {
    std::string id;
    std::string kind;   // "debit", "refund", "top_up", "opening", "resolution"
    std::string state;  // "booked", "refused", "returned", "closed"
    std::string code;   // why refused
    std::string card;   // keyed hash; may be empty
    std::string account;  // the diner's; may be empty
    std::string debit;    // refund: of what
    Money amount;
    TillId till;
    SiteId site;
    UtcInstant at;        // by the till
    UtcInstant received;
    bool offline = false;
};

struct AccountSums {
    Money debits;
    Money credits;
    Money balance() const { return credits - debits; }
};

struct Doubt {
    std::string booking;
    std::string kind;
    Money amount;  // in suspense for it when it was found
    UtcInstant found;
    std::string resolution;  // empty while open
};

class AccountLedger {
  public:
    explicit AccountLedger(database::Database& database) : database_(database) {}

    Result<CardView> card(const std::string& hash);
    Status set_card(const std::string& hash, CardView::State state, UtcInstant since, const std::string& replaced_by);
    Result<std::optional<Booking>> booking(const std::string& id);
    Status insert(const Booking& booking);
    Status set_state(const std::string& id, const std::string& state, const std::string& code);
    // The moves of one booking go on after those it has.
    Status move(const std::string& booking, const std::vector<AccountMove>& moves, UtcInstant at);
    Result<AccountSums> sums(const std::string& account);
    // What is left of a debit after refunds and returns.
    Result<DebitLeft> left_of(const Booking& debit);
    Status doubt(const std::string& booking, const std::string& kind, Money amount, UtcInstant found);
    Result<std::vector<Doubt>> doubts(bool open_only);
    Status resolve(const std::string& booking, const std::string& kind, const std::string& resolution);
    Result<std::vector<Booking>> bookings_of(const std::string& account, int limit);  // newest first

    Result<CardRules> rules();
    Status set_rules(const CardRules& rules);

    // Adds up every move: each account's sums, and all debits against all credits. corrupt names what differs.
    struct Audit {
        std::int64_t accounts = 0, bookings = 0, moves = 0;
        Money debits, credits;
    };
    Result<Audit> audit();

  private:
    Result<std::int64_t> moves_of(const std::string& booking);
    database::Database& database_;
};

}  // namespace mulin::sync::server
