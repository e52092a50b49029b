#include "pos/correct/correct.h"

#include <algorithm>

namespace mulin::pos::correct {
namespace {

class Answer {
  public:
    Answer(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const Opened& intent) {
        const auto serial = s_.serial;
        s_ = State{};
        s_.serial = serial;
        s_.sale = intent.sale;
        s_.cashier = intent.cashier.id;
        s_.approvers = approvers_for(intent.cashier, intent.staff);
        s_.now_ms = intent.now_ms;
        if (s_.approvers.size() == 1) s_.approver = s_.approvers.front().id;
    }

    void operator()(const PickReason& intent) {
        if (s_.phase == Phase::filling) s_.reason = intent.reason;
    }

    void operator()(const PickApprover& intent) {
        if (s_.phase != Phase::filling || s_.approver == intent.staff) return;
        if (std::ranges::find(s_.approvers, intent.staff, &Person::id) == s_.approvers.end()) return;
        s_.approver = intent.staff;
        s_.digits.clear();
        s_.trouble = Trouble::none;
        s_.locked_until_ms = 0;
    }

    void operator()(const Key& intent) {
        if (!can_type(s_)) return;
        s_.trouble = Trouble::none;
        if (intent.key == '<') {
            if (!s_.digits.empty()) s_.digits.pop_back();
        } else if (intent.key == 'c') {
            s_.digits.clear();
        } else if (intent.key >= '0' && intent.key <= '9' && s_.digits.size() < kMaxPin) {
            s_.digits.push_back(intent.key);
        }
    }

    void operator()(const Confirm&) {
        if (!can_confirm(s_)) return;
        s_.phase = Phase::checking;
        s_.trouble = Trouble::none;
        effects_.push_back(CheckPin{++s_.serial, *s_.approver, std::move(s_.digits)});
        s_.digits.clear();
    }

    void operator()(const Back&) {
        if (s_.phase == Phase::checking || s_.phase == Phase::voiding) return;
        s_.digits.clear();
        effects_.push_back(Close{s_.phase == Phase::done});
    }

    void operator()(const Tick& intent) {
        s_.now_ms = std::max(s_.now_ms, intent.now_ms);
        if (s_.trouble == Trouble::locked && locked_seconds(s_) == 0) s_.trouble = Trouble::none;
    }

    void operator()(const PinAccepted& intent) {
        if (s_.phase != Phase::checking || intent.serial != s_.serial) return;
        s_.phase = Phase::voiding;
        effects_.push_back(VoidSale{++s_.serial, s_.sale.key, name_of(*s_.reason), *s_.approver});
    }

    void operator()(const PinRefused& intent) {
        if (s_.phase != Phase::checking || intent.serial != s_.serial) return;
        s_.now_ms = std::max(s_.now_ms, intent.now_ms);
        s_.locked_until_ms = intent.locked_until_ms;
        s_.phase = Phase::filling;
        s_.trouble = locked_seconds(s_) > 0 ? Trouble::locked : Trouble::wrong_pin;
    }

    void operator()(const CheckFailed& intent) {
        if (s_.phase == Phase::checking && intent.serial == s_.serial) failed(intent.message);
    }

    void operator()(const Voided& intent) {
        if (s_.phase == Phase::voiding && intent.serial == s_.serial) s_.phase = Phase::done;
    }

    void operator()(const VoidFailed& intent) {
        if (s_.phase == Phase::voiding && intent.serial == s_.serial) failed(intent.message);
    }

  private:
    void failed(const std::string& message) {
        s_.phase = Phase::filling;
        s_.trouble = Trouble::failed;
        s_.message = message;
    }

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

std::vector<Person> approvers_for(const Person& cashier, const std::vector<Person>& staff) {
    std::vector<Person> out;
    std::ranges::copy_if(staff, std::back_inserter(out), [&](const Person& person) {
        const bool manager_stands_behind =
            cashier.role == sync::Role::site_manager || person.role == sync::Role::site_manager;
        return person.id != cashier.id && manager_stands_behind;
    });
    std::ranges::stable_sort(out, std::ranges::greater{}, &Person::role);  // managers first
    return out;
}

bool can_type(const State& state) {
    return state.phase == Phase::filling && state.approver && locked_seconds(state) == 0;
}

bool can_confirm(const State& state) {
    return can_type(state) && state.reason && state.digits.size() >= kMinPin;
}

std::int64_t locked_seconds(const State& state) {
    return std::max<std::int64_t>(0, (state.locked_until_ms - state.now_ms + 999) / 1000);
}

}  // namespace mulin::pos::correct
