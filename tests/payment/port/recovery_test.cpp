// Power cuts at every point of a payment, and a second one at every point of the recovery. The
// points are before and after each journal write and each call to the channel.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "payment/port/runner.h"
#include "tests/support/pay_till.h"

namespace mulin::payment {
namespace {

using mulin::testing::Fuse;
using mulin::testing::MemoryAttemptJournal;
using mulin::testing::PayTill;
using mulin::testing::PowerCut;
using ::testing::IsEmpty;
using S = AttemptState;

constexpr int kScripts = static_cast<int>(Script::request_late) + 1;

// Few and long waits, so that every pair of power cuts can be tried.
SimulatedSettings brief() {
    return {.poll = {.delays_ms = {5'000, 15'000}, .give_up_ms = 50'000, .watch_ms = {60'000}}};
}

// A counter's whole life with one sale: scan, wait, and another code when the first did not pay.
void serve(PayTill& till, Script script) {
    const auto begun = till.runner->begin(till.charge("sale-1", script));
    ASSERT_TRUE(begun) << begun.error().message;
    if (till.run_until_settled(begun->id).state == S::approved) return;
    const auto again = till.runner->begin(till.charge("sale-1", Script::approve));
    ASSERT_TRUE(again) << again.error().message;
    ASSERT_EQ(again->state, S::approved);
}

// True when the power went.
template <class Work>
bool cut_at(PayTill& till, int point, Work work) {
    till.fuse.left = point;
    bool cut = false;
    try {
        work();
    } catch (const PowerCut&) {
        cut = true;
    }
    till.fuse.left = -1;
    return cut;
}

// After the power is back: recover, let everything settle, and finish the sale if it is not paid.
void come_back(PayTill& till) {
    till.restart();
    const auto recovered = till.runner->recover();
    ASSERT_TRUE(recovered);
    for (const auto& attempt : *recovered) {
        EXPECT_NE(attempt.state, S::sending);
        EXPECT_NE(attempt.state, S::created);
    }
    ASSERT_TRUE(till.run_until_quiet());
    if (!till.paid("sale-1")) {
        const auto again = till.runner->begin(till.charge("sale-1", Script::approve));
        ASSERT_TRUE(again) << again.error().message;
    }
    ASSERT_TRUE(till.run_until_quiet());
}

class PowerCutAtEveryPoint : public ::testing::TestWithParam<int> {};

TEST_P(PowerCutAtEveryPoint, PaysOnceAndLosesNothing) {
    const auto script = static_cast<Script>(GetParam());
    int points = 0;
    for (bool cut = true; cut; ++points) {
        PayTill till(1, brief());
        cut = cut_at(till, points, [&] { serve(till, script); });
        if (cut) come_back(till);
        SCOPED_TRACE("power cut at point " + std::to_string(points));
        ASSERT_TRUE(till.run_until_quiet());
        EXPECT_THAT(till.invariants(true), IsEmpty());
        EXPECT_EQ(till.gateway.net_of_order("sale-1"), Money::fen(1200));
    }
    EXPECT_GE(points, 9) << "the power was really cut on the way";
}

TEST_P(PowerCutAtEveryPoint, AlsoWhenTheRecoveryIsCut) {
    const auto script = static_cast<Script>(GetParam());
    int pairs = 0;
    for (int first = 0;; ++first) {
        bool first_cut = true;
        for (int second = 0;; ++second, ++pairs) {
            PayTill till(1, brief());
            first_cut = cut_at(till, first, [&] { serve(till, script); });
            if (!first_cut) break;
            const bool second_cut = cut_at(till, second, [&] { come_back(till); });
            if (second_cut) come_back(till);
            SCOPED_TRACE("cuts at " + std::to_string(first) + " and " + std::to_string(second));
            ASSERT_THAT(till.invariants(true), IsEmpty());
            ASSERT_EQ(till.gateway.net_of_order("sale-1"), Money::fen(1200));
            if (!second_cut) break;
        }
        if (!first_cut) break;
    }
    EXPECT_GE(pairs, 50);
}

// The journal's disk fails instead: at the n-th write, once or from then on until it is mended.
TEST_P(PowerCutAtEveryPoint, AndWhenAWriteFailsInstead) {
    using Fault = MemoryAttemptJournal::Fault;
    const auto script = static_cast<Script>(GetParam());
    for (bool sticky : {false, true}) {
        for (auto kind : {Fault::fail_before, Fault::fail_after}) {
            bool fired = true;
            for (int n = 0; fired; ++n) {
                PayTill till(1, brief());
                fired = false;
                auto& journal = dynamic_cast<MemoryAttemptJournal&>(*till.journal);
                journal.fault = [&](int write) {
                    const bool now = sticky ? write >= n : write == n;
                    fired = fired || now;
                    return now ? kind : Fault::none;
                };
                (void)till.runner->begin(till.charge("sale-1", script));
                (void)till.run_until_quiet(60);
                journal.fault = nullptr;
                SCOPED_TRACE("write " + std::to_string(n) + (sticky ? " and later" : "") + " failed");
                ASSERT_TRUE(till.run_until_quiet());
                ASSERT_THAT(till.invariants(true), IsEmpty());
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Scripts, PowerCutAtEveryPoint, ::testing::Range(0, kScripts),
                         [](const auto& script) { return "script" + std::to_string(script.param); });

TEST(Recovery, VoidsWhatWasNeverSent) {
    PayTill till;
    ASSERT_TRUE(cut_at(till, 2, [&] { (void)till.runner->begin(till.charge("sale-1", Script::approve)); }));
    ASSERT_EQ(till.shelf.begin()->second.state, S::created);
    till.restart();
    const auto recovered = till.runner->recover();
    ASSERT_EQ(recovered->size(), 1U);
    EXPECT_EQ(recovered->front().state, S::voided);
    EXPECT_THAT(till.gateway.payments(), IsEmpty());
}

TEST(Recovery, NeverSendsAgain) {
    PayTill till;
    ASSERT_TRUE(cut_at(till, 4, [&] { (void)till.runner->begin(till.charge("sale-1", Script::approve)); }));
    ASSERT_EQ(till.shelf.begin()->second.state, S::sending);
    till.restart();
    ASSERT_EQ(till.runner->recover()->front().state, S::unknown) << "not found is not \"not paid\"";
    EXPECT_TRUE(till.run_until_quiet());
    EXPECT_EQ(till.shelf.begin()->second.state, S::reversed);
    EXPECT_EQ(till.gateway.payments().front().starts, 0) << "closed at the channel, never started";
}

TEST(Recovery, WhatWasBeingReversedGoesOnBeingReversed) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::pending_approve));
    // Points of giving up: the last query (2), its journal write (2), "reversing" (2), then the reverse.
    ASSERT_TRUE(cut_at(till, 6, [&] { (void)till.runner->give_up(begun->id); }));
    ASSERT_EQ(till.shelf.at(begun->id).state, S::reversing);
    till.restart();
    ASSERT_TRUE(till.runner->recover());
    EXPECT_TRUE(till.run_until_quiet());
    EXPECT_EQ(till.shelf.at(begun->id).state, S::reversed);
    EXPECT_EQ(till.gateway.net_of_order("sale-1"), Money());
}

TEST(Recovery, LooksForLateSuccessesOfGivenUpPayments) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::late_success));
    ASSERT_EQ(till.runner->give_up(begun->id)->state, S::reversed);
    till.restart();
    EXPECT_THAT(*till.runner->recover(), IsEmpty());
    till.history.clear();
    EXPECT_TRUE(till.run_until_quiet());
    ASSERT_FALSE(till.history.empty());
    EXPECT_EQ(till.history.front().state, S::late_success);
    EXPECT_EQ(till.history.back().state, S::reversed);
    EXPECT_EQ(till.gateway.net_of_order("sale-1"), Money());
}

TEST(Recovery, AChannelThatWasRemovedLeavesItsPaymentsToAPerson) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::pending_forever));
    Runner bare(*till.journal, till.clock, till.ids, {}, {.code_key = "k"});
    const auto recovered = bare.recover();
    ASSERT_TRUE(recovered);
    EXPECT_EQ(recovered->front().state, S::manual_review);
    EXPECT_EQ(recovered->front().id, begun->id);
}

TEST(Recovery, ABrokenJournalIsReportedAndMayBeTriedAgain) {
    PayTill till;
    const auto begun = till.runner->begin(till.charge("sale-1", Script::pending_approve));
    till.restart();
    auto& journal = dynamic_cast<MemoryAttemptJournal&>(*till.journal);
    journal.fault = [](int) { return MemoryAttemptJournal::Fault::fail_before; };
    EXPECT_EQ(till.runner->recover().error().code, ErrorCode::disk_full);
    journal.fault = nullptr;
    EXPECT_EQ(till.runner->recover()->front().id, begun->id);
    EXPECT_EQ(till.run_until_settled(begun->id).state, S::approved);
}

TEST(Recovery, OneThatCannotBeWrittenHoldsUpNoOther) {
    PayTill till;
    std::vector<AttemptId> open;
    for (const char* order : {"sale-1", "sale-2", "sale-3"})
        open.push_back(till.runner->begin(till.charge(order, Script::pending_approve))->id);
    till.restart();
    auto& journal = dynamic_cast<MemoryAttemptJournal&>(*till.journal);
    int writes = 0;
    journal.fault = [&](int) { return writes++ == 0 ? MemoryAttemptJournal::Fault::fail_before : MemoryAttemptJournal::Fault::none; };
    EXPECT_EQ(till.runner->recover().error().code, ErrorCode::disk_full);
    journal.fault = nullptr;
    const auto payments = till.gateway.payments();
    EXPECT_EQ(std::ranges::count_if(payments, [](const auto& payment) { return payment.queries > 0; }), 2)
        << "the others are asked although one could not be written";
    for (const auto& id : open) EXPECT_EQ(till.run_until_settled(id).state, S::approved);
    EXPECT_THAT(till.invariants(true), IsEmpty());
}

TEST(Recovery, AskedLaterNothingWaitsForAChannelAndEveryQuestionIsDueAtOnce) {
    PayTill till;
    std::vector<AttemptId> open;
    for (const char* order : {"sale-1", "sale-2"})
        open.push_back(till.runner->begin(till.charge(order, Script::answer_lost))->id);
    (void)till.runner->give_up(till.runner->begin(till.charge("sale-3", Script::reverse_busy))->id);
    till.restart();
    const auto before = till.gateway.payments();
    const auto recovered = till.runner->recover(Runner::Asking::later);
    ASSERT_TRUE(recovered);
    EXPECT_EQ(recovered->size(), 3u);
    for (const auto& payment : before) {
        EXPECT_EQ(till.gateway.find(payment.payment_id)->queries, payment.queries) << "a channel was asked";
        EXPECT_EQ(till.gateway.find(payment.payment_id)->reverses, payment.reverses);
    }
    EXPECT_EQ(till.runner->due().size(), 3u);
    for (const auto& id : till.runner->due()) (void)till.runner->step(id);
    for (const auto& id : open) EXPECT_EQ(till.shelf.at(id).state, S::approved);
    ASSERT_TRUE(till.run_until_quiet());
    EXPECT_THAT(till.invariants(true), IsEmpty());
}

}  // namespace
}  // namespace mulin::payment
