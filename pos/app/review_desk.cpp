#include "pos/app/review_desk.h"

#include <utility>
#include <vector>

namespace mulin::pos {
namespace {

using payment::AttemptState;
using payment::RefundState;
using text::Msg;

std::string value_of(const std::map<std::string, std::string>& refs, const std::string& key) {
    const auto found = refs.find(key);
    return found == refs.end() ? "" : found->second;
}

std::string answer_text(const std::string& code, const std::string& words) {
    if (code.empty()) return words;
    return words.empty() ? code : code + " · " + words;
}

// The channel's own numbers; the till's notes are told apart from them.
std::vector<std::string> numbers_of(const std::map<std::string, std::string>& refs) {
    std::vector<std::string> out;
    for (const auto& [key, value] : refs)
        if (!key.starts_with("till.")) out.push_back(key + ": " + value);
    return out;
}

}  // namespace

review::Item ReviewDesk::item_of(const payment::Attempt& attempt) {
    review::Item item;
    item.id = attempt.id.text();
    item.order_ref = attempt.order_ref;
    item.tender = attempt.method;
    item.channel = attempt.channel;
    item.amount = attempt.amount;
    item.late = attempt.state == AttemptState::late_success;
    item.sent = attempt.created;
    item.changed = attempt.changed;
    item.polls = attempt.polls;
    item.answer = answer_text(attempt.result.channel_code, attempt.result.channel_text);
    item.numbers = numbers_of(attempt.result.refs);
    item.note = answer_text(value_of(attempt.result.refs, "till.approver"), value_of(attempt.result.refs, "till.reason"));
    const auto sold = till_.store().find_sale_by_ref(attempt.order_ref);
    const auto order = checkout_.remembered(attempt.order_ref);
    item.waits_for_sale = order && *order;
    item.sale_stands = (sold && *sold) || value_of(attempt.result.refs, "till.reason") == kCashCollected;
    const auto diner_id = order && *order ? (*order)->diner : std::optional<sync::DinerId>();
    if (!diner_id) return item;
    const auto diner = till_.store().diner(*diner_id);
    if (diner && *diner) item.diner = (*diner)->name;
    return item;
}

review::Item ReviewDesk::item_of(const payment::Refund& refund) {
    review::Item item;
    item.is_refund = true;
    item.id = refund.id.text();
    item.order_ref = refund.order_ref;
    item.channel = refund.channel;
    item.amount = refund.amount;
    item.sent = refund.created;
    item.changed = refund.changed;
    item.polls = refund.polls + refund.sends;
    item.answer = answer_text(refund.result.channel_code, refund.result.channel_text);
    item.numbers = numbers_of(refund.result.refs);
    item.note = answer_text(refund.approver, refund.reason);
    item.sale_stands = true;
    return item;
}

void ReviewDesk::post_items() {
    review::ItemsArrived arrived;
    if (const auto queue = till_.runner().review_queue())
        for (const auto& attempt : *queue) arrived.items.push_back(item_of(attempt));
    if (const auto refunds = till_.store().refund_tasks().under_review())
        for (const auto& refund : *refunds) arrived.items.push_back(item_of(refund));
    inbox_.post(review::Intent(arrived));
}

void ReviewDesk::load() {
    payments_.post([this] { post_items(); });
}

void ReviewDesk::ask(const review::AskChannel& asked) {
    payments_.post([this, asked] {
        if (asked.is_refund) (void)till_.refund_runner().query_now(payment::RefundId(asked.id));
        else if (const auto now = till_.runner().query_now(payment::AttemptId(asked.id))) payments_.changed_elsewhere(*now);
        asked_.push_back(asked);
        if (!std::exchange(watching_, true)) payments_.also([this] { return watch(); });
    });
}

// The list comes again when the channel has answered.
std::int64_t ReviewDesk::watch() {
    const auto answered = [&](const review::AskChannel& asked) {
        return asked.is_refund ? !till_.refund_runner().waits_for_channel(payment::RefundId(asked.id))
                               : !till_.runner().waits_for_channel(payment::AttemptId(asked.id));
    };
    if (std::erase_if(asked_, answered) > 0) post_items();
    return 60'000;
}

payment::Result<Msg> ReviewDesk::decide_refund(const review::Carry& asked) {
    const auto to = asked.decision == review::Decision::not_paid ? RefundState::refused : RefundState::refunded;
    MULIN_TRY(const auto now, till_.refund_runner().resolve(payment::RefundId(asked.id), to, asked.approver.text(), asked.reason));
    (void)now;
    return Msg::review_refund_recorded;
}

payment::Result<Msg> ReviewDesk::decide_attempt(const review::Carry& asked) {
    const payment::AttemptId id(asked.id);
    const auto resolve = [&](AttemptState to) { return till_.runner().resolve(id, to, asked.approver.text(), asked.reason); };
    if (asked.decision == review::Decision::money_back) {
        MULIN_TRY(const auto now, resolve(AttemptState::reversed));
        payments_.changed_elsewhere(now);
        return Msg::review_back_recorded;
    }
    if (asked.decision == review::Decision::not_paid) {
        MULIN_TRY(const auto now, resolve(AttemptState::declined));
        payments_.changed_elsewhere(now);
        return Msg::review_closed;
    }
    MULIN_TRY(const auto paid, resolve(AttemptState::approved));
    MULIN_TRY(const auto order, checkout_.remembered(paid.order_ref));
    if (order) {
        payments_.changed_elsewhere(paid);
        MULIN_TRY(const auto sold, till_.store().find_sale_by_ref(paid.order_ref));
        return sold ? Msg::review_became_sale : Msg::review_part_of_sale;
    }
    // The meal was paid otherwise, or given up: this money pays for nothing.
    MULIN_TRY(const auto back, till_.runner().undo(id));
    payments_.changed_elsewhere(back);
    return Msg::review_goes_back;
}

void ReviewDesk::carry(const review::Carry& asked) {
    payments_.post([this, asked] {
        const auto done = asked.is_refund ? decide_refund(asked) : decide_attempt(asked);
        payments_.reviews_changed();
        if (!done) return inbox_.post(review::Intent(review::Failed{asked.serial, phrases_.sentence(done.error())}));
        inbox_.post(review::Intent(review::Decided{asked.serial, std::string(phrases_.words()(*done))}));
    });
}

}  // namespace mulin::pos
