#pragma once
// What is said to the tender screen (intents) and what it asks for (effects). Plain values.

#include <variant>

#include "pos/tender/tender_state.h"

namespace mulin::pos::tender {

// --- Intents: from the cashier
struct NoteGiven { sync::Money amount; };   // one of State::notes
struct ExactGiven {};
struct OpenKeypad {};
struct GivenKey { char key = '0'; };        // digits, '<' for backspace, 'c' for clear; whole fen
struct Confirm {};                          // cash: commit and open the drawer
struct QueryNow {};
struct ChangeTender {};                     // gives up what is out first
struct Choose { std::string tender; };      // after ChangeTender
struct PayPart {};                          // in choosing: opens or closes the keypad for a part
struct PartKey { char key = '0'; };         // as GivenKey
struct TakePart {};                         // cash: less was given than is due; the rest comes otherwise
struct GiveBack { std::int64_t number = 0; };  // a taken part, or all of them (0)
struct CollectAnyway {};                    // cash although a try is not settled: asks for a supervisor
struct CollectCancel {};
struct PickSecond { sync::StaffId staff; };
struct SecondKey { char key = '0'; };       // as GivenKey
struct SecondConfirm {};
struct ShowCode {};                         // qr: the payer scans a code instead of showing one
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
    std::string wallet;  // of payment_code: "unionpay", ...; empty when not known
    std::int64_t now_ms = 0;
    bool training = false;
    bool can_present = false;
    std::map<std::string, std::string> trouble;
    approve::Person cashier;             // signed in
    std::vector<approve::Person> staff;  // of this site, active
};
// A sale whose money was taken in part when the till stopped, or when its screen had been left.
struct Resume {
    Begin begin;  // its quotes are the sale's own
    std::string price_tender;
    std::vector<Part> taken;
    std::int64_t attempts = 0;  // numbers used so far
};
// The code decides: a payer's code goes to its channel, a card is taken where one is asked for.
struct ScanArrived {
    std::string code;
    std::int64_t now_ms = 0;
    bool is_payment_code = false;
    std::string wallet;
};
struct Tick { std::int64_t now_ms = 0; };   // once a second while Phase is running, giving_up, done
// The runner's record changed, or was asked for (QueryAttempt) and is still the same. Unknown and pending are not answers: the screen says "checking".
struct AttemptChanged {
    std::string ref;
    std::int64_t attempt = 0;
    payment::AttemptState state = payment::AttemptState::unknown;
    std::string text;
    std::int64_t deadline_ms = 0;  // monotonic, 0 keeps the former
    std::int64_t now_ms = 0;
    std::string presented;
    std::vector<payment::ChannelDiscount> discounts;
};
struct ProgressArrived {  // while a try is out; for the screen, never for a decision
    std::string ref;
    std::int64_t attempt = 0;
    payment::Progress progress;
};
struct PartTaken { std::string ref; std::int64_t number = 0; };     // the cash part is durable
struct PartReturned { std::string ref; std::int64_t number = 0; };  // is no part of the sale any more
struct PartStays { std::string ref; std::int64_t number = 0; std::string message; };  // nothing went back
struct PinChecked { approve::PinChecked answer; };
struct CollectAllowed { std::string ref; };  // the try waits for a person now; cash may be taken
struct CollectRefused { std::string ref; std::string message; };
struct TroubleArrived { std::map<std::string, std::string> trouble; };
struct SaleCommitted { std::string ref; std::int64_t seq = 0; std::int64_t now_ms = 0; };
struct CommitFailed { std::string ref; std::string message; };
struct DeviceTrouble { std::string message; };

using Intent = std::variant<NoteGiven, ExactGiven, OpenKeypad, GivenKey, Confirm, QueryNow,
                            ChangeTender, Choose, SetAside, Next, Back, LookupNext, Begin,
                            ScanArrived, Tick, AttemptChanged, SaleCommitted, CommitFailed,
                            DeviceTrouble, PayPart, PartKey, TakePart, GiveBack, ShowCode, Resume,
                            ProgressArrived, PartTaken, PartReturned, PartStays, TroubleArrived,
                            CollectAnyway, CollectCancel, PickSecond, SecondKey, SecondConfirm, PinChecked,
                            CollectAllowed, CollectRefused>;

// --- Effects
struct CommitCash { std::string ref; sync::Money due; sync::Money rounding; sync::Money given; sync::Money change; };
struct CommitFree { std::string ref; };  // nothing to pay
struct CommitPaid { std::string ref; std::int64_t attempt = 0; };  // again: approved, but not written down
// The application journals and sends the attempt, and commits the sale in the same job once it is
// approved, also when this screen is gone. It answers with AttemptChanged and SaleCommitted.
// price_tender prices the whole sale; total is what it then comes to.
struct StartAttempt {
    std::string ref;
    std::int64_t attempt = 0;
    std::string tender;
    sync::Money amount;
    std::string code;  // empty with "qr": the payer scans
    std::string price_tender;
    sync::Money total;
};
// A cash part of a split: written down, and the sale committed with it when nothing is left.
struct TakeCash {
    std::string ref;
    std::int64_t number = 0;
    std::string price_tender;
    sync::Money total;
    sync::Money amount;  // rounding included
    sync::Money rounding;
    sync::Money given;
    sync::Money change;
};
struct GiveBackPart { std::string ref; std::int64_t number = 0; std::string tender; sync::Money amount; };
struct CheckPin { approve::CheckPin check; };
struct SetTryAside { std::string ref; sync::StaffId approver; };  // -> CollectAllowed or CollectRefused
struct SellForCash { std::string ref; };  // under a new reference; the old try pays for nothing any more
struct QueryAttempt { std::string ref; std::int64_t attempt = 0; };
struct GiveUpAttempt { std::string ref; std::int64_t attempt = 0; };
struct Park { std::string ref; std::int64_t attempt = 0; sync::Money amount; };  // -> serve::SaleSetAside
struct Abandon { std::string ref; std::string message; };  // -> serve::TenderAbandoned
struct Finish { std::string ref; bool lookup = false; };   // back to serve, ready for the next
struct IdentifyNext { std::string ref; std::string code; };  // as Finish, and serve gets the scan
using Effect = std::variant<CommitCash, CommitFree, CommitPaid, StartAttempt, QueryAttempt, GiveUpAttempt,
                            Park, Abandon, Finish, IdentifyNext, TakeCash, GiveBackPart, CheckPin, SetTryAside,
                            SellForCash>;

}  // namespace mulin::pos::tender
