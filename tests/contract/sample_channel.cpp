// Foreign adapters in the contract suite, through the host: a Python program of sixty lines, and a
// vendor's library behind the C ABI. The far side of both is a folder with one file for each payment.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "payment/base/check.h"
#include "payment/host/hosted_adapter.h"
#include "tests/contract/channel_under_test.h"

namespace mulin::contract {
namespace {

using payment::AttemptId;
using payment::Money;
using B = Behaviour;

class SampleChannel : public Channel {
  public:
    SampleChannel(std::vector<std::string> command, std::set<B> can) : command_(std::move(command)), can_(std::move(can)) {
        std::string pattern = ::testing::TempDir() + "mulin-sample-XXXXXX";
        MULIN_CHECK(::mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
    }
    ~SampleChannel() override { std::filesystem::remove_all(folder_); }

    std::unique_ptr<payment::Adapter> make_adapter() override {
        payment::host::HostSettings settings;
        settings.command = command_;
        settings.channel = payment::ChannelSettings("sample", {{"ledger", folder_}});
        settings.slack_ms = 100;
        settings.cancel_grace_ms = 50;
        settings.end_grace_ms = 50;
        settings.back_off_first_ms = 1;
        settings.back_off_longest_ms = 1;
        auto adapter = std::make_unique<payment::host::HostedAdapter>(settings, clock_);
        const auto opened = adapter->open();
        EXPECT_TRUE(opened) << opened.error().message;
        return adapter;
    }
    std::optional<std::string> code_for(B behaviour) override {
        if (!can_.contains(behaviour)) return std::nullopt;
        return std::string("sample:") + behaviour_name(behaviour);
    }
    std::map<B, std::string> cannot() const override {
        std::map<B, std::string> all;
        for (const auto behaviour : all_behaviours())
            if (!can_.contains(behaviour)) all[behaviour] = "the sample's far side is a folder: it has no such trouble";
        return all;
    }
    std::optional<Money> held(const AttemptId& id) override {
        return Money::fen(field(id, "taken") - field(id, "returned"));
    }
    std::optional<int> starts(const AttemptId& id) override { return static_cast<int>(field(id, "starts")); }

  private:
    std::int64_t field(const AttemptId& id, const std::string& name) const {
        std::ifstream file(folder_ + "/" + id.text());
        for (std::string line; std::getline(file, line);)
            if (line.rfind(name + "=", 0) == 0) return std::stoll(line.substr(name.size() + 1));
        return 0;
    }
    std::vector<std::string> command_;
    std::set<B> can_;
    std::string folder_;
    payment::SystemClock clock_;
};

std::unique_ptr<Channel> python() {
    return std::make_unique<SampleChannel>(
        std::vector<std::string>{"/usr/bin/python3", "-B", MULIN_SOURCE "/tests/contract/sample_adapter.py"},
        std::set<B>{B::approve, B::decline, B::wait_then_approve, B::wait_then_decline, B::wait_for_ever, B::no_connection,
                    B::lose_the_request, B::lose_the_answer, B::answer_after_deadline, B::slow_drip, B::truncated_answer,
                    B::garbage_answer, B::giant_answer, B::arrive_late, B::system_error_then_found, B::wrong_amount,
                    B::wrong_order, B::unlisted_code, B::query_fails_first, B::platform_discount, B::merchant_discount,
                    B::busy_reverse, B::reverse_while_paying, B::lose_the_reverse_answer, B::paid_before_the_reverse,
                    B::late_success, B::reverse_too_late, B::refund, B::refund_answer_lost, B::refund_processing,
                    B::refund_refused});
}

std::unique_ptr<Channel> plugin() {
    return std::make_unique<SampleChannel>(
        std::vector<std::string>{MULIN_BIN "/mulin-adapter-plugin", MULIN_SAMPLE_PLUGIN},
        std::set<B>{B::approve, B::decline, B::wait_then_approve, B::wait_then_decline, B::wait_for_ever, B::no_connection,
                    B::lose_the_request, B::lose_the_answer, B::answer_after_deadline, B::garbage_answer, B::wrong_amount,
                    B::wrong_order, B::platform_discount, B::lose_the_reverse_answer, B::paid_before_the_reverse,
                    B::refund, B::refund_answer_lost, B::refund_processing, B::refund_refused});
}

const RegisterChannel any_language({"sample_in_python", python, 31});
const RegisterChannel closed_library({"sample_plugin", plugin, 19});

}  // namespace
}  // namespace mulin::contract
