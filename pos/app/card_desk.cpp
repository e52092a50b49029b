#include "pos/app/card_desk.h"

#include <algorithm>

#include "payment/senior_card/senior_card_adapter.h"
#include "sync/client/settle_cards.h"
#include "sync/model/keyed_hash.h"

namespace mulin::pos {
namespace {

using payment::CardCall;
using payment::CardReply;
using payment::CardStanding;

constexpr std::int64_t kAnswerMs = 8'000;
// After a connection that could not be made the queue goes on offline for a while.
constexpr std::int64_t kRetryConnectMs = 15'000;

CardStanding standing_of(const std::string& name) {
    if (name == "booked") return CardStanding::booked;
    if (name == "refused") return CardStanding::refused;
    if (name == "returned") return CardStanding::returned;
    if (name == "closed") return CardStanding::closed;
    return CardStanding::not_known;
}

CardReply noted(const sync::CardNote& note) {
    CardReply reply{.call = CardCall::answered, .id = note.id, .amount = note.amount};
    reply.standing = note.returned ? CardStanding::returned : CardStanding::booked;
    return reply;
}

// One adapter with everything it lives on.
class SeniorCardChannel final : public payment::Adapter {
  public:
    SeniorCardChannel(sync::TerminalStore& store, std::string hash_key, const payment::Clock& clock, CardDesk::OpenLine open)
        : desk_(store, std::move(hash_key), clock, std::move(open)), adapter_(desk_, &desk_) {}
    std::string name() const override { return adapter_.name(); }
    payment::Capabilities capabilities() const override { return adapter_.capabilities(); }
    payment::AttemptResult start(const payment::AttemptRequest& request) override { return adapter_.start(request); }
    payment::AttemptResult query(const payment::Attempt& attempt) override { return adapter_.query(attempt); }
    payment::ReverseResult reverse(const payment::Attempt& attempt) override { return adapter_.reverse(attempt); }
    payment::RefundResult refund(const payment::Attempt& paid, const payment::RefundRequest& request) override {
        return adapter_.refund(paid, request);
    }
    payment::RefundResult refund_query(const payment::Attempt& paid, const payment::RefundRequest& request) override {
        return adapter_.refund_query(paid, request);
    }

  private:
    CardDesk desk_;
    payment::SeniorCardAdapter adapter_;
};

}  // namespace

std::string CardDesk::hash_of(const std::string& number) const { return sync::keyed_hash(hash_key_, number); }

CardReply CardDesk::ask(const sync::CardRequest& request, std::int64_t timeout_ms) {
    const std::int64_t now_ms = clock_.monotonic().ms;
    if (!line_) {
        if (now_ms < not_before_ms_) return {.call = CardCall::no_connection};
        auto opened = open_line_();
        if (!opened || !*opened) return {.call = CardCall::no_connection};
        line_ = std::move(**opened);
    }
    const auto answers = sync::call_cards(*line_->transport, line_->enrolment.till, {request}, static_cast<int>(timeout_ms));
    if (!answers) {
        const bool nothing_left = line_->transport->nothing_left();
        if (nothing_left) not_before_ms_ = now_ms + kRetryConnectMs;
        line_.reset();
        // A service that answers no (a revoked till, an older district) has booked nothing, but says so for
        // itself only: nobody goes offline on it.
        return {.call = nothing_left ? CardCall::no_connection : CardCall::no_answer, .text = answers.error().message};
    }
    const sync::CardAnswer& answer = answers->front();
    change_ = answer.change;
    CardReply reply{.call = CardCall::answered, .standing = standing_of(answer.standing), .id = answer.id,
                    .amount = answer.amount, .code = answer.code, .number = answer.id, .balance = answer.balance};
    if (answer.balance && !request.card.empty()) {
        (void)store_.cards().hear(request.card, {*answer.balance, answer.card_state, clock_.utc()});
    }
    return reply;
}

CardReply CardDesk::debit(const payment::CardDebit& debit) {
    sync::CardRequest request{.op = "debit", .id = debit.id.text(), .card = hash_of(debit.card), .amount = debit.amount, .at = debit.at};
    return ask(request, debit.deadline_ms > 0 ? debit.deadline_ms : kAnswerMs);
}

CardReply CardDesk::query(const payment::AttemptId& id) {
    return ask({.op = "query", .id = id.text(), .at = clock_.utc()}, kAnswerMs);
}

CardReply CardDesk::reverse(const payment::AttemptId& id) {
    return ask({.op = "reverse", .id = id.text(), .at = clock_.utc()}, kAnswerMs);
}

CardReply CardDesk::refund(const payment::AttemptId& debit, const payment::RefundId& id, payment::Money amount) {
    return ask({.op = "refund", .id = id.text(), .debit = debit.text(), .amount = amount, .at = clock_.utc()}, kAnswerMs);
}

CardReply CardDesk::refund_query(const payment::RefundId& id) {
    return ask({.op = "query", .id = id.text(), .at = clock_.utc()}, kAnswerMs);
}

CardReply CardDesk::top_up(const payment::CardTopUp& top_up) {
    return book_top_up({top_up.id, "top_up", hash_of(top_up.card), top_up.amount, top_up.at, false, false});
}

CardReply CardDesk::book_top_up(const sync::CardNote& top_up) {
    // Kept before it is sent: the cash is taken, so it is told until it is booked, by the same id.
    if (const auto kept = store_.cards().take_top_up(top_up); !kept) return {.text = kept.error().message};
    auto online = ask({.op = "top_up", .id = top_up.id, .card = top_up.card, .amount = top_up.amount, .at = top_up.at}, kAnswerMs);
    if (online.call != CardCall::answered) return noted(top_up);
    // What the service refuses stays to be told as what it is: cash that lies in the drawer.
    const bool booked = online.standing == CardStanding::booked && online.amount == top_up.amount;
    if (booked) (void)store_.cards().mark_told(top_up);
    return online;
}

payment::CardState CardDesk::state(const std::string& number) { return state_of(hash_of(number)); }

payment::CardState CardDesk::state_of(const std::string& card) {
    using Kind = payment::CardState::Kind;
    const auto reply = ask({.op = "state", .card = card, .at = clock_.utc()}, kAnswerMs);
    payment::CardState state;
    state.from_service = reply.call == CardCall::answered;
    const auto heard = store_.cards().last_heard(card);
    const bool unknown_there = state.from_service && !reply.balance;
    if (unknown_there || !heard || !*heard) return state;
    // Less, and more, by what was granted and taken here and is not told yet.
    state.balance = (*heard)->balance;
    state.heard = (*heard)->at;
    const std::string& name = (*heard)->state;
    state.kind = name == "blocked" ? Kind::blocked : name == "replaced" ? Kind::replaced : Kind::active;
    return state;
}

payment::Result<bool> CardDesk::report_lost(const std::string& card) {
    const sync::LostCard lost{card, clock_.utc()};
    MULIN_TRY_STATUS(store_.cards().report_lost(lost.card, lost.at));
    const auto reply = ask({.op = "lost", .id = sync::lost_id(lost), .card = card, .at = lost.at}, kAnswerMs);
    if (reply.call != CardCall::answered || reply.standing != CardStanding::booked) return false;
    MULIN_TRY_STATUS(store_.cards().mark_lost_told(card, change_));
    return true;
}

CardReply CardDesk::spend(const payment::CardDebit& debit) {
    const auto rules = store_.cards().rules();
    if (!rules) return {.text = rules.error().message};
    const sync::CardNote note{debit.id.text(), "debit", hash_of(debit.card), debit.amount, debit.at, false, false};
    const auto granted = store_.cards().grant(note, *rules);
    if (!granted) return {.text = granted.error().message};
    CardReply reply = noted(note);
    if (!granted->empty()) {
        reply.standing = CardStanding::refused;
        reply.code = *granted;
    }
    return reply;
}

CardReply CardDesk::find(const payment::AttemptId& id) {
    const auto note = store_.cards().find(id.text());
    if (!note) return {.text = note.error().message};
    if (*note) return noted(**note);
    return {.call = CardCall::answered, .id = id.text()};
}

CardReply CardDesk::give_back(const payment::AttemptId& id) {
    const auto back = store_.cards().give_back(id.text());
    if (!back) return {.text = back.error().message};
    return find(id);
}

CardDesk::OpenLine card_line(const std::filesystem::path& dir) {
    return [dir]() -> payment::Result<std::optional<CardDesk::Line>> {
        MULIN_TRY(auto enrolment, sync::load_enrolment(dir));
        if (!enrolment) return std::nullopt;
        MULIN_TRY(auto transport, sync::transport_of(*enrolment, dir, true));
        return CardDesk::Line{std::move(*enrolment), std::move(transport)};
    };
}

std::unique_ptr<payment::Adapter> make_senior_card_channel(sync::TerminalStore& store, const std::filesystem::path& dir,
                                                           const std::string& hash_key, const payment::Clock& clock) {
    return std::make_unique<SeniorCardChannel>(store, hash_key, clock, card_line(dir));
}

}  // namespace mulin::pos
