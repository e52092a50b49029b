// The queue must move although a try is not settled: with a supervisor's PIN cash is taken, and the try
// waits for a person. Never silently, and never within the same sale: the old try pays for nothing.
#include "pos/tender/answer.h"

namespace mulin::pos::tender {

void Answer::operator()(const CollectAnyway&) {
    if (!can_collect_anyway(s_)) return;
    s_.collecting = true;
    approve::open(s_.second, s_.cashier, s_.staff, s_.now_ms);
}

void Answer::operator()(const CollectCancel&) {
    if (s_.second.phase == approve::Phase::checking) return;
    approve::wipe(s_.second);
    s_.collecting = false;
}

void Answer::operator()(const PickSecond& intent) {
    if (s_.collecting) approve::pick(s_.second, intent.staff);
}

void Answer::operator()(const SecondKey& intent) {
    if (s_.collecting) approve::type(s_.second, intent.key);
}

void Answer::operator()(const SecondConfirm&) {
    if (!s_.collecting || !can_collect_anyway(s_)) return;
    if (auto check = approve::ask(s_.second)) effects_.push_back(CheckPin{*check});
}

void Answer::operator()(const PinChecked& intent) {
    if (!s_.collecting || !approve::take(s_.second, intent.answer)) return;
    // Meanwhile the answer may have come.
    if (can_collect_anyway(s_)) effects_.push_back(SetTryAside{s_.ref, *s_.second.approver});
    else s_.collecting = false;
}

void Answer::operator()(const CollectAllowed& intent) {
    if (s_.left || !s_.collecting || intent.ref != s_.ref) return;
    s_.left = true;
    effects_.push_back(SellForCash{s_.ref});
}

void Answer::operator()(const CollectRefused& intent) {
    if (s_.left || intent.ref != s_.ref) return;
    s_.collecting = false;
    s_.channel_text = intent.message;
}

bool can_collect_anyway(const State& state) {
    if (state.left || !state.taken.empty() || state.resumed) return false;
    if (state.phase == Phase::giving_up || state.phase == Phase::review) return true;
    return state.phase == Phase::running && state.attempt_state == payment::AttemptState::unknown;
}

}  // namespace mulin::pos::tender
