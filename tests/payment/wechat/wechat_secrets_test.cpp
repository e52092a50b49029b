// Nothing that the adapter hands back or prints holds the payer's code, the API key or a private key.

#include <gtest/gtest.h>

#include "payment/wechat/wechat_adapter.h"
#include "tests/support/gateway_secrets.h"
#include "tests/support/wechat_gateway.h"

namespace mulin::payment {
namespace {

using tests::WechatGateway;

void look(WechatGateway::Protocol protocol, const std::vector<const char*>& files) {
    const SystemClock clock;
    SystemRandom random;
    WechatGateway gateway(protocol);
    auto values = gateway.settings();
    values["start_deadline_ms"] = values["call_deadline_ms"] = "150";
    const auto adapter = std::move(*make_wechat_adapter({"wechat", values}, {clock, random}));
    const std::string said = tests::everything_said(*adapter, gateway);
    std::vector<std::string> paths;
    for (const char* file : files) paths.push_back(gateway.folder().path() + "/" + file);
    tests::expect_no_secret<WechatGateway>(said, paths);
    EXPECT_NE(said.find("余额不足"), std::string::npos) << "it says what the gateway says";
}

TEST(WechatSecrets, StayInTheAdapterV2) { look(WechatGateway::Protocol::v2_hmac, {"api_key", "certificate_key.pem"}); }
TEST(WechatSecrets, StayInTheAdapterV3) { look(WechatGateway::Protocol::v3, {"merchant.pem"}); }

}  // namespace
}  // namespace mulin::payment
