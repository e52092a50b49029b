// Nothing that the adapter hands back or prints holds the payer's code or a private key.

#include <gtest/gtest.h>

#include "payment/alipay/alipay_adapter.h"
#include "tests/support/alipay_gateway.h"
#include "tests/support/gateway_secrets.h"

namespace mulin::payment {
namespace {

TEST(AlipaySecrets, StayInTheAdapter) {
    const SystemClock clock;
    SystemRandom random;
    tests::AlipayGateway gateway;
    auto values = gateway.settings();
    values["start_deadline_ms"] = values["call_deadline_ms"] = "150";
    const auto adapter = std::move(*make_alipay_adapter({"alipay", values}, {clock, random}));
    const std::string said = tests::everything_said(*adapter, gateway);
    tests::expect_no_secret<tests::AlipayGateway>(said, {gateway.folder().path() + "/app_key.pem"});
    EXPECT_NE(said.find("余额不足"), std::string::npos) << "it says what the gateway says";
}

}  // namespace
}  // namespace mulin::payment
