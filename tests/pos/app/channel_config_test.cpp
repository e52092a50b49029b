// [[channel]] of mulin.toml: what is a channel, what is its adapter's business, and every mistake named
// before anything opens.

#include "pos/app/adapters.h"
#include "pos/app/channel_config.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/store_fixtures.h"

namespace mulin::pos {
namespace {

class ChannelConfigTest : public testing::Test {
  protected:
    payment::Result<std::vector<ChannelConfig>> read(const std::string& text) {
        std::ofstream(dir_.file("mulin.toml")) << text;
        return read_channels(dir_.path());
    }
    void expect_mistake(const std::string& text, const std::string& part) {
        const auto channels = read(text);
        ASSERT_FALSE(channels) << text;
        EXPECT_EQ(channels.error().code, payment::ErrorCode::invalid_input);
        EXPECT_NE(channels.error().message.find(part), std::string::npos) << channels.error().message;
    }
    test::StoreDirectory dir_;
};

TEST_F(ChannelConfigTest, NoFileAndAFileWithoutChannelsHaveNone) {
    const auto absent = read_channels(dir_.path());
    ASSERT_TRUE(absent);
    EXPECT_TRUE(absent->empty());
    const auto without = read("[cash]\nunit = \"jiao\"\n");
    ASSERT_TRUE(without);
    EXPECT_TRUE(without->empty());
}

TEST_F(ChannelConfigTest, ABuiltInOneRunsIsolatedUnlessItSaysOtherwise) {
    const auto channels = read("[[channel]]\nname = \"wechat\"\nadapter = \"wechat\"\n"
                               "[[channel]]\nname = \"quick\"\nadapter = \"simulated\"\nisolated = false\n");
    ASSERT_TRUE(channels) << channels.error().message;
    ASSERT_EQ(channels->size(), 2U);
    EXPECT_EQ((*channels)[0].adapter, "wechat");
    EXPECT_TRUE((*channels)[0].isolated);
    EXPECT_FALSE((*channels)[1].isolated);
    EXPECT_EQ((*channels)[1].settings.channel(), "quick");
}

TEST_F(ChannelConfigTest, BankCardsAreOfferedWhereAChannelTakesThem) {
    TillConfig config;
    EXPECT_EQ(tenders_of(config), (std::vector<std::string>{"senior_card", "qr", "cash"}));
    config.channels = *read("[[channel]]\nname = \"terminal\"\nadapter = \"card_terminal\"\n");
    EXPECT_EQ(tenders_of(config).size(), 3U) << "a terminal that no card is sent to";
    config.card_channel = "terminal";
    EXPECT_EQ(tenders_of(config), (std::vector<std::string>{"senior_card", "qr", "cash", "bank_card"}));
}

TEST_F(ChannelConfigTest, TheRestIsTheAdaptersWithFilesBesideTheConfiguration) {
    const auto channels = read("[[channel]]\nname = \"wechat\"\nadapter = \"wechat\"\nmerchant = \"1900\"\n"
                               "port = 8443\nsandbox = true\nkey_file = \"keys/wechat\"\nca_file = \"/etc/ca.pem\"\nledger = \"book\"\n");
    ASSERT_TRUE(channels) << channels.error().message;
    const auto& settings = channels->front().settings;
    EXPECT_EQ(settings.text_or("merchant", ""), "1900");
    EXPECT_EQ(settings.number_or("port", 0, 1, 65'535).value_or(0), 8443);
    EXPECT_TRUE(settings.flag_or("sandbox", false).value_or(false));
    EXPECT_EQ(settings.text_or("key_file", ""), dir_.file("keys/wechat").string());
    EXPECT_EQ(settings.text_or("ca_file", ""), "/etc/ca.pem") << "a full path stays";
    EXPECT_EQ(settings.text_or("ledger", ""), dir_.file("book").string());
}

TEST_F(ChannelConfigTest, AnyExecutableOrAVendorsPlugInBehindTheSameInterface) {
    const auto channels = read("[[channel]]\nname = \"own\"\ncommand = [\"/opt/own/adapter\", \"--fast\"]\n"
                               "[[channel]]\nname = \"vendor\"\nplugin = \"/opt/x/vendor.so\"\n");
    ASSERT_TRUE(channels) << channels.error().message;
    EXPECT_EQ((*channels)[0].command, (std::vector<std::string>{"/opt/own/adapter", "--fast"}));
    EXPECT_EQ((*channels)[1].plugin, "/opt/x/vendor.so");
}

TEST_F(ChannelConfigTest, EveryMistakeIsNamedWithItsLine) {
    expect_mistake("[[channel]]\nadapter = \"wechat\"\n", "needs a name");
    expect_mistake("[[channel]]\nname = \"We Chat\"\nadapter = \"wechat\"\n", "lower-case letters");
    expect_mistake("\n\n[[channel]]\nname = \"a\"\nport = 1.5\nadapter = \"wechat\"\n", "line 5: port must be");
    expect_mistake("[[channel]]\nname = \"a\"\n", "one of adapter, command and plugin");
    expect_mistake("[[channel]]\nname = \"a\"\nadapter = \"wechat\"\nplugin = \"/x.so\"\n", "one of adapter, command and plugin");
    expect_mistake("[[channel]]\nname = \"a\"\ncommand = [\"adapter\"]\n", "the first a full path");
    expect_mistake("[[channel]]\nname = \"a\"\ncommand = [\"/x\", 3]\n", "a list of texts");
    expect_mistake("[[channel]]\nname = \"a\"\nadapter = \"wechat\"\nisolated = \"no\"\n", "isolated must be true or false");
    expect_mistake("channel = \"wechat\"\n", "[[channel]]");
}

TEST_F(ChannelConfigTest, NoTwoChannelsShareANameNorTakeOneThatIsAlwaysThere) {
    expect_mistake("[[channel]]\nname = \"a\"\nadapter = \"wechat\"\n[[channel]]\nname = \"a\"\nadapter = \"alipay\"\n", "two channels named a");
    for (const char* taken : {"cash", "simulated"})
        expect_mistake(std::string("[[channel]]\nname = \"") + taken + "\"\nadapter = \"simulated\"\n", "is always there");
}

TEST_F(ChannelConfigTest, OthersCodeNeverRunsInsideTheTill) {
    expect_mistake("[[channel]]\nname = \"own\"\ncommand = [\"/opt/own\"]\nisolated = false\n", "only a built-in adapter");
    expect_mistake("[[channel]]\nname = \"own\"\nplugin = \"/opt/x.so\"\nisolated = false\n", "only a built-in adapter");
}

}  // namespace
}  // namespace mulin::pos
