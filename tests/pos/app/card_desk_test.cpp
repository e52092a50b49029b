// The senior card's channel of a till, between the account service, its own allowance and the adapter: one
// payment is booked once, online or off, whatever is lost on the way.

#include "pos/app/card_desk.h"

#include <gtest/gtest.h>

#include "payment/senior_card/senior_card_adapter.h"
#include "sync/client/settle_cards.h"
#include "sync/model/keyed_hash.h"
#include "tests/support/card_service.h"
#include "tests/support/store_fixtures.h"

namespace mulin::pos {
namespace {

using namespace test;
using payment::Outcome;
using payment::ReverseOutcome;
using sync::Money;

const std::string kNumber = "9310000000000001";
const std::string kKey = "0123456789abcdef";

class CardTill : public testing::Test {
  protected:
    CardTill() {
        const std::vector<sync::Card> cards{{hash(), "0001", "jinglao", sync::DinerId("D1"), false}};
        EXPECT_TRUE(bench_.store->upsert_cards(cards));
        EXPECT_TRUE(bench_.store->set_setting(sync::kOfflineCardDay, "3000"));
        EXPECT_TRUE(bench_.store->set_setting(sync::kOfflineTillDay, "5000"));
        service_.balances[hash()] = Money::fen(10'000);
        enrolment_.till = sync::TillId("T001");
    }
    static std::string hash() { return sync::keyed_hash(kKey, kNumber); }
    CardDesk::OpenLine line() {
        return [this]() -> payment::Result<std::optional<CardDesk::Line>> {
            if (!enrolled_) return std::nullopt;
            return CardDesk::Line{enrolment_, service_.line()};
        };
    }
    static payment::AttemptRequest request(const std::string& id, std::int64_t fen) {
        payment::AttemptRequest asked;
        asked.id = payment::AttemptId(id);
        asked.amount = Money::fen(fen);
        asked.code = kNumber;
        asked.created = kStoreTestNow;
        return asked;
    }
    static payment::Attempt attempt(const std::string& id, std::int64_t fen) {
        payment::Attempt tried;
        tried.id = payment::AttemptId(id);
        tried.amount = Money::fen(fen);
        return tried;
    }
    Outcome pay(const std::string& id, std::int64_t fen) { return adapter_.start(request(id, fen)).outcome; }
    void offline() {
        service_.reachable = false;
        bench_.clock.advance_ms(60'000);
    }
    void online() {
        service_.reachable = true;
        bench_.clock.advance_ms(60'000);
    }
    bool settle() { return sync::settle_cards(*bench_.store, enrolment_, *service_.line(), bench_.clock).has_value(); }
    std::int64_t balance() { return service_.balances[hash()].in_fen(); }

    StoreBench bench_;
    CardService service_;
    sync::Enrolment enrolment_;
    bool enrolled_ = true;
    CardDesk desk_{*bench_.store, kKey, bench_.clock, line()};
    payment::SeniorCardAdapter adapter_{desk_, &desk_};
};

TEST_F(CardTill, OnlineTheAccountPaysAndTheNumberNeverLeaves) {
    EXPECT_EQ(pay("a", 1'500), Outcome::approved);
    EXPECT_EQ(balance(), 8'500);
    EXPECT_EQ(service_.bookings.at("a").card, hash());
    EXPECT_EQ(pay("b", 9'000), Outcome::declined);
    EXPECT_EQ(balance(), 8'500);
}

TEST_F(CardTill, OfflineALimitedAmountIsGrantedAndSettledLaterExactlyOnce) {
    offline();
    EXPECT_EQ(pay("a", 2'000), Outcome::approved);
    EXPECT_EQ(pay("b", 1'500), Outcome::declined) << "the limit of the card for the day";
    EXPECT_EQ(pay("a", 2'000), Outcome::approved) << "the same payment asked for again is the same grant";
    EXPECT_EQ(balance(), 10'000);
    online();
    service_.lose_answers = 1;
    EXPECT_FALSE(settle());
    EXPECT_TRUE(settle());
    EXPECT_TRUE(settle());
    EXPECT_EQ(balance(), 8'000);
    EXPECT_EQ(service_.taken(hash()).in_fen(), 2'000);
}

TEST_F(CardTill, ALostAnswerIsUnknownAndNeverAnOfflinePayment) {
    service_.lose_answers = 1;
    EXPECT_EQ(pay("a", 1'500), Outcome::unknown);
    EXPECT_TRUE(bench_.store->cards().granted(hash(), kStoreTestDay)->is_zero());
    EXPECT_EQ(adapter_.query(attempt("a", 1'500)).outcome, Outcome::approved);
    EXPECT_EQ(service_.taken(hash()).in_fen(), 1'500);
}

TEST_F(CardTill, ARequestThatWasLostIsClosedByTheReverseAndMayNotArriveLater) {
    service_.lose_requests = 1;
    EXPECT_EQ(pay("a", 1'500), Outcome::unknown);
    EXPECT_EQ(adapter_.query(attempt("a", 1'500)).outcome, Outcome::unknown) << "it may still arrive";
    EXPECT_EQ(adapter_.reverse(attempt("a", 1'500)).outcome, ReverseOutcome::not_paid_closed);
    EXPECT_EQ(pay("a", 1'500), Outcome::declined);
    EXPECT_EQ(balance(), 10'000);
}

TEST_F(CardTill, AnOfflineGrantThatGoesBackIsNeverTaken) {
    offline();
    EXPECT_EQ(pay("a", 2'000), Outcome::approved);
    EXPECT_EQ(adapter_.reverse(attempt("a", 2'000)).outcome, ReverseOutcome::reversed);
    EXPECT_EQ(pay("b", 3'000), Outcome::approved) << "the limit is free again";
    online();
    EXPECT_TRUE(settle());
    EXPECT_EQ(balance(), 7'000);
}

TEST_F(CardTill, ABlockedCardIsRefusedAtOnceOnlineAndOffline) {
    service_.blocked.insert(hash());
    EXPECT_EQ(pay("a", 100), Outcome::declined);
    offline();
    EXPECT_EQ(pay("b", 100), Outcome::declined) << "the service named the card's state a moment ago";
}

TEST_F(CardTill, ALostCardIsDeadHereWhileTheDistrictCannotBeReached) {
    offline();
    EXPECT_EQ(pay("a", 100), Outcome::approved);
    const auto told = desk_.report_lost(hash());
    ASSERT_TRUE(told);
    EXPECT_FALSE(*told);
    EXPECT_EQ(pay("b", 100), Outcome::declined);
    online();
    EXPECT_TRUE(settle());
    EXPECT_TRUE(service_.lost.contains(hash()));
    EXPECT_EQ(balance(), 9'900) << "what was eaten before is paid";
}

TEST_F(CardTill, ALostCardIsDeadEverywhereWhileTheDistrictAnswers) {
    EXPECT_TRUE(*desk_.report_lost(hash()));
    EXPECT_TRUE(bench_.store->cards().untold_lost()->empty());
    EXPECT_EQ(pay("a", 100), Outcome::declined);
}

TEST_F(CardTill, WhatWasGrantedOutlivesTheProgram) {
    offline();
    EXPECT_EQ(pay("a", 2'000), Outcome::approved);
    bench_.reopen();
    CardDesk after(*bench_.store, kKey, bench_.clock, line());
    payment::SeniorCardAdapter adapter(after, &after);
    EXPECT_EQ(adapter.query(attempt("a", 2'000)).outcome, Outcome::approved);
    EXPECT_EQ(adapter.start(request("b", 1'001)).outcome, Outcome::declined);
    EXPECT_EQ(adapter.start(request("c", 1'000)).outcome, Outcome::approved);
}

TEST_F(CardTill, ATopUpIsOnTheCardOnceWhetherItsAnswerIsHeardOrNot) {
    const sync::CardNote heard{"u1", "top_up", hash(), Money::fen(5'000), kStoreTestNow, false, false};
    EXPECT_EQ(desk_.book_top_up(heard).balance->in_fen(), 15'000);
    EXPECT_TRUE(bench_.store->cards().untold(10)->empty()) << "nothing is left to tell";
    const sync::CardNote unheard{"u2", "top_up", hash(), Money::fen(3'000), kStoreTestNow, false, false};
    service_.lose_answers = 1;
    EXPECT_FALSE(desk_.book_top_up(unheard).balance);
    EXPECT_EQ(bench_.store->cards().untold(10)->size(), 1U);
    EXPECT_TRUE(settle());
    EXPECT_EQ(balance(), 18'000);
    EXPECT_EQ(service_.bookings.at("u2").arrived, 2);
}

TEST_F(CardTill, ATopUpThatIsRefusedAfterTheCashWasTakenIsStillTheDiners) {
    service_.blocked.insert(hash());
    const sync::CardNote note{"u1", "top_up", hash(), Money::fen(5'000), kStoreTestNow, false, false};
    EXPECT_EQ(desk_.book_top_up(note).standing, payment::CardStanding::refused);
    EXPECT_TRUE(settle());
    EXPECT_EQ(balance(), 15'000) << "told as cash that lies in the drawer";
}

TEST_F(CardTill, ABalanceSaysWhetherItIsOldAndCountsWhatIsNotToldYet) {
    const auto now = desk_.state_of(hash());
    EXPECT_TRUE(now.from_service);
    EXPECT_EQ(now.balance->in_fen(), 10'000);
    offline();
    EXPECT_EQ(pay("a", 2'000), Outcome::approved);
    const auto old = desk_.state_of(hash());
    EXPECT_FALSE(old.from_service);
    EXPECT_EQ(old.balance->in_fen(), 8'000);
    EXPECT_EQ(old.heard, kStoreTestNow);
    EXPECT_FALSE(desk_.state_of(std::string(64, 'f')).balance);
}

TEST_F(CardTill, AfterAFailedConnectionTheQueueGoesOnOfflineForAWhile) {
    service_.reachable = false;
    EXPECT_EQ(pay("a", 100), Outcome::approved);
    const int calls = service_.calls;
    EXPECT_EQ(pay("b", 100), Outcome::approved);
    EXPECT_EQ(service_.calls, calls) << "nobody waits for another connection that fails";
    online();
    EXPECT_EQ(pay("c", 100), Outcome::approved);
    EXPECT_GT(service_.calls, calls);
}

TEST_F(CardTill, ATillOfNoDistrictHasNoAccounts) {
    enrolled_ = false;
    EXPECT_FALSE(desk_.state_of(hash()).from_service);
}

}  // namespace
}  // namespace mulin::pos
