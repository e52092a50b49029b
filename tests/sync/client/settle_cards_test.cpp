// What a till granted and took while it was offline reaches the account service exactly once, however often
// it is told and whatever gets lost on the way.

#include "sync/client/settle_cards.h"

#include <gtest/gtest.h>

#include "tests/support/card_service.h"
#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using namespace mulin::test;

const std::string kHash = std::string(63, 'b') + "1";
const CardRules kWide{Money::fen(100'000), Money::fen(1'000'000), Money()};

class Settling : public testing::Test {
  protected:
    Settling() {
        enrolment_.till = TillId("T001");
        const std::vector<Card> cards{{kHash, "0001", "jinglao", DinerId("D1"), false}};
        EXPECT_TRUE(bench_.store->upsert_cards(cards));
        service_.balances[kHash] = Money::fen(10'000);
    }
    CardNote note(const std::string& id, const char* kind, std::int64_t fen) {
        return {id, kind, kHash, Money::fen(fen), kStoreTestNow, false, false};
    }
    void spend(const std::string& id, std::int64_t fen) { ASSERT_EQ(*shelf().grant(note(id, "debit", fen), kWide), ""); }
    Result<CardsSettled> settle() { return settle_cards(*bench_.store, enrolment_, *line_, bench_.clock); }
    CardShelf shelf() { return bench_.store->cards(); }
    std::int64_t balance() { return service_.balances[kHash].in_fen(); }

    StoreBench bench_;
    CardService service_;
    std::unique_ptr<Transport> line_ = service_.line();
    Enrolment enrolment_;
};

TEST_F(Settling, DebitsAndTopUpsAreToldOnceAndThenNoMore) {
    spend("d1", 1'500);
    ASSERT_TRUE(shelf().take_top_up(note("u1", "top_up", 5'000)));
    const auto settled = settle();
    ASSERT_TRUE(settled);
    EXPECT_EQ(settled->told, 2);
    EXPECT_EQ(settled->doubtful, 0);
    EXPECT_EQ(balance(), 10'000 - 1'500 + 5'000);
    EXPECT_EQ(settle()->told, 0);
    EXPECT_EQ(service_.bookings.at("d1").arrived, 1);
    EXPECT_EQ((*shelf().last_heard(kHash))->balance.in_fen(), balance());
}

TEST_F(Settling, AnAnswerThatIsLostIsToldAgainAndBookedOnce) {
    spend("d1", 1'500);
    service_.lose_answers = 1;
    EXPECT_FALSE(settle());
    EXPECT_EQ(shelf().untold(10)->size(), 1U);
    EXPECT_TRUE(settle());
    EXPECT_EQ(service_.bookings.at("d1").arrived, 2);
    EXPECT_EQ(service_.taken(kHash).in_fen(), 1'500);
    EXPECT_EQ(balance(), 8'500);
}

TEST_F(Settling, ARestartBetweenTellingAndHearingChangesNothing) {
    spend("d1", 1'500);
    service_.lose_answers = 1;
    EXPECT_FALSE(settle());
    bench_.reopen();
    EXPECT_TRUE(settle());
    EXPECT_EQ(balance(), 8'500);
}

TEST_F(Settling, WhatWentBackBeforeItWasToldIsClosed) {
    spend("d1", 1'500);
    ASSERT_TRUE(*shelf().give_back("d1"));
    EXPECT_EQ(settle()->doubtful, 0);
    EXPECT_EQ(service_.bookings.at("d1").standing, "closed");
    EXPECT_EQ(balance(), 10'000);
}

TEST_F(Settling, WhatWentBackAfterItWasToldIsReturnedOnce) {
    spend("d1", 1'500);
    ASSERT_TRUE(settle());
    ASSERT_TRUE(*shelf().give_back("d1"));
    service_.lose_answers = 1;
    EXPECT_FALSE(settle());
    EXPECT_TRUE(settle());
    EXPECT_EQ(service_.bookings.at("d1").standing, "returned");
    EXPECT_EQ(balance(), 10'000);
}

TEST_F(Settling, MoreThanOneCallHoldsIsToldInSeveral) {
    for (int i = 0; i < 130; ++i) ASSERT_TRUE(shelf().take_top_up(note("u" + std::to_string(i), "top_up", 100)));
    EXPECT_EQ(settle()->told, 130);
    EXPECT_EQ(service_.calls, 2);
    EXPECT_EQ(balance(), 10'000 + 130 * 100);
}

TEST_F(Settling, AnOfflineDebitOfABlockedCardIsToldAllTheSame) {
    spend("d1", 1'500);
    service_.blocked.insert(kHash);
    ASSERT_TRUE(settle());
    EXPECT_TRUE(service_.bookings.at("d1").offline);
    EXPECT_EQ(shelf().untold(10)->size(), 0U);
    EXPECT_EQ(*shelf().grant(note("d2", "debit", 10), kWide), "offline_blocked") << "the answer named the card's state";
}

TEST_F(Settling, ALostCardIsToldUntilTheDistrictHasHeard) {
    ASSERT_TRUE(shelf().report_lost(kHash, kStoreTestNow));
    service_.lose_answers = 1;
    EXPECT_FALSE(settle());
    EXPECT_EQ(shelf().untold_lost()->size(), 1U);
    EXPECT_EQ(settle()->lost, 1);
    EXPECT_TRUE(service_.lost.contains(kHash));
    EXPECT_TRUE(shelf().untold_lost()->empty());
}

TEST_F(Settling, ADistrictThatDoesNotKnowLostCardsStillHearsOfTheMoney) {
    service_.knows_lost = false;
    ASSERT_TRUE(shelf().report_lost(kHash, kStoreTestNow));
    ASSERT_TRUE(shelf().take_top_up(note("u1", "top_up", 100)));
    EXPECT_FALSE(settle());
    EXPECT_TRUE(shelf().untold(10)->empty());
    EXPECT_EQ(shelf().untold_lost()->size(), 1U) << "it waits for a district that knows";
}

// Somebody answers for another till, or for other bookings than were asked about.
class Impostor final : public Transport {
  public:
    payment::Result<HttpAnswer> call(const HttpCall&) override { return HttpAnswer{200, print(reply)}; }
    CardReplyMessage reply;
};

TEST_F(Settling, AnAnswerAboutSomethingElseIsNoAnswer) {
    spend("d1", 1'500);
    Impostor impostor;
    for (const auto& [till, id] : {std::pair("T999", "d1"), std::pair("T001", "d2")}) {
        impostor.reply = {TillId(till), {{id, "booked", "", Money::fen(1'500), std::nullopt, ""}}};
        EXPECT_FALSE(settle_cards(*bench_.store, enrolment_, impostor, bench_.clock));
    }
    EXPECT_EQ(shelf().untold(10)->size(), 1U);
}

}  // namespace
}  // namespace mulin::sync
