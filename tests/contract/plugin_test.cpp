// A vendor's plug-in that a host takes, written in C, and those that it does not: the till says which
// library it is and what is wrong with it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "payment/host/hosted_adapter.h"
#include "tests/support/gateway_keys.h"

namespace mulin::contract {
namespace {

using payment::AttemptId;
using payment::AttemptRequest;
using payment::ChannelSettings;
using payment::Money;
using payment::Outcome;
using payment::host::HostedAdapter;
using ::testing::HasSubstr;

class Plugin : public ::testing::Test {
  protected:
    std::unique_ptr<HostedAdapter> hosted(const std::string& library, std::map<std::string, std::string> settings) {
        payment::host::HostSettings how;
        how.command = {MULIN_BIN "/mulin-adapter-plugin", library};
        how.channel = ChannelSettings("vendor", std::move(settings));
        return std::make_unique<HostedAdapter>(how, clock_);
    }
    std::string refused(const std::string& library, std::map<std::string, std::string> settings = {{"ledger", "ledger"}}) {
        const auto opened = hosted(library, std::move(settings))->open();
        EXPECT_FALSE(opened) << library;
        return opened ? "" : opened.error().message;
    }
    payment::SystemClock clock_;
    tests::KeyFolder folder_;
};

const std::string kPlugins = MULIN_PLUGINS;

TEST_F(Plugin, InPlainCIsAsGoodAsAny) {
    auto adapter = hosted(kPlugins + "/plain_c_plugin.so", {{"shop", "1"}});
    const auto opened = adapter->open();
    ASSERT_TRUE(opened) << opened.error().message;
    AttemptRequest request;
    request.id = AttemptId("01K7QC3M5VPAYMENT000000001");
    request.amount = Money::fen(1234);
    request.deadline_ms = 1'000;
    const auto result = adapter->start(request);
    EXPECT_EQ(result.outcome, Outcome::approved) << result.channel_text;
    EXPECT_EQ(result.refs.at("written_in"), "C");
    EXPECT_TRUE(adapter->capabilities().query);
    EXPECT_FALSE(adapter->capabilities().reverse);
    EXPECT_FALSE(adapter->capabilities().refund);
}

TEST_F(Plugin, ThatCannotBeTakenIsNamedWithWhatIsWrong) {
    const auto expect = [&](const std::string& library, const char* what) {
        const std::string message = refused(library);
        EXPECT_THAT(message, HasSubstr(library));
        EXPECT_THAT(message, HasSubstr(what));
    };
    expect(kPlugins + "/sample_plugin_hollow.so", "lacks a function that its capabilities promise");
    expect(kPlugins + "/sample_plugin_other_abi.so", "speaks another version of the plug-in interface");
    expect("/nowhere/vendor.so", "cannot be loaded");
    expect(folder_.write("text.so", "no library at all"), "cannot be loaded");
    expect("libz.so.1", "has no mulin_plugin_get_api");
}

TEST_F(Plugin, RefusesItsSettingsInItsOwnWords) {
    EXPECT_THAT(refused(kPlugins + "/plain_c_plugin.so", {}), HasSubstr("shop is missing"));
    EXPECT_THAT(refused(kPlugins + "/sample_plugin.so", {}), HasSubstr("ledger is missing"));
}

}  // namespace
}  // namespace mulin::contract
