#pragma once
// The second person: who may agree to what somebody at the counter asks for, and their PIN. A part of
// the screens that need one (refund, review), not a screen of its own. The PIN is checked by the
// application, where wrong tries are counted durably; here it is wiped as soon as it is handed on.
// Two different people stand behind every approval and at least one of them is a site manager.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sync/model/kinds.h"

namespace mulin::pos::approve {

struct Person {
    sync::StaffId id;
    std::string name;
    sync::Role role = sync::Role::cashier;
    friend bool operator==(const Person&, const Person&) = default;
};

enum class Phase { typing, checking, accepted };
enum class Trouble { none, wrong_pin, locked, failed };

inline constexpr std::size_t kMinPin = 4;
inline constexpr std::size_t kMaxPin = 8;

struct State {
    std::vector<Person> approvers;
    std::optional<sync::StaffId> approver;
    std::string digits;
    Phase phase = Phase::typing;
    Trouble trouble = Trouble::none;
    std::string message;  // of failed
    std::int64_t locked_until_ms = 0;  // monotonic
    std::int64_t now_ms = 0;
    std::int64_t serial = 0;
};

struct CheckPin { std::int64_t serial = 0; sync::StaffId staff; std::string pin; };
// The application's answer to CheckPin.
struct PinChecked {
    std::int64_t serial = 0;
    bool accepted = false;
    std::int64_t locked_until_ms = 0;
    std::string failure;  // why it could not be checked; empty when it was
    std::int64_t now_ms = 0;
};

// Who may approve when `asking` asks: another person, and a manager unless `asking` is one.
std::vector<Person> approvers_for(const Person& asking, const std::vector<Person>& staff);

// Starts anew; the serial goes on, so that an answer to an earlier question finds nobody.
void open(State& state, const Person& asking, const std::vector<Person>& staff, std::int64_t now_ms);
void pick(State& state, const sync::StaffId& staff);
void type(State& state, char key);  // digits, '<' backspace, 'c' clear
void tick(State& state, std::int64_t now_ms);
void wipe(State& state);  // the screen is left: nothing typed stays
// Hands the PIN on, when there is enough of it.
std::optional<CheckPin> ask(State& state);
// True when this answer is the one waited for and says yes.
bool take(State& state, const PinChecked& answer);

bool can_type(const State& state);
bool can_ask(const State& state);
std::int64_t locked_seconds(const State& state);

}  // namespace mulin::pos::approve
