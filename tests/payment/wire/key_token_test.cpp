// Keys by handle: a key that lies in a token signs as the same key in a file does, also for TLS; and what
// is wrong with a handle, a PIN or a key file is said without repeating it.

#include "payment/wire/key_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "payment/wire/gateway_channel.h"
#include "tests/support/gateway_server.h"
#include "tests/support/gateway_token.h"

namespace mulin::payment {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using tests::SoftToken;

class KeyInToken : public ::testing::Test {
  protected:
    Result<RsaPrivateKey> read(const std::string& place, std::map<std::string, std::string> more = {}) {
        std::map<std::string, std::string> values = {{"key_file", place}, {"pkcs11_module", SoftToken::kModule},
                                                     {"pkcs11_pin_file", token_.pin_file()}};
        for (const auto& [key, value] : more) values[key] = value;
        return read_private_key(ChannelSettings("alipay", values), "key_file");
    }
    std::string refused(const std::string& place, std::map<std::string, std::string> more = {}) {
        const auto key = read(place, std::move(more));
        EXPECT_FALSE(key) << place;
        return key ? "" : key.error().message;
    }
    SoftToken& token_ = SoftToken::of_process();
    tests::KeyFolder folder_;
};

const RsaPrivateKey& key_in_file() {
    static const RsaPrivateKey key = RsaPrivateKey::generate();
    return key;
}

const std::string& key_in_token() {
    static const std::string handle = SoftToken::of_process().keep("wechat", key_in_file().pem());
    return handle;
}

// First: once the token has been opened, it stays open for the process.
TEST_F(KeyInToken, AWrongPinOpensNothingAndIsNotRepeated) {
    const std::string message = refused(key_in_token(), {{"pkcs11_pin_file", folder_.write("wrong", "770011")}});
    EXPECT_THAT(message, HasSubstr("does not take the PIN"));
    EXPECT_THAT(message, Not(HasSubstr("770011")));
    EXPECT_TRUE(read(key_in_token()));
}

TEST_F(KeyInToken, SignsAsTheSameKeyInAFile) {
    const auto key = read(key_in_token());
    ASSERT_TRUE(key) << key.error().message;
    for (const std::string message : {"", "POST\n/v3/pay\n长者午餐\n"}) {
        EXPECT_EQ(key->sign(message), key_in_file().sign(message));
        EXPECT_TRUE(key->public_key().verify(message, key_in_file().sign(message)));
    }
    EXPECT_EQ(key->public_key().pem(), key_in_file().public_key().pem());
}

TEST_F(KeyInToken, ShowsTheClientCertificate) {
    std::string shown;
    tests::GatewayServer server([&](const tests::GatewayCall& call) {
        shown = call.certificate_name;
        return tests::GatewayAnswer{.body = "yes"};
    });
    const auto& trust = tests::gateway_trust();
    const std::map<std::string, std::string> values = {
        {"authorities_file", folder_.write("authority.pem", trust.authority.certificate_pem)},
        {"certificate_file", folder_.write("certificate.pem", tests::certificate_for(key_in_file().public_key().pem(), "1900000109",
                                                                                     trust.authority, 77))},
        {"certificate_key_file", key_in_token()}, {"pkcs11_module", SoftToken::kModule}, {"pkcs11_pin_file", token_.pin_file()}};
    const ChannelSettings settings("wechat", values);
    HttpsOptions https = read_https(settings).value();
    ASSERT_TRUE(read_client_certificate(settings, "certificate_file", "certificate_key_file", https));
    EXPECT_TRUE(https.certificate_key_pem.empty());
    const auto transport = make_https_transport(https);
    ASSERT_TRUE(transport) << transport.error().message;
    HttpRequest request;
    request.url = server.url() + "/secapi/pay/reverse";
    request.present_certificate = true;
    const auto exchange = (*transport)->exchange(request);
    EXPECT_EQ(exchange.kind, HttpExchange::Kind::answered) << exchange.problem;
    EXPECT_EQ(shown, "1900000109");
    // Another key than the certificate's.
    https.certificate_key = RsaPrivateKey::generate();
    EXPECT_FALSE(make_https_transport(https));
}

TEST_F(KeyInToken, SaysWhatIsWrongAndNoPin) {
    const std::string absent = refused("pkcs11:token=till;object=nobody;type=private");
    EXPECT_THAT(absent, HasSubstr("has no such key"));
    EXPECT_THAT(absent, HasSubstr("key_file of payment channel alipay"));
    EXPECT_THAT(refused("pkcs11:token=another;object=wechat"), HasSubstr("the token is not there"));
    EXPECT_THAT(refused(key_in_token() + "?pin-value=482915"), HasSubstr("pkcs11_pin_file"));
    EXPECT_THAT(refused(key_in_token() + "?pin-value=482915"), Not(HasSubstr("482915")));
    EXPECT_THAT(refused(key_in_token(), {{"pkcs11_pin_file", ""}}), HasSubstr("pkcs11_pin_file is missing"));
    ASSERT_TRUE(read(key_in_token()));
    EXPECT_THAT(refused(key_in_token(), {{"pkcs11_module", "/usr/lib/other.so"}}), HasSubstr("another pkcs11_module"));
}

// A request whose key does not answer is not sent: nothing was asked of the gateway.
TEST_F(KeyInToken, WhatCouldNotBeSignedDoesNotLeave) {
    int calls = 0;
    tests::GatewayServer server([&](const tests::GatewayCall&) {
        ++calls;
        return tests::GatewayAnswer{};
    });
    const auto transport = make_https_transport({.authorities_pem = tests::gateway_trust().authority.certificate_pem}).value();
    HttpRequest request;
    request.url = server.url() + "/pay";
    request.unfit = kNotSigned;
    const auto exchange = transport->exchange(request);
    EXPECT_EQ(exchange.kind, HttpExchange::Kind::nothing_left);
    EXPECT_EQ(unasked(exchange).outcome, Outcome::not_sent);
    EXPECT_EQ(unasked_refund(exchange).outcome, RefundOutcome::not_sent);
    EXPECT_THAT(exchange.problem, HasSubstr("token"));
    EXPECT_EQ(calls, 0);
}

TEST(GatewayChannel, WhatIsNotKnownMayStillArriveForAMinute) {
    const UtcInstant created{1'773'114'300'000};
    EXPECT_TRUE(may_still_arrive(created, created));
    EXPECT_TRUE(may_still_arrive(created, UtcInstant{created.ms + 59'999}));
    EXPECT_FALSE(may_still_arrive(created, UtcInstant{created.ms + 60'000}));
    EXPECT_TRUE(may_still_arrive(created, UtcInstant{created.ms - 3'600'000})) << "a clock that was set back proves nothing";
}

TEST(GatewayChannel, KeysOfEveryGatewayAreKnownAndMistypedOnesAreNot) {
    const auto with = [](const char* key) { return ChannelSettings("wechat", {{key, "x"}}); };
    for (const char* key : {"own", "authorities_file", "pinned_key", "proxy", "pkcs11_module", "pkcs11_pin_file"})
        EXPECT_TRUE(only_gateway_keys(with(key), {"own"})) << key;
    const auto refused = only_gateway_keys(with("pined_key"), {"own"});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("pined_key is not a known key"));
}

TEST_F(KeyInToken, FilesThatOthersMayReadAreRefused) {
    const std::string file = folder_.write("key.pem", key_in_file().pem());
    EXPECT_TRUE(read(file));
    for (const mode_t mode : {0640U, 0604U, 0610U, 0666U}) {
        ASSERT_EQ(::chmod(file.c_str(), mode), 0);
        EXPECT_EQ(refused(file), "Payment channel alipay: key_file names a file that others may read; set its mode to 0600.");
    }
    ASSERT_EQ(::chmod(file.c_str(), 0400), 0);
    EXPECT_TRUE(read(file)) << "its owner alone, to read: as good as 0600";
    ASSERT_EQ(::chmod(token_.pin_file().c_str(), 0644), 0);
    EXPECT_EQ(refused(key_in_token()), "Payment channel alipay: pkcs11_pin_file names a file that others may read; set its mode to 0600.");
    ASSERT_EQ(::chmod(token_.pin_file().c_str(), 0600), 0);
}

}  // namespace
}  // namespace mulin::payment
