#pragma once
// A router without workers: somebody signed in, a menu of one meal, quotes for every pay key. What the
// workers would do is looked at, not done.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pos/app/router.h"

namespace mulin::pos {

struct RouterBench : ::testing::Test {
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
        set.price = sync::Money::fen(1500);
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
            quote.list = sync::Money::fen(1500);
            quote.paid = sync::Money::fen(1500);
            quote.line_amounts = {sync::Money::fen(1500)};
            arrived.quotes.push_back({tender, quote});
        }
        router.apply(serve::Intent(arrived));
    }
};

}  // namespace mulin::pos
