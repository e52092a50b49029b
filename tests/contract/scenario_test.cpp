// Every behaviour of every channel, from the scan to rest: inside the test, and in a process of its own
// where the channel has one; and with till, adapter and disk failing at every step on the way.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <iostream>
#include <mutex>

#include "payment/host/hosted_adapter.h"
#include "tests/contract/scenarios.h"
#include "tests/contract/simulated_channel.h"

namespace mulin::contract {
namespace {

using payment::host::HostedAdapter;

// A channel as it is, its adapter in a process of its own.
class Isolated final : public Channel {
  public:
    explicit Isolated(std::unique_ptr<Channel> inner) : inner_(std::move(inner)) {}
    std::unique_ptr<payment::Adapter> make_adapter() override {
        const auto own = inner_->own_process();
        payment::host::HostSettings settings;
        settings.command = own->command.empty() ? std::vector<std::string>{MULIN_BIN "/mulin-adapter", own->kind} : own->command;
        settings.channel = own->settings;
        settings.back_off_first_ms = 1;
        settings.back_off_longest_ms = 1;
        settings.log = [this](const std::string& line) {
            const std::lock_guard lock(mutex_);
            log_ += line + "\n";
        };
        auto adapter = std::make_unique<HostedAdapter>(settings, clock_);
        const auto opened = adapter->open();
        EXPECT_TRUE(opened) << opened.error().message;
        return adapter;
    }
    std::optional<std::string> code_for(Behaviour behaviour) override { return inner_->code_for(behaviour); }
    std::optional<payment::Money> held(const payment::AttemptId& id) override { return inner_->held(id); }
    std::string method() const override { return inner_->method(); }
    std::map<Behaviour, std::string> cannot() const override { return inner_->cannot(); }
    std::optional<int> starts(const payment::AttemptId& id) override { return inner_->starts(id); }
    bool forgets_what_is_closed() const override { return inner_->forgets_what_is_closed(); }
    std::optional<OwnProcess> own_process() override { return inner_->own_process(); }
    std::string logged() override {
        const std::lock_guard lock(mutex_);
        return log_;
    }

  private:
    std::mutex mutex_;
    std::string log_;
    std::unique_ptr<Channel> inner_;
    payment::SystemClock clock_;
};

enum class Road { in_process, own_process };

// Nothing when the channel does not go this road.
std::unique_ptr<Channel> on_road(const ChannelMaker& maker, Road road) {
    auto channel = maker.make();
    if (road == Road::in_process) return channel;
    if (!channel->own_process()) return nullptr;
    return std::make_unique<Isolated>(std::move(channel));
}

using What = std::tuple<ChannelMaker, Behaviour>;

class Scenario : public ::testing::TestWithParam<What> {
  protected:
    void run(Road road) {
        const auto& [maker, behaviour] = GetParam();
        const auto channel = on_road(maker, road);
        if (channel == nullptr) return;
        EXPECT_EQ(broken_in(*channel, behaviour), "");
    }
};

TEST_P(Scenario, ComesToRestWithTillAndChannelAgreeing) { run(Road::in_process); }
TEST_P(Scenario, AlsoInAProcessOfItsOwn) { run(Road::own_process); }

// Only pairs of a channel and something it can do, so that what runs is what is counted.
std::vector<What> possible() {
    std::vector<What> all;
    for (const auto& maker : registered_channels()) {
        const auto cannot = maker.make()->cannot();
        for (const auto behaviour : all_behaviours())
            if (!cannot.contains(behaviour)) all.emplace_back(maker, behaviour);
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(Adapters, Scenario, ::testing::ValuesIn(possible()), [](const auto& test) {
    return std::get<0>(test.param).name + "_" + behaviour_name(std::get<1>(test.param));
});

class Faults : public ::testing::TestWithParam<ChannelMaker> {
  protected:
    // The behaviours that tell most when something else fails as well.
    static constexpr Behaviour kTelling[] = {Behaviour::approve, Behaviour::lose_the_answer};
};

// kill -9 of the till before and after every write of its journals: nothing in memory survives.
TEST_P(Faults, TheTillEndsAtEveryStep) {
    for (const auto behaviour : kTelling) {
        int points = 0;
        for (bool ended = true; ended; ++points) {
            const auto channel = GetParam().make();
            ASSERT_EQ(broken_when_the_till_ends(*channel, behaviour, points, ended), "")
                << behaviour_name(behaviour) << ", ended at point " << points;
        }
        const auto channel = GetParam().make();
        const bool journalled = !channel->make_adapter()->capabilities().immediate && channel->code_for(behaviour);
        EXPECT_GT(points, journalled ? 4 : 0) << "the till really ended on the way";
    }
}

// The adapter's process is killed at every write of the till's journals: before the request, and before
// the answer is written down. Nobody knows then what has left, except where nothing was handed over.
TEST_P(Faults, TheAdapterIsKilledAtEveryStep) {
    for (const auto road : {Road::in_process, Road::own_process}) {
        for (int point = 0; point < 5; ++point) {
            const auto channel = on_road(GetParam(), road);
            if (!channel) break;
            const auto code = channel->code_for(Behaviour::approve);
            Counter counter(*channel);
            auto* hosted = dynamic_cast<HostedAdapter*>(counter.adapter.get());
            if (hosted == nullptr) break;
            counter.journal->fault = [&](int write) {
                if (write == point) ::kill(hosted->process(), SIGKILL);
                return testing::MemoryAttemptJournal::Fault::none;
            };
            ASSERT_TRUE(counter.pay(*code));
            EXPECT_TRUE(counter.rest()) << "killed at write " << point;
            EXPECT_EQ(counter.broken_after_rest(), "") << "killed at write " << point;
            EXPECT_TRUE(counter.recover_and_rest());
            EXPECT_EQ(counter.broken_after_rest(), "") << "killed at write " << point;
        }
    }
}

TEST_P(Faults, AFullDiskStopsThePaymentBeforeItIsSent) {
    const auto channel = GetParam().make();
    const auto code = channel->code_for(Behaviour::approve);
    Counter counter(*channel);
    if (counter.adapter->capabilities().immediate) return;
    for (int full_from : {0, 1}) {
        counter.journal->fault = [&](int) { return testing::MemoryAttemptJournal::Fault::fail_before; };
        if (full_from == 1) {
            int writes = 0;
            counter.journal->fault = [writes](int) mutable {
                return writes++ >= 1 ? testing::MemoryAttemptJournal::Fault::fail_before
                                     : testing::MemoryAttemptJournal::Fault::none;
            };
        }
        const auto begun = counter.pay(*code);
        ASSERT_FALSE(begun);
        EXPECT_EQ(begun.error().code, payment::ErrorCode::disk_full);
        for (const auto& [id, attempt] : counter.attempts) {
            EXPECT_EQ(channel->starts(id).value_or(0), 0) << "sent without being written down";
            EXPECT_EQ(channel->held(id).value_or(payment::Money()), payment::Money());
        }
        counter.journal->fault = nullptr;
        EXPECT_TRUE(counter.rest());
        EXPECT_EQ(counter.broken_after_rest(), "");
    }
    EXPECT_TRUE(counter.pay(*channel->code_for(Behaviour::approve))) << "with room again, it goes on";
}

// An answer that comes late pays the version of the sale that was asked about, and no other.
TEST_P(Faults, ALateAnswerNeverPaysAnotherVersionOfTheSale) {
    const auto channel = GetParam().make();
    Counter counter(*channel);
    const auto code = channel->code_for(Behaviour::lose_the_answer);
    if (!code || counter.adapter->capabilities().immediate || !counter.adapter->capabilities().query) return;
    ASSERT_TRUE(counter.pay(*code, 1));
    EXPECT_FALSE(counter.pay(*code, 2)) << "the changed sale waits until the first attempt is resolved";
    ASSERT_TRUE(counter.rest());
    const auto first = counter.attempt();
    EXPECT_EQ(payment::order_version_of(first), 1);
    if (first.state != payment::AttemptState::approved) return;
    const auto second = counter.pay(*channel->code_for(Behaviour::approve), 2);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, payment::ErrorCode::refused) << "money for the old sale goes back first";
}

// What ran, in figures: a channel that loses a scenario is noticed by AreWhatTheChannelDeclares.
TEST_P(Faults, ScenariosRunAreCounted) {
    const auto channel = GetParam().make();
    const std::size_t possible = all_behaviours().size() - channel->cannot().size();
    const std::size_t roads = channel->own_process() ? 2 : 1;
    std::cout << GetParam().name << ": " << possible * roads << " scenarios to rest, " << roads << " roads, "
              << channel->cannot().size() << " declared impossible\n";
    EXPECT_GE(possible, GetParam().least_behaviours);
}

INSTANTIATE_TEST_SUITE_P(Adapters, Faults, ::testing::ValuesIn(registered_channels()),
                         [](const auto& test) { return test.param.name; });

// ---- Controls: the suite must see what it is for.

class SendsAgain final : public payment::Adapter {
  public:
    explicit SendsAgain(std::unique_ptr<payment::Adapter> inner) : inner_(std::move(inner)) {}
    std::string name() const override { return inner_->name(); }
    payment::Capabilities capabilities() const override { return inner_->capabilities(); }
    payment::AttemptResult start(const payment::AttemptRequest& request) override {
        (void)inner_->start(request);
        return inner_->start(request);
    }
    payment::AttemptResult query(const payment::Attempt& attempt) override { return inner_->query(attempt); }
    payment::ReverseResult reverse(const payment::Attempt& attempt) override { return inner_->reverse(attempt); }

  private:
    std::unique_ptr<payment::Adapter> inner_;
};

class TakesSilenceForNo final : public payment::Adapter {
  public:
    explicit TakesSilenceForNo(std::unique_ptr<payment::Adapter> inner) : inner_(std::move(inner)) {}
    std::string name() const override { return inner_->name(); }
    payment::Capabilities capabilities() const override { return inner_->capabilities(); }
    payment::AttemptResult start(const payment::AttemptRequest& request) override {
        auto result = inner_->start(request);
        if (result.outcome == payment::Outcome::unknown) result.outcome = payment::Outcome::declined;
        return result;
    }
    payment::AttemptResult query(const payment::Attempt& attempt) override { return inner_->query(attempt); }
    payment::ReverseResult reverse(const payment::Attempt& attempt) override { return inner_->reverse(attempt); }

  private:
    std::unique_ptr<payment::Adapter> inner_;
};

template <class Broken>
class BrokenChannel final : public Channel {
  public:
    std::unique_ptr<payment::Adapter> make_adapter() override { return std::make_unique<Broken>(inner_->make_adapter()); }
    std::optional<std::string> code_for(Behaviour behaviour) override { return inner_->code_for(behaviour); }
    std::optional<payment::Money> held(const payment::AttemptId& id) override { return inner_->held(id); }
    std::optional<int> starts(const payment::AttemptId& id) override { return inner_->starts(id); }

  private:
    std::unique_ptr<Channel> inner_ = simulated_channel();
};

TEST(ScenarioControl, SendingTwiceIsSeen) {
    BrokenChannel<SendsAgain> channel;
    EXPECT_THAT(broken_in(channel, Behaviour::approve), ::testing::HasSubstr("2 times"));
}

TEST(ScenarioControl, SilenceTakenForNoIsSeen) {
    BrokenChannel<TakesSilenceForNo> channel;
    EXPECT_NE(broken_in(channel, Behaviour::lose_the_answer), "");
}

}  // namespace
}  // namespace mulin::contract
