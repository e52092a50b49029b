#pragma once
// Voiding one sale: a reason from a list, and the PIN of a second person. Two different people
// stand behind every void and at least one of them is a site manager. The record is written by
// the application; the sale itself is never edited.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sync/model/sale.h"

namespace mulin::pos::correct {

struct SaleSummary {
    sync::EntryKey key;
    sync::UtcInstant at;
    std::string name;  // empty for a guest
    std::string tender;
    sync::Money paid;
};

struct Person {
    sync::StaffId id;
    std::string name;
    sync::Role role = sync::Role::cashier;
    friend bool operator==(const Person&, const Person&) = default;
};

// Codes as recorded: "wrong_diner" ...
enum class Reason { wrong_diner, wrong_item, entered_twice, meal_not_taken, payment_wrong, other };
inline constexpr Reason kAllReasons[] = {Reason::wrong_diner,    Reason::wrong_item,
                                         Reason::entered_twice,  Reason::meal_not_taken,
                                         Reason::payment_wrong,  Reason::other};
const char* name_of(Reason reason);

enum class Phase { filling, checking, voiding, done };
enum class Trouble { none, wrong_pin, locked, failed };

inline constexpr std::size_t kMinPin = 4;
inline constexpr std::size_t kMaxPin = 8;

struct State {
    SaleSummary sale;
    sync::StaffId cashier;
    std::vector<Person> approvers;  // who may be the second person
    std::optional<Reason> reason;
    std::optional<sync::StaffId> approver;
    std::string digits;  // the second person's PIN; wiped as soon as it is handed on
    Phase phase = Phase::filling;
    Trouble trouble = Trouble::none;
    std::string message;  // of failed
    std::int64_t locked_until_ms = 0;
    std::int64_t now_ms = 0;
    std::int64_t serial = 0;
};

// --- Intents
struct Opened {
    SaleSummary sale;
    Person cashier;             // signed in
    std::vector<Person> staff;  // of this site, active
    std::int64_t now_ms = 0;
};
struct PickReason { Reason reason = Reason::other; };
struct PickApprover { sync::StaffId staff; };
struct Key { char key = '0'; };  // digits, '<' backspace, 'c' clear
struct Confirm {};
struct Back {};
struct Tick { std::int64_t now_ms = 0; };  // once a second while locked out
struct PinAccepted { std::int64_t serial = 0; };
struct PinRefused {
    std::int64_t serial = 0;
    std::int64_t locked_until_ms = 0;
    std::int64_t now_ms = 0;
};
struct CheckFailed { std::int64_t serial = 0; std::string message; };
struct Voided { std::int64_t serial = 0; };
struct VoidFailed { std::int64_t serial = 0; std::string message; };
using Intent = std::variant<Opened, PickReason, PickApprover, Key, Confirm, Back, Tick, PinAccepted,
                            PinRefused, CheckFailed, Voided, VoidFailed>;

// --- Effects
struct CheckPin { std::int64_t serial = 0; sync::StaffId staff; std::string pin; };
struct VoidSale {  // the application adds ref, instant and shift; money goes back as `tender` took it
    std::int64_t serial = 0;
    sync::EntryKey target;
    std::string reason;
    sync::StaffId approver;
};
struct Close { bool changed = false; };  // back to day_report, which reads again
using Effect = std::variant<CheckPin, VoidSale, Close>;

std::vector<Effect> update(State& state, const Intent& intent);

// Who may approve when `cashier` asks: another person, and a manager unless the cashier is one.
std::vector<Person> approvers_for(const Person& cashier, const std::vector<Person>& staff);

// --- What the view asks
bool can_type(const State& state);
bool can_confirm(const State& state);
std::int64_t locked_seconds(const State& state);

}  // namespace mulin::pos::correct
