// Alipay in the contract suite.

#include "payment/alipay/alipay_adapter.h"

#include <utility>

#include "payment/base/check.h"
#include "tests/contract/channel_under_test.h"
#include "tests/support/alipay_gateway.h"

namespace mulin::contract {
namespace {

using tests::AlipayGateway;
using B = Behaviour;

class AlipayChannel final : public Channel {
  public:
    std::unique_ptr<payment::Adapter> make_adapter() override {
        auto made = payment::make_alipay_adapter(impatient(), {clock_, random_});
        MULIN_CHECK(made.has_value());
        return std::move(*made);
    }
    std::optional<std::string> code_for(Behaviour behaviour) override {
        if (cannot().contains(behaviour)) return std::nullopt;
        if (behaviour == B::no_connection) gateway_.server().break_handshakes(1);
        return AlipayGateway::code_for(behaviour);
    }
    std::optional<payment::Money> held(const payment::AttemptId& id) override {
        return payment::Money::fen(gateway_.held_fen(id.text()));
    }
    std::map<Behaviour, std::string> cannot() const override {
        return {{B::wrong_merchant, "an answer names no merchant; the key is the merchant's own"},
                {B::wrong_clock, "answers bear no time of theirs"},
                {B::busy_with_another, "there is no terminal"},
                {B::power_cycle, "there is no terminal"},
                {B::no_repeat_receipt, "there is no terminal"},
                {B::auto_reversal, "there is no terminal"},
                {B::card_removed, "there is no terminal"}};
    }
    std::optional<OwnProcess> own_process() override { return OwnProcess{"alipay", impatient()}; }
    std::optional<int> starts(const payment::AttemptId& id) override { return gateway_.starts(id.text()); }
    std::vector<payment::AttemptId> known() override {
        std::vector<payment::AttemptId> all;
        for (const auto& [number, entry] : gateway_.book()) all.emplace_back(number);
        return all;
    }

  private:
    payment::ChannelSettings impatient() const {
        auto values = gateway_.settings();
        values["start_deadline_ms"] = "300";
        return {"alipay", values};
    }
    payment::SystemClock clock_;
    payment::SystemRandom random_;
    AlipayGateway gateway_;
};

const RegisterChannel alipay({"alipay", [] { return std::make_unique<AlipayChannel>(); }, 36});

}  // namespace
}  // namespace mulin::contract
