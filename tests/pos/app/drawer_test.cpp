// Cash in the drawer that is no sale, on a whole till: a card topped up and found again in every book, and
// the shift closed by a count that says how it was made.

#include <chrono>
#include <condition_variable>
#include <fstream>

#include <gtest/gtest.h>

#include "pos/app/demo_till.h"
#include "pos/app/play_top_up.h"
#include "pos/app/shift.h"
#include "pos/app/shift_desk.h"
#include "pos/app/top_up_desk.h"
#include "sync/client/settle_cards.h"
#include "sync/journal/body.h"
#include "sync/model/keyed_hash.h"
#include "tests/support/card_service.h"
#include "tests/support/store_fixtures.h"

namespace mulin::pos {
namespace {

using sync::Money;

const std::string kToppedUpCard = "9310000000000001";

class DrawerTill : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(make_demo_till(dir_.path(), clock_, random_));
        std::ofstream(dir_.file("mulin.toml")) << "[card]\nsenior = \"senior_card\"\n";
        auto opened = Till::open(dir_.path(), clock_, random_);
        ASSERT_TRUE(opened) << opened.error().message;
        till_ = std::move(*opened);
        card_ = sync::keyed_hash(till_->hash_key(), kToppedUpCard);
        service_.balances[card_] = Money::fen(2'000);
        inbox_.on_post([this] {
            const std::lock_guard lock(mutex_);
            posted_ = true;
            wake_.notify_all();
        });
        TopUpDesk::Listeners listeners{[this](const TopUpMade& made) { made_.push_back(made); }, [] {}};
        desk_ = std::make_unique<TopUpDesk>(*till_, inbox_, phrases_, listeners, [this]() -> payment::Result<std::optional<CardDesk::Line>> {
            sync::Enrolment enrolment;
            enrolment.till = till_->id();
            return CardDesk::Line{enrolment, service_.line()};
        });
    }
    // The desk's next answer, of the kind that is expected.
    template <class T>
    T answer() {
        for (int tries = 0; tries < 100; ++tries) {
            for (const auto& intent : inbox_.drain())
                if (const auto* of_screen = std::get_if<top_up::Intent>(&intent))
                    if (const auto* found = std::get_if<T>(of_screen)) return *found;
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, std::chrono::milliseconds(200), [this] { return posted_; });
            posted_ = false;
        }
        ADD_FAILURE() << "the desk did not answer";
        return {};
    }
    top_up::CardShown find(const std::string& code) {
        desk_->find({1, code, ""});
        return answer<top_up::CardArrived>().card;
    }
    top_up::TopUp hundred(const top_up::CardShown& card) { return {2, card, Money::fen(8'000), Money::fen(10'000)}; }
    Money cash_due() {
        const auto shift = *till_->store().current_shift();
        return till_->store().shift_totals(shift->shift)->cash_due;
    }

    test::StoreDirectory dir_;
    payment::ManualClock clock_{test::kStoreTestNow};
    payment::SeededRandom random_{7};
    Phrases phrases_ = std::move(*Phrases::load());
    test::CardService service_;
    std::unique_ptr<Till> till_;
    std::string card_;
    Inbox inbox_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool posted_ = false;
    std::vector<TopUpMade> made_;
    std::unique_ptr<TopUpDesk> desk_;
};

TEST_F(DrawerTill, ATopUpIsInTheJournalTheDrawerTheDayAndOnTheAccount) {
    const auto card = find(kToppedUpCard);
    EXPECT_EQ(card.name, "王秀英");
    EXPECT_EQ(card.trouble, top_up::Trouble::none);
    EXPECT_EQ(card.balance, Money::fen(2'000));
    EXPECT_TRUE(card.online);
    const Money before = cash_due();
    desk_->top_up(hundred(card), sync::StaffId("C0101"));
    const auto done = answer<top_up::Done>().result;
    EXPECT_EQ(done.change, Money::fen(2'000));
    EXPECT_EQ(done.balance, Money::fen(10'000));
    EXPECT_EQ(service_.balances[card_], Money::fen(10'000));
    EXPECT_EQ(cash_due() - before, Money::fen(8'000));
    const auto day = till_->store().day_report(test::kStoreTestDay);
    EXPECT_EQ(day->top_ups.amount, Money::fen(8'000));
    EXPECT_EQ(day->top_ups_by_tender.at("cash").amount, Money::fen(8'000));
    EXPECT_EQ(day->total.sales, 0) << "no meal was served";
    ASSERT_EQ(made_.size(), 1U);
    const auto entry = till_->store().entry(made_[0].committed.key);
    ASSERT_TRUE(*entry) << "the slip is made of what is durable";
    EXPECT_EQ((*entry)->body.find(kToppedUpCard), std::string::npos) << "the number is nowhere";
    EXPECT_TRUE(till_->store().verify());
}

TEST_F(DrawerTill, OfflineTheCashIsTakenAndTheAccountHearsOfItOnce) {
    (void)find(kToppedUpCard);
    service_.reachable = false;
    clock_.advance_ms(60'000);
    const auto card = find(kToppedUpCard);
    EXPECT_FALSE(card.online);
    EXPECT_EQ(card.balance, Money::fen(2'000));
    EXPECT_EQ(card.heard, test::kStoreTestNow);
    ASSERT_EQ(card.trouble, top_up::Trouble::none);
    desk_->top_up(hundred(card), sync::StaffId("C0101"));
    EXPECT_FALSE(answer<top_up::Done>().result.balance);
    EXPECT_EQ(service_.balances[card_], Money::fen(2'000));
    service_.reachable = true;
    sync::Enrolment enrolment;
    enrolment.till = till_->id();
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(sync::settle_cards(till_->store(), enrolment, *service_.line(), clock_));
    EXPECT_EQ(service_.balances[card_], Money::fen(10'000));
}

TEST_F(DrawerTill, CardsThatTakeNoMoneySayWhy) {
    service_.blocked.insert(card_);
    EXPECT_EQ(find(kToppedUpCard).trouble, top_up::Trouble::blocked);
    EXPECT_EQ(find("9399000000000099").trouble, top_up::Trouble::unknown_card);
    service_.reachable = false;
    clock_.advance_ms(60'000);
    EXPECT_EQ(find("9399000000000099").trouble, top_up::Trouble::unknown_here);
    ASSERT_TRUE(till_->store().set_setting(sync::kOfflineCardDay, "0"));
    EXPECT_EQ(find("9310000000000003").trouble, top_up::Trouble::not_offline);
}

TEST_F(DrawerTill, InPracticeNothingMoves) {
    ASSERT_TRUE(till_->store().set_setting(setting::kTraining, "on"));
    const Money before = cash_due();
    desk_->top_up(hundred(find(kToppedUpCard)), sync::StaffId("C0101"));
    EXPECT_TRUE(answer<top_up::Done>().result.training);
    EXPECT_EQ(service_.balances[card_], Money::fen(2'000));
    EXPECT_EQ(cash_due(), before);
}

TEST_F(DrawerTill, WithoutAShiftNoCashIsTaken) {
    ASSERT_TRUE(close_shift(*till_, std::nullopt, {}));
    desk_->top_up(hundred(find(kToppedUpCard)), sync::StaffId("C0101"));
    EXPECT_FALSE(answer<top_up::Failed>().message.empty());
    EXPECT_EQ(service_.balances[card_], Money::fen(2'000));
}

TEST_F(DrawerTill, ALostCardIsRefusedHereAtOnceAndTheReportIsInTheJournal) {
    const auto card = find(kToppedUpCard);
    EXPECT_TRUE(card.can_be_lost);
    desk_->report_lost({3, card.key}, sync::StaffId("C0101"));
    EXPECT_TRUE(answer<top_up::LostReported>().told);
    EXPECT_EQ(find(kToppedUpCard).trouble, top_up::Trouble::blocked);
    bool noted = false;
    ASSERT_TRUE(till_->store().export_entries([&](const sync::Entry& entry) {
        const auto body = sync::decode_body(entry.body);
        if (const auto* note = std::get_if<sync::Note>(&body->body)) noted = noted || (note->kind == "card_lost" && note->text == card.key + " C0101");
        return true;
    }));
    EXPECT_TRUE(noted);
}

TEST_F(DrawerTill, ACountedCloseSaysHowItWasCounted) {
    const auto shift = *till_->store().current_shift();
    shift::CloseShift asked;
    asked.shift = shift->shift;
    asked.counted[0] = 1;
    asked.counted[7] = 3;
    asked.counts = 2;
    asked.reason = "cash_taken";
    const auto closed = close_counted(*till_, asked, sync::StaffId("C0101"));
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->due, Money::fen(20'000));
    EXPECT_EQ(closed->counted, Money::fen(10'030));
    std::vector<std::string> kinds;
    std::string how;
    ASSERT_TRUE(till_->store().export_entries([&](const sync::Entry& entry) {
        const auto body = sync::decode_body(entry.body);
        kinds.emplace_back(sync::kind_of(body->body));
        if (const auto* note = std::get_if<sync::Note>(&body->body)) how = note->text;
        return true;
    }));
    ASSERT_GE(kinds.size(), 2U);
    EXPECT_EQ(kinds[kinds.size() - 2], "note");
    EXPECT_EQ(kinds.back(), "shift_close");
    EXPECT_TRUE(how.starts_with(R"({"counted":[{"pieces":1,"value_fen":10000},)")) << how;
    EXPECT_TRUE(how.ends_with(R"(,"counts":2,"reason":"cash_taken","shift":")" + shift->shift.text() + "\"}")) << how;
    EXPECT_TRUE(till_->store().verify());
    EXPECT_FALSE(close_counted(*till_, asked, sync::StaffId("C0101"))) << "a shift is closed once";
}

TEST_F(DrawerTill, PlayPutsCashOnACardOnceForEachRef) {
    const auto line = [this]() -> payment::Result<std::optional<CardDesk::Line>> {
        sync::Enrolment enrolment;
        enrolment.till = till_->id();
        return CardDesk::Line{enrolment, service_.line()};
    };
    const TopUpAction hundred{kToppedUpCard, Money::fen(8'000), Money::fen(10'000)};
    const auto first = play_top_up(*till_, "u1", hundred, line);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_NE(first->find(R"("card_last4":"0001","amount_fen":8000,"change_fen":2000,"balance_fen":10000)"), std::string::npos) << *first;
    service_.blocked.insert(card_);
    const auto again = play_top_up(*till_, "u1", hundred, line);
    ASSERT_TRUE(again) << "what is written down stands";
    EXPECT_NE(again->find(R"("balance_fen":null)"), std::string::npos) << *again;
    EXPECT_EQ(service_.balances[card_], Money::fen(10'000));
    EXPECT_EQ(play_top_up(*till_, "u2", hundred, line).error().code, "card_blocked");
    EXPECT_EQ(play_top_up(*till_, "u3", {kToppedUpCard, Money::fen(8'050), {}}, line).error().code, "bad_request");
    EXPECT_EQ(play_top_up(*till_, "u4", {kToppedUpCard, Money::fen(8'000), Money::fen(5'000)}, line).error().code, "underpaid");
    EXPECT_EQ(till_->store().day_report(test::kStoreTestDay)->top_ups.amount, Money::fen(8'000));
}

}  // namespace
}  // namespace mulin::pos
