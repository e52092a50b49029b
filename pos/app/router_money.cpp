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
    state_.refund_from = state_.screen == Screen::day_report ? Screen::day_report : Screen::serve;
    go(Screen::refund);
    (void)refund::update(state_.refund, refund::Opened{person_of(*state_.shell.staff), people_of(state_.sign_in),
                                                       state_.tender.now_ms, open.sale.has_value()});
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
                           go(state_.refund_from);
                           if (state_.refund_from == Screen::day_report) then(day_report::Intent(day_report::Refresh{}));
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
