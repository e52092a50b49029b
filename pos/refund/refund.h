#pragma once
// Giving back part or all of a sale: find it, choose what goes back, see exactly what goes to whom,
// and a second person's PIN. update() is pure. What may go back, and how it is split, the application
// works out (from what is left of the sale) and shows here before anybody agrees to it.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pos/approve/approve.h"
#include "sync/model/sale.h"

namespace mulin::pos::refund {

struct LineLeft {
    std::string name_zh;
    std::string name_en;
    std::int64_t left = 0;  // pieces that can still go back
    sync::Money amount;     // list value of those
};
struct SaleFound {
    sync::EntryKey key;
    sync::UtcInstant at;
    std::string name;  // empty for a guest
    sync::Money paid;
    std::vector<LineLeft> lines;
    std::string problem;  // why nothing can go back; empty when something can
};
// What goes back to whom: a tender ("cash", "qr", ...) or a payer ("district", ...).
struct Back {
    std::string to;
    bool payer = false;
    sync::Money amount;
    friend bool operator==(const Back&, const Back&) = default;
};

enum class Reason { wrong_item, meal_not_taken, not_good, entered_twice, payment_wrong, other };
inline constexpr Reason kAllReasons[] = {Reason::wrong_item,    Reason::meal_not_taken, Reason::not_good,
                                         Reason::entered_twice, Reason::payment_wrong,  Reason::other};
const char* name_of(Reason reason);

enum class Phase { finding, choosing, working, done };
inline constexpr std::size_t kMaxDigits = 9;

struct State {
    Phase phase = Phase::finding;
    std::string digits;              // of the slip's number
    bool searching = false;
    std::vector<SaleFound> found;    // newest first
    std::optional<SaleFound> sale;
    std::vector<std::int64_t> chosen;  // pieces of each line
    std::vector<Back> back;            // of the newest preview
    std::int64_t previewed = -1;       // serial it answers
    std::optional<Reason> reason;
    approve::Person cashier;
    std::vector<approve::Person> staff;
    approve::State second;
    std::string message;             // why this choice cannot go back
    std::string failure;             // why the last try gave nothing back; stays until something is changed
    bool known = false;              // opened for one sale: leaving it leaves the screen
    bool waiting = false;            // a channel has not confirmed yet; it goes on by itself
    std::int64_t serial = 0;
};

// --- Intents
struct Opened { approve::Person cashier; std::vector<approve::Person> staff; std::int64_t now_ms = 0; bool known = false; };
struct Key { char key = '0'; };  // of the slip's number
struct Find {};
struct ScanArrived { std::string code; };  // a slip's code or a diner's card
struct SalesFound { std::int64_t serial = 0; std::vector<SaleFound> sales; };
struct PickSale { std::size_t index = 0; };
struct More { std::size_t line = 0; };
struct Less { std::size_t line = 0; };
struct All {};
struct Previewed { std::int64_t serial = 0; std::vector<Back> back; std::string message; };
struct PickReason { Reason reason = Reason::other; };
struct PickSecond { sync::StaffId staff; };
struct SecondKey { char key = '0'; };
struct Confirm {};
struct PinChecked { approve::PinChecked answer; };
struct Refunded { std::int64_t serial = 0; std::vector<Back> back; };
struct StillGoing { std::int64_t serial = 0; std::string message; };
struct Failed { std::int64_t serial = 0; std::string message; };
struct Tick { std::int64_t now_ms = 0; };
struct Leave {};
using Intent = std::variant<Opened, Key, Find, ScanArrived, SalesFound, PickSale, More, Less, All, Previewed, PickReason,
                            PickSecond, SecondKey, Confirm, PinChecked, Refunded, StillGoing, Failed, Tick, Leave>;

// --- Effects
struct FindSales { std::int64_t serial = 0; std::int64_t number = 0; std::string code; };
struct Preview { std::int64_t serial = 0; sync::EntryKey sale; std::vector<std::int64_t> pieces; };
struct CheckPin { approve::CheckPin check; };
struct GiveBack {
    std::int64_t serial = 0;
    sync::EntryKey sale;
    std::vector<std::int64_t> pieces;
    std::string reason;
    sync::StaffId approver;
};
struct Close {};
using Effect = std::variant<FindSales, Preview, CheckPin, GiveBack, Close>;

std::vector<Effect> update(State& state, const Intent& intent);

// --- What the view asks
bool something_chosen(const State& state);
bool preview_is_current(const State& state);
bool can_confirm(const State& state);
sync::Money to_diner(const State& state);

}  // namespace mulin::pos::refund
