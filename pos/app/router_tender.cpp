// The router's part of taking money: opening the tender screen, what it asks for, and sales that were
// found paid in part.
#include <algorithm>

#include "pos/app/match.h"
#include "pos/app/router.h"

namespace mulin::pos {
namespace {

// A sale put aside half paid comes back by itself.
constexpr std::int64_t kAsideMs = 180'000;

}  // namespace

approve::Person person_of(const SignedInStaff& staff) { return {staff.id, staff.name, staff.role}; }

std::vector<approve::Person> people_of(const sign_in::State& state) {
    std::vector<approve::Person> out;
    for (const auto& tile : state.staff) out.push_back({tile.id, tile.name, tile.role});
    return out;
}

void Router::start_tender(const serve::StartTender& order) {
    if (!state_.shell.staff) return;
    begin_tender({next_ref_(), state_.shell.staff->id, order}, order.tender, order.payment_code);
}

void Router::begin_tender(OpenSale sale, const std::string& tender, const std::string& payment_code) {
    const auto& order = sale.order;
    tender::Begin begin;
    begin.ref = sale.ref;
    begin.name = order.name;
    for (const auto& line : order.lines) begin.items += line.quantity;
    for (const auto& quote : order.quotes) begin.options.push_back({quote.tender, quote.quote});
    begin.tender = tender;
    begin.rounding_unit = state_.tender.rounding_unit;
    begin.presented_kind = order.presented.kind;
    begin.presented_code = order.presented.code;
    begin.payment_code = payment_code;
    if (!payment_code.empty()) begin.wallet = kind_of(payment_code).wallet;
    begin.now_ms = state_.tender.now_ms;
    begin.training = state_.shell.training;
    begin.can_present = state_.shell.can_present;
    begin.trouble = state_.shell.channel_trouble;
    begin.cashier = person_of(*state_.shell.staff);
    begin.staff = people_of(state_.sign_in);
    state_.sale = std::move(sale);
    go(Screen::tender);
    then(tender::Intent(begin));
}

void Router::take(const tender::Intent& intent) {
    for (const auto& effect : tender::update(state_.tender, intent)) perform(effect);
}

void Router::perform(const tender::Effect& effect) {
    const auto with_sale = [this](auto make) {
        if (state_.sale) work(make(*state_.sale));
    };
    std::visit(Match{
                   [&](const tender::CommitCash& e) { with_sale([&](const OpenSale& s) { return CommitCash{s, e}; }); },
                   [&](const tender::CommitFree&) { with_sale([&](const OpenSale& s) { return CommitFree{s}; }); },
                   [&](const tender::CommitPaid& e) { work(CommitPaid{e.ref}); },
                   [&](const tender::StartAttempt& e) { with_sale([&](const OpenSale& s) { return StartAttempt{s, e}; }); },
                   [&](const tender::TakeCash& e) { with_sale([&](const OpenSale& s) { return TakeCash{s, e}; }); },
                   [&](const tender::QueryAttempt& e) { work(e); },
                   [&](const tender::GiveUpAttempt& e) { work(e); },
                   [&](const tender::GiveBackPart& e) { work(e); },
                   [&](const tender::SetTryAside& e) { work(e); },
                   [&](const tender::CheckPin& e) {
                       work(CheckStaffPin{e.check.serial, e.check.staff, e.check.pin, PinFor::tender});
                   },
                   [&](const tender::SellForCash&) {
                       if (!state_.sale || !state_.shell.staff) return;
                       OpenSale again = *state_.sale;
                       again.ref = next_ref_();
                       begin_tender(std::move(again), "cash", "");
                   },
                   [&](const tender::Park& e) {
                       work(ParkSale{e.ref});
                       then(serve::Intent(serve::SaleSetAside{payment::to_yuan(e.amount)}));
                       if (!state_.tender.taken.empty())
                           state_.found.push_back({e.ref, payment::to_yuan(tender::taken_sum(state_.tender)),
                                                   state_.tender.now_ms + kAsideMs});
                       end_sale();
                   },
                   [&](const tender::Abandon& e) {
                       work(ForgetOrder{e.ref});
                       then(serve::Intent(serve::TenderAbandoned{e.message}));
                       end_sale();
                   },
                   [&](const tender::Finish& e) {
                       end_sale();
                       if (e.lookup) then(serve::Intent(serve::ChangeDiner{}));
                   },
                   [&](const tender::IdentifyNext& e) {
                       end_sale();
                       then(serve::Intent(serve::ScanArrived{e.code}));
                   },
               },
               effect);
}

void Router::end_sale() {
    state_.sale.reset();
    go(Screen::serve);
    work(LoadShell{});
}

void Router::shell(const OrderFound& found) {
    const auto same = std::ranges::find(state_.found, found.ref, &FoundOrder::ref);
    if (same != state_.found.end()) return;
    state_.found.push_back({found.ref, found.taken, 0});
    resume_found();
}

// Never half paid: as soon as nobody stands at the counter the open sale is on the screen.
void Router::resume_found() {
    const bool free = state_.screen == Screen::serve && state_.shell.staff && !state_.sale &&
                      state_.serve.who == serve::Who::nobody && !state_.serve.tendering;
    if (!free) return;
    const auto next = std::ranges::find_if(
        state_.found, [&](const FoundOrder& found) { return found.not_before_ms <= state_.tender.now_ms; });
    if (next == state_.found.end()) return;
    next->not_before_ms = state_.tender.now_ms + kAsideMs;  // asked for once
    work(ResumeOrder{next->ref});
}

void Router::shell(const OrderResumed& resumed) {
    if (state_.screen != Screen::serve || state_.serve.who != serve::Who::nobody || state_.sale || !state_.shell.staff) {
        for (auto& found : state_.found)
            if (found.ref == resumed.resume.begin.ref) found.not_before_ms = 0;
        work(ParkSale{resumed.resume.begin.ref});
        return;
    }
    OpenSale sale;
    sale.ref = resumed.resume.begin.ref;
    sale.cashier = state_.shell.staff->id;
    state_.sale = std::move(sale);
    auto resume = resumed.resume;
    resume.begin.can_present = state_.shell.can_present;
    resume.begin.trouble = state_.shell.channel_trouble;
    resume.begin.cashier = person_of(*state_.shell.staff);
    resume.begin.staff = people_of(state_.sign_in);
    std::erase_if(state_.found, [&](const FoundOrder& found) { return found.ref == resume.begin.ref; });
    go(Screen::tender);
    then(tender::Intent(resume));
}

void Router::shell(const ChannelTrouble& trouble) {
    state_.shell.channel_trouble = trouble.trouble;
    state_.shell.channels_out = trouble.names;
    then(tender::Intent(tender::TroubleArrived{trouble.trouble}));
}

}  // namespace mulin::pos
