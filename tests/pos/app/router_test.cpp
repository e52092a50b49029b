// The router joins screens: what one screen asks for opens the right other one, and nothing that
// belongs to one sale lands on another.

#include "pos/app/router.h"

#include <gtest/gtest.h>

namespace mulin::pos {
namespace {

using sync::Money;

struct RouterTest : ::testing::Test {
    AppState state;
    int refs = 0;
    Router router{state, [this] { return "R" + std::to_string(++refs); }};

    template <class T>
    static std::vector<T> of(const std::vector<Work>& work) {
        std::vector<T> found;
        for (const auto& item : work)
            if (const auto* one = std::get_if<T>(&item)) found.push_back(*one);
        return found;
    }
    void sign_in() { router.apply(ShellIntent(StaffKnown{{sync::StaffId("C1"), "甲", sync::Role::cashier}})); }

    serve::DinerCard card() {
        serve::DinerCard card;
        card.id = sync::DinerId("D000001");
        card.name = "王秀英";
        card.usual = {{sync::ItemId("set-a"), 1, 0}};
        return card;
    }
    void offer_menu() {
        sync::MenuItem set;
        set.id = sync::ItemId("set-a");
        set.name_zh = "套餐A";
        set.item_class = sync::ItemClass::set;
        set.price = Money::fen(1500);
        router.apply(serve::Intent(serve::MenuArrived{sync::Meal::lunch, {set}}));
    }
    // Somebody identified, their usual quoted for every pay key.
    void quoted_usual() {
        sign_in();
        offer_menu();
        const auto work = router.apply(serve::Intent(serve::DinerIdentified{0, card(), {"jinglao", "9310"}}));
        const auto asked = of<serve::RequestQuote>(work);
        ASSERT_EQ(asked.size(), 1U);
        serve::QuoteArrived arrived{asked[0].serial, {}};
        for (const auto& tender : asked[0].tenders) {
            sync::Quote quote;
            quote.list = Money::fen(1500);
            quote.paid = Money::fen(1500);
            quote.line_amounts = {Money::fen(1500)};
            arrived.quotes.push_back({tender, quote});
        }
        router.apply(serve::Intent(arrived));
    }
};

TEST_F(RouterTest, NothingButSignInBeforeSomebodySignedIn) {
    EXPECT_EQ(state.screen, Screen::sign_in);
    router.apply(ShellIntent(OpenToday{}));
    EXPECT_EQ(state.screen, Screen::sign_in);
    sign_in();
    EXPECT_EQ(state.screen, Screen::serve);
}

TEST_F(RouterTest, OneTapOnThePayKeyServesARegularByCard) {
    quoted_usual();
    const auto work = router.apply(serve::Intent(serve::Pay{"senior_card"}));
    EXPECT_EQ(state.screen, Screen::tender);
    const auto started = of<StartAttempt>(work);
    ASSERT_EQ(started.size(), 1U);
    EXPECT_EQ(started[0].start.amount, Money::fen(1500));
    EXPECT_EQ(started[0].sale.order.diner, sync::DinerId("D000001"));
}

TEST_F(RouterTest, SecondTapOnThePayKeyDoesNothing) {
    quoted_usual();
    router.apply(serve::Intent(serve::Pay{"senior_card"}));
    const auto again = router.apply(serve::Intent(serve::Pay{"senior_card"}));
    EXPECT_TRUE(of<StartAttempt>(again).empty());
    EXPECT_EQ(refs, 1);
}

TEST_F(RouterTest, ACashSaleIsCommittedOnceAndTheNextDinerStartsClean) {
    quoted_usual();
    router.apply(serve::Intent(serve::Pay{"cash"}));
    const auto first = router.apply(tender::Intent(tender::Confirm{}));
    ASSERT_EQ(of<CommitCash>(first).size(), 1U);
    EXPECT_TRUE(of<CommitCash>(router.apply(tender::Intent(tender::Confirm{}))).empty());
    SaleDone done;
    done.ref = "R1";
    done.sale.ref = "R1";
    done.sale.paid = Money::fen(1500);
    router.apply(ShellIntent(done));
    EXPECT_EQ(state.tender.phase, tender::Phase::done);
    router.apply(tender::Intent(tender::Next{}));
    EXPECT_EQ(state.screen, Screen::serve);
    EXPECT_FALSE(state.serve.diner.has_value());
    EXPECT_FALSE(state.sale.has_value());
}

TEST_F(RouterTest, ALateSaleOfAnotherRefIsANoticeAndTouchesNoOpenSlip) {
    quoted_usual();
    SaleDone done;
    done.ref = "R-earlier";
    done.was_parked = true;
    done.sale.paid = Money::fen(900);
    router.apply(ShellIntent(done));
    EXPECT_TRUE(state.serve.diner.has_value());
    ASSERT_FALSE(state.serve.notices.empty());
    EXPECT_EQ(state.serve.notices.back().kind, serve::NoticeKind::payment_found);
}

TEST_F(RouterTest, NobodySignsOutWhileMoneyIsUnderWay) {
    quoted_usual();
    router.apply(serve::Intent(serve::Pay{"senior_card"}));
    router.apply(ShellIntent(SignOut{}));
    EXPECT_EQ(state.screen, Screen::tender);
    EXPECT_TRUE(state.shell.staff.has_value());
}

TEST_F(RouterTest, AScanGoesToTheScreenOnTop) {
    sign_in();
    EXPECT_EQ(of<IdentifyByScan>(router.apply(ShellIntent(ScanRead{"9310000000000001", 0}))).size(), 1U);
    router.apply(serve::Intent(serve::ChangeDiner{}));
    EXPECT_EQ(state.screen, Screen::lookup);
    const auto work = of<IdentifyByScan>(router.apply(ShellIntent(ScanRead{"9310000000000002", 0})));
    ASSERT_EQ(work.size(), 1U);
    EXPECT_TRUE(work[0].from_lookup);
}

}  // namespace
}  // namespace mulin::pos
