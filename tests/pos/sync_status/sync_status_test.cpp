#include "pos/sync_status/sync_status.h"

#include <gtest/gtest.h>

namespace mulin::pos::sync_status {
namespace {

Status status_of(Link link) {
    Status status;
    status.link = link;
    return status;
}

TEST(SyncStatus, AsksForOneExchangeAtATime) {
    State state;
    update(state, StatusArrived{status_of(Link::offline), {}});
    EXPECT_EQ(update(state, ExchangeNow{}).size(), 1U);
    EXPECT_TRUE(update(state, ExchangeNow{}).empty());
    update(state, ExchangeEnded{});
    EXPECT_EQ(update(state, ExchangeNow{}).size(), 1U);
}

TEST(SyncStatus, AStandAloneTillHasNobodyToAsk) {
    State state;
    update(state, StatusArrived{status_of(Link::not_enrolled), {}});
    EXPECT_TRUE(update(state, ExchangeNow{}).empty());
}

TEST(SyncStatus, MinutesAreNeverNegative) {
    State state;
    update(state, StatusArrived{status_of(Link::online), {100'000}});
    EXPECT_EQ(minutes_since(state, {40'000}), 1);
    EXPECT_EQ(minutes_since(state, {900'000}), 0) << "the clock was set back";
}

TEST(SyncStatus, OnlyAManagerReadsTheDistrictsVerdicts) {
    State state;
    update(state, Opened{false});
    update(state, ListVerdicts{});
    EXPECT_FALSE(state.listing);
    update(state, Opened{true});
    update(state, ListVerdicts{});
    EXPECT_TRUE(state.listing);
    EXPECT_TRUE(update(state, Back{}).empty()) << "back to the status first";
    EXPECT_FALSE(state.listing);
    EXPECT_EQ(update(state, Back{}).size(), 1U);
}

TEST(SyncStatus, PagesEndWhereTheVerdictsEnd) {
    State state;
    Status status = status_of(Link::online);
    status.verdicts.resize(kVerdictsPerPage + 1);
    update(state, StatusArrived{status, {}});
    EXPECT_EQ(pages(state), 2U);
    update(state, TurnPage{false});
    EXPECT_EQ(state.page, 0U);
    update(state, TurnPage{true});
    update(state, TurnPage{true});
    EXPECT_EQ(state.page, 1U);
    status.verdicts.resize(1);
    update(state, StatusArrived{status, {}});
    EXPECT_EQ(state.page, 0U) << "what was on the last page is gone";
    status.verdicts.clear();
    update(state, StatusArrived{status, {}});
    EXPECT_EQ(pages(state), 1U);
}

}  // namespace
}  // namespace mulin::pos::sync_status
