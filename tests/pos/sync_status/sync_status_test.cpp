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

}  // namespace
}  // namespace mulin::pos::sync_status
