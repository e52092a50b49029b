// The simulated channel in the contract suite, as it is and without some of its abilities.

#include "tests/contract/simulated_channel.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "payment/base/check.h"
#include "payment/simulated/simulated_adapter.h"

namespace mulin::contract {
namespace {

using payment::AttemptId;
using payment::Money;
using payment::Script;
using payment::SimulatedAdapter;
using payment::SimulatedGateway;

std::optional<Script> script_for(Behaviour behaviour) {
    switch (behaviour) {
        case Behaviour::approve:
        case Behaviour::refund:
            return Script::approve;
        case Behaviour::decline:
            return Script::decline;
        case Behaviour::wait_then_approve:
            return Script::pending_approve;
        case Behaviour::wait_for_ever:
            return Script::pending_forever;
        case Behaviour::lose_the_answer:
            return Script::answer_lost;
        case Behaviour::lose_the_request:
            return Script::request_lost;
        case Behaviour::no_connection:
            return Script::not_sent;
        case Behaviour::wrong_amount:
            return Script::wrong_amount;
        case Behaviour::busy_reverse:
            return Script::reverse_busy;
        case Behaviour::lose_the_reverse_answer:
            return Script::reverse_lost;
        case Behaviour::arrive_late:
            return Script::request_late;
        case Behaviour::wait_then_decline:
            return Script::pending_decline;
        case Behaviour::paid_before_the_reverse:
            return Script::answer_lost;
        case Behaviour::late_success:
            return Script::late_success;
        default:
            return std::nullopt;
    }
}

class SimulatedChannel : public Channel {
  public:
    SimulatedChannel(bool can_query, bool can_reverse) {
        settings_.can_query = can_query;
        settings_.can_reverse = can_reverse;
    }
    std::unique_ptr<payment::Adapter> make_adapter() override {
        return std::make_unique<SimulatedAdapter>(gateway(), settings_);
    }
    std::optional<std::string> code_for(Behaviour behaviour) override {
        const auto script = script_for(behaviour);
        if (!script) return std::nullopt;
        const int number = static_cast<int>(*script);
        return "1312345678901234" + std::string(number < 10 ? "0" : "") + std::to_string(number);
    }
    std::optional<Money> held(const AttemptId& id) override {
        const auto payment = current().find(id.text());
        return payment ? payment->amount.times(payment->charges - payment->returns) - payment->refunded : Money();
    }

    std::map<Behaviour, std::string> cannot() const override {
        std::map<Behaviour, std::string> all;
        for (const auto behaviour : all_behaviours())
            if (!script_for(behaviour)) all[behaviour] = "there is no wire that could break";
        return all;
    }
    std::optional<int> starts(const AttemptId& id) override {
        const auto payment = current().find(id.text());
        return payment ? static_cast<int>(payment->starts) : 0;
    }

  protected:
    virtual SimulatedGateway& gateway() { return in_memory_; }
    virtual SimulatedGateway& current() { return in_memory_; }

  private:
    SimulatedGateway in_memory_;
    payment::SimulatedSettings settings_;
};

class SimulatedFileChannel final : public SimulatedChannel {
  public:
    SimulatedFileChannel() : SimulatedChannel(true, true) {
        std::string pattern = ::testing::TempDir() + "mulin-contract-XXXXXX";
        MULIN_CHECK(::mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
    }
    ~SimulatedFileChannel() override { std::filesystem::remove_all(folder_); }

    // Read by two processes, written by one: the adapter's.
    std::optional<OwnProcess> own_process() override {
        return OwnProcess{"simulated", payment::ChannelSettings("simulated", {{"ledger", folder_ + "/ledger.jsonl"}})};
    }

  private:
    // Earlier openings stay alive for adapters that use them, but the file is read anew.
    SimulatedGateway& gateway() override {
        opened_.push_back(SimulatedGateway::open(folder_ + "/ledger.jsonl").value());
        return *opened_.back();
    }
    SimulatedGateway& current() override { return gateway(); }

    std::string folder_;
    std::vector<std::unique_ptr<SimulatedGateway>> opened_;
};

const RegisterChannel simulated({"simulated", [] { return simulated_channel(); }, 15});
const RegisterChannel in_a_file({"simulated_file", [] { return std::make_unique<SimulatedFileChannel>(); }, 15});
const RegisterChannel unasked({"simulated_without_query", [] { return simulated_channel(false, true); }, 15});
const RegisterChannel unreversed({"simulated_without_reverse", [] { return simulated_channel(true, false); }, 15});

}  // namespace

std::unique_ptr<Channel> simulated_channel(bool can_query, bool can_reverse) {
    return std::make_unique<SimulatedChannel>(can_query, can_reverse);
}

}  // namespace mulin::contract
