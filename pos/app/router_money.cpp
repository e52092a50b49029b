// The router's part of looking into money that was taken: refunds, and what a person must decide.
#include "pos/app/match.h"
#include "pos/app/router.h"

namespace mulin::pos {

void Router::shell(const OpenReviews&) {
    if (state_.screen == Screen::tender || !state_.shell.staff) return;
    go(Screen::review);
    then(review::Intent(review::Opened{person_of(*state_.shell.staff), people_of(state_.sign_in), state_.tender.now_ms}));
}

void Router::shell(const OpenRefund& open) {
    if (state_.screen == Screen::tender || !state_.shell.staff) return;
    go(Screen::refund);
    (void)refund::update(state_.refund, refund::Opened{person_of(*state_.shell.staff), people_of(state_.sign_in), state_.tender.now_ms});
    if (open.sale) work(LoadRefund{*open.sale, state_.refund.serial});
}

void Router::take(const refund::Intent& intent) {
    for (auto& effect : refund::update(state_.refund, intent)) {
        std::visit(Match{
                       [&](const refund::FindSales& e) { work(e); },
                       [&](const refund::Preview& e) { work(e); },
                       [&](const refund::CheckPin& e) {
                           work(CheckStaffPin{e.check.serial, e.check.staff, e.check.pin, PinFor::refund});
                       },
                       [&](const refund::GiveBack& e) {
                           if (state_.shell.staff) work(GiveRefund{e, state_.shell.staff->id});
                       },
                       [&](const refund::Close&) {
                           go(Screen::serve);
                           work(LoadShell{});
                       },
                   },
                   effect);
    }
}

void Router::take(const review::Intent& intent) {
    for (auto& effect : review::update(state_.review, intent)) {
        std::visit(Match{
                       [&](const review::LoadItems& e) { work(e); },
                       [&](const review::AskChannel& e) { work(e); },
                       [&](const review::CheckPin& e) {
                           work(CheckStaffPin{e.check.serial, e.check.staff, e.check.pin, PinFor::review});
                       },
                       [&](const review::Carry& e) { work(e); },
                       [&](const review::Close&) { go(Screen::serve); },
                   },
                   effect);
    }
}

}  // namespace mulin::pos
