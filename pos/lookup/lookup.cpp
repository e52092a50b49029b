#include "pos/lookup/lookup.h"

#include <algorithm>

namespace mulin::pos::lookup {
namespace {

bool is_digit(char key) { return key >= '0' && key <= '9'; }
bool is_letter(char key) { return key >= 'A' && key <= 'Z'; }

class Answer {
  public:
    Answer(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const Opened& intent) {
        const auto serial = s_.serial;
        s_ = State{};
        s_.today = intent.today;
        s_.serial = s_.answered = serial;  // answers to an earlier visit stay old
        search();
    }

    void operator()(const Key& intent) {
        const char key = intent.key >= 'a' && intent.key <= 'z' ? static_cast<char>(intent.key - 32) : intent.key;
        if (s_.leaving || (!is_digit(key) && !is_letter(key))) return;
        // Initials and digits are two different questions: the other kind begins a new one. An X
        // after three digits is the check character of an identity number.
        const bool check_x = key == 'X' && s_.keys.size() == 3 && is_digit(s_.keys.front());
        const bool mixed = !s_.keys.empty() && !check_x && is_digit(s_.keys.back()) != is_digit(key);
        if (mixed) s_.keys.clear();
        if (s_.keys.size() >= kMaxKeys) return;
        s_.keys.push_back(key);
        search();
    }

    void operator()(const Backspace&) {
        if (s_.leaving || s_.keys.empty()) return;
        s_.keys.pop_back();
        search();
    }

    void operator()(const Clear&) {
        if (s_.leaving || s_.keys.empty()) return;
        s_.keys.clear();
        search();
    }

    void operator()(const Pick& intent) {
        // Only somebody who is on the screen: a list that changed under the finger picks nobody.
        const auto shown = page(s_);
        if (s_.leaving || std::ranges::find(shown, intent.diner, &Candidate::id) == shown.end()) return;
        leave(PickDiner{intent.diner});
    }

    void operator()(const NextPage&) {
        if (page_count(s_) > 1) s_.page = (s_.page + 1) % page_count(s_);
    }

    void operator()(const Guest&) { if (!s_.leaving) leave(ServeGuest{}); }
    void operator()(const Register&) { if (!s_.leaving) leave(OpenRegister{}); }
    void operator()(const Back&) { if (!s_.leaving) leave(Close{}); }

    void operator()(const ScanArrived& intent) {
        if (s_.leaving || intent.code.empty()) return;
        s_.trouble = Trouble::none;
        effects_.push_back(IdentifyByScan{intent.code});
    }

    void operator()(const ScanRefused& intent) {
        s_.trouble = intent.blocked ? Trouble::blocked_card : Trouble::unknown_card;
    }

    void operator()(const CandidatesArrived& intent) {
        if (intent.serial != s_.serial) return;
        s_.answered = intent.serial;
        s_.candidates = intent.candidates;
        s_.total = std::max(intent.total, static_cast<std::int64_t>(intent.candidates.size()));
        s_.page = 0;
        if (s_.trouble == Trouble::search_failed) s_.trouble = Trouble::none;
    }

    void operator()(const SearchFailed& intent) {
        if (intent.serial != s_.serial) return;
        s_.answered = intent.serial;
        s_.candidates.clear();
        s_.total = 0;
        s_.trouble = Trouble::search_failed;
        s_.message = intent.message;
    }

  private:
    void search() {
        s_.page = 0;
        s_.trouble = Trouble::none;
        effects_.push_back(Search{++s_.serial, s_.keys});
    }

    void leave(Effect effect) {
        s_.leaving = true;
        effects_.push_back(std::move(effect));
    }

    State& s_;
    std::vector<Effect>& effects_;
};

}  // namespace

std::vector<Effect> update(State& state, const Intent& intent) {
    std::vector<Effect> effects;
    std::visit(Answer(state, effects), intent);
    return effects;
}

std::vector<Candidate> page(const State& state) {
    const std::size_t from = std::min(state.page * kPerPage, state.candidates.size());
    const std::size_t until = std::min(from + kPerPage, state.candidates.size());
    return {state.candidates.begin() + static_cast<std::ptrdiff_t>(from),
            state.candidates.begin() + static_cast<std::ptrdiff_t>(until)};
}

std::size_t page_count(const State& state) { return (state.candidates.size() + kPerPage - 1) / kPerPage; }

bool searching(const State& state) { return state.answered != state.serial; }

}  // namespace mulin::pos::lookup
