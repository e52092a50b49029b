#include "sync/server/account_service.h"

#include <algorithm>

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

bool same_content(const Booking& booking, const std::string& kind, const CardRequest& request) {
    return booking.kind == kind && booking.amount == request.amount && booking.debit == request.debit &&
           (kind == "refund" || booking.card == request.card);
}

class BookingDesk {
  public:
    BookingDesk(AccountLedger& ledger, const CardCaller& caller, const CardRequest& request, UtcInstant now)
        : ledger_(ledger), caller_(caller), request_(request), now_(now) {}

    Result<CardAnswer> run() {
        if (request_.op == "state") return state();
        if (request_.id.empty()) return fail(ErrorCode::invalid_input, "A booking on a card needs an id.");
        if (request_.op == "query") return query();
        if (request_.op == "reverse") return reverse();
        if (request_.op == "lost") return lost();
        if (request_.amount <= Money()) return fail(ErrorCode::invalid_input, "A booking on a card needs an amount.");
        if (request_.op == "refund") return refund();
        if (request_.op != "debit" && request_.op != "top_up") {
            return fail(ErrorCode::invalid_input, "\"" + request_.op + "\" is no booking on a card.");
        }
        if (request_.card.empty()) return fail(ErrorCode::invalid_input, "A booking needs a card.");
        return charge_or_load();
    }

  private:
    Result<CardAnswer> answer_of(const Booking& booking) {
        CardAnswer answer{booking.id, booking.state, booking.code, booking.amount, std::nullopt, ""};
        if (!booking.card.empty()) {
            MULIN_TRY(const auto card, ledger_.card(booking.card));
            answer.card_state = name_of(card.state);
        }
        if (!booking.account.empty()) {
            MULIN_TRY(const auto sums, ledger_.sums(booking.account));
            answer.balance = sums.balance();
        }
        return answer;
    }

    Result<CardAnswer> state() {
        CardAnswer answer;
        answer.standing = "not_known";
        MULIN_TRY(const auto card, ledger_.card(request_.card));
        answer.card_state = name_of(card.state);
        if (card.account.empty()) return answer;
        MULIN_TRY(const auto sums, ledger_.sums(card.account));
        answer.balance = sums.balance();
        return answer;
    }

    Result<CardAnswer> query() {
        MULIN_TRY(const auto known, ledger_.booking(request_.id));
        if (!known) return CardAnswer{request_.id, "not_known", "", Money(), std::nullopt, ""};
        return answer_of(*known);
    }

    // No booking: repeated it is the same. Blocked since the holder said so, if the till's clock may be believed.
    Result<CardAnswer> lost() {
        CardAnswer answer{request_.id, "booked", "", Money(), std::nullopt, ""};
        MULIN_TRY(const auto card, ledger_.card(request_.card));
        if (card.state == CardView::State::unknown) {
            answer.standing = "refused";
            answer.code = "unknown_card";
            return answer;
        }
        MULIN_TRY_STATUS(block_card(ledger_, request_.card, std::min(request_.at, now_)));
        MULIN_TRY(const auto blocked, ledger_.card(request_.card));
        answer.card_state = name_of(blocked.state);
        return answer;
    }

    Booking new_booking(const std::string& kind) const {
        Booking booking;
        booking.id = request_.id;
        booking.kind = kind;
        booking.card = request_.card;
        booking.debit = request_.debit;
        booking.amount = request_.amount;
        booking.till = caller_.till;
        booking.site = caller_.site;
        booking.at = request_.at;
        booking.received = now_;
        booking.offline = request_.offline;
        return booking;
    }

    // The same id with another content: what stands stays, and somebody looks.
    Result<CardAnswer> conflict(const Booking& known) {
        MULIN_TRY_STATUS(ledger_.doubt(known.id, "conflict", Money(), now_));
        MULIN_TRY(auto answer, answer_of(known));
        answer.standing = "refused";
        answer.code = "conflict";
        return answer;
    }

    Result<CardAnswer> write(Booking booking, const Ruling& ruling) {
        booking.state = ruling.refused.empty() ? "booked" : "refused";
        booking.code = ruling.refused;
        MULIN_TRY_STATUS(ledger_.insert(booking));
        MULIN_TRY_STATUS(carry_out(booking.id, ruling));
        return answer_of(booking);
    }

    Status carry_out(const std::string& id, const Ruling& ruling) {
        MULIN_TRY_STATUS(ledger_.move(id, ruling.moves, now_));
        if (ruling.review.empty()) return payment::ok();
        Money in_suspense;
        for (const AccountMove& one : ruling.moves) {
            if (one.debit == kSuspense || one.credit == kSuspense) in_suspense += one.amount;
        }
        return ledger_.doubt(id, ruling.review, in_suspense, now_);
    }

    Result<Ruling> ruling_for(const CardView& card) {
        MULIN_TRY(const auto sums, ledger_.sums(card.account));
        if (request_.op == "top_up") {
            return request_.offline ? rule_offline_top_up(card, request_.amount, caller_.site)
                                    : rule_top_up(card, request_.amount, caller_.site);
        }
        if (!request_.offline) return rule_debit(card, sums.balance(), request_.amount, caller_.site);
        MULIN_TRY(const auto rules, ledger_.rules());
        return rule_offline_debit(card, sums.balance(), request_.amount, request_.at, caller_.site, rules);
    }

    Result<CardAnswer> charge_or_load() {
        MULIN_TRY(const auto known, ledger_.booking(request_.id));
        if (known && known->state == "closed") return answer_of(*known);
        if (known && !same_content(*known, request_.op, request_)) return conflict(*known);
        // What was refused stays refused; but a till that went offline has given the meal all the same.
        const bool happened_after_all = known && known->state == "refused" && request_.offline;
        if (known && !happened_after_all) return answer_of(*known);
        MULIN_TRY(const auto card, ledger_.card(request_.card));
        MULIN_TRY(const auto ruling, ruling_for(card));
        Booking booking = new_booking(request_.op);
        booking.account = card.account;
        if (!happened_after_all) return write(std::move(booking), ruling);
        MULIN_TRY_STATUS(ledger_.set_state(booking.id, "booked", ""));
        MULIN_TRY_STATUS(carry_out(booking.id, ruling));
        MULIN_TRY_STATUS(ledger_.doubt(booking.id, "refused_before", Money(), now_));
        return query();
    }

    Result<CardAnswer> reverse() {
        MULIN_TRY(const auto known, ledger_.booking(request_.id));
        if (!known) {
            Booking closed = new_booking("debit");
            closed.state = "closed";
            closed.code = "closed";
            closed.amount = Money();
            MULIN_TRY_STATUS(ledger_.insert(closed));
            return answer_of(closed);
        }
        if (known->kind != "debit" || known->till != caller_.till) return conflict(*known);
        if (known->state != "booked") return answer_of(*known);
        MULIN_TRY(const auto left, ledger_.left_of(*known));
        MULIN_TRY_STATUS(carry_out(known->id, rule_give_back(left, left.total())));
        MULIN_TRY_STATUS(ledger_.set_state(known->id, "returned", ""));
        return query();
    }

    Result<CardAnswer> refund() {
        MULIN_TRY(const auto known, ledger_.booking(request_.id));
        // "No such debit" may change: the debit may have been taken offline and still be on its way.
        if (known && !same_content(*known, "refund", request_)) return conflict(*known);
        if (known) return answer_of(*known);
        MULIN_TRY(const auto debit, ledger_.booking(request_.debit));
        if (!debit || debit->kind != "debit" || debit->state != "booked") {
            const bool over = debit && debit->kind == "debit" && debit->state == "returned";
            return CardAnswer{request_.id, "refused", over ? "too_much" : "no_such_debit", Money(), std::nullopt, ""};
        }
        MULIN_TRY(const auto left, ledger_.left_of(*debit));
        Booking booking = new_booking("refund");
        booking.card = debit->card;
        booking.account = debit->account;
        return write(std::move(booking), rule_give_back(left, request_.amount));
    }

    AccountLedger& ledger_;
    const CardCaller& caller_;
    const CardRequest& request_;
    UtcInstant now_;
};

tl::unexpected<payment::Error> no_such_card() {
    return fail(ErrorCode::not_found, "There is no such card in the district; check the number.");
}

}  // namespace

Result<CardAnswer> answer_card_request(AccountLedger& ledger, const CardCaller& caller, const CardRequest& request,
                                       UtcInstant now) {
    return BookingDesk(ledger, caller, request, now).run();
}

Result<CardHolder> card_holder(AccountLedger& ledger, const std::string& card) {
    CardHolder holder;
    holder.card = card;
    MULIN_TRY(holder.view, ledger.card(card));
    if (holder.view.account.empty()) return no_such_card();
    MULIN_TRY(holder.sums, ledger.sums(holder.view.account));
    return holder;
}

Status block_card(AccountLedger& ledger, const std::string& card, UtcInstant now) {
    MULIN_TRY(const auto holder, card_holder(ledger, card));
    if (holder.view.state != CardView::State::active) return payment::ok();
    return ledger.set_card(card, CardView::State::blocked, now, "");
}

Status unblock_card(AccountLedger& ledger, const std::string& card, UtcInstant now) {
    MULIN_TRY(const auto holder, card_holder(ledger, card));
    if (holder.view.state == CardView::State::replaced) {
        return fail(ErrorCode::refused, "The card was replaced; only its successor can be used.");
    }
    return ledger.set_card(card, CardView::State::active, now, "");
}

Status replace_card(AccountLedger& ledger, const std::string& old_card, const std::string& new_card, UtcInstant now) {
    MULIN_TRY(const auto old_holder, card_holder(ledger, old_card));
    MULIN_TRY(const auto new_holder, card_holder(ledger, new_card));
    if (old_holder.view.account != new_holder.view.account || old_card == new_card) {
        return fail(ErrorCode::refused, "The new card belongs to another person; nothing was changed.");
    }
    if (new_holder.view.state != CardView::State::active) {
        return fail(ErrorCode::refused, "The new card is blocked; nothing was changed.");
    }
    if (old_holder.view.state == CardView::State::replaced) return payment::ok();
    // A card that was lost yesterday stays blocked since yesterday.
    const UtcInstant since = old_holder.view.state == CardView::State::blocked ? old_holder.view.since : now;
    return ledger.set_card(old_card, CardView::State::replaced, since, new_card);
}

Status open_account(AccountLedger& ledger, const std::string& id, const std::string& card, Money balance, UtcInstant now) {
    MULIN_TRY(const auto known, ledger.booking(id));
    if (known) return payment::ok();
    MULIN_TRY(const auto holder, card_holder(ledger, card));
    Booking booking;
    booking.id = id;
    booking.kind = "opening";
    booking.state = "booked";
    booking.card = card;
    booking.account = holder.view.account;
    booking.amount = balance;
    booking.at = booking.received = now;
    MULIN_TRY_STATUS(ledger.insert(booking));
    return ledger.move(id, {{kOpening, holder.view.account, balance}}, now);
}

Status resolve_doubt(AccountLedger& ledger, const std::string& booking, bool diner_pays, const std::string& decided_by,
                     UtcInstant now) {
    MULIN_TRY(const auto debit, ledger.booking(booking));
    if (!debit) return fail(ErrorCode::not_found, "There is no booking " + booking + ".");
    if (decided_by.empty()) return fail(ErrorCode::invalid_input, "Say who decides.");
    MULIN_TRY(const auto left, ledger.left_of(*debit));
    if (diner_pays && debit->account.empty()) {
        return fail(ErrorCode::refused, "Nobody's card is known for this booking; it can only be the district's loss.");
    }
    if (debit->kind == "debit" && left.in_suspense > Money()) {
        Booking resolution;
        resolution.id = booking + ".resolved";
        resolution.kind = "resolution";
        resolution.state = "booked";
        resolution.account = diner_pays ? debit->account : "";
        resolution.debit = booking;
        resolution.amount = left.in_suspense;
        resolution.at = resolution.received = now;
        MULIN_TRY_STATUS(ledger.insert(resolution));
        const std::string payer = diner_pays ? debit->account : std::string(kLoss);
        MULIN_TRY_STATUS(ledger.move(resolution.id, {{payer, kSuspense, left.in_suspense}}, now));
    }
    MULIN_TRY(const auto doubts, ledger.doubts(true));
    for (const Doubt& doubt : doubts) {
        if (doubt.booking != booking) continue;
        MULIN_TRY_STATUS(ledger.resolve(booking, doubt.kind, (diner_pays ? "diner: " : "loss: ") + decided_by));
    }
    return payment::ok();
}

}  // namespace mulin::sync::server
