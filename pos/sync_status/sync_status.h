#pragma once
// What waits for the district and when the till last spoke to it. Only tells; the sync engine
// decides by itself when to try. The small permanent sign of it stands in the top bar. A site manager also
// reads here how the district decided sales of this site where the till had assumed otherwise.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "payment/money/money.h"
#include "sync/model/kinds.h"

namespace mulin::pos::sync_status {

enum class Link { online, offline, not_enrolled };

struct Verdict {
    sync::Date date;
    sync::Meal meal = sync::Meal::lunch;
    std::string name;  // empty for a guest
    std::string sale;  // "T0001 #12"
    std::string reason;  // sync/model/district_word.h
    std::string period;  // "2026-04" where it counts in another month than the sale; else empty
    sync::Money claimed;
    sync::Money posted;
    sync::Money vendor;  // borne by
    sync::Money tolerance;
    sync::Money diner;
    sync::Money suspense;
    friend bool operator==(const Verdict&, const Verdict&) = default;
};

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
    bool rules_out_of_date = false;  // every sale says so now; nothing stops
    bool provisional = false;        // benefits are subject to the district's answer now
    std::vector<Verdict> verdicts;   // newest first
};

struct State {
    Status status;
    sync::UtcInstant now;
    bool asking = false;  // "now" was pressed and has not come back
    bool manager = false;
    bool listing = false;  // the list of verdicts lies on top
    std::size_t page = 0;
};
inline constexpr std::size_t kVerdictsPerPage = 6;

// --- Intents
struct Opened { bool manager = false; };
struct StatusArrived { Status status; sync::UtcInstant now; };  // whenever it changes
struct ExchangeNow {};
struct ExchangeEnded {};
struct ListVerdicts {};
struct TurnPage { bool forward = true; };
struct Back {};  // from the list to the status, from there away
using Intent = std::variant<Opened, StatusArrived, ExchangeNow, ExchangeEnded, ListVerdicts, TurnPage, Back>;

// --- Effects
struct LoadStatus {};
struct StartExchange {};  // -> ExchangeEnded, and StatusArrived
struct Close {};
using Effect = std::variant<LoadStatus, StartExchange, Close>;

std::vector<Effect> update(State& state, const Intent& intent);

// --- What the view asks
bool can_exchange(const State& state);
std::size_t pages(const State& state);  // of verdicts, at least 1
// Whole minutes since an instant, never negative.
std::int64_t minutes_since(const State& state, sync::UtcInstant instant);

}  // namespace mulin::pos::sync_status
