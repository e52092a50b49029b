#pragma once
// What a payment gateway knows, without its protocol: payments, what was taken and what went back, and
// the behaviour each payment was asked for (tests/contract/behaviours.h). A simulator asks it what
// happens and writes that down in its own words. The behaviour is the last two digits of the payer's
// code, so that a gateway in another process than the test needs no second channel.
//
// Threads: one at a time.

#include <cstdint>
#include <map>
#include <string>

#include "tests/contract/behaviours.h"
#include "tests/support/gateway_server.h"

namespace mulin::tests {

using contract::Behaviour;

enum class Standing { absent, paying, paid, failed, closed, revoked };

struct BookEntry {
    std::string number;
    std::int64_t amount_fen = 0;
    Behaviour behaviour = Behaviour::approve;
    Standing standing = Standing::absent;
    std::int64_t taken_fen = 0;
    std::int64_t returned_fen = 0;
    std::int64_t discount_fen = 0;  // paid by the platform or the merchant, not by the payer
    bool platform_pays = true;
    int starts = 0;
    int queries = 0;
    int queries_since_end = 0;
    int reverses = 0;
    std::map<std::string, std::int64_t> refunds;  // by the merchant's number
    std::map<std::string, int> refund_waits;      // questions until it is done
    // What the gateway says wrongly about this payment while it is paid.
    bool lies(Behaviour about) const { return behaviour == about && standing == Standing::paid; }
};

// How an answer is to be worded.
enum class Say {
    state,         // the entry's standing, plainly
    refused,       // a clear refusal
    paying,        // the payer is being asked
    used,          // the number was used before
    system_error,
    rate_limited,
    unlisted,      // a code of no table
    unsigned_error,
    not_found,
    done,          // reversed, refunded or accepted
    again,         // not now, call again
    again_paying,  // not now, the payer is typing
    too_late,
    too_much,      // more than was paid
    another,       // the refund's number was used for another amount
};

struct BookAnswer {
    Say say = Say::not_found;
    const BookEntry* entry = nullptr;
    Delivery delivery = Delivery::whole;
    int status = 200;
};

class GatewayBook {
  public:
    BookAnswer start(const std::string& number, std::int64_t amount_fen, const std::string& code);
    BookAnswer query(const std::string& number);
    BookAnswer reverse(const std::string& number);
    BookAnswer refund(const std::string& number, const std::string& refund_number, std::int64_t amount_fen);
    // The refund's amount is entry->refunds.at(refund_number); system_error while it is not done.
    BookAnswer refund_query(const std::string& refund_number);

    std::int64_t held_fen(const std::string& number) const;
    int starts(const std::string& number) const;
    const BookEntry* find(const std::string& number) const;
    const std::map<std::string, BookEntry>& entries() const { return entries_; }

  private:
    void take(BookEntry& entry);
    void end(BookEntry& entry, Standing standing);
    std::map<std::string, BookEntry> entries_;
    std::map<std::string, std::string> refund_owner_;
};

// `prefix` and zeros and the behaviour's number: a code of `length` digits.
std::string code_of(const std::string& prefix, std::size_t length, Behaviour behaviour);

}  // namespace mulin::tests
