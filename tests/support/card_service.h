#pragma once
// The district's account service at the far end of a till's line, in memory: books each id once, refuses,
// gives back and blocks as sync/wire/FORMAT.md says, and loses requests and answers as asked. What it has
// booked stays booked, whatever the till hears.

#include <map>
#include <set>
#include <string>

#include "sync/client/transport.h"
#include "sync/wire/card_messages.h"
#include "sync/wire/messages.h"

namespace mulin::test {

class CardService {
  public:
    struct Booking {
        std::string op;
        std::string card;
        sync::Money amount;
        std::string standing;  // "booked", "refused", "returned", "closed"
        std::string code;
        bool offline = false;
        int arrived = 0;
    };
    std::map<std::string, sync::Money> balances;  // by keyed hash of the card
    std::set<std::string> blocked;
    std::map<std::string, Booking> bookings;
    std::set<std::string> lost;
    bool reachable = true;
    bool knows_lost = true;   // an older district does not
    int lose_requests = 0;    // so many calls vanish on their way
    int lose_answers = 0;     // so many are carried out and never answered
    int calls = 0;

    std::unique_ptr<sync::Transport> line() { return std::make_unique<Line>(*this); }

    // Everything that was ever taken from a card and not given back.
    sync::Money taken(const std::string& card) const {
        sync::Money sum;
        for (const auto& [id, booking] : bookings)
            if (booking.op == "debit" && booking.card == card && booking.standing == "booked") sum += booking.amount;
        return sum;
    }

  private:
    class Line final : public sync::Transport {
      public:
        explicit Line(CardService& service) : service_(service) {}
        payment::Result<sync::HttpAnswer> call(const sync::HttpCall& call) override {
            ++service_.calls;
            nothing_left_ = !service_.reachable;
            if (!service_.reachable) return payment::fail(payment::ErrorCode::network, "Nobody answers.");
            if (service_.lose_requests > 0 && service_.lose_requests--) return payment::fail(payment::ErrorCode::timeout, "No answer.");
            auto answer = service_.carry_out(call);
            if (service_.lose_answers > 0 && service_.lose_answers--) return payment::fail(payment::ErrorCode::timeout, "No answer.");
            return answer;
        }
        bool nothing_left() const override { return nothing_left_; }

      private:
        CardService& service_;
        bool nothing_left_ = false;
    };

    sync::HttpAnswer carry_out(const sync::HttpCall& call) {
        const auto asked = sync::parse_card_call(call.body);
        if (!asked) return {400, ""};
        sync::CardReplyMessage reply{asked->till, {}};
        for (const auto& request : asked->requests) {
            if (request.op == "lost" && !knows_lost) return {400, ""};
            reply.answers.push_back(answer(request));
        }
        return {200, sync::print(reply)};
    }
    std::string state_of(const std::string& card) const {
        if (!balances.contains(card)) return "unknown";
        return blocked.contains(card) ? "blocked" : "active";
    }
    sync::CardAnswer answer_of(const std::string& id, const std::string& card) const {
        sync::CardAnswer answer{id, "not_known", "", {}, std::nullopt, state_of(card)};
        if (const auto at = balances.find(card); at != balances.end()) answer.balance = at->second;
        const auto at = bookings.find(id);
        if (at == bookings.end()) return answer;
        answer.standing = at->second.standing;
        answer.code = at->second.code;
        answer.amount = at->second.amount;
        return answer;
    }
    sync::CardAnswer answer(const sync::CardRequest& request) {
        if (request.op == "state") return answer_of("", request.card);
        if (request.op == "query") return answer_of(request.id, bookings.contains(request.id) ? bookings[request.id].card : "");
        if (request.op == "lost") {
            blocked.insert(request.card);
            lost.insert(request.card);
            sync::CardAnswer answer{request.id, "booked", "", {}, std::nullopt, "blocked"};
            return answer;
        }
        auto [at, fresh] = bookings.try_emplace(request.id);
        Booking& booking = at->second;
        ++booking.arrived;
        if (request.op == "reverse") {
            if (fresh) booking = {"debit", "", {}, "closed", "closed", false, 1};
            if (booking.standing == "booked") {
                balances[booking.card] += booking.amount;
                booking.standing = "returned";
            }
            return answer_of(request.id, booking.card);
        }
        const bool happened = !fresh && booking.standing == "refused" && request.offline;
        if (fresh || happened) book(booking, request);
        return answer_of(request.id, request.card);
    }
    void book(Booking& booking, const sync::CardRequest& request) {
        booking = {request.op, request.card, request.amount, "booked", "", request.offline, booking.arrived};
        if (!request.offline) {
            if (!balances.contains(request.card)) booking.code = "unknown_card";
            else if (blocked.contains(request.card)) booking.code = "blocked";
            else if (request.op == "debit" && request.amount > balances[request.card]) booking.code = "insufficient";
        }
        if (!booking.code.empty()) {
            booking.standing = "refused";
            return;
        }
        balances[request.card] += request.op == "debit" ? -request.amount : request.amount;
    }
};

}  // namespace mulin::test
