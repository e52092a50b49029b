#pragma once
// What waits for the district and when the till last spoke to it. Only tells; the sync engine
// decides by itself when to try. The small permanent sign of it stands in the top bar.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sync/model/kinds.h"

namespace mulin::pos::sync_status {

enum class Link { online, offline, not_enrolled };

struct Status {
    Link link = Link::offline;
    std::string server;  // address, empty when not enrolled
    std::string till;
    std::int64_t waiting = 0;  // entries not yet acknowledged
    std::optional<sync::UtcInstant> oldest_waiting;
    std::optional<sync::UtcInstant> last_exchange;  // last one that succeeded
    std::optional<sync::UtcInstant> next_try;
    std::string last_error;  // a sentence; empty when the last exchange succeeded
    std::int64_t diners = 0;  // held here
    std::string policy_version;
    std::string menu_date;
};

struct State {
    Status status;
    sync::UtcInstant now;
    bool asking = false;  // "now" was pressed and has not come back
};

// --- Intents
struct Opened {};
struct StatusArrived { Status status; sync::UtcInstant now; };  // whenever it changes
struct ExchangeNow {};
struct ExchangeEnded {};
struct Back {};
using Intent = std::variant<Opened, StatusArrived, ExchangeNow, ExchangeEnded, Back>;

// --- Effects
struct LoadStatus {};
struct StartExchange {};  // -> ExchangeEnded, and StatusArrived
struct Close {};
using Effect = std::variant<LoadStatus, StartExchange, Close>;

std::vector<Effect> update(State& state, const Intent& intent);

// --- What the view asks
bool can_exchange(const State& state);
// Whole minutes since an instant, never negative.
std::int64_t minutes_since(const State& state, sync::UtcInstant instant);

}  // namespace mulin::pos::sync_status
