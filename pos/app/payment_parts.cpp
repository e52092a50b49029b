// The payment desk's part of a sale that is paid in several parts. What was taken stands in the
// remembered order and in the attempts, so that a restart finds exactly what happened.
#include <algorithm>

#include "pos/app/payment_desk.h"

namespace mulin::pos {
namespace {

using payment::AttemptState;

sync::Quote quote_of(const sync::Sale& sale) {
    sync::Quote quote;
    quote.list = sale.list;
    quote.delivery = sale.delivery;
    quote.benefits = sale.benefits;
    quote.paid = sale.paid;
    return quote;
}

// The cash rounding belongs to the part that settled the sale.
tender::Part part_of(const sync::Payment& paid, std::int64_t number, sync::Money rounding) {
    tender::Part part;
    part.number = number;
    part.tender = paid.method;
    part.amount = paid.amount;
    part.rounding = paid.method == "cash" ? rounding : sync::Money();
    part.given = paid.given;
    part.change = paid.change;
    part.discounts = paid.discounts;
    return part;
}

}  // namespace

Answer<sync::Sale> PaymentDesk::order_so_far(const TenderOrder& order, const std::string& price_tender, sync::Money total) {
    MULIN_ASK(auto kept, checkout_.remembered(order.ref));
    if (kept) {
        MULIN_ASK(const auto attempts, till_.runner().attempts_of(order.ref));
        auto here = taken_parts(*kept, attempts);
        if (!here.empty() || order.order.items.empty()) {
            kept->payments = std::move(here);
            kept->cash_rounding = {};
            return std::move(*kept);
        }
    }
    return priced_sale(order, price_tender, total);
}

void PaymentDesk::take_cash(const TenderOrder& order, const tender::TakeCash& cash) {
    worker_.post([this, order, cash] {
        auto sale = order_so_far(order, cash.price_tender, cash.total);
        if (!sale) return failed(order.ref, phrases_.sentence(sale.error()));
        sync::Payment part;
        part.method = part.channel = "cash";
        part.amount = cash.amount;
        part.given = cash.given;
        part.change = cash.change;
        part.outcome = payment::Outcome::approved;
        sale->payments.push_back(part);
        sale->cash_rounding = cash.rounding;
        if (const auto kept = checkout_.remember(*sale); !kept) return failed(order.ref, phrases_.sentence(kept.error()));
        auto& waiting = waiting_[order.ref];
        waiting.order = order;
        waiting.parked = false;
        waiting.numbers = std::max(waiting.numbers, cash.number);
        inbox_.post(tender::Intent(tender::PartTaken{order.ref, cash.number}));
        settle(order.ref);
    });
}

// A screen that was left, or that this program never had, learns that a sale waits for its rest.
void PaymentDesk::part_paid(const std::string& ref, const Settlement& settled) {
    const auto found = waiting_.find(ref);
    if (found != waiting_.end() && !found->second.parked) return;
    auto& waiting = waiting_[ref];
    waiting.parked = true;
    waiting.order.ref = ref;
    sync::Money taken;
    for (const auto& part : settled.taken) taken += part.amount;
    inbox_.post(ShellIntent(OrderFound{ref, payment::to_yuan(taken)}));
}

void PaymentDesk::resume(const std::string& ref) {
    worker_.post([this, ref] {
        const auto settled = checkout_.settle(ref);
        if (!settled || settled->standing != Standing::part_paid) return;
        auto& waiting = waiting_[ref];
        waiting.parked = false;
        tender::Resume resume;
        resume.begin.ref = ref;
        const auto& order = *settled->order;
        if (order.diner) {
            const auto diner = till_.store().diner(*order.diner);
            if (diner && *diner) resume.begin.name = (*diner)->name;
        }
        waiting.order.diner_name = resume.begin.name;
        for (const auto& line : order.lines) resume.begin.items += line.quantity;
        for (const char* tender : {"senior_card", "qr", "cash"}) resume.begin.options.push_back({tender, quote_of(order)});
        resume.begin.now_ms = now_ms();
        resume.begin.training = order.training;
        resume.begin.rounding_unit = till_.config().cash.unit;
        resume.price_tender = "cash";  // every option holds the sale's own price
        for (const auto& part : settled->taken) {
            const std::int64_t number = ++waiting.numbers;
            if (!part.attempt.empty() && part.method != "cash") waiting.attempts[number] = part.attempt;
            resume.taken.push_back(part_of(part, number, order.cash_rounding));
        }
        resume.attempts = waiting.numbers;
        inbox_.post(ShellIntent(OrderResumed{resume}));
    });
}

void PaymentDesk::give_back(const tender::GiveBackPart& asked) {
    worker_.post([this, asked] {
        const auto stays = [&](const std::string& why) {
            inbox_.post(tender::Intent(tender::PartStays{asked.ref, asked.number, why}));
        };
        const auto& attempts = waiting_[asked.ref].attempts;
        if (const auto found = attempts.find(asked.number); found != attempts.end()) {
            const auto now = till_.runner().undo(found->second);
            if (!now) return stays(phrases_.sentence(now.error()));
            return changed(asked.ref, *now);
        }
        const auto kept = checkout_.remembered(asked.ref);
        if (!kept || !*kept) return stays(kept ? "" : phrases_.sentence(kept.error()));
        sync::Sale order = **kept;
        const auto cash = std::ranges::find_if(order.payments, [&](const sync::Payment& part) {
            return part.method == "cash" && part.amount == asked.amount;
        });
        if (cash != order.payments.end()) order.payments.erase(cash);
        order.cash_rounding = {};
        if (const auto written = checkout_.remember(order); !written) return stays(phrases_.sentence(written.error()));
        inbox_.post(tender::Intent(tender::PartReturned{asked.ref, asked.number}));
    });
}

void PaymentDesk::forget(const std::string& ref) {
    worker_.post([this, ref] {
        const auto settled = checkout_.settle(ref);
        if (settled && settled->standing == Standing::unpaid) (void)checkout_.forget(ref);
        waiting_.erase(ref);
    });
}

void PaymentDesk::collect_anyway(const tender::SetTryAside& asked) {
    worker_.post([this, asked] {
        const auto all = till_.runner().attempts_of(asked.ref);
        const auto no = [&](const std::string& why) {
            inbox_.post(tender::Intent(tender::CollectRefused{asked.ref, why}));
        };
        if (!all) return no(phrases_.sentence(all.error()));
        const std::string reason = kCashCollected;
        for (const auto& attempt : *all) {
            if (attempt.state == AttemptState::approved)
                return no(std::string(phrases_.words()(text::Msg::app_paid_after_all)));
            if (payment::is_settled(attempt.state)) continue;
            const auto aside = till_.runner().set_aside(attempt.id, asked.approver.text(), reason);
            if (!aside) return no(phrases_.sentence(aside.error()));
        }
        // Whatever this attempt turns out to be, it pays for no sale any more.
        if (const auto gone = checkout_.forget(asked.ref); !gone) return no(phrases_.sentence(gone.error()));
        waiting_.erase(asked.ref);
        count_reviews();
        inbox_.post(tender::Intent(tender::CollectAllowed{asked.ref}));
    });
}

}  // namespace mulin::pos
