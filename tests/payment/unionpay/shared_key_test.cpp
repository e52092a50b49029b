// signMethod 11 and 12: a key that both sides know instead of certificates. The values are recomputed by
// the openssl program; 11 has a check value of its own (tests/contract/vectors_test.cpp).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "tests/support/unionpay_till.h"

namespace mulin::payment {
namespace {

using tests::UnionpayPlan;
using tests::UnionpaySimulator;
using tests::UnionpayTill;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kKey = "an-invented-shared-key-0123456789";

UnionpaySimulator::Options keyed(const std::string& method) {
    UnionpaySimulator::Options options;
    options.sign_method = method;
    options.secure_key = kKey;
    return options;
}

struct KeyedTill {
    explicit KeyedTill(const std::string& method, const std::string& key = kKey)
        : till({{"sign_method", method}, {"secure_key_file", folder.write("secure.key", key + "\n")}, {"key_file", ""},
                {"certificate_file", ""}, {"signer_authorities_file", ""}},
               keyed(method)) {}
    tests::KeyFolder folder;
    UnionpayTill till;
};

std::string openssl_digest(const tests::KeyFolder& folder, const std::string& kind, const std::string& content) {
    const std::string file = folder.write("content", content);
    FILE* pipe = ::popen(("openssl dgst -r -" + kind + " " + file).c_str(), "r");
    std::array<char, 256> line{};
    const std::size_t got = std::fread(line.data(), 1, line.size(), pipe);
    ::pclose(pipe);
    return std::string(line.data(), got).substr(0, 64);
}

TEST(UnionpaySharedKey, IsWhatTheOpensslProgramComputes) {
    const tests::KeyFolder folder;
    const FormFields fields = {{"version", "5.1.0"}, {"orderId", "SH0120260101000001"}, {"reqReserved", "长者午餐"}, {"empty", ""}, {"signature", "x"}};
    const std::string line = "orderId=SH0120260101000001&reqReserved=长者午餐&version=5.1.0";
    for (const auto& [method, kind] : {std::pair(UnionpaySharedKey::Method::sha256, "sha256"), std::pair(UnionpaySharedKey::Method::sm3, "sm3")}) {
        const std::string expected = openssl_digest(folder, kind, line + "&" + openssl_digest(folder, kind, kKey));
        EXPECT_EQ((UnionpaySharedKey{method, kKey}.signature(fields)), expected);
    }
}

TEST(UnionpaySharedKey, CarriesAPaymentFromScanToRefund) {
    for (const char* method : {"11", "12"}) {
        KeyedTill one(method);
        EXPECT_EQ(one.till.start(UnionpayPlan{}).outcome, Outcome::pending) << method << one.till.attempt.result.channel_text;
        EXPECT_EQ(one.till.query().outcome, Outcome::approved) << method;
        RefundRequest back;
        back.id = RefundId("01K7QC3M5VREFUND0000000001");
        back.amount = Money::fen(234);
        back.created = one.till.clock.utc();
        EXPECT_EQ(one.till.adapter->refund(one.till.attempt, back).outcome, RefundOutcome::refunded) << method;
        EXPECT_EQ(one.till.gateway.held(UnionpayTill::kAttempt), 1000) << method;
    }
}

TEST(UnionpaySharedKey, AnotherKeyIsRefusedByTheGatewayAndNotBelievedHere) {
    KeyedTill one("11", "another-key");
    const auto result = one.till.start(UnionpayPlan{});
    EXPECT_EQ(result.outcome, Outcome::unknown);
    EXPECT_EQ(result.refs.at("alarm"), "unverified");
    EXPECT_EQ(one.till.gateway.held(UnionpayTill::kAttempt), 0);
}

// Whoever knows the certificate way must not take an answer signed with a key, and the other way round.
TEST(UnionpaySharedKey, IsNotMixedWithCertificates) {
    const tests::UnionpaySimulator gateway;
    const UnionpaySharedKey shared{UnionpaySharedKey::Method::sha256, kKey};
    FormFields answer = {{"signMethod", "11"}, {"respCode", "00"}, {"orderId", "SH0120260101000001"}};
    answer["signature"] = shared.signature(answer);
    const UtcInstant now = SystemClock().utc();
    EXPECT_TRUE(UnionpayTrust(shared).open(form_encode(answer), now));
    EXPECT_FALSE(UnionpayTrust(UnionpaySharedKey{UnionpaySharedKey::Method::sm3, kKey}).open(form_encode(answer), now));
    EXPECT_FALSE(UnionpayTrust(UnionpaySharedKey{UnionpaySharedKey::Method::sha256, "another"}).open(form_encode(answer), now));
    const auto by_certificate = UnionpayTrust::load(gateway.authorities(), "中国银联股份有限公司").value();
    EXPECT_FALSE(by_certificate.open(form_encode(answer), now));
    answer["respCode"] = "01";
    EXPECT_FALSE(UnionpayTrust(shared).open(form_encode(answer), now)) << "one field changed";
}

TEST(UnionpaySharedKey, SettingsOfBothWaysAreNotMixed) {
    KeyedTill one("11");
    one.till.settings["key_file"] = "keys/unionpay.key";
    const auto mixed = one.till.try_make();
    ASSERT_FALSE(mixed);
    EXPECT_THAT(mixed.error().message, HasSubstr("key_file belongs to sign_method 01"));
    one.till.settings["key_file"] = "";
    one.till.settings["sign_method"] = "02";
    EXPECT_THAT(one.till.try_make().error().message, HasSubstr("sign_method must be 01, 11 or 12"));
    one.till.settings["sign_method"] = "12";
    one.till.settings["secure_key_file"] = "";
    const auto missing = one.till.try_make();
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("secure_key_file is missing"));
    EXPECT_THAT(missing.error().message, Not(HasSubstr(kKey)));
}

}  // namespace
}  // namespace mulin::payment
