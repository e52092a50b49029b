#pragma once
// What the tender screen knows about the one sale whose money is being taken. Plain values for the
// view; nothing here can name an aid class.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "payment/money/rate.h"
#include "payment/port/attempt.h"
#include "pos/approve/approve.h"
#include "sync/policy/quote.h"

namespace mulin::pos::tender {

inline constexpr std::size_t kMaxDigits = 7;  // of an amount that is typed: 99,999.99 yuan

enum class Phase {
    cash,           // choosing what was given
    waiting_code,   // "qr": show the payer's code to the scanner; cards: present the card
    running,        // an attempt is out; see State::attempt
    giving_up,      // asked to change: first made sure that this try takes no money
    choosing,       // pick a way to pay what is left; nothing is out, message says why
    giving_back,    // a part that was taken goes back; State::returning says which
    committing,     // money taken or nothing to pay, being written down
    commit_failed,  // not written down; message says what to do, confirm tries again
    review,         // a person must look; never ask the diner again meanwhile
    done,
};

struct Option {
    // "cash", "qr", "senior_card", "bank_card", "none"; and, without a key of its own, what a scanned
    // code turns out to be: "unionpay_qr", "wechat_qr", "alipay_qr".
    std::string tender;
    sync::Quote quote;  // final before money moves
};

// One part of the amount that has been taken, durably.
struct Part {
    std::int64_t number = 0;  // of the try; cash parts are numbered among them
    std::string tender;       // a pay key's
    sync::Money amount;       // cash rounding included
    sync::Money rounding;
    sync::Money given;        // cash only
    sync::Money change;
    std::vector<payment::ChannelDiscount> discounts;
    friend bool operator==(const Part&, const Part&) = default;
};

struct State {
    std::string ref;        // the sale
    std::string name;       // empty for a guest
    std::int64_t items = 0;
    std::vector<Option> options;
    std::string tender;     // the pay key in use
    Phase phase = Phase::choosing;
    sync::Money paid;       // what this try or note is to take: all that is left, or a part of it
    // Several parts
    std::vector<Part> taken;
    std::string price_tender;      // whose quote prices the sale; fixed by the first part
    bool typing_part = false;      // in choosing: only a part is to be paid next
    std::string part_digits;       // whole fen typed for it
    std::int64_t returning = 0;    // number of the part that goes back
    bool returning_all = false;
    approve::Person cashier;
    std::vector<approve::Person> staff;
    bool collecting = false;       // a supervisor is asked whether cash may be taken meanwhile
    approve::State second;
    bool resumed = false;          // found unfinished, after a restart or a late answer
    // Cash
    payment::RoundingUnit rounding_unit = payment::RoundingUnit::jiao;
    sync::Money rounding;   // due - paid; its own line, may be negative
    sync::Money due;        // what is asked for: paid, rounded when cash
    std::vector<sync::Money> notes;  // change keys beside "exact"
    sync::Money given;
    bool exact = true;
    bool typing = false;    // the keypad is open
    std::string digits;     // whole fen typed so far
    // Channels
    std::string presented_kind;
    std::string presented_code;  // card shown at identification, used at once for a card tender
    std::int64_t attempt = 0;    // number of the newest try of this sale
    payment::AttemptState attempt_state = payment::AttemptState::created;
    std::string channel_text;    // what the channel says, for staff
    std::optional<payment::Phase> progress;  // what the payer is doing, while a try is out
    std::string presented_qr;    // a code that the payer scans; empty when there is none
    bool can_present = false;    // a channel here can show such a code
    bool scan_ignored = false;   // something was scanned while a try was out
    std::map<std::string, std::string> trouble;  // tender -> why it cannot be used now
    std::int64_t deadline_ms = 0;  // monotonic; the try is given up by itself then; 0: none
    std::int64_t now_ms = 0;       // monotonic, of the newest tick
    std::int64_t poll_every_s = 5;
    bool query_asked = false;    // "query now" is under way
    std::int64_t query_asked_ms = 0;
    bool wants_change = false;   // the cashier asked for another way to pay
    // Done
    std::int64_t seq = 0;        // journal entry of the sale
    sync::Money change;
    std::int64_t done_until_ms = 0;  // monotonic; a finished card sale leaves by itself; 0: stays
    std::string message;         // why a try or a commit failed, what to do
    bool part_stays = false;     // message says why a part did not go back
    std::string device_trouble;  // printer, drawer: what to do; the sale stands
    bool training = false;       // no drawer, not in the totals
    bool left = false;           // handed back to serve; nothing further is taken
};

}  // namespace mulin::pos::tender
