// WeChat Pay in the contract suite: both protocols, both kinds of signature of the older one.

#include <utility>

#include "payment/base/check.h"
#include "payment/wechat/wechat_adapter.h"
#include "tests/contract/channel_under_test.h"
#include "tests/support/wechat_gateway.h"

namespace mulin::contract {
namespace {

using tests::WechatGateway;
using B = Behaviour;

const std::map<Behaviour, std::string>& terminals_only() {
    static const std::map<Behaviour, std::string> all = {
        {B::busy_with_another, "there is no terminal"}, {B::power_cycle, "there is no terminal"},
        {B::no_repeat_receipt, "there is no terminal"}, {B::auto_reversal, "there is no terminal"},
        {B::card_removed, "there is no terminal"}};
    return all;
}

class WechatChannel final : public Channel {
  public:
    explicit WechatChannel(WechatGateway::Protocol protocol) : gateway_(protocol) {}
    std::unique_ptr<payment::Adapter> make_adapter() override {
        auto made = payment::make_wechat_adapter(with_short_deadline(), {clock_, random_});
        MULIN_CHECK(made.has_value());
        return std::move(*made);
    }
    std::optional<std::string> code_for(Behaviour behaviour) override {
        if (cannot().contains(behaviour)) return std::nullopt;
        if (behaviour == B::no_connection) gateway_.server().break_handshakes(1);
        return WechatGateway::code_for(behaviour);
    }
    std::optional<payment::Money> held(const payment::AttemptId& id) override {
        return payment::Money::fen(gateway_.held_fen(id.text()));
    }
    std::map<Behaviour, std::string> cannot() const override {
        auto all = terminals_only();
        if (!gateway_.is_v3()) all[B::wrong_clock] = "answers bear no time of theirs";
        return all;
    }
    std::optional<OwnProcess> own_process() override { return OwnProcess{"wechat", with_short_deadline()}; }
    std::optional<int> starts(const payment::AttemptId& id) override { return gateway_.starts(id.text()); }
    std::vector<payment::AttemptId> known() override {
        std::vector<payment::AttemptId> all;
        for (const auto& [number, entry] : gateway_.book()) all.emplace_back(number);
        return all;
    }

  private:
    payment::ChannelSettings with_short_deadline() const {
        auto values = gateway_.settings();
        values["start_deadline_ms"] = "300";
        return {"wechat", values};
    }
    payment::SystemClock clock_;
    payment::SystemRandom random_;
    WechatGateway gateway_;
};

RegisterChannel add(const char* name, WechatGateway::Protocol protocol) {
    return RegisterChannel({name, [protocol] { return std::make_unique<WechatChannel>(protocol); }, 37});
}
const RegisterChannel v2 = add("wechat_v2", WechatGateway::Protocol::v2_hmac);
const RegisterChannel v3 = add("wechat_v3", WechatGateway::Protocol::v3);

}  // namespace
}  // namespace mulin::contract
