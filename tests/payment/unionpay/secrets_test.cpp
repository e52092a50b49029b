// Whatever happens to a payment, no payer's code, key or card number is in anything the adapter hands out
// or prints; and settings that are wrong are told without what stands in key files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/unionpay_till.h"

namespace mulin::payment {
namespace {

using tests::Delivery;
using tests::UnionpayPlan;
using tests::UnionpayTill;
using ::testing::HasSubstr;
using ::testing::Not;

std::string all_of(const std::map<std::string, std::string>& refs, const std::string& code, const std::string& text) {
    std::string all = code + "\n" + text + "\n";
    for (const auto& [key, value] : refs) all += key + "=" + value + "\n";
    return all;
}

std::vector<UnionpayPlan> all_kinds_of_plans() {
    std::vector<UnionpayPlan> plans(1);
    for (const auto delivery : {Delivery::none, Delivery::cut_off, Delivery::garbage}) {
        plans.emplace_back();
        plans.back().start_delivery = delivery;
    }
    for (const auto lie : {UnionpayPlan::Lie::amount, UnionpayPlan::Lie::order, UnionpayPlan::Lie::merchant, UnionpayPlan::Lie::signature}) {
        plans.emplace_back();
        plans.back().lie = lie;
    }
    for (const char* code : {"04", "12", "37", "64", "88", "ZZ"}) {
        plans.emplace_back();
        plans.back().start_code = code;
    }
    plans.emplace_back();
    plans.back().start_status = 502;
    plans.emplace_back();
    plans.back().start_unsigned = true;
    plans.emplace_back();
    plans.back().fate = UnionpayPlan::Fate::refused;
    plans.emplace_back();
    plans.back().undo_refused = true;
    return plans;
}

TEST(UnionpaySecrets, NothingHandedOutOrPrintedHoldsCodeKeyOrCard) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    std::string all, code;
    UnionpayTill till;
    int payment = 0;
    for (const auto& plan : all_kinds_of_plans()) {
        AttemptRequest request = till.request(till.gateway.code_for(plan));
        request.id = AttemptId("01K7QC3M5VPAYMENT0000000" + std::to_string(10 + payment++));
        request.progress = [&](const Progress& progress) { all += progress.text; };
        code = request.code;
        const auto started = till.start(request);
        all += all_of(started.refs, started.channel_code, started.channel_text);
        const auto asked = till.query();
        all += all_of(asked.refs, asked.channel_code, asked.channel_text);
        RefundRequest back;
        back.id = RefundId("01K7QC3M5VREFUND00000000" + std::to_string(10 + payment));
        back.amount = Money::fen(1);
        back.created = till.clock.utc();
        const auto refunded = till.adapter->refund(till.attempt, back);
        all += all_of(refunded.refs, refunded.channel_code, refunded.channel_text);
        const auto reversed = till.reverse();
        all += all_of(reversed.refs, reversed.channel_code, reversed.channel_text);
    }
    all += ::testing::internal::GetCapturedStdout() + ::testing::internal::GetCapturedStderr();
    EXPECT_GT(all.size(), 1000U) << "something was said at all";
    EXPECT_THAT(all, Not(HasSubstr(code.substr(0, 12))));
    EXPECT_THAT(all, Not(HasSubstr("6216")));
    EXPECT_THAT(all, Not(HasSubstr("PRIVATE KEY")));
    EXPECT_THAT(all, Not(HasSubstr("BEGIN")));
    EXPECT_THAT(all, Not(HasSubstr(till.gateway.merchant_key().substr(60, 40))));
    EXPECT_THAT("qrNo=" + code, HasSubstr(code.substr(0, 12))) << "control: the code would be seen";
}

TEST(UnionpaySettings, WhatCannotWorkIsRefusedAtOnceWithoutWhatStandsInKeys) {
    UnionpayTill till;
    const auto good = till.settings;
    const std::string key = till.gateway.merchant_key();
    const std::string half = till.folder.write("half.pem", key.substr(0, key.size() / 2));
    const std::pair<const char*, std::string> wrong[] = {
        {"merchant", "1"}, {"merchant", ""}, {"address", "http://127.0.0.1"}, {"address", "https://a/"}, {"mode", "both"},
        {"key_file", half}, {"key_file", "/nowhere"}, {"certificate_file", half}, {"signer_authorities_file", half}, {"channel_type", "09"},
        {"notify_url", "http://a/?b=1"}, {"typo", "1"}, {"valid_ms", "x"}, {"use_reversal", "yes"}, {"signer_name", ""}};
    for (const auto& [name, value] : wrong) {
        till.settings = good;
        till.settings[name] = value;
        const auto made = till.try_make();
        ASSERT_FALSE(made.has_value()) << name << " " << value;
        EXPECT_THAT(made.error().message, Not(HasSubstr(key.substr(60, 40)))) << name;
    }
    till.settings = good;
    EXPECT_TRUE(till.try_make().has_value());
}

TEST(UnionpaySettings, AKeyThatOthersMayReadIsRefused) {
    UnionpayTill till;
    EXPECT_EQ(::chmod(till.settings.at("key_file").c_str(), 0644), 0);
    const auto made = till.try_make();
    ASSERT_FALSE(made.has_value());
    EXPECT_THAT(made.error().message, HasSubstr("0600"));
}

}  // namespace
}  // namespace mulin::payment
