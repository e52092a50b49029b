// Calls to channels on the channels' own threads: each channel for itself, in order, payments first; what was
// not made yet can be taken back; leaving ends what runs and hears no more.

#include <condition_variable>

#include <gtest/gtest.h>

#include "pos/app/channel_lines.h"

namespace mulin::pos {
namespace {

using payment::AttemptId;
using payment::AttemptResult;
using payment::ChannelCall;
using payment::Outcome;

// Answers a start only when it is let go, cancelled or stopped.
class Gate final : public payment::Adapter {
  public:
    explicit Gate(std::string name, bool shut) : name_(std::move(name)), shut_(shut) {}
    std::string name() const override { return name_; }
    payment::Capabilities capabilities() const override { return {}; }
    AttemptResult start(const payment::AttemptRequest& request) override {
        std::unique_lock lock(mutex_);
        asked_.push_back("start " + request.id.text());
        changed_.notify_all();
        changed_.wait(lock, [this] { return !shut_; });
        return {.outcome = outcome_};
    }
    AttemptResult query(const payment::Attempt& attempt) override {
        const std::lock_guard lock(mutex_);
        asked_.push_back("query " + attempt.id.text());
        return {.outcome = Outcome::pending};
    }
    payment::ReverseResult reverse(const payment::Attempt&) override { return {}; }
    void cancel(const AttemptId& id) override { let_go(id == AttemptId("A1") ? Outcome::declined : Outcome::unknown); }
    void stop() override { let_go(Outcome::unknown); }

    void let_go(Outcome outcome) {
        const std::lock_guard lock(mutex_);
        outcome_ = outcome;
        shut_ = false;
        changed_.notify_all();
    }
    void wait_until_asked() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !asked_.empty(); });
    }
    std::vector<std::string> asked() {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

  private:
    std::string name_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool shut_;
    Outcome outcome_ = Outcome::approved;
    std::vector<std::string> asked_;
};

class Lines : public testing::Test {
  protected:
    ChannelCall call(payment::Adapter& adapter, ChannelCall::What what, const std::string& id) {
        ChannelCall call;
        call.what = what;
        call.adapter = &adapter;
        call.attempt.id = call.request.id = AttemptId(id);
        return call;
    }
    void start(payment::Adapter& adapter, const std::string& id) { lines_.carry(call(adapter, ChannelCall::What::start, id)); }
    void query(payment::Adapter& adapter, const std::string& id) { lines_.carry(call(adapter, ChannelCall::What::query, id)); }
    ChannelLines::News next() {
        std::unique_lock lock(mutex_);
        for (;;) {
            if (auto news = lines_.next()) return *news;
            changed_.wait(lock, [this] { return woken_; });
            woken_ = false;
        }
    }
    std::pair<std::string, Outcome> next_answer() {
        const auto news = next();
        const auto& answered = std::get<ChannelLines::Answered>(news);
        return {answered.call.attempt.id.text(), std::get<AttemptResult>(answered.answer).outcome};
    }
    using Said = std::pair<std::string, Outcome>;

    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
    int wakes_ = 0;
    Gate shut_{"shut", true};
    Gate open_{"open", false};
    ChannelLines lines_{[this] {
        const std::lock_guard lock(mutex_);
        woken_ = true;
        ++wakes_;
        changed_.notify_all();
    }};
};

TEST_F(Lines, OneChannelDoesNotWaitForAnother) {
    start(shut_, "A1");
    shut_.wait_until_asked();
    query(open_, "B1");
    EXPECT_EQ(next_answer().first, "B1");
    start(open_, "B2");
    EXPECT_EQ(next_answer().first, "B2");
    shut_.let_go(Outcome::approved);
    EXPECT_EQ(next_answer(), Said("A1", Outcome::approved));
}

TEST_F(Lines, OfOneChannelThePaymentsComeBeforeTheQuestions) {
    start(shut_, "A1");
    shut_.wait_until_asked();
    query(shut_, "A2");
    query(shut_, "A3");
    start(shut_, "A4");
    start(shut_, "A5");
    shut_.let_go(Outcome::approved);
    for (int i = 0; i < 5; ++i) (void)next_answer();
    EXPECT_EQ(shut_.asked(), (std::vector<std::string>{"start A1", "start A4", "start A5", "query A2", "query A3"}));
}

TEST_F(Lines, WhatWasNotMadeYetIsTakenBackAndWhatRunsIsTold) {
    start(shut_, "A1");
    shut_.wait_until_asked();
    start(shut_, "A2");
    query(shut_, "A3");
    lines_.cancel(AttemptId("A3"));  // a question is not waited for: it stays
    lines_.cancel(AttemptId("A2"));
    EXPECT_EQ(next_answer(), Said("A2", Outcome::not_sent));
    lines_.cancel(AttemptId("A1"));
    EXPECT_EQ(next_answer(), Said("A1", Outcome::declined));
    EXPECT_EQ(next_answer(), Said("A3", Outcome::pending));
    EXPECT_EQ(shut_.asked(), (std::vector<std::string>{"start A1", "query A3"}));
}

TEST_F(Lines, AFloodOfProgressIsOnePieceOfNews) {
    for (int i = 0; i < 10'000; ++i) lines_.progressed(AttemptId("A1"), {payment::Phase::host, std::to_string(i)});
    EXPECT_EQ(wakes_, 1);
    const auto news = next();
    EXPECT_EQ(std::get<ChannelLines::Progressed>(news).progress.text, "9999");
    EXPECT_FALSE(lines_.next());
    lines_.progressed(AttemptId("A1"), {});
    EXPECT_EQ(wakes_, 2) << "told again once everything was fetched";
}

TEST_F(Lines, LeavingEndsWhatRunsAndMakesNothingMore) {
    start(shut_, "A1");
    shut_.wait_until_asked();
    start(shut_, "A2");
    lines_.close();
    EXPECT_FALSE(lines_.next());
    start(open_, "B1");
    EXPECT_TRUE(open_.asked().empty());
    EXPECT_EQ(shut_.asked(), std::vector<std::string>{"start A1"});
}

}  // namespace
}  // namespace mulin::pos
