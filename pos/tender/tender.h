#pragma once
// The tender screen: takes the money for one sale. update() is pure; times arrive in intents.
// A sale is named by its ref and each try by its number, so that a late answer never lands on
// another sale or try. The first tap moves the phase; the second finds no transition.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "payment/money/rate.h"
#include "payment/port/attempt.h"
#include "sync/policy/quote.h"

namespace mulin::pos::tender {

enum class Phase {
    cash,           // choosing what was given
    waiting_code,   // "qr": show the payer's code to the scanner; cards: present the card
    running,        // an attempt is out; see State::attempt
    giving_up,      // asked to change: first made sure that this try takes no money
    choosing,       // pick another way to pay; nothing is out, message says why
    committing,     // money taken or nothing to pay, being written down
    commit_failed,  // not written down; message says what to do, confirm tries again
    review,         // a person must look; never ask the diner again meanwhile
    done,
};

struct Option {
    std::string tender;  // "cash", "qr", "senior_card", "bank_card", "none"
    sync::Quote quote;   // final before money moves
};

struct State {
    std::string ref;        // the sale
    std::string name;       // empty for a guest
    std::int64_t items = 0;
    std::vector<Option> options;
    std::string tender;     // the one in use
    Phase phase = Phase::choosing;
    sync::Money paid;       // the diner's part under this tender
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
    std::string device_trouble;  // printer, drawer: what to do; the sale stands
    bool training = false;       // no drawer, not in the totals
    bool left = false;           // handed back to serve; nothing further is taken
};

// --- Intents: from the cashier
struct NoteGiven { sync::Money amount; };   // one of State::notes
struct ExactGiven {};
struct OpenKeypad {};
struct GivenKey { char key = '0'; };        // digits, '<' for backspace, 'c' for clear; whole fen
struct Confirm {};                          // cash: commit and open the drawer
struct QueryNow {};
struct ChangeTender {};                     // gives up what is out first
struct Choose { std::string tender; };      // after ChangeTender
struct SetAside {};                         // unresolved: the queue moves on, checking goes on
struct Next {};                             // after done
struct Back {};                             // to the slip; only while nothing is out
struct LookupNext {};                       // after done: straight to the lookup
// --- Intents: from the application
struct Begin {
    std::string ref;
    std::string name;
    std::int64_t items = 0;
    std::vector<Option> options;
    std::string tender;
    payment::RoundingUnit rounding_unit = payment::RoundingUnit::jiao;
    std::string presented_kind;
    std::string presented_code;
    std::string payment_code;
    std::int64_t now_ms = 0;
    bool training = false;
};
struct ScanArrived { std::string code; std::int64_t now_ms = 0; };
struct Tick { std::int64_t now_ms = 0; };   // once a second while Phase is running, giving_up, done
// The runner's record changed, or was asked for (QueryAttempt) and is still the same. Unknown and pending are not answers: the screen says "checking".
struct AttemptChanged {
    std::string ref;
    std::int64_t attempt = 0;
    payment::AttemptState state = payment::AttemptState::unknown;
    std::string text;
    std::int64_t deadline_ms = 0;  // monotonic, 0 keeps the former
    std::int64_t now_ms = 0;
};
struct SaleCommitted { std::string ref; std::int64_t seq = 0; std::int64_t now_ms = 0; };
struct CommitFailed { std::string ref; std::string message; };
struct DeviceTrouble { std::string message; };

using Intent = std::variant<NoteGiven, ExactGiven, OpenKeypad, GivenKey, Confirm, QueryNow,
                            ChangeTender, Choose, SetAside, Next, Back, LookupNext, Begin,
                            ScanArrived, Tick, AttemptChanged, SaleCommitted, CommitFailed,
                            DeviceTrouble>;

// --- Effects
struct CommitCash { std::string ref; sync::Money due; sync::Money rounding; sync::Money given; sync::Money change; };
struct CommitFree { std::string ref; };  // nothing to pay
struct CommitPaid { std::string ref; std::int64_t attempt = 0; };  // again: approved, but not written down
// The application journals and sends the attempt, and commits the sale in the same job once it is
// approved, also when this screen is gone. It answers with AttemptChanged and SaleCommitted.
struct StartAttempt { std::string ref; std::int64_t attempt = 0; std::string tender; sync::Money amount; std::string code; };
struct QueryAttempt { std::string ref; std::int64_t attempt = 0; };
struct GiveUpAttempt { std::string ref; std::int64_t attempt = 0; };
struct Park { std::string ref; std::int64_t attempt = 0; sync::Money amount; };  // -> serve::SaleSetAside
struct Abandon { std::string ref; std::string message; };  // -> serve::TenderAbandoned
struct Finish { std::string ref; bool lookup = false; };   // back to serve, ready for the next
struct IdentifyNext { std::string ref; std::string code; };  // as Finish, and serve gets the scan
using Effect = std::variant<CommitCash, CommitFree, CommitPaid, StartAttempt, QueryAttempt, GiveUpAttempt,
                            Park, Abandon, Finish, IdentifyNext>;

std::vector<Effect> update(State& state, const Intent& intent);

// --- What the view asks
const sync::Quote* quote(const State& state);   // of the tender in use
std::int64_t seconds_left(const State& state);  // of the try, rounded up, never negative
bool can_confirm(const State& state);           // enough was given
bool can_query(const State& state);
bool can_change_tender(const State& state);
bool can_set_aside(const State& state);
bool can_go_back(const State& state);
std::vector<sync::Money> notes_for(sync::Money due);  // ascending, each above due, at most five

}  // namespace mulin::pos::tender
