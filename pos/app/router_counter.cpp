// The router's part of the cash in the drawer: cards topped up in cash, and the shift.
#include "pos/app/match.h"
#include "pos/app/router.h"

namespace mulin::pos {

void Router::shell(const OpenTopUp&) {
    if (state_.screen == Screen::tender || !state_.shell.staff) return;
    top_up::Opened opened;
    if (state_.serve.diner) opened.diner = state_.serve.diner->id;
    go(Screen::top_up);
    then(top_up::Intent(opened));
}

void Router::shell(const OpenShiftScreen&) {
    if (state_.screen == Screen::tender || !state_.shell.staff) return;
    go(Screen::shift);
    then(shift::Intent(shift::Opened{}));
}

// The float is counted first; who has begun to serve goes on, with a drawer without one.
void Router::shell(const NoShift&) {
    if (!state_.shell.staff) return;
    const bool begun = state_.screen != Screen::serve || state_.serve.diner || !state_.serve.basket.empty();
    if (begun) return work(EnsureShift{state_.shell.staff->id});
    then(ShellIntent(OpenShiftScreen{}));
}

void Router::take(const top_up::Intent& intent) {
    for (auto& effect : top_up::update(state_.top_up, intent)) {
        std::visit(Match{
                       [&](const top_up::LoadCards& e) { work(e); },
                       [&](const top_up::FindCard& e) { work(e); },
                       [&](const top_up::TopUp& e) {
                           if (state_.shell.staff) work(TakeTopUp{e, state_.shell.staff->id});
                       },
                       [&](const top_up::ReportLost& e) {
                           if (state_.shell.staff) work(ReportLostCard{e, state_.shell.staff->id});
                       },
                       [&](const top_up::ReprintSlip&) { work(ReprintTopUp{}); },
                       [&](const top_up::Close&) { go(Screen::serve); },
                   },
                   effect);
    }
}

void Router::take(const shift::Intent& intent) {
    for (auto& effect : shift::update(state_.shift, intent)) {
        std::visit(Match{
                       [&](const shift::LoadShift& e) { work(e); },
                       [&](const shift::OpenShift& e) {
                           if (state_.shell.staff) work(OpenShiftNow{e, state_.shell.staff->id});
                       },
                       [&](const shift::Compare& e) { work(e); },
                       [&](const shift::CloseShift& e) {
                           if (state_.shell.staff) work(CloseShiftNow{e, state_.shell.staff->id});
                       },
                       [&](const shift::ReprintSlip&) { work(ReprintShift{}); },
                       [&](const shift::Close&) {
                           // Whoever serves first has a drawer without a float.
                           if (state_.shell.staff) work(EnsureShift{state_.shell.staff->id});
                           go(Screen::serve);
                       },
                       [&](const shift::EndOfDay&) { then(ShellIntent(SignOut{})); },
                   },
                   effect);
    }
}

}  // namespace mulin::pos
