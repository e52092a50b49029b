#include "pos/correct/correct.h"

namespace mulin::pos::correct {
namespace {

class Answer {
  public:
    Answer(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const Opened& intent) {
        const auto serial = s_.serial;
        const auto asked = s_.second.serial;
        s_ = State{};
        s_.serial = serial;
        s_.second.serial = asked;
        s_.sale = intent.sale;
        s_.cashier = intent.cashier;
        s_.staff = intent.staff;
        approve::open(s_.second, s_.cashier, s_.staff, intent.now_ms);
    }

    void operator()(const PickReason& intent) {
        if (s_.phase == Phase::filling && !is_busy(s_)) s_.reason = intent.reason;
    }

    void operator()(const PickSecond& intent) { approve::pick(s_.second, intent.staff); }
    void operator()(const SecondKey& intent) { approve::type(s_.second, intent.key); }

    void operator()(const Confirm&) {
        if (!can_confirm(s_)) return;
        if (auto check = approve::ask(s_.second)) effects_.push_back(CheckPin{*check});
    }

    void operator()(const Back&) {
        if (is_busy(s_)) return;
        approve::wipe(s_.second);
        effects_.push_back(Close{s_.phase == Phase::done});
    }

    void operator()(const Tick& intent) { approve::tick(s_.second, intent.now_ms); }

    void operator()(const PinChecked& intent) {
        if (s_.phase != Phase::filling || !approve::take(s_.second, intent.answer)) return;
        s_.phase = Phase::voiding;
        s_.message.clear();
        effects_.push_back(VoidSale{++s_.serial, s_.sale.key, name_of(*s_.reason), *s_.second.approver});
    }

    void operator()(const Voided& intent) {
        if (s_.phase == Phase::voiding && intent.serial == s_.serial) s_.phase = Phase::done;
    }

    void operator()(const VoidFailed& intent) {
        if (s_.phase != Phase::voiding || intent.serial != s_.serial) return;
        s_.phase = Phase::filling;
        s_.message = intent.message;
        approve::open(s_.second, s_.cashier, s_.staff, s_.second.now_ms);
    }

  private:
    State& s_;
    std::vector<Effect>& effects_;
};

}  // namespace

const char* name_of(Reason reason) {
    switch (reason) {
        case Reason::wrong_diner: return "wrong_diner";
        case Reason::wrong_item: return "wrong_item";
        case Reason::entered_twice: return "entered_twice";
        case Reason::meal_not_taken: return "meal_not_taken";
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

bool is_busy(const State& state) {
    return state.phase == Phase::voiding || state.second.phase == approve::Phase::checking;
}

bool can_confirm(const State& state) {
    return state.phase == Phase::filling && state.reason && approve::can_ask(state.second);
}

}  // namespace mulin::pos::correct
