#pragma once
// Registering a new diner in under a minute: identity number, name, road, phone, card. The whole
// number lives in this state only while the screen is open and is wiped with it; the application
// keeps its keyed hash and last four. Knows nothing of aid classes: those come from the district.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sync/model/identity_number.h"

namespace mulin::pos::register_diner {

enum class Field { identity, name, road, phone, card };
inline constexpr Field kAllFields[] = {Field::identity, Field::name, Field::road, Field::phone,
                                       Field::card};
enum class Trouble { none, bad_number, duplicate, card_taken, card_blocked, save_failed };
enum class Phase { filling, saving, done };

inline constexpr std::size_t kMaxNameBytes = 60;

struct State {
    sync::Date today;
    Field field = Field::identity;
    std::string number;  // as typed, at most 18 characters
    std::optional<sync::IdentityNumber> identity;  // once the number is right
    bool number_checked = false;  // the till looked: nobody has it yet
    std::string name;
    std::string pinyin;  // letters typed towards the next character, lower case
    std::vector<std::string> choices;  // characters for `pinyin`, likeliest first; at first surnames
    std::size_t choice_page = 0;  // of the characters, or of the roads
    std::vector<std::string> roads;  // known here, most frequent first; `pinyin` narrows them down
    std::string road;
    std::string phone_last4;
    std::string card_code;   // as scanned; handed on by Save, then wiped
    std::string card_last4;
    std::int64_t serial = 0;  // newest question asked
    std::int64_t card_serial = 0;
    bool checking_card = false;
    Phase phase = Phase::filling;
    Trouble trouble = Trouble::none;
    sync::DinerId existing;  // of duplicate: who has the number
    std::string message;  // bad_number: which; duplicate, card_taken: who has it; save_failed: what to do
};

// --- Intents
struct Opened { sync::Date today; std::vector<std::string> roads; };
struct Focus { Field field = Field::identity; };
struct Key { char key = '0'; };  // 0-9, A-Z, '.' for the dot in a name, '<' backspace, '~' clear the field
struct Typed { std::string text; };  // from a keyboard or an input method, UTF-8
struct PickCharacter { std::string character; };
struct MoreChoices {};
struct PickRoad { std::string road; };
struct ScanArrived { std::string code; };  // an identity number is taken as such, else a card
struct RemoveCard {};
struct Save {};
struct ServeExisting {};  // the number belongs to somebody known: that is who stands here
struct Back {};
struct NumberFree { std::int64_t serial = 0; };
struct NumberTaken { std::int64_t serial = 0; std::string name; sync::DinerId diner; };
struct CardFree { std::int64_t serial = 0; };
struct CardTaken { std::int64_t serial = 0; std::string name; bool blocked = false; };
struct Saved { std::int64_t serial = 0; sync::DinerId diner; };
struct SaveFailed { std::int64_t serial = 0; std::string message; };
using Intent = std::variant<Opened, Focus, Key, Typed, PickCharacter, MoreChoices, PickRoad,
                            ScanArrived, RemoveCard, Save, ServeExisting, Back, NumberFree, NumberTaken, CardFree,
                            CardTaken, Saved, SaveFailed>;

// --- Effects
struct CheckNumber { std::int64_t serial = 0; std::string number; };  // by keyed hash
struct CheckCard { std::int64_t serial = 0; std::string code; };
struct SaveDiner {  // the application makes the id, hashes number and card, keeps neither in clear
    std::int64_t serial = 0;
    sync::IdentityNumber identity;
    std::string name;
    std::string road;
    std::string phone_last4;
    std::string card_code;  // empty: none
};
struct ServeDiner { sync::DinerId diner; };  // back to serve, identified
struct Close {};
using Effect = std::variant<CheckNumber, CheckCard, SaveDiner, ServeDiner, Close>;

std::vector<Effect> update(State& state, const Intent& intent);

// --- What the view asks
inline constexpr std::size_t kChoicesPerPage = 10;
inline constexpr std::size_t kRoadsPerPage = 9;
std::vector<std::string> choices_page(const State& state);
std::vector<std::string> matching_roads(const State& state);
std::vector<std::string> roads_page(const State& state);
std::size_t page_count(const State& state);  // of what the active field offers
int age(const State& state);  // 0 while the number is not right
bool complete(const State& state, Field field);
bool can_save(const State& state);
bool can_serve_existing(const State& state);

}  // namespace mulin::pos::register_diner
