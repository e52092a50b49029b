// A till that sells one meal for cash, gives it back, and prints both slips, without a counter: the real
// store, checkout, refund and printing. What an earlier run left waiting is printed first.
//   slip_probe DIR            prints what waits, and ends
//   slip_probe DIR sell       ... then sells, refunds and prints
//   slip_probe DIR reprint    ... then prints the newest slip again
// Ends with 0 when no slip waits any more.

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "pos/app/after_sale.h"
#include "pos/app/checkout.h"
#include "pos/app/pricing.h"
#include "pos/app/refund_sale.h"
#include "pos/app/shift.h"

namespace {

using namespace mulin;
using namespace mulin::pos;

int stop(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    return 3;
}

int sell_and_give_back(Till& till, AfterSale& after) {
    Order order;
    order.items.push_back({sync::ItemId("set-a"), 1, 0});
    order.tender = "cash";
    auto priced = price_order(till, order);
    if (!priced) return stop(priced.error().message);
    sync::Sale sale = priced->draft;
    sale.ref = till.ids().next_text();
    sale.cashier = cashier_on_shift(till);
    sale.shift = till.store().current_shift().value()->shift;
    sync::Payment part;
    part.method = part.channel = "cash";
    part.amount = part.given = sale.paid;
    sale.payments = {part};
    till.note_for_slip(sale.at, "这一句也要印在小票上");
    Checkout checkout(till);
    const auto committed = checkout.commit_at_once(sale);
    if (!committed) return stop(committed.error().message);
    after.sale_made({*committed, ""});
    RefundAsked asked;
    asked.ref = till.ids().next_text();
    asked.sale = committed->key;
    asked.reason = "wrong_item";
    asked.cashier = sale.cashier;
    asked.approver = sync::StaffId("manager");
    const auto refunded = begin_refund(till, asked);
    if (!refunded) return stop(refunded.error().message);
    after.refund_made(*refunded->committed, sale);
    return 0;
}

// Jobs are done in order: when a test of no device has been answered, everything before it is done.
void wait_for_the_printer(AfterSale& after, Inbox& inbox) {
    after.test("none");
    for (;;) {
        for (const auto& intent : inbox.drain()) {
            const auto* told = std::get_if<settings::Intent>(&intent);
            if (told != nullptr && std::holds_alternative<settings::DeviceTested>(*told)) return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) return 2;
    const std::string what = count > 2 ? arguments[2] : "";
    const payment::SystemClock clock;
    payment::SystemRandom random;
    auto till = Till::open(arguments[1], clock, random);
    if (!till) return stop(till.error().message);
    auto phrases = Phrases::load();
    if (!phrases) return stop(phrases.error().message);
    Inbox inbox;
    AfterSale after(**till, inbox, *phrases);
    if (what == "sell")
        if (const int problem = sell_and_give_back(**till, after); problem != 0) return problem;
    if (what == "reprint") after.reprint_last();
    wait_for_the_printer(after, inbox);
    const auto waiting = (*till)->store().slips().waiting();
    return waiting && waiting->empty() ? 0 : 1;
}
