#include "pos/app/payment_desk.h"

#include <algorithm>

#include "pos/app/adapters.h"
#include "pos/app/pricing.h"
#include "pos/app/shift.h"

namespace mulin::pos {
namespace {

using payment::Attempt;

constexpr std::int64_t kTellAtStartMs = 2'000;   // what is known by then needs no telling
constexpr std::int64_t kHealthQuestion = 0;      // the runners number their calls from 1
constexpr std::int64_t kRecoverAgainMs = 2'000;  // after a start at which the journal could not be read or written

sync::Payment channel_part(const Till& till, const std::string& method, sync::Money amount, const std::string& code) {
    sync::Payment part;
    part.method = method;
    part.channel = channel_for(till.config(), method, code);
    part.amount = amount;
    return part;
}

}  // namespace

PaymentDesk::PaymentDesk(Till& till, Inbox& inbox, const Phrases& phrases, Listeners listeners)
    : till_(till), inbox_(inbox), phrases_(phrases), listeners_(std::move(listeners)), checkout_(till),
      lines_([this] { worker_.post([this] { hear(); }); }), worker_([this] { return tick(); }) {}

PaymentDesk::~PaymentDesk() {
    worker_.stop();
    lines_.close();
    till_.runner().carry_calls({});
    till_.refund_runner().carry_calls({});
    till_.runner().complete_with({});
    till_.on_progress({});
    till_.on_alarm({});
}

// On the worker, before anything else there.
void PaymentDesk::open() {
    opened_ = true;
    const auto carry = [this](payment::ChannelCall call) { lines_.carry(std::move(call)); };
    till_.runner().carry_calls(carry);
    till_.refund_runner().carry_calls(carry);
    till_.on_progress([this](const payment::AttemptId& id, const payment::Progress& progress) { lines_.progressed(id, progress); });
    till_.on_alarm([this](const payment::Alarm& alarm) { health_.alarm(alarm, now_ms()); });
}

std::int64_t PaymentDesk::tick() {
    if (!opened_) open();
    if (!recovered_ && now_ms() >= recover_at_ms_) recover();
    for (const auto& id : till_.runner().due()) {
        if (worker_.has_jobs()) return 0;  // whoever stands at the counter comes first
        const auto stepped = till_.runner().step(id);
        if (stepped) changed(stepped->order_ref, *stepped);
    }
    const auto next = till_.runner().next_due();
    std::int64_t wait_ms = next ? std::max<std::int64_t>(next->ms - now_ms(), 10) : 60'000;
    if (!recovered_) wait_ms = std::min(wait_ms, kRecoverAgainMs);
    if (!untold_.empty() && now_ms() >= tell_at_ms_) tell_of_waiting();
    if (!untold_.empty()) wait_ms = std::min(wait_ms, std::max<std::int64_t>(tell_at_ms_ - now_ms(), 10));
    for (const auto& due : also_) wait_ms = std::min(wait_ms, due());
    count_reviews();
    ask_silent_channels();
    post_outage();
    for (const auto& at : {health_.next_change(now_ms()), health_.next_question(now_ms())})
        if (at) wait_ms = std::min(wait_ms, std::max<std::int64_t>(*at - now_ms(), 10));
    return wait_ms;
}

// About a payment that never was, which changes nothing: whatever the channel says, it is there.
void PaymentDesk::ask_silent_channels() {
    for (const auto& channel : health_.ask_now(now_ms())) {
        payment::ChannelCall call;
        call.adapter = till_.adapter(channel);
        if (call.adapter == nullptr || !call.adapter->capabilities().query || !call.adapter->capabilities().needs_code) continue;
        call.number = kHealthQuestion;
        call.attempt.id = till_.ids().next<payment::AttemptTag>();
        call.attempt.channel = channel;
        call.attempt.method = "qr";
        call.attempt.amount = sync::Money::fen(1);
        call.attempt.state = payment::AttemptState::unknown;
        call.attempt.created = call.attempt.changed = till_.clock().utc();
        lines_.carry(std::move(call));
    }
}

// The sign on every screen: what waits for a person.
void PaymentDesk::count_reviews() {
    const auto queue = till_.runner().review_queue();
    const auto refunds = till_.store().refund_tasks().under_review();
    const auto count = static_cast<std::int64_t>((queue ? queue->size() : 0) + (refunds ? refunds->size() : 0));
    if (count == reviews_) return;
    reviews_ = count;
    inbox_.post(ShellIntent(ReviewsWaiting{count}));
}

void PaymentDesk::post_outage() {
    auto out = health_.out_of_order(now_ms());
    if (out == out_of_order_) return;
    out_of_order_ = std::move(out);
    const auto& words = phrases_.words();
    const auto outage = outage_of(till_.config(), out_of_order_);
    ChannelTrouble trouble{{}, {outage.names.begin(), outage.names.end()}};
    for (const auto& [tender, state] : outage.tenders) {
        const bool silent = state == ChannelState::unreachable;
        trouble.trouble[tender] = words(silent ? text::Msg::app_channel_silent : text::Msg::app_channel_misconfigured);
    }
    inbox_.post(ShellIntent(trouble));
}

// Sales that were paid when the till went down are finished; the rest is asked about until it is known.
void PaymentDesk::recover() {
    const auto settled = checkout_.recover();
    if (!settled) {
        if (recover_at_ms_ == 0) inbox_.post(ShellIntent(Toast{phrases_.sentence(settled.error()), now_ms()}));
        recover_at_ms_ = now_ms() + kRecoverAgainMs;
        return;
    }
    recovered_ = true;
    for (const auto& one : *settled) {
        if (one.sale && !one.sale->repeated) announce(one.sale->stored.ref, *one.sale);
        if (one.standing == Standing::part_paid) part_paid(one.order->ref, one);
        if (one.standing != Standing::waiting || one.attempts.empty()) continue;
        const auto& ref = one.attempts.front().order_ref;
        const auto [at, fresh] = waiting_.try_emplace(ref);
        if (!fresh) continue;  // begun by this program meanwhile
        at->second.order.ref = ref;
        at->second.parked = true;
        untold_[ref] = one.attempts.front().amount;
    }
    tell_at_ms_ = now_ms() + kTellAtStartMs;
}

// The cashier must not take cash for a meal whose payment is still being looked into.
void PaymentDesk::tell_of_waiting() {
    for (const auto& [ref, amount] : untold_)
        inbox_.post(serve::Intent(serve::NoticeArrived{{serve::NoticeKind::payment_set_aside, payment::to_yuan(amount)}}));
    untold_.clear();
}

void PaymentDesk::hear() {
    auto news = lines_.next();
    if (!news) return;
    std::visit([this](auto& one) { hear(one); }, *news);
    worker_.post([this] { hear(); });  // behind whoever waits at the counter
}

void PaymentDesk::hear(ChannelLines::Answered& answered) {
    if (answered.call.number == kHealthQuestion) {
        if (const auto* said = std::get_if<payment::AttemptResult>(&answered.answer))
            health_.asked(answered.call.attempt.channel, *said, now_ms());
        return;
    }
    const bool refund = std::holds_alternative<payment::RefundResult>(answered.answer);
    if (refund) (void)till_.refund_runner().heard(answered.call, std::move(answered.answer));
    else if (const auto now = till_.runner().heard(answered.call, std::move(answered.answer))) changed(now->order_ref, *now);
    go_on_with_voids();
}

void PaymentDesk::hear(const ChannelLines::Progressed& progressed) {
    for (const auto& [ref, waiting] : waiting_)
        for (const auto& [number, id] : waiting.attempts)
            if (id == progressed.attempt) inbox_.post(tender::Intent(tender::ProgressArrived{ref, number, progressed.progress}));
}

// The price is asked once more in the moment of paying; the cashier hears of it if it moved.
Answer<sync::Sale> PaymentDesk::priced_sale(const TenderOrder& asked, const std::string& method, sync::Money expected) {
    Order order = asked.order;
    order.tender = method;
    auto priced = price_order(till_, order);
    if (!priced) return tl::make_unexpected(priced.error());
    if (const auto& refused = priced->quote.refused)
        return refuse("policy_" + refused->code, phrases_.english() ? refused->en : refused->zh);
    if (priced->quote.paid != expected) return refuse("price_changed", "");
    auto sale = std::move(priced->draft);
    sale.ref = asked.ref;
    sale.cashier = asked.cashier;
    MULIN_ASK(const auto shift, till_.store().current_shift());
    if (!shift) return refuse("no_shift", "");
    sale.shift = shift->shift;
    return sale;
}

void PaymentDesk::commit_cash(const TenderOrder& order, const tender::CommitCash& cash) {
    worker_.post([this, order, cash] {
        auto sale = priced_sale(order, "cash", cash.due - cash.rounding);
        if (!sale) return failed(order.ref, phrases_.sentence(sale.error()));
        sale->cash_rounding = cash.rounding;
        sync::Payment part = channel_part(till_, "cash", cash.due, "");
        part.given = cash.given;
        part.change = cash.change;
        sale->payments = {part};
        finish_at_once(order, std::move(*sale));
    });
}

void PaymentDesk::commit_free(const TenderOrder& order) {
    worker_.post([this, order] {
        auto sale = priced_sale(order, "cash", sync::Money());
        if (!sale) return failed(order.ref, phrases_.sentence(sale.error()));
        finish_at_once(order, std::move(*sale));
    });
}

void PaymentDesk::finish_at_once(const TenderOrder& order, sync::Sale sale) {
    const auto committed = checkout_.commit_at_once(std::move(sale));
    if (!committed) return failed(order.ref, phrases_.sentence(committed.error()));
    waiting_[order.ref].order = order;
    announce(order.ref, *committed);
}

void PaymentDesk::commit_paid(const std::string& ref) {
    worker_.post([this, ref] { settle(ref); });
}

void PaymentDesk::start(const TenderOrder& order, const tender::StartAttempt& start) {
    worker_.post([this, order, start] { begin_attempt(order, start); });
}

void PaymentDesk::begin_attempt(const TenderOrder& order, const tender::StartAttempt& start) {
    const auto refuse_try = [&](const std::string& text) {
        inbox_.post(tender::Intent(tender::AttemptChanged{order.ref, start.attempt, payment::AttemptState::not_sent,
                                                          text, 0, now_ms(), "", {}}));
    };
    auto sale = order_so_far(order, start.price_tender, start.total);
    if (!sale) return refuse_try(phrases_.sentence(sale.error()));
    const bool shows = start.tender == "qr" && start.code.empty();
    auto part = channel_part(till_, start.tender, start.amount, start.code);
    if (shows) part.channel = till_.config().present_channel;
    if (part.channel.empty())
        return refuse_try(std::string(phrases_.words()(text::Msg::app_unknown_code)));
    sale->payments.push_back(part);
    if (auto kept = checkout_.remember(*sale); !kept) return refuse_try(phrases_.sentence(kept.error()));
    auto& waiting = waiting_[order.ref];
    waiting.order = order;
    waiting.parked = false;
    waiting.numbers = std::max(waiting.numbers, start.attempt);
    waiting.deadline_ms = now_ms() + till_.give_up_ms(part.channel);
    const auto attempt = checkout_.start(*sale, part, start.tender == "bank_card" ? "" : start.code);
    if (!attempt) return refuse_try(phrases_.sentence(attempt.error()));
    waiting.attempts[start.attempt] = attempt->id;
    changed(order.ref, *attempt);
}

// Tells the tender screen, and finishes the sale when the attempt is over.
void PaymentDesk::changed(const std::string& ref, const Attempt& attempt) {
    if (!till_.runner().waits_for_channel(attempt.id)) health_.heard(attempt, now_ms());
    const auto found = waiting_.find(ref);
    if (found != waiting_.end()) {
        for (const auto& [number, id] : found->second.attempts) {
            if (id != attempt.id) continue;
            inbox_.post(tender::Intent(tender::AttemptChanged{ref, number, attempt.state, attempt.result.channel_text,
                                                              found->second.deadline_ms, now_ms(),
                                                              attempt.result.presented, attempt.result.discounts}));
        }
    }
    if (payment::is_settled(attempt.state)) settle(ref);
}

void PaymentDesk::settle(const std::string& ref) {
    const auto settled = checkout_.settle(ref);
    if (!settled) return failed(ref, phrases_.sentence(settled.error()));
    if (settled->standing != Standing::waiting) untold_.erase(ref);
    // An attempt that changes after its sale (voided, refunded) makes no sale a second time.
    const bool made = settled->sale && (!settled->sale->repeated || waiting_.contains(ref));
    if (made) announce(ref, *settled->sale);
    if (settled->standing == Standing::part_paid) part_paid(ref, *settled);
    // While its screen is open the order keeps its price; leaving the screen ends it.
    const auto found = waiting_.find(ref);
    const bool shown = found != waiting_.end() && !found->second.parked;
    if (settled->standing == Standing::unpaid && !shown) (void)checkout_.forget(ref);
    count_reviews();
}

void PaymentDesk::announce(const std::string& ref, const sync::CommittedSale& committed) {
    const auto& sale = committed.stored;
    const auto found = waiting_.find(ref);
    SaleDone done;
    done.ref = ref;
    done.now_ms = now_ms();
    done.was_parked = found == waiting_.end() || found->second.parked;
    done.sale.ref = ref;
    done.sale.seq = committed.key.seq;
    done.sale.paid = sale.paid + sale.cash_rounding;
    done.sale.tender = sale.payments.empty() ? "none" : sale.payments.front().method;
    for (const auto& part : sale.payments) done.sale.change += part.change;
    if (sale.diner) {
        const auto diner = till_.store().diner(*sale.diner);
        if (diner && *diner) done.sale.name = (*diner)->name;
    }
    inbox_.post(ShellIntent(done));
    if (listeners_.sale_made) listeners_.sale_made({committed, done.sale.name});
    waiting_.erase(ref);
}

void PaymentDesk::failed(const std::string& ref, const std::string& message) {
    inbox_.post(tender::Intent(tender::CommitFailed{ref, message}));
}

void PaymentDesk::query(const std::string& ref, std::int64_t number) {
    worker_.post([this, ref, number] {
        const auto& attempts = waiting_[ref].attempts;
        const auto found = attempts.find(number);
        if (found == attempts.end()) return;
        const auto now = till_.runner().query_now(found->second);
        if (now) changed(ref, *now);
    });
}

void PaymentDesk::give_up(const std::string& ref, std::int64_t number) {
    worker_.post([this, ref, number] {
        const auto& attempts = waiting_[ref].attempts;
        const auto found = attempts.find(number);
        if (found == attempts.end()) return;
        const auto now = till_.runner().give_up(found->second);
        if (now) changed(ref, *now);
        if (till_.runner().waits_for_channel(found->second)) lines_.cancel(found->second);
    });
}

void PaymentDesk::park(const std::string& ref) {
    worker_.post([this, ref] { waiting_[ref].parked = true; });
}

void PaymentDesk::void_sale(const VoidAsked& asked, std::int64_t serial) {
    worker_.post([this, asked, serial] {
        if (!carry_out(asked, serial)) voids_.push_back({asked, serial});
    });
}

// False while a channel has not said yet whether the money went back.
bool PaymentDesk::carry_out(const VoidAsked& asked, std::int64_t serial) {
    const auto voided = mulin::pos::void_sale(till_, asked);
    if (voided) {
        inbox_.post(correct::Intent(correct::Voided{serial}));
        if (listeners_.void_made) listeners_.void_made({*voided});
        return true;
    }
    if (voided.error().code == kMoneyNotBack && money_is_under_way(till_, asked)) return false;
    inbox_.post(correct::Intent(correct::VoidFailed{serial, phrases_.sentence(voided.error())}));
    return true;
}

void PaymentDesk::go_on_with_voids() {
    std::erase_if(voids_, [this](const VoidUnderWay& one) { return carry_out(one.asked, one.serial); });
}

}  // namespace mulin::pos
