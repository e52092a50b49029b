// Every rule against every adapter; and adapters broken on purpose, which the rules must name.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <set>

#include "tests/contract/simulated_channel.h"

namespace mulin::contract {
namespace {

using payment::Adapter;
using payment::Attempt;
using payment::AttemptRequest;
using payment::AttemptResult;
using payment::Capabilities;
using payment::Outcome;
using payment::ReverseOutcome;
using payment::ReverseResult;

class Contract : public ::testing::TestWithParam<std::tuple<ChannelMaker, Rule>> {};

TEST_P(Contract, Holds) {
    const auto& [maker, rule] = GetParam();
    const auto channel = maker.make();
    EXPECT_EQ(rule.broken_by(*channel), "");
}

INSTANTIATE_TEST_SUITE_P(Adapters, Contract,
                         ::testing::Combine(::testing::ValuesIn(registered_channels()), ::testing::ValuesIn(rules())),
                         [](const auto& test) {
                             return std::get<0>(test.param).name + "_" + std::get<1>(test.param).name;
                         });

class Behaviours : public ::testing::TestWithParam<ChannelMaker> {};

// Every behaviour is possible or declared impossible, and none is lost quietly.
TEST_P(Behaviours, AreWhatTheChannelDeclares) {
    const auto channel = GetParam().make();
    const auto cannot = channel->cannot();
    std::size_t can = 0;
    for (const auto behaviour : all_behaviours()) {
        const bool declared = cannot.contains(behaviour);
        EXPECT_NE(channel->code_for(behaviour).has_value(), declared)
            << behaviour_name(behaviour) << (declared ? " is possible and declared impossible" : " is not declared");
        if (declared) {
            EXPECT_FALSE(cannot.at(behaviour).empty()) << behaviour_name(behaviour) << ": say why";
        }
        can += declared ? 0 : 1;
    }
    std::cout << GetParam().name << ": " << can << " of " << all_behaviours().size() << " behaviours\n";
    EXPECT_GE(can, GetParam().least_behaviours);
    EXPECT_GT(GetParam().least_behaviours, 0U) << "say how many behaviours this channel can have at least";
}

INSTANTIATE_TEST_SUITE_P(Adapters, Behaviours, ::testing::ValuesIn(registered_channels()),
                         [](const auto& test) { return test.param.name; });

// ---- Controls

// The simulated channel behind an adapter that breaks one rule.
class Bent : public Adapter {
  public:
    explicit Bent(std::unique_ptr<Adapter> inner) : inner_(std::move(inner)) {}
    std::string name() const override { return inner_->name(); }
    Capabilities capabilities() const override { return inner_->capabilities(); }
    AttemptResult start(const AttemptRequest& request) override { return inner_->start(request); }
    AttemptResult query(const Attempt& attempt) override { return inner_->query(attempt); }
    ReverseResult reverse(const Attempt& attempt) override { return inner_->reverse(attempt); }

  protected:
    std::unique_ptr<Adapter> inner_;
};

template <class Adapter>
class BentChannel final : public Channel {
  public:
    std::unique_ptr<payment::Adapter> make_adapter() override {
        return std::make_unique<Adapter>(inner_->make_adapter());
    }
    std::optional<std::string> code_for(Behaviour behaviour) override { return inner_->code_for(behaviour); }
    std::optional<payment::Money> held(const payment::AttemptId& id) override { return inner_->held(id); }

  private:
    std::unique_ptr<Channel> inner_ = simulated_channel();
};

template <class Adapter>
std::set<std::string> broken_rules() {
    std::set<std::string> names;
    for (const auto& rule : rules()) {
        BentChannel<Adapter> channel;
        if (!rule.broken_by(channel).empty()) names.insert(rule.name);
    }
    return names;
}

struct Straight final : Bent {
    using Bent::Bent;
};
struct SilenceIsNo final : Bent {
    using Bent::Bent;
    AttemptResult start(const AttemptRequest& request) override {
        auto result = inner_->start(request);
        if (result.outcome == Outcome::unknown) result.outcome = Outcome::declined;
        return result;
    }
};
struct NotFoundIsNo final : Bent {
    using Bent::Bent;
    AttemptResult query(const Attempt& attempt) override {
        auto result = inner_->query(attempt);
        if (result.outcome == Outcome::unknown) result.outcome = Outcome::declined;
        return result;
    }
};
struct EverythingIsYes final : Bent {
    using Bent::Bent;
    AttemptResult start(const AttemptRequest& request) override {
        auto result = inner_->start(request);
        result.outcome = Outcome::approved;
        return result;
    }
};
struct SilenceIsNotSent final : Bent {
    using Bent::Bent;
    AttemptResult start(const AttemptRequest& request) override {
        auto result = inner_->start(request);
        if (result.outcome == Outcome::unknown) result.outcome = Outcome::not_sent;
        return result;
    }
};
struct KeepsTheCode final : Bent {
    using Bent::Bent;
    AttemptResult start(const AttemptRequest& request) override {
        auto result = inner_->start(request);
        result.refs["echo"] = "auth=" + request.code;
        return result;
    }
};
struct Remembers final : Bent {
    using Bent::Bent;
    AttemptResult start(const AttemptRequest& request) override {
        known_ = true;
        return inner_->start(request);
    }
    AttemptResult query(const Attempt& attempt) override {
        return known_ ? inner_->query(attempt) : AttemptResult{};
    }
    bool known_ = false;
};
struct ReversesByWord final : Bent {
    using Bent::Bent;
    ReverseResult reverse(const Attempt&) override { return {.outcome = ReverseOutcome::reversed}; }
};
struct NeverStopsAsking final : Bent {
    using Bent::Bent;
    Capabilities capabilities() const override {
        auto can = inner_->capabilities();
        can.poll.delays_ms = {0};
        return can;
    }
};

using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

TEST(ContractControl, AStraightAdapterBreaksNothing) { EXPECT_THAT(broken_rules<Straight>(), IsEmpty()); }

TEST(ContractControl, BrokenAdaptersAreNamed) {
    EXPECT_THAT(broken_rules<SilenceIsNo>(),
                IsSupersetOf({"ALostAnswerIsUnknown", "ALostRequestStaysUnknown"}));
    EXPECT_THAT(broken_rules<NotFoundIsNo>(),
                IsSupersetOf({"ALostRequestStaysUnknown", "ALateRequestIsFound"}));
    EXPECT_THAT(broken_rules<EverythingIsYes>(),
                IsSupersetOf({"RefusesClearly", "WaitingIsPending", "AWrongAmountIsNotBelieved"}));
    EXPECT_THAT(broken_rules<SilenceIsNotSent>(), IsSupersetOf({"ALostAnswerIsUnknown"}));
    EXPECT_THAT(broken_rules<KeepsTheCode>(), IsSupersetOf({"TheCodeIsNotKept"}));
    EXPECT_THAT(broken_rules<Remembers>(), IsSupersetOf({"AnAdapterRemembersNothing"}));
    EXPECT_THAT(broken_rules<ReversesByWord>(),
                IsSupersetOf({"AReverseReturnsTheMoneyOnce", "ABusyReverseMayBeTriedAgain"}));
    EXPECT_THAT(broken_rules<NeverStopsAsking>(), IsSupersetOf({"CapabilitiesMakeSense"}));
}

}  // namespace
}  // namespace mulin::contract
