// Payment attempts: on disk before anything is sent, and each pays for one sale only.

#include <gtest/gtest.h>

#include "tests/support/store_fixtures.h"

namespace mulin::sync {
namespace {

using payment::Attempt;
using payment::AttemptState;
using payment::ErrorCode;
using namespace test;

Attempt moved(Attempt attempt, AttemptState state) {
    attempt.state = state;
    ++attempt.state_seq;
    return attempt;
}

void expect_same(const Attempt& a, const Attempt& b) {
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.order_ref, b.order_ref);
    EXPECT_EQ(a.channel, b.channel);
    EXPECT_EQ(a.method, b.method);
    EXPECT_EQ(a.amount, b.amount);
    EXPECT_EQ(a.state, b.state);
    EXPECT_EQ(a.state_seq, b.state_seq);
    EXPECT_EQ(a.created, b.created);
    EXPECT_EQ(a.changed, b.changed);
    EXPECT_EQ(a.result.outcome, b.result.outcome);
    EXPECT_EQ(a.result.refs, b.result.refs);
    EXPECT_EQ(a.result.discounts, b.result.discounts);
    EXPECT_EQ(a.result.channel_code, b.result.channel_code);
    EXPECT_EQ(a.result.channel_text, b.result.channel_text);
    EXPECT_EQ(a.polls, b.polls);
    EXPECT_EQ(a.code_hash, b.code_hash);
}

TEST(StoreAttempts, SurviveAStartWithEverythingTheChannelSaid) {
    StoreBench bench;
    auto attempt = store_attempt("p1", "a1");
    ASSERT_TRUE(bench.store->attempts().create(attempt));
    attempt = moved(attempt, AttemptState::sending);
    ASSERT_TRUE(bench.store->attempts().update(attempt));
    attempt = moved(attempt, AttemptState::unknown);
    attempt.result = {payment::Outcome::unknown, {{"trace", "42"}, {"batch", ""}}, {{"bank", Money::fen(50)}}, "A1", "交易超时"};
    attempt.polls = 3;
    attempt.changed.ms += 5;
    attempt.code_hash = "abc";
    ASSERT_TRUE(bench.store->attempts().update(attempt));
    bench.reopen();
    const auto found = bench.store->attempts().find(attempt.id);
    ASSERT_TRUE(found && *found);
    expect_same(**found, attempt);
    ASSERT_EQ(bench.store->attempts().unsettled()->size(), 1u);
    ASSERT_TRUE(bench.store->attempts().update(moved(attempt, AttemptState::declined)));
    EXPECT_TRUE(bench.store->attempts().unsettled()->empty());
    EXPECT_EQ(bench.store->attempts().of_order("a1")->size(), 1u);
    EXPECT_FALSE(*bench.store->attempts().find(payment::AttemptId("p2")));
}

TEST(StoreAttempts, RefuseASecondOneWhileTheFirstIsOpen) {
    StoreBench bench;
    auto& attempts = bench.store->attempts();
    const auto first = store_attempt("p1", "a1");
    ASSERT_TRUE(attempts.create(first));
    EXPECT_EQ(attempts.create(first).error().code, ErrorCode::conflict);
    EXPECT_EQ(attempts.create(store_attempt("p2", "a1")).error().code, ErrorCode::conflict);
    EXPECT_TRUE(attempts.create(store_attempt("p3", "a2")));
    ASSERT_TRUE(attempts.update(moved(first, AttemptState::declined)));
    EXPECT_TRUE(attempts.create(store_attempt("p2", "a1")));
}

TEST(StoreAttempts, RefuseAStaleUpdate) {
    StoreBench bench;
    auto& attempts = bench.store->attempts();
    const auto first = store_attempt("p1", "a1");
    ASSERT_TRUE(attempts.create(first));
    const auto next = moved(first, AttemptState::sending);
    ASSERT_TRUE(attempts.update(next));
    EXPECT_EQ(attempts.update(next).error().code, ErrorCode::conflict);
    EXPECT_EQ(attempts.update(moved(moved(next, AttemptState::pending), AttemptState::pending)).error().code, ErrorCode::conflict);
    EXPECT_FALSE(attempts.update(moved(store_attempt("nobody", "a9"), AttemptState::sending)));
}

Sale paid_by(const std::string& ref, const Attempt& attempt) {
    Sale sale = store_sale(ref);
    sale.payments[0].attempt = attempt.id;
    return sale;
}

TEST(StoreAttempts, AreSettledTogetherWithTheirSale) {
    StoreBench bench;
    auto attempt = store_attempt("p1", "a1");
    ASSERT_TRUE(bench.store->attempts().create(attempt));
    attempt = moved(attempt, AttemptState::approved);
    ASSERT_TRUE(bench.store->commit_sale(paid_by("a1", attempt), std::span(&attempt, 1)));
    EXPECT_TRUE(bench.store->attempts().unsettled()->empty());
    EXPECT_EQ((**bench.store->attempts().find(attempt.id)).state, AttemptState::approved);
}

TEST(StoreAttempts, OneThatIsNotApprovedCannotCloseASale) {
    StoreBench bench;
    const auto attempt = store_attempt("p1", "a1");
    ASSERT_TRUE(bench.store->attempts().create(attempt));
    const auto sold = bench.store->commit_sale(paid_by("a1", attempt));
    ASSERT_FALSE(sold);
    EXPECT_EQ(sold.error().code, ErrorCode::refused);
    EXPECT_FALSE(*bench.store->find_sale_by_ref("a1"));
    EXPECT_FALSE(*bench.store->chain_head()) << "the entry was rolled back with the rest";
}

TEST(StoreAttempts, OneApprovalPaysForOneSale) {
    StoreBench bench;
    auto attempt = store_attempt("p1", "a1");
    attempt.state = AttemptState::approved;
    ASSERT_TRUE(bench.store->commit_sale(paid_by("a1", attempt), std::span(&attempt, 1)));
    const auto again = bench.store->commit_sale(paid_by("a2", attempt), std::span(&attempt, 1));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::conflict);
    EXPECT_EQ(bench.store->day_report(kStoreTestDay)->total.sales, 1);
}

}  // namespace
}  // namespace mulin::sync
