#pragma once
// The district's account service as the senior card's channel sees it (CardAccounts), and this till's own
// allowance for when the service cannot be reached (OfflineCards). Payment knows neither the network nor
// the store behind them; the till wires both (pos/app/card_desk.h).
//
// A card is named by its number as read at the counter; whoever implements these makes a keyed hash of it
// at once and keeps nothing else. Every booking carries an id made and stored before it is sent: the same
// id with the same content is the same booking, however often it comes.
// Threads: the payment worker. Units: fen.

#include <cstdint>
#include <optional>
#include <string>

#include "payment/base/clock.h"
#include "payment/port/outcome.h"
#include "payment/port/refund.h"

namespace mulin::payment {

enum class CardCall {
    answered,       // `standing` says what is booked under the id
    no_connection,  // not one byte left
    no_answer,      // nobody knows
};

// What the account service holds under a booking's id.
enum class CardStanding {
    not_known,  // no such booking: it may still arrive
    booked,     // taken from, or put on, the account
    refused,    // clearly not; `code` says why
    returned,   // was taken, is given back
    closed,     // was not taken, and never will be under this id
};

struct CardReply {
    CardCall call = CardCall::no_answer;
    CardStanding standing = CardStanding::not_known;
    std::string id;      // echo
    Money amount;        // echo; of what is booked
    std::string code;    // "insufficient", "blocked", "unknown_card", "replaced", "conflict", ...
    std::string text;    // a sentence for the cashier
    std::string number;  // the service's own number for the booking
    std::optional<Money> balance;  // after it
};

struct CardDebit {
    AttemptId id;
    std::string card;  // number as read
    Money amount;
    UtcInstant at;
    std::int64_t deadline_ms = 0;
};

struct CardTopUp {
    std::string id;
    std::string card;
    Money amount;
    UtcInstant at;
};

// What is known of a card. Offline it is what was last heard.
struct CardState {
    enum class Kind { unknown, active, blocked, replaced } kind = Kind::unknown;
    std::optional<Money> balance;
    UtcInstant heard;      // when; now if the service answered
    bool from_service = false;
};

class CardAccounts {
  public:
    virtual ~CardAccounts() = default;
    virtual CardReply debit(const CardDebit& debit) = 0;
    virtual CardReply query(const AttemptId& id) = 0;
    // Gives back what was taken, or closes the id so that a late debit is refused.
    virtual CardReply reverse(const AttemptId& id) = 0;
    virtual CardReply refund(const AttemptId& debit, const RefundId& id, Money amount) = 0;
    virtual CardReply refund_query(const RefundId& id) = 0;
    virtual CardReply top_up(const CardTopUp& top_up) = 0;
    virtual CardState state(const std::string& card) = 0;
};

// Durable before a call returns; what it grants is settled with the service later by the same id.
class OfflineCards {
  public:
    virtual ~OfflineCards() = default;
    // booked: within the limits of card, day and till, the card known and not blocked.
    virtual CardReply spend(const CardDebit& debit) = 0;
    // booked or returned when the id was granted here, else not_known.
    virtual CardReply find(const AttemptId& id) = 0;
    // The limit is free again, and the service will hear of it.
    virtual CardReply give_back(const AttemptId& id) = 0;
};

}  // namespace mulin::payment
