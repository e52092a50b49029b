#pragma once
// Payments and refunds that a person must decide: the evidence, what to tell the diner, and the
// decision with a reason and a second person's PIN. update() is pure; what a decision then does to the
// sale is the application's (the money of a payment that pays for nothing goes back).

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "payment/port/attempt.h"
#include "pos/approve/approve.h"

namespace mulin::pos::review {

struct Item {
    bool is_refund = false;
    std::string id;         // of the attempt or refund
    std::string order_ref;
    std::string tender;     // of an attempt
    std::string channel;
    payment::Money amount;
    std::string diner;      // name, where the sale says one
    bool sale_stands = false;     // the sale was sold otherwise meanwhile: this money pays for nothing
    bool waits_for_sale = false;  // the order is kept and becomes a sale if this was paid
    bool late = false;            // approved after it had been given up
    payment::UtcInstant sent;
    payment::UtcInstant changed;
    std::int64_t polls = 0;
    std::string answer;           // the channel's last words, with its code
    std::vector<std::string> numbers;  // the channel's own, "name: value"
    std::string note;             // who put it aside and why
    friend bool operator==(const Item&, const Item&) = default;
};

enum class Decision { paid, not_paid, money_back };
const char* name_of(Decision decision);
enum class Reason { statement, telephone, diners_phone, other };
inline constexpr Reason kAllReasons[] = {Reason::statement, Reason::telephone, Reason::diners_phone, Reason::other};
const char* name_of(Reason reason);

enum class Phase { looking, working };

struct State {
    bool loaded = false;
    std::vector<Item> items;  // oldest first
    std::optional<std::string> picked;
    std::optional<Decision> decision;
    std::optional<Reason> reason;
    approve::Person cashier;
    std::vector<approve::Person> staff;
    approve::State second;
    Phase phase = Phase::looking;
    std::string message;
    std::string settled;  // what the last decision came to
    std::int64_t serial = 0;
};

// --- Intents
struct Opened { approve::Person cashier; std::vector<approve::Person> staff; std::int64_t now_ms = 0; };
struct ItemsArrived { std::vector<Item> items; };
struct Pick { std::string id; };
struct Decide { Decision decision = Decision::paid; };
struct PickReason { Reason reason = Reason::other; };
struct PickSecond { sync::StaffId staff; };
struct SecondKey { char key = '0'; };
struct Confirm {};
struct AskNow {};  // asks the channel once more
struct PinChecked { approve::PinChecked answer; };
struct Decided { std::int64_t serial = 0; std::string result; };
struct Failed { std::int64_t serial = 0; std::string message; };
struct Tick { std::int64_t now_ms = 0; };
struct Back {};
using Intent = std::variant<Opened, ItemsArrived, Pick, Decide, PickReason, PickSecond, SecondKey, Confirm, AskNow, PinChecked,
                            Decided, Failed, Tick, Back>;

// --- Effects
struct LoadItems {};
struct AskChannel { std::string id; bool is_refund = false; };
struct CheckPin { approve::CheckPin check; };
struct Carry {
    std::int64_t serial = 0;
    std::string id;
    bool is_refund = false;
    Decision decision = Decision::paid;
    std::string reason;
    sync::StaffId approver;
};
struct Close {};
using Effect = std::variant<LoadItems, AskChannel, CheckPin, Carry, Close>;

std::vector<Effect> update(State& state, const Intent& intent);

const Item* picked(const State& state);
bool can_confirm(const State& state);

}  // namespace mulin::pos::review
