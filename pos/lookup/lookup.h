#pragma once
// The lookup screen: finds a diner by pinyin initials or by the last digits of their ID or phone.
// Not for scans: those are passed on. The search is local and fast, so every key asks at once and
// the serial keeps an old answer off newer keys. Knows nothing of aid classes.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sync/model/kinds.h"

namespace mulin::pos::lookup {

struct Visit {
    sync::Date date;
    sync::Meal meal = sync::Meal::lunch;
    friend bool operator==(const Visit&, const Visit&) = default;
};

// Enough to tell two people of one name apart.
struct Candidate {
    sync::DinerId id;
    std::string name;
    std::string initial;  // first character of the name
    int age = 0;
    std::string id_last4;
    std::string road;
    std::optional<Visit> last_visit;  // none: first time
    friend bool operator==(const Candidate&, const Candidate&) = default;
};

enum class Trouble { none, unknown_card, blocked_card, search_failed };

inline constexpr std::size_t kMaxKeys = 8;
inline constexpr std::size_t kPerPage = 6;

struct State {
    std::string keys;  // upper-case letters or digits
    sync::Date today;
    std::int64_t serial = 0;    // newest search asked for
    std::int64_t answered = 0;  // serial of `candidates`
    std::vector<Candidate> candidates;  // while keys is empty: usually here now
    std::int64_t total = 0;     // how many match, also those not sent
    std::size_t page = 0;
    bool leaving = false;       // somebody was picked; nothing further is taken
    Trouble trouble = Trouble::none;
    std::string message;        // of search_failed
};

// --- Intents
struct Opened { sync::Date today; };
struct Key { char key = 'A'; };  // A-Z, 0-9
struct Backspace {};
struct Clear {};
struct Pick { sync::DinerId diner; };
struct NextPage {};
struct Guest {};
struct Register {};
struct Back {};
struct ScanArrived { std::string code; };
struct ScanRefused { bool blocked = false; };  // the scanned card is unknown, or blocked
struct CandidatesArrived {
    std::int64_t serial = 0;
    std::vector<Candidate> candidates;
    std::int64_t total = 0;
};
struct SearchFailed { std::int64_t serial = 0; std::string message; };
using Intent = std::variant<Opened, Key, Backspace, Clear, Pick, NextPage, Guest, Register, Back,
                            ScanArrived, ScanRefused, CandidatesArrived, SearchFailed>;

// --- Effects
struct Search { std::int64_t serial = 0; std::string keys; };  // empty keys: usually here now
struct PickDiner { sync::DinerId diner; };   // -> serve::DinerIdentified, back to serve
struct ServeGuest {};                        // -> serve::ServeGuest, back to serve
struct OpenRegister {};
struct IdentifyByScan { std::string code; };  // -> serve::DinerIdentified, or ScanRefused here
struct Close {};
using Effect =
    std::variant<Search, PickDiner, ServeGuest, OpenRegister, IdentifyByScan, Close>;

std::vector<Effect> update(State& state, const Intent& intent);

// --- What the view asks
std::vector<Candidate> page(const State& state);  // what is drawn now, at most kPerPage
std::size_t page_count(const State& state);
bool searching(const State& state);

}  // namespace mulin::pos::lookup
