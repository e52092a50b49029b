#include "pos/review/review.h"

#include <algorithm>

namespace mulin::pos::review {
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
        ask_anew(intent.now_ms);
        effects_.push_back(LoadItems{});
    }
    void operator()(const ItemsArrived& intent) {
        s_.loaded = true;
        s_.items = intent.items;
        if (picked(s_)) return;
        s_.picked.reset();
        forget_decision();
        if (!s_.items.empty()) s_.picked = s_.items.front().id;
    }
    void operator()(const Pick& intent) {
        if (busy() || s_.picked == intent.id) return;
        s_.picked = intent.id;
        s_.message.clear();
        s_.settled.clear();
        forget_decision();
    }
    void operator()(const Decide& intent) {
        if (busy() || !picked(s_)) return;
        s_.decision = intent.decision;
        s_.settled.clear();
    }
    void operator()(const PickReason& intent) {
        if (!busy()) s_.reason = intent.reason;
    }
    void operator()(const PickSecond& intent) { approve::pick(s_.second, intent.staff); }
    void operator()(const SecondKey& intent) { approve::type(s_.second, intent.key); }
    void operator()(const Confirm&) {
        if (!can_confirm(s_)) return;
        if (auto check = approve::ask(s_.second)) effects_.push_back(CheckPin{*check});
    }
    void operator()(const AskNow&) {
        if (const Item* item = picked(s_); item && !busy()) effects_.push_back(AskChannel{item->id, item->is_refund});
    }
    void operator()(const PinChecked& intent) {
        if (!approve::take(s_.second, intent.answer)) return;
        const Item* item = picked(s_);
        if (!item || !s_.decision || !s_.reason) return ask_anew(s_.second.now_ms);
        s_.phase = Phase::working;
        s_.message.clear();
        effects_.push_back(Carry{++s_.serial, item->id, item->is_refund, *s_.decision, name_of(*s_.reason), *s_.second.approver});
    }
    void operator()(const Decided& intent) {
        if (s_.phase != Phase::working || intent.serial != s_.serial) return;
        s_.phase = Phase::looking;
        s_.settled = intent.result;
        s_.picked.reset();
        forget_decision();
        ask_anew(s_.second.now_ms);
        effects_.push_back(LoadItems{});
    }
    void operator()(const Failed& intent) {
        if (s_.phase != Phase::working || intent.serial != s_.serial) return;
        s_.phase = Phase::looking;
        s_.message = intent.message;
        ask_anew(s_.second.now_ms);
        effects_.push_back(LoadItems{});
    }
    void operator()(const Tick& intent) { approve::tick(s_.second, intent.now_ms); }
    void operator()(const Back&) {
        if (busy()) return;
        approve::wipe(s_.second);
        effects_.push_back(Close{});
    }

  private:
    bool busy() const { return s_.phase == Phase::working || s_.second.phase == approve::Phase::checking; }
    void forget_decision() {
        s_.decision.reset();
        s_.reason.reset();
    }
    void ask_anew(std::int64_t now_ms) { approve::open(s_.second, s_.cashier, s_.staff, now_ms); }

    State& s_;
    std::vector<Effect>& effects_;
};

}  // namespace

const char* name_of(Decision decision) {
    switch (decision) {
        case Decision::paid: return "paid";
        case Decision::not_paid: return "not_paid";
        case Decision::money_back: return "money_back";
    }
    return "paid";
}

const char* name_of(Reason reason) {
    switch (reason) {
        case Reason::statement: return "statement";
        case Reason::telephone: return "telephone";
        case Reason::diners_phone: return "diners_phone";
        case Reason::other: return "other";
    }
    return "other";
}

std::vector<Effect> update(State& state, const Intent& intent) {
    std::vector<Effect> effects;
    std::visit(Answer(state, effects), intent);
    return effects;
}

const Item* picked(const State& state) {
    if (!state.picked) return nullptr;
    const auto found = std::ranges::find(state.items, *state.picked, &Item::id);
    return found == state.items.end() ? nullptr : &*found;
}

bool can_confirm(const State& state) {
    return state.phase == Phase::looking && picked(state) && state.decision && state.reason && approve::can_ask(state.second);
}

}  // namespace mulin::pos::review
