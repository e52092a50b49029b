#include "pos/top_up/top_up.h"

#include <algorithm>

namespace mulin::pos::top_up {
namespace {

using sync::Money;

class Desk {
  public:
    Desk(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const Opened& intent) {
        clear();
        if (intent.diner) effects_.push_back(LoadCards{s_.serial, *intent.diner});
    }
    void operator()(const CardsArrived& intent) {
        if (s_.phase != Phase::finding || intent.serial != s_.serial || s_.looking) return;
        s_.name = intent.name;
        s_.held = intent.held;
    }
    void operator()(const ScanArrived& intent) {
        if (s_.phase == Phase::working || !s_.losing.empty()) return;
        if (s_.phase == Phase::done) clear();
        look(intent.code, "");
    }
    void operator()(const PickCard& intent) {
        if (s_.phase != Phase::finding || s_.looking || intent.index >= s_.held.size()) return;
        look("", s_.held[intent.index].key);
    }
    void operator()(const CardArrived& intent) {
        if (!s_.looking || intent.serial != s_.serial) return;
        s_.looking = false;
        s_.card = intent.card;
        s_.phase = Phase::choosing;
    }
    void operator()(const Key& intent) {
        if (!choosing()) return;
        if (intent.key == 'c') s_.digits.clear();
        else if (intent.key == '<') { if (!s_.digits.empty()) s_.digits.pop_back(); }
        else if (intent.key >= '0' && intent.key <= '9' && s_.digits.size() < kMaxDigits) s_.digits.push_back(intent.key);
        while (!s_.digits.empty() && s_.digits.front() == '0') s_.digits.erase(0, 1);
        s_.given.reset();
    }
    void operator()(const Preset& intent) {
        if (!choosing() || std::ranges::find(kPresets, intent.amount) == std::end(kPresets)) return;
        s_.digits = std::to_string(intent.amount.in_fen() / 100);
        s_.given.reset();
    }
    void operator()(const Given& intent) {
        if (!choosing() || amount_of(s_).is_zero() || intent.amount < amount_of(s_)) return;
        s_.given = intent.amount;
    }
    void operator()(const Confirm&) {
        if (!can_confirm(s_)) return;
        s_.phase = Phase::working;
        s_.message.clear();
        effects_.push_back(TopUp{++s_.serial, *s_.card, amount_of(s_), given_of(s_)});
    }
    void operator()(const Done& intent) {
        if (s_.phase != Phase::working || intent.serial != s_.serial) return;
        s_.phase = Phase::done;
        s_.done = intent.result;
    }
    void operator()(const Failed& intent) {
        if (s_.phase != Phase::working || intent.serial != s_.serial) return;
        s_.phase = Phase::choosing;
        s_.message = intent.message;
    }
    void operator()(const AskLost& intent) {
        if (s_.reporting || s_.looking) return;
        if (!intent.held) {
            if (s_.phase == Phase::choosing && s_.card && s_.card->can_be_lost) ask(s_.card->key, s_.card->last4);
        } else if (s_.phase == Phase::finding && *intent.held < s_.held.size() && !s_.held[*intent.held].blocked) {
            ask(s_.held[*intent.held].key, s_.held[*intent.held].last4);
        }
    }
    void operator()(const LostNo&) {
        if (!s_.reporting) s_.losing.clear();
    }
    void operator()(const LostYes&) {
        if (s_.losing.empty() || s_.reporting) return;
        s_.reporting = true;
        effects_.push_back(ReportLost{++s_.serial, s_.losing});
    }
    void operator()(const LostReported& intent) {
        if (!s_.reporting || intent.serial != s_.serial) return;
        s_.reporting = false;
        const std::string key = std::exchange(s_.losing, {});
        s_.message = intent.failure;
        if (!intent.failure.empty()) return;
        s_.lost = intent.told;
        for (auto& held : s_.held) held.blocked = held.blocked || held.key == key;
        s_.phase = Phase::finding;  // nothing is put on it any more
        s_.card.reset();
    }
    void operator()(const Reprint&) {
        if (s_.phase == Phase::done) effects_.push_back(ReprintSlip{});
    }
    void operator()(const Another&) {
        if (s_.phase == Phase::done) clear();
    }
    void operator()(const Leave&) {
        if (s_.phase == Phase::working || s_.reporting) return;
        if (!s_.losing.empty()) return s_.losing.clear();
        if (s_.phase != Phase::choosing) return effects_.push_back(Close{});
        s_.phase = Phase::finding;
        s_.card.reset();
        s_.digits.clear();
        s_.given.reset();
        s_.message.clear();
    }

  private:
    bool choosing() const { return s_.phase == Phase::choosing && s_.losing.empty() && s_.card->trouble == Trouble::none; }
    void clear() {
        const auto serial = s_.serial;
        s_ = State{};
        s_.serial = serial + 1;
    }
    void look(const std::string& code, const std::string& key) {
        s_.phase = Phase::finding;
        s_.looking = true;
        s_.card.reset();
        s_.digits.clear();
        s_.given.reset();
        s_.lost.reset();
        s_.message.clear();
        effects_.push_back(FindCard{++s_.serial, code, key});
    }
    void ask(const std::string& key, const std::string& last4) {
        s_.losing = key;
        s_.losing_last4 = last4;
    }

    State& s_;
    std::vector<Effect>& effects_;
};

Money up_to(Money amount, std::int64_t unit_fen) {
    const auto fen = amount.in_fen();
    return Money::fen((fen + unit_fen - 1) / unit_fen * unit_fen);
}

}  // namespace

std::vector<Effect> update(State& state, const Intent& intent) {
    std::vector<Effect> effects;
    std::visit(Desk(state, effects), intent);
    return effects;
}

Money amount_of(const State& state) {
    std::int64_t yuan = 0;
    for (const char digit : state.digits) yuan = yuan * 10 + (digit - '0');
    return Money::fen(yuan * 100);
}

Money given_of(const State& state) { return state.given.value_or(amount_of(state)); }

Money change_of(const State& state) { return given_of(state) - amount_of(state); }

bool can_confirm(const State& state) {
    const Money amount = amount_of(state);
    return state.phase == Phase::choosing && state.losing.empty() && state.card && state.card->trouble == Trouble::none &&
           amount > Money() && amount <= kMost;
}

std::vector<Money> notes_for(Money amount) {
    std::vector<Money> notes;
    if (amount <= Money() || amount > kMost) return notes;
    for (const std::int64_t unit : {5'000, 10'000}) {
        const Money note = up_to(amount, unit);
        if (note > amount && (notes.empty() || notes.back() != note)) notes.push_back(note);
    }
    return notes;
}

}  // namespace mulin::pos::top_up
