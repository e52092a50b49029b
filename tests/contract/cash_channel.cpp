// Cash in the contract suite: no far side at all.

#include "payment/cash/cash_adapter.h"
#include "tests/contract/channel_under_test.h"

namespace mulin::contract {
namespace {

class CashChannel final : public Channel {
    std::unique_ptr<payment::Adapter> make_adapter() override {
        return std::make_unique<payment::CashAdapter>();
    }
    std::optional<std::string> code_for(Behaviour behaviour) override {
        return behaviour == Behaviour::approve ? std::optional<std::string>("") : std::nullopt;
    }
    std::optional<payment::Money> held(const payment::AttemptId&) override { return std::nullopt; }
    std::string method() const override { return "cash"; }
    std::map<Behaviour, std::string> cannot() const override {
        std::map<Behaviour, std::string> all;
        for (const auto behaviour : all_behaviours())
            if (behaviour != Behaviour::approve) all[behaviour] = "cash lies on the counter: nobody is asked";
        return all;
    }
};

const RegisterChannel cash({"cash", [] { return std::make_unique<CashChannel>(); }, 1});

}  // namespace
}  // namespace mulin::contract
