#include "pos/register_diner/register_diner.h"

#include <algorithm>

#include "pos/register_diner/name_characters.h"

namespace mulin::pos::register_diner {
namespace {

constexpr std::size_t kNumberLength = 18;
constexpr std::size_t kMaxPinyin = 7;

bool is_digit(char key) { return key >= '0' && key <= '9'; }

void wipe(std::string& secret) {
    std::ranges::fill(secret, '\0');
    secret.clear();
}

void drop_last_character(std::string& text) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
    if (!text.empty()) text.pop_back();
}

class Answer {
  public:
    Answer(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const Opened& intent);
    void operator()(const Focus& intent);
    void operator()(const Key& intent);
    void operator()(const Typed& intent);
    void operator()(const PickCharacter& intent);
    void operator()(const MoreChoices&);
    void operator()(const PickRoad& intent);
    void operator()(const ScanArrived& intent);
    void operator()(const RemoveCard&);
    void operator()(const Save&);
    void operator()(const ServeExisting&);
    void operator()(const Back&);
    void operator()(const NumberFree& intent);
    void operator()(const NumberTaken& intent);
    void operator()(const CardFree& intent);
    void operator()(const CardTaken& intent);
    void operator()(const Saved& intent);
    void operator()(const SaveFailed& intent);

  private:
    bool filling() const { return s_.phase == Phase::filling; }
    void focus(Field field);
    void number_key(char key);
    void number_changed();
    void name_key(char key);
    void road_key(char key);
    void phone_key(char key);
    void spell(std::string pinyin);
    void empty_all();

    State& s_;
    std::vector<Effect>& effects_;
};

void Answer::empty_all() {
    const auto serial = s_.serial + 1;
    const auto card_serial = s_.card_serial + 1;
    wipe(s_.number);
    wipe(s_.card_code);
    if (s_.identity) wipe(s_.identity->text);
    s_ = State{};
    s_.serial = serial;  // answers to what was asked before stay old
    s_.card_serial = card_serial;
}

void Answer::operator()(const Opened& intent) {
    empty_all();
    s_.today = intent.today;
    s_.roads = intent.roads;
}

void Answer::focus(Field field) {
    s_.field = field;
    spell({});
}

void Answer::operator()(const Focus& intent) {
    if (filling()) focus(intent.field);
}

void Answer::spell(std::string pinyin) {
    s_.pinyin = std::move(pinyin);
    s_.choice_page = 0;
    s_.choices.clear();
    if (s_.field != Field::name) return;
    s_.choices = s_.pinyin.empty() && s_.name.empty() ? common_surnames() : characters_for(s_.pinyin);
}

void Answer::operator()(const Key& intent) {
    if (!filling()) return;
    const char key = intent.key >= 'a' && intent.key <= 'z' ? static_cast<char>(intent.key - 32) : intent.key;
    switch (s_.field) {
        case Field::identity: number_key(key); break;
        case Field::name: name_key(key); break;
        case Field::road: road_key(key); break;
        case Field::phone: phone_key(key); break;
        case Field::card:
            if (key == '<' || key == '~') (*this)(RemoveCard{});
            break;
    }
}

void Answer::number_key(char key) {
    if (key == '~') {
        wipe(s_.number);
    } else if (key == '<') {
        if (!s_.number.empty()) s_.number.pop_back();
    } else if (s_.number.size() < kNumberLength && (is_digit(key) || (key == 'X' && s_.number.size() == 17))) {
        s_.number.push_back(key);
    } else {
        return;
    }
    number_changed();
}

void Answer::number_changed() {
    s_.identity.reset();
    s_.number_checked = false;
    s_.existing = {};
    s_.trouble = Trouble::none;
    s_.message.clear();
    ++s_.serial;  // an answer about the former number is of no use
    if (s_.number.size() != kNumberLength) return;
    auto parsed = sync::parse_identity_number(s_.number, s_.today);
    if (!parsed) {
        s_.trouble = Trouble::bad_number;
        s_.message = parsed.error().message;
        return;
    }
    s_.identity = std::move(*parsed);
    effects_.push_back(CheckNumber{s_.serial, s_.identity->text});
}

void Answer::name_key(char key) {
    if (key == '~') {
        s_.name.clear();
        spell({});
    } else if (key == '<') {
        if (s_.pinyin.empty()) {
            drop_last_character(s_.name);
            spell({});
        } else {
            spell(s_.pinyin.substr(0, s_.pinyin.size() - 1));
        }
    } else if (key == ' ') {
        const auto shown = choices_page(s_);
        if (!shown.empty()) (*this)(PickCharacter{shown.front()});
    } else if (key == '.') {
        if (!s_.name.empty()) (*this)(PickCharacter{"·"});
    } else if (is_digit(key) && !is_code_point(s_.pinyin)) {
        const auto shown = choices_page(s_);
        const std::size_t index = key == '0' ? 9 : static_cast<std::size_t>(key - '1');
        if (index < shown.size()) (*this)(PickCharacter{shown[index]});
    } else if (s_.pinyin.size() < kMaxPinyin && (is_digit(key) || (key >= 'A' && key <= 'Z'))) {
        spell(s_.pinyin + (is_digit(key) ? key : static_cast<char>(key + 32)));
    }
}

void Answer::road_key(char key) {
    if (key == '~') {
        s_.road.clear();
        spell({});
    } else if (key == '<') {
        if (s_.pinyin.empty()) {
            drop_last_character(s_.road);
        } else {
            spell(s_.pinyin.substr(0, s_.pinyin.size() - 1));
        }
    } else if (key >= 'A' && key <= 'Z' && s_.pinyin.size() < kMaxPinyin) {
        spell(s_.pinyin + key);
    }
}

void Answer::phone_key(char key) {
    if (key == '~') {
        s_.phone_last4.clear();
    } else if (key == '<') {
        if (!s_.phone_last4.empty()) s_.phone_last4.pop_back();
    } else if (is_digit(key) && s_.phone_last4.size() < 4) {
        s_.phone_last4.push_back(key);
    }
}

void Answer::operator()(const Typed& intent) {
    if (!filling()) return;
    for (const std::string& character : split_characters(intent.text)) {
        const bool ascii = character.size() == 1;
        if (ascii) {
            (*this)(Key{character.front()});
        } else if (s_.field == Field::name) {
            (*this)(PickCharacter{character});
        } else if (s_.field == Field::road && s_.road.size() + character.size() <= kMaxNameBytes) {
            s_.road += character;
        }
    }
}

void Answer::operator()(const PickCharacter& intent) {
    if (!filling() || s_.field != Field::name) return;
    if (s_.name.size() + intent.character.size() > kMaxNameBytes) return;
    s_.name += intent.character;
    spell({});
}

void Answer::operator()(const MoreChoices&) {
    if (page_count(s_) > 1) s_.choice_page = (s_.choice_page + 1) % page_count(s_);
}

void Answer::operator()(const PickRoad& intent) {
    if (!filling()) return;
    s_.road = intent.road;
    if (s_.field == Field::road) focus(Field::phone);
}

void Answer::operator()(const ScanArrived& intent) {
    if (!filling() || intent.code.empty()) return;
    if (sync::parse_identity_number(intent.code, s_.today)) {
        wipe(s_.number);
        s_.number = sync::parse_identity_number(intent.code, s_.today)->text;
        number_changed();
        return;
    }
    wipe(s_.card_code);
    s_.card_last4.clear();
    s_.checking_card = true;
    if (s_.trouble == Trouble::card_taken || s_.trouble == Trouble::card_blocked) s_.trouble = Trouble::none;
    s_.card_code = intent.code;
    effects_.push_back(CheckCard{++s_.card_serial, intent.code});
}

void Answer::operator()(const RemoveCard&) {
    if (!filling()) return;
    wipe(s_.card_code);
    s_.card_last4.clear();
    s_.checking_card = false;
    ++s_.card_serial;
}

void Answer::operator()(const CardFree& intent) {
    if (intent.serial != s_.card_serial || !s_.checking_card) return;
    s_.checking_card = false;
    s_.card_last4 = s_.card_code.size() > 4 ? s_.card_code.substr(s_.card_code.size() - 4) : s_.card_code;
}

void Answer::operator()(const CardTaken& intent) {
    if (intent.serial != s_.card_serial || !s_.checking_card) return;
    s_.checking_card = false;
    wipe(s_.card_code);
    s_.trouble = intent.blocked ? Trouble::card_blocked : Trouble::card_taken;
    s_.message = intent.name;
}

void Answer::operator()(const NumberFree& intent) {
    if (intent.serial != s_.serial || !s_.identity || !filling()) return;
    s_.number_checked = true;
    if (s_.field == Field::identity) focus(Field::name);
}

void Answer::operator()(const NumberTaken& intent) {
    if (intent.serial != s_.serial || !s_.identity || !filling()) return;
    s_.trouble = Trouble::duplicate;
    s_.message = intent.name;
    s_.existing = intent.diner;
}

void Answer::operator()(const ServeExisting&) {
    if (!can_serve_existing(s_)) return;
    const sync::DinerId diner = s_.existing;
    empty_all();
    s_.phase = Phase::done;
    effects_.push_back(ServeDiner{diner});
}

void Answer::operator()(const Save&) {
    if (!can_save(s_)) return;
    s_.phase = Phase::saving;
    s_.trouble = Trouble::none;
    effects_.push_back(SaveDiner{++s_.serial, *s_.identity, s_.name, s_.road, s_.phone_last4, s_.card_code});
}

void Answer::operator()(const Saved& intent) {
    if (s_.phase != Phase::saving || intent.serial != s_.serial) return;
    empty_all();
    s_.phase = Phase::done;
    effects_.push_back(ServeDiner{intent.diner});
}

void Answer::operator()(const SaveFailed& intent) {
    if (s_.phase != Phase::saving || intent.serial != s_.serial) return;
    s_.phase = Phase::filling;
    s_.trouble = Trouble::save_failed;
    s_.message = intent.message;
}

void Answer::operator()(const Back&) {
    if (!filling()) return;
    empty_all();
    s_.phase = Phase::done;
    effects_.push_back(Close{});
}

template <class Items>
Items page_of(const Items& items, std::size_t page, std::size_t per_page) {
    const std::size_t from = std::min(page * per_page, items.size());
    const std::size_t until = std::min(from + per_page, items.size());
    return {items.begin() + static_cast<std::ptrdiff_t>(from), items.begin() + static_cast<std::ptrdiff_t>(until)};
}

}  // namespace

std::vector<Effect> update(State& state, const Intent& intent) {
    std::vector<Effect> effects;
    std::visit(Answer(state, effects), intent);
    return effects;
}

std::vector<std::string> choices_page(const State& state) {
    return page_of(state.choices, state.choice_page, kChoicesPerPage);
}

std::vector<std::string> matching_roads(const State& state) {
    if (state.field != Field::road || state.pinyin.empty()) return state.roads;
    std::vector<std::string> out;
    std::ranges::copy_if(state.roads, std::back_inserter(out), [&](const std::string& road) {
        return initials_match(road, state.pinyin);
    });
    return out;
}

std::vector<std::string> roads_page(const State& state) {
    return page_of(matching_roads(state), state.choice_page, kRoadsPerPage);
}

std::size_t page_count(const State& state) {
    if (state.field == Field::name) return (state.choices.size() + kChoicesPerPage - 1) / kChoicesPerPage;
    if (state.field == Field::road) return (matching_roads(state).size() + kRoadsPerPage - 1) / kRoadsPerPage;
    return 0;
}

int age(const State& state) {
    return state.identity ? payment::completed_years(state.identity->birth_date, state.today) : 0;
}

bool complete(const State& state, Field field) {
    switch (field) {
        case Field::identity: return state.identity && state.number_checked;
        case Field::name: return !state.name.empty();
        case Field::road: return !state.road.empty();
        case Field::phone: return state.phone_last4.size() == 4;
        case Field::card: return !state.card_last4.empty();
    }
    return false;
}

bool can_serve_existing(const State& state) {
    return state.phase == Phase::filling && state.trouble == Trouble::duplicate && !state.existing.empty();
}

bool can_save(const State& state) {
    return state.phase == Phase::filling && complete(state, Field::identity) && complete(state, Field::name) &&
           state.pinyin.empty() && !state.checking_card &&
           (state.phone_last4.empty() || state.phone_last4.size() == 4);
}

}  // namespace mulin::pos::register_diner
