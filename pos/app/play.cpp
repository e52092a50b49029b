#include "pos/app/play.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <thread>

#include "pos/app/adapters.h"
#include "pos/app/checkout.h"
#include "pos/app/play_actions.h"
#include "pos/app/play_top_up.h"
#include "pos/app/pricing.h"
#include "pos/app/refund_sale.h"
#include "pos/app/shift.h"
#include "pos/app/void_sale.h"
#include "payment/cash/change.h"

namespace mulin::pos {
namespace {

using payment::Attempt;

constexpr const char* kPartPaid = "part_paid";  // never an answer: the rest is taken, or all goes back

class Player {
  public:
    explicit Player(Till& till) : till_(till), checkout_(till) {}

    payment::Status recover();
    std::string answer(const std::string& line);

  private:
    Answer<std::string> perform(const Action& action);
    Answer<std::string> sell(const std::string& ref, const SellAction& action);
    Answer<std::string> resume(const std::string& ref);
    Answer<sync::Sale> draft(const std::string& ref, const SellAction& action);
    Answer<sync::CommittedSale> take_money(const sync::Sale& sale, const SellAction& action);
    Answer<sync::CommittedSale> wait_until_settled(const std::string& ref);
    Answer<sync::CommittedSale> give_up_order(const std::string& ref);
    Answer<std::string> status(const std::string& ref);
    Answer<std::string> give_back(const std::string& ref, const RefundAction& action);
    void run_due_attempts();

    Till& till_;
    Checkout checkout_;
    std::vector<Attempt> attempts_;  // of the action in hand, for its answer
};

payment::Status Player::recover() {
    MULIN_TRY(const auto settled, checkout_.recover());
    (void)settled;
    MULIN_TRY(const auto refunds, till_.refund_runner().recover());
    (void)refunds;
    return payment::ok();
}

std::string Player::answer(const std::string& line) {
    std::string ref_json;
    attempts_.clear();
    const auto action = parse_action(line, ref_json);
    if (!action) return refusal_answer(ref_json, action.error());
    const auto done = perform(*action);
    return done ? *done : refusal_answer(ref_json, done.error(), attempts_);
}

Answer<std::string> Player::perform(const Action& action) {
    if (const auto* sell_action = std::get_if<SellAction>(&action.what)) return sell(action.ref, *sell_action);
    if (const auto* void_action = std::get_if<VoidAction>(&action.what)) {
        VoidAsked asked{action.ref, sync::EpochId(void_action->epoch), void_action->seq,
                        void_action->reason, cashier_on_shift(till_), void_action->approver};
        const auto voided = void_sale(till_, asked);
        if (!voided) return tl::make_unexpected(voided.error());
        return void_answer(action.ref, voided->key, voided->record.target);
    }
    if (const auto* back = std::get_if<RefundAction>(&action.what)) return give_back(action.ref, *back);
    if (const auto* on_card = std::get_if<TopUpAction>(&action.what)) return play_top_up(till_, action.ref, *on_card);
    if (const auto* open = std::get_if<OpenShiftAction>(&action.what)) {
        const auto shift = open_shift(till_, open->drawer_float, sync::StaffId(open->cashier));
        if (!shift) return tl::make_unexpected(shift.error());
        return shift_answer(action.ref, *shift);
    }
    if (const auto* close = std::get_if<CloseShiftAction>(&action.what)) {
        const auto shift = close_shift(till_, close->counted, sync::StaffId(close->cashier));
        if (!shift) return tl::make_unexpected(shift.error());
        return shift_answer(action.ref, *shift);
    }
    return status(action.ref);
}

// Waits until every channel has said what became of its part.
Answer<std::string> Player::give_back(const std::string& ref, const RefundAction& action) {
    if (action.reason.empty()) return refuse("no_reason", "A refund needs a reason.");
    auto approver = find_approver(till_, action.approver);
    if (!approver) return tl::make_unexpected(approver.error());
    RefundAsked asked;
    asked.ref = ref;
    asked.sale = {till_.id(), sync::EpochId(action.epoch), action.seq};
    for (const auto& line : action.lines) asked.lines.push_back({line.line, line.quantity});
    asked.reason = action.reason;
    asked.cashier = cashier_on_shift(till_);
    asked.approver = approver->id;
    if (asked.approver == asked.cashier) return refuse("same_person", "A second person must approve a refund; ask the manager.");
    auto standing = begin_refund(till_, asked);
    while (standing && standing->where == RefundStanding::Where::waiting) {
        const auto under_review = till_.store().refund_tasks().under_review();
        if (under_review && !under_review->empty())
            return refuse("refund_unresolved", "It is not known whether the money went back; a manager must look. Nothing else was refunded.");
        const auto next = till_.refund_runner().next_due();
        const auto now = till_.clock().monotonic();
        const std::int64_t wait_ms = next ? std::clamp<std::int64_t>(next->ms - now.ms, 0, 200) : 50;
        std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
        for (const auto& id : till_.refund_runner().due()) (void)till_.refund_runner().step(id);
        standing = go_on_with_refund(till_, standing->record);
    }
    if (!standing) return tl::make_unexpected(standing.error());
    if (standing->where == RefundStanding::Where::refused)
        return refuse("refund_refused", "The channel refused to give the money back; nothing was refunded. " + standing->message);
    return refund_answer(ref, standing->committed->key, standing->committed->stored);
}

Answer<std::string> Player::status(const std::string& ref) {
    MULIN_ASK(const auto state, till_.store().sync_state());
    MULIN_ASK(const auto shift, till_.store().current_shift());
    MULIN_ASK(const auto day, till_.store().day_report(payment::china_date(till_.now().at)));
    return status_answer(ref, till_.id(), state, shift, day);
}

Answer<std::string> Player::sell(const std::string& ref, const SellAction& action) {
    MULIN_ASK(const auto sold, till_.store().find_sale_by_ref(ref));
    if (sold) return sale_answer(ref, {sold->key, true, sold->sale});
    MULIN_ASK(const auto open, checkout_.remembered(ref));
    if (open) {
        // The same sale, cut off before its answer: what became of its money comes first, then what is
        // missing of it is taken.
        auto resumed = wait_until_settled(ref);
        if (!resumed && resumed.error().code == kPartPaid) resumed = take_money(*open, action);
        if (resumed) return sale_answer(ref, *resumed);
        if (resumed.error().code != "declined") return tl::make_unexpected(resumed.error());
    }
    const auto sale = draft(ref, action);
    if (!sale) return tl::make_unexpected(sale.error());
    const auto committed = take_money(*sale, action);
    if (!committed) return tl::make_unexpected(committed.error());
    return sale_answer(ref, *committed);
}

// One planned payment as asked; what cash must settle is rounded, and the difference kept on the sale.
Answer<sync::Payment> plan_part(const Till& till, const TenderAsked& asked, sync::Money amount, sync::Sale& sale) {
    sync::Payment part;
    part.method = asked.method;
    part.channel = channel_for(till.config(), asked.method, asked.code);
    part.amount = amount;
    if (part.channel.empty())
        return refuse("unknown_code", "This code belongs to no payment channel set up here; ask for another code or tender.");
    if (asked.method != "cash") return part;
    const auto rounding = payment::round_cash(amount, till.config().cash.mode, till.config().cash.unit);
    sale.cash_rounding += rounding;
    part.amount += rounding;
    part.given = asked.given.value_or(part.amount);
    if (part.given < part.amount)
        return refuse("underpaid", "Cash given is less than what is due (" + payment::to_yuan(part.amount) + "); ask for the rest.");
    part.change = part.given - part.amount;
    return part;
}

Answer<payment::Unit> plan_payments(const Till& till, const SellAction& action, sync::Sale& sale) {
    sync::Money left = sale.paid;
    for (const auto& asked : action.tenders) {
        const auto amount = asked.amount.value_or(left);
        if (amount > left)
            return refuse("overpaid", "The tenders come to more than what the diner pays (" + payment::to_yuan(sale.paid) + ").");
        left -= amount;
        if (amount.is_zero() && asked.method != "cash") continue;
        auto part = plan_part(till, asked, amount, sale);
        if (!part) return tl::make_unexpected(part.error());
        sale.payments.push_back(*part);
    }
    if (!left.is_zero())
        return refuse("underpaid", "The tenders leave " + payment::to_yuan(left) + " unpaid of " + payment::to_yuan(sale.paid) + ".");
    return payment::Unit{};
}

Answer<sync::Sale> Player::draft(const std::string& ref, const SellAction& action) {
    MULIN_ASK(const auto shift, till_.store().current_shift());
    if (!shift) return refuse("no_shift", "No shift is open; open one before selling.");
    Order order = action.order;
    if (!action.tenders.empty())
        order.tender = tender_name(till_.config(), action.tenders.front().method, action.tenders.front().code);
    if (order.presented.empty()) order.presented = presented_for(till_, order.diner);
    auto priced = price_order(till_, order);
    if (!priced) return tl::make_unexpected(priced.error());
    if (priced->quote.refused) return refuse("policy_" + priced->quote.refused->code, priced->quote.refused->zh + " / " + priced->quote.refused->en);
    auto sale = std::move(priced->draft);
    sale.ref = ref;
    sale.cashier = shift->cashier;
    sale.shift = shift->shift;
    const auto planned = plan_payments(till_, action, sale);
    if (!planned) return tl::make_unexpected(planned.error());
    return sale;
}

// True when the money of such a part is here; each counts once.
bool strike(std::vector<sync::Payment>& here, const sync::Payment& part) {
    const auto found = std::ranges::find_if(here, [&](const sync::Payment& paid) {
        return paid.method == part.method && paid.amount == part.amount;
    });
    if (found == here.end()) return false;
    here.erase(found);
    return true;
}

Answer<sync::CommittedSale> Player::take_money(const sync::Sale& sale, const SellAction& action) {
    const bool cash_only = std::ranges::all_of(sale.payments, [](const auto& part) { return part.channel == "cash"; });
    if (cash_only) {
        MULIN_ASK(auto committed, checkout_.commit_at_once(sale));
        return committed;
    }
    if (auto kept = checkout_.remember(sale); !kept) return refuse(kept.error());
    MULIN_ASK(const auto before, till_.runner().attempts_of(sale.ref));
    auto here = taken_parts(sale, before);
    std::size_t asked = 0;
    for (const auto& part : sale.payments) {
        while (asked < action.tenders.size() && action.tenders[asked].method != part.method) ++asked;
        const std::string code = asked < action.tenders.size() ? action.tenders[asked++].code : "";
        if (part.channel == "cash" || strike(here, part)) continue;
        auto attempt = checkout_.start(sale, part, code);
        if (!attempt) {
            (void)give_up_order(sale.ref);
            return refuse(attempt.error());
        }
        while (!payment::is_settled(attempt->state) && attempt->state != payment::AttemptState::manual_review) {
            run_due_attempts();
            MULIN_ASK(const auto all, till_.runner().attempts_of(sale.ref));
            *attempt = all.back();
        }
        if (attempt->state != payment::AttemptState::approved) return give_up_order(sale.ref);
    }
    return wait_until_settled(sale.ref);
}

// A part was not taken: what the others took goes back, so that a refused sale has taken nothing.
Answer<sync::CommittedSale> Player::give_up_order(const std::string& ref) {
    auto settled = wait_until_settled(ref);
    if (settled || settled.error().code != kPartPaid) return settled;
    MULIN_ASK(const auto going_back, checkout_.give_back(ref));
    (void)going_back;
    return wait_until_settled(ref);
}

void Player::run_due_attempts() {
    for (const auto& id : till_.runner().due()) (void)till_.runner().step(id);
    const auto next = till_.runner().next_due();
    const auto now = till_.clock().monotonic();
    const std::int64_t wait_ms = next ? std::clamp<std::int64_t>(next->ms - now.ms, 0, 200) : 50;
    std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
}

Answer<sync::CommittedSale> Player::wait_until_settled(const std::string& ref) {
    for (;;) {
        MULIN_ASK(const auto state, checkout_.settle(ref));
        attempts_ = state.attempts;
        switch (state.standing) {
            case Standing::paid: return *state.sale;
            case Standing::needs_person:
                return refuse("payment_unresolved",
                              "It is not known whether the money was taken; do not ask the diner again, a manager must look.");
            case Standing::part_paid: return refuse(kPartPaid, "Only a part of this sale was paid.");
            case Standing::unpaid: {
                if (auto gone = checkout_.forget(ref); !gone) return refuse(gone.error());
                return refuse("declined", "The payment was not taken; ask for another way to pay.");
            }
            case Standing::waiting: run_due_attempts();
        }
    }
}

int play_lines(Player& player, std::istream& in, std::ostream& out) {
    for (std::string line; std::getline(in, line);) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        out << player.answer(line) << '\n' << std::flush;
    }
    return 0;
}

}  // namespace

int run_play(const std::filesystem::path& data_dir, const std::string& file, std::ostream& out, std::ostream& err) {
    std::ifstream stream;
    if (file != "-") {
        stream.open(file);
        if (!stream) {
            err << "mulin-pos: cannot read " << file << "; check that it is there.\n";
            return 2;
        }
    }
    const payment::SystemClock clock;
    payment::SystemRandom random;
    auto till = Till::open(data_dir, clock, random);
    if (!till) {
        err << "mulin-pos: " << till.error().message << '\n';
        return 3;
    }
    Player player(**till);
    if (auto recovered = player.recover(); !recovered) {
        err << "mulin-pos: " << recovered.error().message << '\n';
        return 3;
    }
    return play_lines(player, file == "-" ? std::cin : stream, out);
}

}  // namespace mulin::pos
