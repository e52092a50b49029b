#include "pos/refund/refund.h"

#include <algorithm>

namespace mulin::pos::refund {
namespace {

class Answer {
  public:
    Answer(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const Opened& intent) {
        const auto serial = s_.serial;
        const auto asked = s_.second.serial;
        s_ = State{};
        s_.serial = serial + 1;
        s_.second.serial = asked;
        s_.cashier = intent.cashier;
        s_.staff = intent.staff;
        s_.second.now_ms = intent.now_ms;
        s_.known = intent.known;
    }
    void operator()(const Key& intent) {
        if (s_.phase != Phase::finding) return;
        if (intent.key == 'c') s_.digits.clear();
        else if (intent.key == '<') { if (!s_.digits.empty()) s_.digits.pop_back(); }
        else if (intent.key >= '0' && intent.key <= '9' && s_.digits.size() < kMaxDigits) s_.digits.push_back(intent.key);
    }
    void operator()(const Find&) {
        if (s_.phase != Phase::finding || s_.digits.empty()) return;
        std::int64_t number = 0;
        for (const char digit : s_.digits) number = number * 10 + (digit - '0');
        search({++s_.serial, number, ""});
    }
    void operator()(const ScanArrived& intent) {
        if (s_.phase == Phase::finding) search({++s_.serial, 0, intent.code});
    }
    void operator()(const SalesFound& intent) {
        if (s_.phase != Phase::finding || intent.serial != s_.serial) return;
        s_.searching = false;
        s_.found = intent.sales;
        if (s_.found.size() == 1 && s_.found.front().problem.empty()) pick(0);
    }
    void operator()(const PickSale& intent) {
        if (s_.phase == Phase::finding && intent.index < s_.found.size()) pick(intent.index);
    }
    void operator()(const More& intent) { change(intent.line, 1); }
    void operator()(const Less& intent) { change(intent.line, -1); }
    void operator()(const All&) {
        if (!choosing()) return;
        for (std::size_t i = 0; i < s_.chosen.size(); ++i) s_.chosen[i] = s_.sale->lines[i].left;
        preview();
    }
    void operator()(const Previewed& intent) {
        if (s_.phase != Phase::choosing || intent.serial != s_.serial) return;
        s_.previewed = intent.serial;
        s_.back = intent.back;
        s_.message = intent.message;
    }
    void operator()(const PickReason& intent) {
        if (choosing()) s_.reason = intent.reason;
    }
    void operator()(const PickSecond& intent) {
        if (s_.phase == Phase::choosing) approve::pick(s_.second, intent.staff);
    }
    void operator()(const SecondKey& intent) {
        if (s_.phase == Phase::choosing) approve::type(s_.second, intent.key);
    }
    void operator()(const Confirm&) {
        if (!can_confirm(s_)) return;
        if (auto check = approve::ask(s_.second)) effects_.push_back(CheckPin{*check});
    }
    void operator()(const PinChecked& intent) {
        if (s_.phase != Phase::choosing || !approve::take(s_.second, intent.answer)) return;
        s_.phase = Phase::working;
        s_.message.clear();
        s_.failure.clear();
        effects_.push_back(GiveBack{++s_.serial, s_.sale->key, s_.chosen, name_of(*s_.reason), *s_.second.approver});
    }
    void operator()(const Refunded& intent) {
        if (s_.phase != Phase::working || intent.serial != s_.serial) return;
        s_.phase = Phase::done;
        s_.waiting = false;
        s_.back = intent.back;
    }
    void operator()(const StillGoing& intent) {
        if (s_.phase != Phase::working || intent.serial != s_.serial) return;
        s_.waiting = true;
        s_.message = intent.message;
    }
    void operator()(const Failed& intent) {
        if (s_.phase != Phase::working || intent.serial != s_.serial) return;
        s_.phase = Phase::choosing;
        approve::open(s_.second, s_.cashier, s_.staff, s_.second.now_ms);
        preview();
        s_.failure = intent.message;
    }
    void operator()(const Tick& intent) { approve::tick(s_.second, intent.now_ms); }
    void operator()(const Leave&) {
        if (s_.second.phase == approve::Phase::checking || (s_.phase == Phase::working && !s_.waiting)) return;
        approve::wipe(s_.second);
        if (s_.phase == Phase::choosing && !s_.known) {
            s_.phase = Phase::finding;
            s_.sale.reset();
            return;
        }
        effects_.push_back(Close{});
    }

  private:
    // Nothing is changed while the PIN of the second person is looked at.
    bool choosing() const { return s_.phase == Phase::choosing && s_.second.phase == approve::Phase::typing; }
    void search(const FindSales& asked) {
        s_.searching = true;
        s_.message.clear();
        s_.found.clear();
        effects_.push_back(asked);
    }
    void pick(std::size_t index) {
        s_.sale = s_.found[index];
        if (!s_.sale->problem.empty()) {
            s_.message = s_.sale->problem;
            s_.sale.reset();
            return;
        }
        s_.phase = Phase::choosing;
        s_.chosen.assign(s_.sale->lines.size(), 0);
        s_.back.clear();
        s_.reason.reset();
        s_.message.clear();
        s_.failure.clear();
        approve::open(s_.second, s_.cashier, s_.staff, s_.second.now_ms);
    }
    void change(std::size_t line, std::int64_t by) {
        if (!choosing() || line >= s_.chosen.size()) return;
        const auto now = std::clamp<std::int64_t>(s_.chosen[line] + by, 0, s_.sale->lines[line].left);
        if (now == s_.chosen[line]) return;
        s_.chosen[line] = now;
        preview();
    }
    void preview() {
        s_.message.clear();
        s_.failure.clear();
        s_.back.clear();
        ++s_.serial;
        if (something_chosen(s_)) effects_.push_back(Preview{s_.serial, s_.sale->key, s_.chosen});
    }

    State& s_;
    std::vector<Effect>& effects_;
};

}  // namespace

const char* name_of(Reason reason) {
    switch (reason) {
        case Reason::wrong_item: return "wrong_item";
        case Reason::meal_not_taken: return "meal_not_taken";
        case Reason::not_good: return "not_good";
        case Reason::entered_twice: return "entered_twice";
        case Reason::payment_wrong: return "payment_wrong";
        case Reason::other: return "other";
    }
    return "other";
}

std::vector<Effect> update(State& state, const Intent& intent) {
    std::vector<Effect> effects;
    std::visit(Answer(state, effects), intent);
    return effects;
}

bool something_chosen(const State& state) {
    return std::ranges::any_of(state.chosen, [](std::int64_t pieces) { return pieces > 0; });
}

bool preview_is_current(const State& state) {
    return something_chosen(state) && state.previewed == state.serial && state.message.empty();
}

bool can_confirm(const State& state) {
    return state.phase == Phase::choosing && preview_is_current(state) && state.reason && approve::can_ask(state.second);
}

sync::Money to_diner(const State& state) {
    sync::Money sum;
    for (const Back& back : state.back)
        if (!back.payer) sum += back.amount;
    return sum;
}

}  // namespace mulin::pos::refund
