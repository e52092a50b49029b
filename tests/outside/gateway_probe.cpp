// A simulated gateway for outside clients, and our own adapter's request to be judged by them.
//   gateway_probe wechat_v2|wechat_md5|wechat_v3|alipay
// Prints one JSON line: the gateway's address and key files, and a payment as our adapter asks for it.
// Serves until its input ends; then prints what callers did against the documents, and what it holds.

#include <iostream>
#include <string>

#include <nlohmann/json.hpp>

#include "payment/alipay/alipay_adapter.h"
#include "payment/wechat/wechat_adapter.h"
#include "tests/support/alipay_gateway.h"
#include "tests/support/gateway_scripted_transport.h"
#include "tests/support/wechat_gateway.h"

namespace {

using namespace mulin;
using nlohmann::json;

using Make = payment::Result<std::unique_ptr<payment::Adapter>> (*)(const payment::ChannelSettings&, const payment::AdapterSeams&,
                                                                    std::unique_ptr<payment::HttpTransport>);

template <class Gateway>
int serve(Gateway& gateway, Make make, const std::string& code) {
    const payment::SystemClock clock;
    payment::SystemRandom random;
    std::vector<payment::HttpRequest> seen;
    auto adapter = make({"probe", gateway.settings()}, {clock, random},
                        std::make_unique<tests::ScriptedTransport>([](const auto&) { return tests::lost(); }, &seen));
    if (!adapter) {
        std::cerr << adapter.error().message << "\n";
        return 2;
    }
    (*adapter)->start({payment::AttemptId("01K7QC3M5VPROBE0000000001"), "sale", payment::Money::fen(1234), code, 1'000, "qr", clock.utc(), {}});
    json request = {{"method", seen.at(0).method}, {"url", seen.at(0).url}, {"body", seen.at(0).body}};
    for (const auto& [name, value] : seen.at(0).headers) request["headers"][name] = value;
    std::cout << json{{"settings", gateway.settings()}, {"code", code}, {"request", request}}.dump() << std::endl;
    for (std::string line; std::getline(std::cin, line);) {}
    std::cout << json{{"complaints", gateway.complaints()}, {"held_fen", gateway.held_fen("01K7QC3M5VOUTSIDE000000001")}}.dump() << std::endl;
    return 0;
}

int serve_wechat(tests::WechatGateway::Protocol protocol) {
    tests::WechatGateway gateway(protocol);
    return serve(gateway, payment::make_wechat_adapter_over, tests::WechatGateway::code_for(tests::Behaviour::approve));
}

}  // namespace

int main(int argc, char** argv) {
    using Protocol = tests::WechatGateway::Protocol;
    const std::string kind = argc > 1 ? argv[1] : "";
    if (kind == "wechat_v2") return serve_wechat(Protocol::v2_hmac);
    if (kind == "wechat_md5") return serve_wechat(Protocol::v2_md5);
    if (kind == "wechat_v3") return serve_wechat(Protocol::v3);
    if (kind == "alipay") {
        tests::AlipayGateway gateway;
        return serve(gateway, payment::make_alipay_adapter_over, tests::AlipayGateway::code_for(tests::Behaviour::approve));
    }
    std::cerr << "gateway_probe: name wechat_v2, wechat_md5, wechat_v3 or alipay\n";
    return 2;
}
