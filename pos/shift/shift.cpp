#include "pos/shift/shift.h"

#include <algorithm>

namespace mulin::pos::shift {
namespace {

using sync::Money;

class Counter {
  public:
    Counter(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const Opened&) {
        const bool over = s_.phase == Phase::closed;
        if (s_.phase == Phase::working) return;
        if (over) clear();
        s_.message.clear();
        effects_.push_back(LoadShift{++s_.serial});
    }
    void operator()(const ShiftArrived& intent) {
        if (intent.serial != s_.serial) return;
        const bool just_opened = s_.phase == Phase::working && !s_.open && intent.open;
        const bool same = s_.open && intent.open && s_.open->id == intent.open->id;
        if (!same) clear();
        s_.open = intent.open;
        if (!s_.open) s_.phase = Phase::opening;
        else if (!same || s_.phase == Phase::loading || s_.phase == Phase::comparing) s_.phase = Phase::counting;
        if (just_opened) effects_.push_back(Close{});
    }
    void operator()(const Pick& intent) {
        if (!typing() || intent.index >= kPieces.size()) return;
        s_.picked = intent.index;
        s_.fresh = true;
    }
    void operator()(const Key& intent) {
        if (!typing()) return;
        auto& pieces = s_.counted[s_.picked];
        const auto before = s_.fresh && intent.key != '<' ? 0 : pieces;
        if (intent.key == 'c') pieces = 0;
        else if (intent.key == '<') pieces /= 10;
        else if (intent.key >= '0' && intent.key <= '9' && before * 10 + (intent.key - '0') <= kMostPieces)
            pieces = before * 10 + (intent.key - '0');
        else return;
        s_.fresh = false;
        s_.touched[s_.picked] = intent.key != 'c';
    }
    void operator()(const Next&) {
        if (!typing()) return;
        s_.touched[s_.picked] = true;
        s_.picked = (s_.picked + 1) % kPieces.size();
        s_.fresh = true;
    }
    void operator()(const OpenWithFloat&) {
        if (s_.phase != Phase::opening) return;
        s_.phase = Phase::working;
        s_.message.clear();
        effects_.push_back(OpenShift{++s_.serial, total(s_)});
    }
    void operator()(const CountDone&) {
        if (s_.phase != Phase::counting || !something_counted(s_)) return;
        s_.phase = Phase::comparing;
        s_.message.clear();
        effects_.push_back(Compare{++s_.serial, s_.open->id});
    }
    void operator()(const Compared& intent) {
        if (s_.phase != Phase::comparing || intent.serial != s_.serial) return;
        s_.phase = Phase::compared;
        ++s_.counts;
        s_.due = intent.due;
    }
    void operator()(const CountAgain&) {
        if (s_.phase != Phase::compared) return;
        s_.phase = Phase::counting;
        s_.counted = {};
        s_.touched = {};
        s_.picked = 0;
        s_.fresh = true;
        s_.due.reset();
        s_.reason.reset();
    }
    void operator()(const PickReason& intent) {
        if (s_.phase == Phase::compared) s_.reason = intent.reason;
    }
    void operator()(const CloseNow&) {
        if (!can_close(s_)) return;
        s_.phase = Phase::working;
        s_.message.clear();
        effects_.push_back(CloseShift{++s_.serial, s_.open->id, s_.counted, s_.counts, s_.reason ? name_of(*s_.reason) : ""});
    }
    void operator()(const Closed& intent) {
        if (s_.phase != Phase::working || intent.serial != s_.serial) return;
        s_.phase = Phase::closed;
        s_.done = intent.result;
    }
    void operator()(const Failed& intent) {
        if (intent.serial != s_.serial) return;
        s_.message = intent.message;
        if (s_.phase == Phase::working) s_.phase = s_.open ? Phase::compared : Phase::opening;
        if (s_.phase == Phase::comparing) s_.phase = Phase::counting;
    }
    void operator()(const Reprint&) {
        if (s_.phase == Phase::closed || s_.phase == Phase::opening) effects_.push_back(ReprintSlip{});
    }
    void operator()(const Leave&) {
        if (s_.phase == Phase::working) return;
        if (s_.phase != Phase::closed) return effects_.push_back(Close{});
        clear();
        effects_.push_back(EndOfDay{});
    }

  private:
    bool typing() const { return s_.phase == Phase::opening || s_.phase == Phase::counting; }
    void clear() {
        const auto serial = s_.serial;
        s_ = State{};
        s_.serial = serial;
    }

    State& s_;
    std::vector<Effect>& effects_;
};

}  // namespace

const char* name_of(Reason reason) {
    switch (reason) {
        case Reason::change_wrong: return "change_wrong";
        case Reason::cash_added: return "cash_added";
        case Reason::cash_taken: return "cash_taken";
        case Reason::payment_wrong: return "payment_wrong";
        case Reason::float_wrong: return "float_wrong";
        case Reason::unknown: break;
    }
    return "unknown";
}

Money sum_of(const Counted& counted) {
    Money sum;
    for (std::size_t i = 0; i < kPieces.size(); ++i) sum += Money::fen(kPieces[i]).times(counted[i]);
    return sum;
}

std::vector<Effect> update(State& state, const Intent& intent) {
    std::vector<Effect> effects;
    std::visit(Counter(state, effects), intent);
    return effects;
}

Money total(const State& state) { return sum_of(state.counted); }

Money difference(const State& state) { return state.due ? total(state) - *state.due : Money(); }

bool needs_reason(const State& state) {
    const Money off = difference(state);
    return off > kReasonOver || -off > kReasonOver;
}

bool can_close(const State& state) {
    return state.phase == Phase::compared && state.open && state.due && (!needs_reason(state) || state.reason);
}

bool something_counted(const State& state) {
    return std::ranges::any_of(state.touched, [](bool counted) { return counted; });
}

}  // namespace mulin::pos::shift
