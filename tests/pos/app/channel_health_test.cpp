#include "pos/app/channel_health.h"

#include <gtest/gtest.h>

namespace mulin::pos {
namespace {

using payment::Attempt;
using payment::AttemptState;

class Health : public ::testing::Test {
  protected:
    void hear(const std::string& channel, AttemptState state, const std::string& code = "", std::int64_t polls = 0) {
        Attempt attempt;
        attempt.id = payment::AttemptId("A" + std::to_string(++number_));
        attempt.channel = channel;
        attempt.state = state;
        attempt.state_seq = 3;
        attempt.polls = polls;
        attempt.result.channel_code = code;
        last_ = attempt;
        health_.heard(attempt, now_ms_);
    }
    bool out(const std::string& channel) const { return health_.out_of_order(now_ms_).contains(channel); }

    ChannelHealth health_;
    std::int64_t now_ms_ = 1'000;
    int number_ = 0;
    Attempt last_;
};

TEST_F(Health, TwoSilencesPutTheSignUpAndOneAnswerTakesItDown) {
    hear("alipay", AttemptState::not_sent);
    EXPECT_FALSE(out("alipay")) << "once may be a bad scan";
    health_.heard(last_, now_ms_);
    EXPECT_FALSE(out("alipay")) << "the same news again";
    hear("alipay", AttemptState::unknown, "adapter_crashed");
    EXPECT_EQ(health_.out_of_order(now_ms_).at("alipay"), ChannelState::unreachable);
    EXPECT_FALSE(out("wechat"));
    hear("alipay", AttemptState::approved, "10000");
    EXPECT_FALSE(out("alipay"));
    hear("alipay", AttemptState::not_sent);
    EXPECT_FALSE(out("alipay")) << "an answer starts the count anew";
}

TEST_F(Health, ARefusalIsAnAnswerAndAnUnclearOneIsNoSilence) {
    hear("alipay", AttemptState::not_sent);
    hear("alipay", AttemptState::declined, "40004");
    hear("alipay", AttemptState::unknown, "20000");
    hear("alipay", AttemptState::unknown, "20000");
    EXPECT_FALSE(out("alipay"));
}

TEST_F(Health, ACodeThatIsNoneSaysNothingOfTheChannel) {
    for (int i = 0; i < 5; ++i) hear("alipay", AttemptState::not_sent, "no_code");
    hear("terminal", AttemptState::not_sent, "busy");
    hear("terminal", AttemptState::not_sent, "busy");
    EXPECT_FALSE(out("alipay"));
    EXPECT_FALSE(out("terminal"));
    hear("alipay", AttemptState::not_sent);
    hear("alipay", AttemptState::not_sent, "no_code");
    EXPECT_FALSE(out("alipay")) << "one silence is one";
    hear("alipay", AttemptState::not_sent, "no_connection");
    EXPECT_TRUE(out("alipay"));
}

TEST_F(Health, ASilentChannelIsAskedNowAndThenUntilItAnswers) {
    EXPECT_TRUE(health_.ask_now(now_ms_).empty());
    hear("alipay", AttemptState::not_sent);
    hear("alipay", AttemptState::not_sent);
    EXPECT_TRUE(health_.ask_now(now_ms_).empty()) << "it was silent just now";
    now_ms_ += ChannelHealth::kAskEveryMs;
    EXPECT_EQ(health_.ask_now(now_ms_), std::vector<std::string>{"alipay"});
    EXPECT_TRUE(health_.ask_now(now_ms_).empty()) << "once";
    payment::AttemptResult answer;
    answer.outcome = payment::Outcome::not_sent;
    for (int i = 0; i < 10; ++i) {
        health_.asked("alipay", answer, now_ms_);
        now_ms_ += ChannelHealth::kAskEveryMs;
        EXPECT_TRUE(out("alipay")) << "as long as nobody is there";
        EXPECT_EQ(health_.ask_now(now_ms_).size(), 1u);
    }
    answer.outcome = payment::Outcome::unknown;
    health_.asked("alipay", answer, now_ms_);
    EXPECT_TRUE(out("alipay")) << "no answer is none";
    answer.channel_code = "adapter_timeout";
    health_.asked("alipay", answer, now_ms_);
    EXPECT_TRUE(out("alipay")) << "that was the host, not the channel";
    answer.channel_code = "ACQ.TRADE_NOT_EXIST";
    health_.asked("alipay", answer, now_ms_);
    EXPECT_FALSE(out("alipay"));
    health_.asked("wechat", answer, now_ms_);  // nobody asked
}

TEST_F(Health, AnAnswerDoesNotMendAWrongSetting) {
    hear("wechat", AttemptState::not_sent);
    hear("wechat", AttemptState::not_sent);
    health_.alarm({payment::AttemptId("A"), "wechat", "config", ""}, now_ms_);
    payment::AttemptResult answer;
    answer.channel_code = "ORDERNOTEXIST";
    health_.asked("wechat", answer, now_ms_);
    EXPECT_EQ(health_.out_of_order(now_ms_).at("wechat"), ChannelState::misconfigured);
}

TEST_F(Health, AfterAWhileItMayBeTriedAndOneMoreSilenceIsEnough) {
    hear("alipay", AttemptState::not_sent);
    hear("alipay", AttemptState::not_sent);
    EXPECT_EQ(health_.next_question(now_ms_), now_ms_ + ChannelHealth::kAskEveryMs);
    EXPECT_EQ(health_.next_change(now_ms_), now_ms_ + ChannelHealth::kTryAgainMs);
    now_ms_ += ChannelHealth::kTryAgainMs;
    EXPECT_FALSE(out("alipay"));
    EXPECT_TRUE(health_.ask_now(now_ms_).empty()) << "the next payer tries it";
    EXPECT_FALSE(health_.next_question(now_ms_));
    EXPECT_FALSE(health_.next_change(now_ms_));
    hear("alipay", AttemptState::not_sent);
    EXPECT_TRUE(out("alipay"));
}

TEST_F(Health, AWrongSettingIsSaidAtOnceAndARefusalBecauseOfItIsNoGoodNews) {
    health_.alarm({payment::AttemptId("A"), "wechat", "config", ""}, now_ms_);
    EXPECT_EQ(health_.out_of_order(now_ms_).at("wechat"), ChannelState::misconfigured);
    Attempt refused;
    refused.id = payment::AttemptId("B");
    refused.channel = "wechat";
    refused.state = AttemptState::declined;
    refused.result.refs["alarm"] = "config";
    health_.heard(refused, now_ms_);
    EXPECT_TRUE(out("wechat"));
    health_.alarm({payment::AttemptId("C"), "alipay", "late_success", ""}, now_ms_);
    EXPECT_FALSE(out("alipay")) << "that is about money, not about the channel";
    hear("wechat", AttemptState::pending);
    EXPECT_FALSE(out("wechat"));
}

TEST(Outages, ATenderIsOutWhenEveryChannelBehindItIs) {
    TillConfig config;
    config.code_rules = {{10, 15, 18, 18, "wechat", "wechat"}, {25, 30, 16, 24, "alipay", "alipay"}};
    config.senior_channel = "senior_card";
    config.card_channel = "terminal";
    const auto one = outage_of(config, {{"alipay", ChannelState::unreachable}});
    EXPECT_TRUE(one.tenders.empty()) << "codes of the other wallet are still taken";
    EXPECT_EQ(one.names, (std::set<std::string>{"alipay"}));
    const auto all = outage_of(config, {{"alipay", ChannelState::unreachable}, {"wechat", ChannelState::unreachable}});
    EXPECT_EQ(all.tenders.at("qr"), ChannelState::unreachable);
    EXPECT_EQ(all.names, (std::set<std::string>{"qr"}));
    const auto card = outage_of(config, {{"terminal", ChannelState::misconfigured}});
    EXPECT_EQ(card.tenders.at("bank_card"), ChannelState::misconfigured);
    EXPECT_FALSE(card.tenders.contains("senior_card"));
}

}  // namespace
}  // namespace mulin::pos
