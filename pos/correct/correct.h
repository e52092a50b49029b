#pragma once
// Voiding one sale: a reason from a list, and a second person (pos/approve). The record is written by
// the application; the sale itself is never edited.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pos/approve/approve.h"
#include "sync/model/sale.h"

namespace mulin::pos::correct {

// What one tender took, and gives back; cash rounding included.
struct Part {
    std::string tender;
    sync::Money amount;
    friend bool operator==(const Part&, const Part&) = default;
};
struct SaleSummary {
    sync::EntryKey key;
    sync::UtcInstant at;
    std::string name;  // empty for a guest
    sync::Money paid;
    std::vector<Part> parts;
};

// Codes as recorded: "wrong_diner" ...
enum class Reason { wrong_diner, wrong_item, entered_twice, meal_not_taken, payment_wrong, other };
inline constexpr Reason kAllReasons[] = {Reason::wrong_diner,    Reason::wrong_item,
                                         Reason::entered_twice,  Reason::meal_not_taken,
                                         Reason::payment_wrong,  Reason::other};
const char* name_of(Reason reason);

enum class Phase { filling, voiding, done };

struct State {
    SaleSummary sale;
    approve::Person cashier;
    std::vector<approve::Person> staff;
    std::optional<Reason> reason;
    approve::State second;
    Phase phase = Phase::filling;
    std::string message;  // why it could not be voided, what to do
    std::int64_t serial = 0;
};

// --- Intents
struct Opened {
    SaleSummary sale;
    approve::Person cashier;             // signed in
    std::vector<approve::Person> staff;  // of this site, active
    std::int64_t now_ms = 0;
};
struct PickReason { Reason reason = Reason::other; };
struct PickSecond { sync::StaffId staff; };
struct SecondKey { char key = '0'; };  // digits, '<' backspace, 'c' clear
struct Confirm {};
struct Back {};
struct Tick { std::int64_t now_ms = 0; };  // once a second while locked out
struct PinChecked { approve::PinChecked answer; };
struct Voided { std::int64_t serial = 0; };
struct VoidFailed { std::int64_t serial = 0; std::string message; };
using Intent = std::variant<Opened, PickReason, PickSecond, SecondKey, Confirm, Back, Tick, PinChecked,
                            Voided, VoidFailed>;

// --- Effects
struct CheckPin { approve::CheckPin check; };
struct VoidSale {  // the application adds ref, instant and shift; each part goes back the way it came
    std::int64_t serial = 0;
    sync::EntryKey target;
    std::string reason;
    sync::StaffId approver;
};
struct Close { bool changed = false; };  // back to day_report, which reads again
using Effect = std::variant<CheckPin, VoidSale, Close>;

std::vector<Effect> update(State& state, const Intent& intent);

// --- What the view asks
bool is_busy(const State& state);  // a PIN is looked at, or the void is being written
bool can_confirm(const State& state);

}  // namespace mulin::pos::correct
