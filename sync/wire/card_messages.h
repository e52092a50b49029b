#pragma once
// Bookings on stored-value cards between till and account service, as plain values and their text.
// POST /v1/cards; FORMAT.md. Cards are named by their keyed hash, never by number. Parsers accept any
// bytes; rights and sense are checked by whoever uses the values.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/model/kinds.h"

namespace mulin::sync {

inline constexpr std::size_t kMaxCardRequests = 200;  // in one call

// debit, reverse, refund, top_up move money; lost blocks the card; query and state only ask.
struct CardRequest {
    std::string op;
    std::string id;     // of the booking; empty for state
    std::string card;   // 64 hex; empty for reverse, refund and query
    std::string debit;  // refund: the id of what is refunded
    Money amount;
    UtcInstant at;          // by the till's clock
    bool offline = false;   // debit, top_up: it has happened already
    friend bool operator==(const CardRequest&, const CardRequest&) = default;
};

struct CardAnswer {
    std::string id;
    std::string standing;  // "not_known", "booked", "refused", "returned", "closed"
    std::string code;      // why refused
    Money amount;          // of what is booked
    std::optional<Money> balance;
    std::string card_state;  // "active", "blocked", "replaced", "unknown"; empty when no card was named
    std::int64_t change = 0;  // lost: number of the district's changes once the card was blocked; else 0
    friend bool operator==(const CardAnswer&, const CardAnswer&) = default;
};

struct CardCallMessage {
    TillId till;
    std::vector<CardRequest> requests;
};
struct CardReplyMessage {
    TillId till;
    std::vector<CardAnswer> answers;  // one for each request, in order
};

std::string print(const CardCallMessage& message);
std::string print(const CardReplyMessage& message);
Result<CardCallMessage> parse_card_call(std::string_view text);
Result<CardReplyMessage> parse_card_reply(std::string_view text);

}  // namespace mulin::sync
