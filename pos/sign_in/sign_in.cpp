#include "pos/sign_in/sign_in.h"

#include <algorithm>

namespace mulin::pos::sign_in {
namespace {

class Answer {
  public:
    Answer(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const StaffArrived& intent) {
        s_.staff = intent.staff;
        tick(intent.now_ms);
        if (s_.chosen && !chosen(s_)) to_names();
    }

    void operator()(const Choose& intent) {
        if (s_.phase == Phase::checking || s_.phase == Phase::done || s_.chosen == intent.staff) return;
        choose(intent.staff);
    }

    void operator()(const BadgeScanned& intent) { (*this)(Choose{intent.staff}); }

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

    void operator()(const Enter&) {
        if (!can_enter(s_)) return;
        s_.phase = Phase::checking;
        s_.trouble = Trouble::none;
        effects_.push_back(CheckPin{++s_.serial, *s_.chosen, std::move(s_.digits)});
        s_.digits.clear();
    }

    void operator()(const Back&) {
        if (s_.phase == Phase::typing) to_names();
    }

    void operator()(const Tick& intent) {
        tick(intent.now_ms);
        const StaffTile* tile = chosen(s_);
        if (s_.trouble == Trouble::locked && tile && locked_seconds(s_, *tile) == 0) s_.trouble = Trouble::none;
    }

    void operator()(const PinAccepted& intent) {
        const StaffTile* tile = chosen(s_);
        if (s_.phase != Phase::checking || intent.serial != s_.serial || !tile) return;
        s_.phase = Phase::done;
        effects_.push_back(SignedIn{tile->id, tile->role});
    }

    void operator()(const PinRefused& intent) {
        if (s_.phase != Phase::checking || intent.serial != s_.serial) return;
        tick(intent.now_ms);
        for (StaffTile& tile : s_.staff) {
            if (tile.id == s_.chosen) tile.locked_until_ms = intent.locked_until_ms;
        }
        s_.phase = Phase::typing;
        s_.trouble = chosen(s_) && locked_seconds(s_, *chosen(s_)) > 0 ? Trouble::locked : Trouble::wrong_pin;
    }

    void operator()(const CheckFailed& intent) {
        if (s_.phase != Phase::checking || intent.serial != s_.serial) return;
        s_.phase = Phase::typing;
        s_.trouble = Trouble::check_failed;
        s_.message = intent.message;
    }

  private:
    void choose(const sync::StaffId& staff) {
        if (std::ranges::find(s_.staff, staff, &StaffTile::id) == s_.staff.end()) return;
        s_.chosen = staff;
        s_.phase = Phase::typing;
        s_.digits.clear();
        s_.trouble = locked_seconds(s_, *chosen(s_)) > 0 ? Trouble::locked : Trouble::none;
    }

    void to_names() {
        s_.chosen.reset();
        s_.phase = Phase::choosing;
        s_.digits.clear();
        s_.trouble = Trouble::none;
    }

    void tick(std::int64_t now_ms) { s_.now_ms = std::max(s_.now_ms, now_ms); }

    State& s_;
    std::vector<Effect>& effects_;
};

}  // namespace

std::vector<Effect> update(State& state, const Intent& intent) {
    std::vector<Effect> effects;
    std::visit(Answer(state, effects), intent);
    return effects;
}

const StaffTile* chosen(const State& state) {
    if (!state.chosen) return nullptr;
    auto found = std::ranges::find(state.staff, *state.chosen, &StaffTile::id);
    return found == state.staff.end() ? nullptr : &*found;
}

std::int64_t locked_seconds(const State& state, const StaffTile& tile) {
    return std::max<std::int64_t>(0, (tile.locked_until_ms - state.now_ms + 999) / 1000);
}

bool can_type(const State& state) {
    const StaffTile* tile = chosen(state);
    return state.phase == Phase::typing && tile && locked_seconds(state, *tile) == 0;
}

bool can_enter(const State& state) { return can_type(state) && state.digits.size() >= kMinPin; }

}  // namespace mulin::pos::sign_in
