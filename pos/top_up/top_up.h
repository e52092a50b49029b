#pragma once
// Putting money on a stored-value senior card: whose card, what is on it and since when that is known,
// how much, in cash, and what to tell the diner. Also where a card is reported lost. update() is pure; it
// knows no card number, only the key the application gave for it. Cash only: nobody owes a balance to a
// payment whose answer is lost.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "payment/money/money.h"
#include "sync/model/kinds.h"

namespace mulin::pos::top_up {

inline const sync::Money kMost = sync::Money::fen(100'000);  // in one top-up: a slip of the finger costs no more
inline constexpr std::size_t kMaxDigits = 4;                     // whole yuan
inline const sync::Money kPresets[] = {sync::Money::fen(5'000),  sync::Money::fen(10'000), sync::Money::fen(20'000),
                                           sync::Money::fen(30'000), sync::Money::fen(50'000), sync::Money::fen(100'000)};

// Why nothing can be put on a card now. Each has its sentence for the diner.
enum class Trouble {
    none,
    unknown_card,   // no card of this district
    unknown_here,   // the district cannot be asked, and the till does not know the card
    blocked,
    replaced,       // another card took over the account
    not_enrolled,   // the till belongs to no district
    not_offline,    // the district cannot be asked, and does not allow cards without it
};

struct CardShown {
    std::string key;    // the application's; never the number
    std::string name;   // of the diner
    std::string last4;
    std::optional<sync::Money> balance;  // none: never heard
    sync::UtcInstant heard;
    bool online = false;  // the district said so just now
    Trouble trouble = Trouble::none;
    bool can_be_lost = false;  // known here and not blocked
};
// One of the diner's cards, from the till's list.
struct CardHeld {
    std::string key;
    std::string last4;
    bool blocked = false;
};
struct ToppedUp {
    std::string last4;
    std::string name;
    sync::Money amount;
    sync::Money change;
    std::optional<sync::Money> balance;  // none: the district hears of it later
    bool training = false;
};

enum class Phase { finding, choosing, working, done };

struct State {
    Phase phase = Phase::finding;
    std::string name;             // whose cards are listed
    std::vector<CardHeld> held;
    bool looking = false;
    std::optional<CardShown> card;
    std::string digits;           // whole yuan
    std::optional<sync::Money> given;  // none: exactly the amount
    std::string losing;           // key of the card that is asked about; empty: none
    std::string losing_last4;
    bool reporting = false;
    std::optional<bool> lost;     // a card was reported: whether the district knows already
    std::optional<ToppedUp> done;
    std::string message;
    std::int64_t serial = 0;
};

// --- Intents
struct Opened { std::optional<sync::DinerId> diner; };
struct CardsArrived { std::int64_t serial = 0; std::string name; std::vector<CardHeld> held; };
struct ScanArrived { std::string code; };
struct PickCard { std::size_t index = 0; };
struct CardArrived { std::int64_t serial = 0; CardShown card; };
struct Key { char key = '0'; };  // digits, '<' backspace, 'c' clear
struct Preset { sync::Money amount; };
struct Given { sync::Money amount; };
struct Confirm {};
struct Done { std::int64_t serial = 0; ToppedUp result; };
struct Failed { std::int64_t serial = 0; std::string message; };
struct AskLost { std::optional<std::size_t> held; };  // none: the card that is shown
struct LostYes {};
struct LostNo {};
struct LostReported { std::int64_t serial = 0; bool told = false; std::string failure; };
struct Reprint {};
struct Another {};  // the next card
struct Leave {};
using Intent = std::variant<Opened, CardsArrived, ScanArrived, PickCard, CardArrived, Key, Preset, Given, Confirm, Done, Failed,
                            AskLost, LostYes, LostNo, LostReported, Reprint, Another, Leave>;

// --- Effects
struct LoadCards { std::int64_t serial = 0; sync::DinerId diner; };
struct FindCard { std::int64_t serial = 0; std::string code; std::string key; };  // one of the two
struct TopUp { std::int64_t serial = 0; CardShown card; sync::Money amount; sync::Money given; };
struct ReportLost { std::int64_t serial = 0; std::string key; };
struct ReprintSlip {};
struct Close {};
using Effect = std::variant<LoadCards, FindCard, TopUp, ReportLost, ReprintSlip, Close>;

std::vector<Effect> update(State& state, const Intent& intent);

// --- What the view asks
sync::Money amount_of(const State& state);
sync::Money given_of(const State& state);
sync::Money change_of(const State& state);
bool can_confirm(const State& state);
// What people hand over beside the exact amount: the next whole fifty and hundred, rising.
std::vector<sync::Money> notes_for(sync::Money amount);

}  // namespace mulin::pos::top_up
