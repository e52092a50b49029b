#pragma once
// The sign-in screen: a name, then a PIN. The PIN is checked by the application (scrypt, on a
// worker), where the store counts wrong tries and lets the delay grow, so that a restart does not
// reset it. A badge selects a name; only the PIN lets in.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sync/model/kinds.h"

namespace mulin::pos::sign_in {

struct StaffTile {
    sync::StaffId id;
    std::string name;
    sync::Role role = sync::Role::cashier;
    std::int64_t locked_until_ms = 0;  // monotonic; 0: not locked
    friend bool operator==(const StaffTile&, const StaffTile&) = default;
};

enum class Phase { choosing, typing, checking, done };
enum class Trouble { none, wrong_pin, locked, check_failed };

inline constexpr std::size_t kMinPin = 4;
inline constexpr std::size_t kMaxPin = 8;

struct State {
    std::vector<StaffTile> staff;
    std::optional<sync::StaffId> chosen;
    Phase phase = Phase::choosing;
    std::string digits;  // never drawn; the view shows dots. Wiped as soon as it is handed on
    Trouble trouble = Trouble::none;
    std::string message;      // of check_failed
    std::int64_t serial = 0;  // newest check asked for
    std::int64_t now_ms = 0;  // monotonic, of the newest tick
};

// --- Intents
struct StaffArrived { std::vector<StaffTile> staff; std::int64_t now_ms = 0; };
struct Choose { sync::StaffId staff; };
struct Key { char key = '0'; };  // digits, '<' backspace, 'c' clear
struct Enter {};
struct Back {};                  // to the names
struct BadgeScanned { sync::StaffId staff; };
struct Tick { std::int64_t now_ms = 0; };  // once a second while somebody is locked out
struct PinAccepted { std::int64_t serial = 0; };
struct PinRefused {
    std::int64_t serial = 0;
    std::int64_t locked_until_ms = 0;  // monotonic; 0: may try again at once
    std::int64_t now_ms = 0;
};
struct CheckFailed { std::int64_t serial = 0; std::string message; };
using Intent = std::variant<StaffArrived, Choose, Key, Enter, Back, BadgeScanned, Tick, PinAccepted,
                            PinRefused, CheckFailed>;

// --- Effects
struct CheckPin { std::int64_t serial = 0; sync::StaffId staff; std::string pin; };
struct SignedIn { sync::StaffId staff; sync::Role role = sync::Role::cashier; };
using Effect = std::variant<CheckPin, SignedIn>;

std::vector<Effect> update(State& state, const Intent& intent);

// --- What the view asks
const StaffTile* chosen(const State& state);
std::int64_t locked_seconds(const State& state, const StaffTile& tile);  // rounded up
bool can_type(const State& state);
bool can_enter(const State& state);

}  // namespace mulin::pos::sign_in
