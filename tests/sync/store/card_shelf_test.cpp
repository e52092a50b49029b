// The till's own allowance on stored-value cards: never more than the limits, whatever is repeated, killed
// or told late; and cards that are lost are dead at once.

#include <gtest/gtest.h>

#include "sync/store/card_shelf.h"
#include "sync/store/refund_store.h"
#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using namespace test;
using payment::ErrorCode;

const std::string kCard = std::string(63, 'a') + "1";
const std::string kOther = std::string(63, 'a') + "2";
const CardRules kRules{Money::fen(3'000), Money::fen(5'000), Money()};
constexpr std::int64_t kDayMs = 24 * 3'600'000;

class Shelf : public testing::Test {
  protected:
    Shelf() {
        const std::vector<Card> cards{{kCard, "0001", "jinglao", DinerId("D1"), false}, {kOther, "0002", "jinglao", DinerId("D1"), false}};
        EXPECT_TRUE(bench_.store->upsert_cards(cards));
        Diner owner = store_diner(1, "测试", "cs");
        owner.id = DinerId("D1");
        EXPECT_TRUE(bench_.store->upsert_diners(std::span(&owner, 1)));
    }
    bool blocked_at_the_counter() {
        const auto found = bench_.store->diner_by_card(kCard);
        if (!found || !*found) ADD_FAILURE() << "nobody has this card";
        return found && *found && (*found)->card.blocked;
    }
    CardNote debit(const std::string& id, std::int64_t fen, const std::string& card = kCard, std::int64_t after_ms = 0) {
        return {id, "debit", card, Money::fen(fen), {kStoreTestNow.ms + after_ms}, false, false};
    }
    std::string grant(const CardNote& note, const CardRules& rules = kRules) {
        const auto granted = bench_.store->cards().grant(note, rules);
        return granted ? *granted : granted.error().message;
    }
    CardShelf shelf() { return bench_.store->cards(); }
    StoreBench bench_;
};

TEST_F(Shelf, GrantsUpToTheLimitOfACardAndNotOneFenMore) {
    EXPECT_EQ(grant(debit("a", 2'000)), "");
    EXPECT_EQ(grant(debit("b", 1'001)), "offline_limit");
    EXPECT_EQ(grant(debit("c", 1'000)), "");
    EXPECT_EQ(grant(debit("d", 1)), "offline_limit");
    EXPECT_EQ(shelf().granted(kCard, kStoreTestDay)->in_fen(), 3'000);
}

TEST_F(Shelf, GrantsUpToTheLimitOfTheTillOverAllCards) {
    EXPECT_EQ(grant(debit("a", 3'000)), "");
    EXPECT_EQ(grant(debit("b", 2'001, kOther)), "offline_limit");
    EXPECT_EQ(grant(debit("c", 2'000, kOther)), "");
}

TEST_F(Shelf, ARepeatedGrantIsTheSameGrantAndAnotherAmountIsAConflict) {
    EXPECT_EQ(grant(debit("a", 3'000)), "");
    EXPECT_EQ(grant(debit("a", 3'000)), "");
    EXPECT_EQ(shelf().granted(kCard, kStoreTestDay)->in_fen(), 3'000);
    const auto other = shelf().grant(debit("a", 2'000), kRules);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::conflict);
}

TEST_F(Shelf, WhatWasGrantedCountsAfterARestartAndAfterItWasTold) {
    EXPECT_EQ(grant(debit("a", 2'500)), "");
    ASSERT_TRUE(shelf().mark_told(debit("a", 2'500)));
    bench_.reopen();
    EXPECT_EQ(grant(debit("b", 501)), "offline_limit");
    EXPECT_EQ(grant(debit("c", 500)), "");
}

TEST_F(Shelf, ANewDayOpensTheLimitsAndAClockSetBackDoesNot) {
    EXPECT_EQ(grant(debit("a", 3'000)), "");
    EXPECT_EQ(grant(debit("b", 3'000, kCard, kDayMs)), "");
    EXPECT_EQ(grant(debit("c", 1, kCard, 2 * 3'600'000)), "offline_limit");   // the first day again
    EXPECT_EQ(grant(debit("d", 1, kCard, -kDayMs)), "offline_limit") << "a clock that was set back opens no day";
}

TEST_F(Shelf, WhatGoesBackFreesTheLimitOnce) {
    EXPECT_EQ(grant(debit("a", 3'000)), "");
    EXPECT_TRUE(*shelf().give_back("a"));
    EXPECT_TRUE(*shelf().give_back("a"));
    EXPECT_FALSE(*shelf().give_back("nobody"));
    EXPECT_EQ(grant(debit("b", 3'000)), "");
    EXPECT_EQ(grant(debit("c", 1)), "offline_limit");
    const auto again = shelf().grant(debit("a", 3'000), kRules);
    EXPECT_FALSE(again) << "an id that was given back is used up";
}

TEST_F(Shelf, RefusesCardsThatAreUnknownBlockedOrOverdrawn) {
    EXPECT_EQ(grant(debit("a", 100, std::string(64, 'f'))), "offline_unknown_card");
    ASSERT_TRUE(shelf().hear(kCard, {Money::fen(150), "active", kStoreTestNow}));
    EXPECT_EQ(grant(debit("b", 100)), "");
    EXPECT_EQ(grant(debit("c", 100)), "insufficient") << "what was granted is taken from the last balance";
    ASSERT_TRUE(shelf().hear(kOther, {Money::fen(10'000), "replaced", kStoreTestNow}));
    EXPECT_EQ(grant(debit("d", 100, kOther)), "offline_blocked");
    const std::vector<Card> blocked{{kCard, "0001", "jinglao", DinerId("D1"), true}};
    ASSERT_TRUE(bench_.store->upsert_cards(blocked));
    EXPECT_EQ(grant(debit("e", 10)), "offline_blocked");
}

TEST_F(Shelf, ZeroForbids) {
    EXPECT_EQ(grant(debit("a", 1), {Money(), Money::fen(5'000), Money()}), "offline_not_allowed");
    EXPECT_EQ(grant(debit("a", 1), {Money::fen(5'000), Money(), Money()}), "offline_not_allowed");
}

// The control: a limit that is not looked at would let the same requests through.
TEST_F(Shelf, WithoutLimitsTheSameDebitsPass) {
    const CardRules none{Money::fen(1'000'000), Money::fen(1'000'000), Money()};
    EXPECT_EQ(grant(debit("a", 3'000), none), "");
    EXPECT_EQ(grant(debit("b", 3'000), none), "");
}

TEST_F(Shelf, RandomGrantsAndReturnsNeverPassTheLimits) {
    payment::SeededRandom random(20260324);
    const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(random.next_u64() % n); };
    std::vector<std::string> ids;
    for (int step = 0; step < 120; ++step) {
        if (!ids.empty() && below(4) == 0) {
            ASSERT_TRUE(shelf().give_back(ids[static_cast<std::size_t>(below(ids.size()))]));
        } else {
            ids.push_back("g" + std::to_string(below(60)));
            (void)shelf().grant(debit(ids.back(), 100 * (1 + below(20)), below(2) == 0 ? kCard : kOther), kRules);
        }
        const auto one = *shelf().granted(kCard, kStoreTestDay);
        const auto two = *shelf().granted(kOther, kStoreTestDay);
        ASSERT_LE(one, kRules.offline_card_day);
        ASSERT_LE(two, kRules.offline_card_day);
        ASSERT_LE(one + two, kRules.offline_till_day);
    }
}

TEST_F(Shelf, TellsTheOldestFirstAndWhatChangedMeanwhileAgain) {
    EXPECT_EQ(grant(debit("late", 100, kCard, 5'000)), "");
    EXPECT_EQ(grant(debit("early", 100)), "");
    const auto untold = *shelf().untold(10);
    ASSERT_EQ(untold.size(), 2U);
    EXPECT_EQ(untold[0].id, "early");
    ASSERT_TRUE(*shelf().give_back("early"));
    ASSERT_TRUE(shelf().mark_told(untold[0]));  // read before it went back
    EXPECT_EQ(shelf().untold(10)->size(), 2U) << "the district does not know that it went back";
    ASSERT_TRUE(shelf().mark_told(*shelf().find("early").value()));
    EXPECT_EQ(shelf().untold(10)->size(), 1U);
}

TopUpRecord record_of(const std::string& ref, bool training = false) {
    TopUpRecord record;
    record.ref = ref;
    record.business_date = kStoreTestDay;
    record.at = kStoreTestNow;
    record.site = SiteId("S1");
    record.card = kCard;
    record.card_last4 = "0001";
    record.amount = Money::fen(10'000);
    Payment cash;
    cash.method = cash.channel = "cash";
    cash.outcome = payment::Outcome::approved;
    cash.amount = cash.given = record.amount;
    record.payments = {cash};
    record.cashier = StaffId("C0101");
    record.shift = ShiftId("shift-1");
    record.training = training;
    return record;
}

TEST_F(Shelf, ATopUpAndWhatTheDistrictIsToHearOfItAreOneStep) {
    ASSERT_TRUE(bench_.store->open_shift(store_shift("shift-1")));
    ASSERT_TRUE(shelf().hear(kCard, {Money::fen(500), "active", kStoreTestNow}));
    ASSERT_TRUE(bench_.store->refunds().commit_top_up(record_of("u1")));
    bench_.reopen();
    ASSERT_EQ(shelf().untold(10)->size(), 1U);
    EXPECT_EQ(shelf().untold(10)->front().id, "u1");
    EXPECT_EQ((*shelf().last_heard(kCard))->balance.in_fen(), 10'500);
    ASSERT_TRUE(bench_.store->refunds().commit_top_up(record_of("u1")));
    EXPECT_EQ(shelf().untold(10)->size(), 1U);
    EXPECT_EQ(bench_.store->shift_totals(ShiftId("shift-1"))->cash_due, store_shift("shift-1").drawer_float + Money::fen(10'000));
}

TEST_F(Shelf, APractisedTopUpIsToldToNobody) {
    ASSERT_TRUE(bench_.store->open_shift(store_shift("shift-1")));
    ASSERT_TRUE(bench_.store->refunds().commit_top_up(record_of("u1", true)));
    EXPECT_TRUE(shelf().untold(10)->empty());
}

TEST_F(Shelf, ATopUpWhoseBookingIsInConflictIsNotWritten) {
    ASSERT_TRUE(shelf().take_top_up({"u1", "top_up", kOther, Money::fen(100), kStoreTestNow, false, false}));
    const auto committed = bench_.store->refunds().commit_top_up(record_of("u1"));
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code, ErrorCode::conflict);
    EXPECT_TRUE(bench_.store->refunds().topped_up(kCard, kStoreTestDay)->is_zero());
}

TEST_F(Shelf, ALostCardIsDeadAtOnceWhateverABundleSays) {
    ASSERT_TRUE(shelf().report_lost(kCard, kStoreTestNow));
    ASSERT_TRUE(shelf().report_lost(kCard, {kStoreTestNow.ms + 5}));
    EXPECT_EQ(grant(debit("a", 100)), "offline_blocked");
    EXPECT_TRUE(blocked_at_the_counter());
    // A bundle that left the district before it heard.
    const std::vector<Card> old{{kCard, "0001", "jinglao", DinerId("D1"), false}};
    ASSERT_TRUE(bench_.store->upsert_cards(old));
    bench_.reopen();
    EXPECT_EQ(grant(debit("b", 100)), "offline_blocked");
    EXPECT_TRUE(shelf().cards_of(DinerId("D1"))->front().blocked);
    EXPECT_FALSE(shelf().cards_of(DinerId("D1"))->back().blocked) << "the other card is not touched";
    const std::vector<LostCard> waiting{{kCard, kStoreTestNow}};
    EXPECT_EQ(*shelf().untold_lost(), waiting);
    ASSERT_TRUE(shelf().mark_lost_told(kCard, 40));
    EXPECT_TRUE(shelf().untold_lost()->empty());
    EXPECT_EQ(grant(debit("c", 100)), "offline_blocked");
}

// What a bundle whose changes end at `change` says about the card.
DistrictData word_on(const std::string& card, std::int64_t change, bool lifted, const char* incarnation = "I1") {
    DistrictData data;
    data.incarnation = incarnation;
    data.change = change;
    data.cards = {{card, "0001", "jinglao", DinerId("D1"), !lifted}};
    data.denied = {{"card", card, "lost", kStoreTestNow, lifted}};
    data.settings = {{"sync.incarnation", incarnation}};
    return data;
}

TEST_F(Shelf, OnlyADistrictThatHasHeardOfALostCardLiftsIt) {
    ASSERT_TRUE(bench_.store->set_setting("sync.incarnation", "I1"));
    ASSERT_TRUE(shelf().report_lost(kCard, kStoreTestNow));
    ASSERT_TRUE(bench_.store->apply(word_on(kCard, 39, true)));
    EXPECT_EQ(grant(debit("a", 100)), "offline_blocked") << "the district does not know yet";
    ASSERT_TRUE(shelf().mark_lost_told(kCard, 40));
    ASSERT_TRUE(bench_.store->apply(word_on(kCard, 39, true)));
    EXPECT_EQ(grant(debit("b", 100)), "offline_blocked") << "made before it heard, applied after";
    EXPECT_TRUE(blocked_at_the_counter());
    EXPECT_TRUE(shelf().cards_of(DinerId("D1"))->front().blocked);
    ASSERT_TRUE(bench_.store->apply(word_on(kCard, 41, false)));
    EXPECT_EQ(grant(debit("c", 100)), "offline_blocked");
    ASSERT_TRUE(bench_.store->apply(word_on(kCard, 44, true)));
    EXPECT_EQ(grant(debit("d", 100)), "") << "found again, by the district's word";
    EXPECT_FALSE(blocked_at_the_counter());
}

TEST_F(Shelf, ADistrictThatWentBackIsToldAgain) {
    ASSERT_TRUE(bench_.store->set_setting("sync.incarnation", "I1"));
    ASSERT_TRUE(shelf().report_lost(kCard, kStoreTestNow));
    ASSERT_TRUE(shelf().mark_lost_told(kCard, 40));
    ASSERT_TRUE(bench_.store->apply(word_on(kCard, 41, false)));
    auto restored = word_on(kCard, 12, true, "I2");
    restored.whole = true;
    restored.denied.clear();
    ASSERT_TRUE(bench_.store->apply(restored));
    EXPECT_EQ(grant(debit("a", 100)), "offline_blocked") << "it may have forgotten";
    ASSERT_EQ(shelf().untold_lost()->size(), 1U);
    EXPECT_EQ(shelf().untold_lost()->front().at, kStoreTestNow);
}

TEST_F(Shelf, AStrangersCardCannotBeReportedHere) {
    const auto reported = shelf().report_lost(std::string(64, 'f'), kStoreTestNow);
    ASSERT_FALSE(reported);
    EXPECT_EQ(reported.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace mulin::sync
