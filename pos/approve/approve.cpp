#include "pos/approve/approve.h"

#include <algorithm>
#include <functional>
#include <iterator>

namespace mulin::pos::approve {

std::vector<Person> approvers_for(const Person& asking, const std::vector<Person>& staff) {
    std::vector<Person> out;
    std::ranges::copy_if(staff, std::back_inserter(out), [&](const Person& person) {
        const bool manager_stands_behind =
            asking.role == sync::Role::site_manager || person.role == sync::Role::site_manager;
        return person.id != asking.id && manager_stands_behind;
    });
    std::ranges::stable_sort(out, std::ranges::greater{}, &Person::role);  // managers first
    return out;
}

void open(State& state, const Person& asking, const std::vector<Person>& staff, std::int64_t now_ms) {
    const auto serial = state.serial;
    state = State{};
    state.serial = serial + 1;
    state.approvers = approvers_for(asking, staff);
    state.now_ms = now_ms;
    if (state.approvers.size() == 1) state.approver = state.approvers.front().id;
}

void pick(State& state, const sync::StaffId& staff) {
    if (state.phase != Phase::typing || state.approver == staff) return;
    if (std::ranges::find(state.approvers, staff, &Person::id) == state.approvers.end()) return;
    state.approver = staff;
    state.digits.clear();
    state.trouble = Trouble::none;
    state.locked_until_ms = 0;
}

void type(State& state, char key) {
    if (!can_type(state)) return;
    state.trouble = Trouble::none;
    if (key == '<') {
        if (!state.digits.empty()) state.digits.pop_back();
    } else if (key == 'c') {
        state.digits.clear();
    } else if (key >= '0' && key <= '9' && state.digits.size() < kMaxPin) {
        state.digits.push_back(key);
    }
}

void tick(State& state, std::int64_t now_ms) {
    state.now_ms = std::max(state.now_ms, now_ms);
    if (state.trouble == Trouble::locked && locked_seconds(state) == 0) state.trouble = Trouble::none;
}

void wipe(State& state) { state.digits.clear(); }

std::optional<CheckPin> ask(State& state) {
    if (!can_ask(state)) return std::nullopt;
    state.phase = Phase::checking;
    state.trouble = Trouble::none;
    CheckPin check{++state.serial, *state.approver, std::move(state.digits)};
    state.digits.clear();
    return check;
}

bool take(State& state, const PinChecked& answer) {
    if (state.phase != Phase::checking || answer.serial != state.serial) return false;
    state.now_ms = std::max(state.now_ms, answer.now_ms);
    if (answer.accepted) {
        state.phase = Phase::accepted;
        return true;
    }
    state.phase = Phase::typing;
    if (!answer.failure.empty()) {
        state.trouble = Trouble::failed;
        state.message = answer.failure;
        return false;
    }
    state.locked_until_ms = answer.locked_until_ms;
    state.trouble = locked_seconds(state) > 0 ? Trouble::locked : Trouble::wrong_pin;
    return false;
}

bool can_type(const State& state) {
    return state.phase == Phase::typing && state.approver && locked_seconds(state) == 0;
}

bool can_ask(const State& state) { return can_type(state) && state.digits.size() >= kMinPin; }

std::int64_t locked_seconds(const State& state) {
    return std::max<std::int64_t>(0, (state.locked_until_ms - state.now_ms + 999) / 1000);
}

}  // namespace mulin::pos::approve
