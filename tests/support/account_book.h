#pragma once
// An account service in memory, for tests below sync: books, refuses, gives back and closes by id like the
// district's, and behaves as asked with the next payment. What it has booked stays booked whatever the
// caller hears.

#include <map>
#include <set>
#include <string>

#include "payment/port/card_accounts.h"

namespace mulin::testing {

struct AccountScript {
    bool no_connection = false;
    bool lose_request = false;
    bool lose_answer = false;
    int late_by = 0;                   // arrives after so many questions
    int questions_fail = 0;            // so many questions get no answer
    std::int64_t said_more = 0;        // wrong amount in every answer
    bool wrong_id = false;             // another booking's id in every answer
    std::string odd_code;              // answers "refused" with this code, though it is booked
    int busy_reverses = 0;
    bool reverse_unheard = false;
    bool reverse_too_late = false;
    bool books_after_all = false;      // closed by the reverse, booked later all the same
    bool refund_unheard = false;
    int refund_processing = 0;
    bool refund_refused = false;
};

class AccountBook final : public payment::CardAccounts {
  public:
    struct Booking {
        std::string card;
        payment::Money amount;
        payment::Money refunded;
        payment::CardStanding standing = payment::CardStanding::booked;
        std::string code;
        int debits = 0;  // times the request arrived
        AccountScript script;
    };
    struct Refund {
        std::string debit;
        payment::Money amount;
        payment::CardStanding standing = payment::CardStanding::booked;
        std::string code;
        int processing = 0;
    };
    std::map<std::string, payment::Money> balances = {{"9310000000000001", payment::Money::fen(100'000)}};
    std::set<std::string> blocked;
    std::map<std::string, Booking> bookings;
    std::map<std::string, Refund> refunds;
    AccountScript next;
    bool reachable = true;

    payment::Money held(const std::string& id) const {
        const auto at = bookings.find(id);
        if (at == bookings.end() || at->second.standing != payment::CardStanding::booked) return {};
        return at->second.amount - at->second.refunded;
    }

    payment::CardReply debit(const payment::CardDebit& debit) override {
        if (!reachable) return {.call = payment::CardCall::no_connection};
        const AccountScript script = std::exchange(next, {});
        if (script.no_connection) return {.call = payment::CardCall::no_connection};
        if (script.lose_request) return {};
        if (script.late_by > 0) {
            late_[debit.id.text()] = {debit, script.late_by};
            return {};
        }
        book(debit, script);
        if (script.lose_answer) return {};
        return answer(debit.id.text());
    }

    payment::CardReply query(const payment::AttemptId& id) override {
        if (!reachable) return {.call = payment::CardCall::no_connection};
        if (const auto late = late_.find(id.text()); late != late_.end() && --late->second.second == 0) {
            book(late->second.first, {});
            late_.erase(id.text());
        }
        if (const auto at = bookings.find(id.text()); at != bookings.end() && at->second.script.questions_fail > 0) {
            --at->second.script.questions_fail;
            return {};
        }
        return answer(id.text());
    }

    payment::CardReply reverse(const payment::AttemptId& id) override {
        if (!reachable) return {.call = payment::CardCall::no_connection};
        auto [at, fresh] = bookings.try_emplace(id.text());
        Booking& booking = at->second;
        if (booking.script.busy_reverses > 0) {
            --booking.script.busy_reverses;
            auto reply = answer(id.text());
            reply.code = "busy";
            return reply;
        }
        if (fresh) booking.standing = payment::CardStanding::closed;
        late_.erase(id.text());
        if (booking.script.reverse_too_late) {
            auto reply = answer(id.text());
            reply.code = "too_late";
            return reply;
        }
        if (booking.standing == payment::CardStanding::booked) {
            balances[booking.card] += booking.amount - booking.refunded;
            booking.standing = payment::CardStanding::returned;
        }
        const bool unheard = std::exchange(booking.script.reverse_unheard, false);
        auto reply = unheard ? payment::CardReply{} : answer(id.text());
        if (std::exchange(booking.script.books_after_all, false)) {
            balances[booking.card] -= booking.amount;
            booking.standing = payment::CardStanding::booked;
        }
        return reply;
    }

    payment::CardReply refund(const payment::AttemptId& debit, const payment::RefundId& id, payment::Money amount) override {
        if (!reachable) return {.call = payment::CardCall::no_connection};
        auto [at, fresh] = refunds.try_emplace(id.text());
        if (fresh) {
            Refund& made = at->second;
            made.debit = debit.text();
            made.amount = amount;
            auto paid = bookings.find(debit.text());
            const bool fits = paid != bookings.end() && amount <= held(debit.text()) && !paid->second.script.refund_refused;
            if (!fits) {
                made.standing = payment::CardStanding::refused;
                made.code = "too_much";
            } else {
                paid->second.refunded += amount;
                balances[paid->second.card] += amount;
                made.processing = paid->second.script.refund_processing;
                if (std::exchange(paid->second.script.refund_unheard, false)) return {};
            }
        }
        return refund_query(id);
    }

    payment::CardReply refund_query(const payment::RefundId& id) override {
        if (!reachable) return {.call = payment::CardCall::no_connection};
        payment::CardReply reply{.call = payment::CardCall::answered, .id = id.text()};
        const auto at = refunds.find(id.text());
        if (at == refunds.end()) return reply;
        reply.standing = at->second.standing;
        reply.amount = at->second.amount;
        reply.code = at->second.code;
        if (at->second.processing > 0) {
            --at->second.processing;
            reply.standing = payment::CardStanding::refused;
            reply.code = "no_such_debit";
        }
        return reply;
    }

    payment::CardReply top_up(const payment::CardTopUp& top_up) override {
        if (!reachable) return {.call = payment::CardCall::no_connection};
        if (top_ups_.insert(top_up.id).second) balances[top_up.card] += top_up.amount;
        return {.call = payment::CardCall::answered, .standing = payment::CardStanding::booked, .id = top_up.id,
                .amount = top_up.amount};
    }

    payment::CardState state(const std::string& card) override {
        payment::CardState state;
        if (!reachable || balances.count(card) == 0) return state;
        state.kind = blocked.count(card) > 0 ? payment::CardState::Kind::blocked : payment::CardState::Kind::active;
        state.balance = balances[card];
        state.from_service = true;
        return state;
    }

  private:
    void book(const payment::CardDebit& debit, const AccountScript& script) {
        auto [at, fresh] = bookings.try_emplace(debit.id.text());
        Booking& booking = at->second;
        ++booking.debits;
        if (!fresh) return;
        booking.card = debit.card;
        booking.amount = debit.amount;
        booking.script = script;
        const auto balance = balances.find(debit.card);
        if (balance == balances.end()) booking.code = "unknown_card";
        else if (blocked.count(debit.card) > 0) booking.code = "blocked";
        else if (balance->second < debit.amount) booking.code = "insufficient";
        if (booking.code.empty()) balance->second -= debit.amount;
        else booking.standing = payment::CardStanding::refused;
    }

    payment::CardReply answer(const std::string& id) {
        payment::CardReply reply{.call = payment::CardCall::answered, .id = id};
        const auto at = bookings.find(id);
        if (at == bookings.end()) return reply;
        const Booking& booking = at->second;
        reply.standing = booking.standing;
        reply.amount = booking.amount + payment::Money::fen(booking.script.said_more);
        reply.code = booking.code;
        if (booking.script.wrong_id) reply.id = "01K7QC3M5VANOTHER000000009";
        if (!booking.script.odd_code.empty()) {
            reply.standing = payment::CardStanding::refused;
            reply.code = booking.script.odd_code;
            at->second.script.odd_code.clear();
        }
        return reply;
    }

    std::map<std::string, std::pair<payment::CardDebit, int>> late_;
    std::set<std::string> top_ups_;
};

}  // namespace mulin::testing
