// The HTTPS transport against a server on loopback: what left and what did not is told apart, nobody
// but the gateway is spoken to, and a request arrives at most once.

#include "payment/wire/https_transport.h"

#include <gtest/gtest.h>

#include <mutex>

#include "payment/wire/certificate.h"
#include "payment/wire/rsa.h"
#include "tests/support/gateway_keys.h"
#include "tests/support/gateway_server.h"

namespace mulin::payment {
namespace {

using tests::Delivery;
using tests::gateway_trust;
using tests::GatewayAnswer;
using tests::GatewayCall;
using tests::GatewayServer;
using Kind = HttpExchange::Kind;

struct Far {
    std::vector<GatewayCall> calls;
    GatewayAnswer answer;
    GatewayServer server{[this](const GatewayCall& call) {
        calls.push_back(call);
        return answer;
    }};
};

HttpsOptions trusting() {
    HttpsOptions options;
    options.authorities_pem = gateway_trust().authority.certificate_pem;
    return options;
}

std::unique_ptr<HttpTransport> transport(HttpsOptions options = trusting()) {
    return make_https_transport(std::move(options)).value();
}

HttpRequest post(const Far& far, std::string body = "a=1") {
    HttpRequest request;
    request.url = far.server.url() + "/pay?x=1";
    request.headers = {{"Content-Type", "text/plain"}};
    request.body = std::move(body);
    return request;
}

TEST(HttpsTransport, CarriesBothWaysWhole) {
    Far far;
    far.answer = {.status = 404, .headers = {{"X-Serial", "7"}, {"Twice", "1"}, {"Twice", "2"}}, .body = "no such thing"};
    const auto exchange = transport()->exchange(post(far, std::string(100'000, 'b')));
    ASSERT_EQ(exchange.kind, Kind::answered) << exchange.problem;
    EXPECT_EQ(exchange.answer.status, 404);
    EXPECT_EQ(exchange.answer.body, "no such thing");
    EXPECT_EQ(exchange.answer.header("x-serial"), "7");
    EXPECT_FALSE(exchange.answer.header("twice"));
    ASSERT_EQ(far.calls.size(), 1U);
    EXPECT_EQ(far.calls[0].body, std::string(100'000, 'b'));
    EXPECT_EQ(far.calls[0].path, "/pay");
    EXPECT_EQ(far.calls[0].query, "x=1");
    EXPECT_FALSE(far.calls[0].with_certificate);
}

TEST(HttpsTransport, NothingLeftIsToldFromUnknown) {
    Far far;
    const auto net = transport();
    far.server.break_handshakes(1);
    EXPECT_EQ(net->exchange(post(far)).kind, Kind::nothing_left);
    HttpRequest nowhere = post(far);
    nowhere.url = "https://127.0.0.1:1/pay";
    EXPECT_EQ(net->exchange(nowhere).kind, Kind::nothing_left);
    nowhere.url = "https://no-such-name.invalid/pay";
    EXPECT_EQ(net->exchange(nowhere).kind, Kind::nothing_left);
    nowhere.url = "http://127.0.0.1:1/pay";
    EXPECT_EQ(net->exchange(nowhere).kind, Kind::nothing_left);
    EXPECT_TRUE(far.calls.empty());
}

TEST(HttpsTransport, ALostOrBrokenAnswerIsUnknownAndArrivedOnce) {
    for (const auto delivery : {Delivery::none, Delivery::cut_off, Delivery::drip, Delivery::after_deadline,
                                Delivery::giant, Delivery::garbage, Delivery::silence}) {
        Far far;
        far.answer = {.body = std::string(500, 'x'), .delivery = delivery};
        HttpRequest request = post(far);
        request.deadline_ms = 250;
        const auto exchange = transport()->exchange(request);
        EXPECT_EQ(exchange.kind, Kind::unknown) << static_cast<int>(delivery);
        EXPECT_FALSE(exchange.problem.empty());
        EXPECT_EQ(far.calls.size(), 1U) << static_cast<int>(delivery);
    }
}

TEST(HttpsTransport, AnAnswerTooLargeIsNotTaken) {
    Far far;
    far.answer.body = std::string(2'000, 'x');
    HttpRequest request = post(far);
    request.max_answer_bytes = 1'999;
    EXPECT_EQ(transport()->exchange(request).kind, Kind::unknown);
    request.max_answer_bytes = 2'000;
    EXPECT_EQ(transport()->exchange(request).kind, Kind::answered);
}

TEST(HttpsTransport, OnlyTheGatewayIsSpokenTo) {
    Far far;
    EXPECT_EQ(transport(HttpsOptions{})->exchange(post(far)).kind, Kind::nothing_left) << "unknown authority";
    HttpRequest other_name = post(far);
    other_name.url = "https://127.0.0.2" + far.server.url().substr(far.server.url().rfind(':'));
    EXPECT_EQ(transport()->exchange(other_name).kind, Kind::nothing_left) << "another name";
    HttpsOptions pinned = trusting();
    pinned.pinned_key = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    EXPECT_EQ(transport(pinned)->exchange(post(far)).kind, Kind::nothing_left) << "another key";
    far.server.be_a_stranger();
    EXPECT_EQ(transport()->exchange(post(far)).kind, Kind::nothing_left) << "a stranger's authority";
    EXPECT_TRUE(far.calls.empty());
}

TEST(HttpsTransport, TheEnvironmentsProxyIsNotUsed) {
    Far far;
    ::setenv("https_proxy", "http://127.0.0.1:1", 1);
    ::setenv("all_proxy", "http://127.0.0.1:1", 1);
    EXPECT_EQ(transport()->exchange(post(far)).kind, Kind::answered);
    ::unsetenv("https_proxy");
    ::unsetenv("all_proxy");
}

TEST(HttpsTransport, RedirectsAreAnswers) {
    Far far;
    far.answer = {.status = 307, .headers = {{"Location", far.server.url() + "/elsewhere"}}};
    const auto exchange = transport()->exchange(post(far));
    EXPECT_EQ(exchange.answer.status, 307);
    EXPECT_EQ(far.calls.size(), 1U);
}

TEST(HttpsTransport, TheCertificateIsShownOnlyWhenAskedFor) {
    Far far;
    HttpsOptions options = trusting();
    options.certificate_pem = gateway_trust().merchant.certificate_pem;
    options.certificate_key_pem = gateway_trust().merchant.key_pem;
    const auto net = transport(options);
    HttpRequest request = post(far);
    ASSERT_EQ(net->exchange(request).kind, Kind::answered);
    request.present_certificate = true;
    ASSERT_EQ(net->exchange(request).kind, Kind::answered);
    ASSERT_EQ(far.calls.size(), 2U);
    EXPECT_FALSE(far.calls[0].with_certificate);
    EXPECT_TRUE(far.calls[1].with_certificate);
    EXPECT_EQ(far.calls[1].certificate_name, "1900000109");
    EXPECT_EQ(transport()->exchange(request).kind, Kind::nothing_left) << "none is configured";
    options.certificate_pem = gateway_trust().stranger.certificate_pem;
    options.certificate_key_pem = gateway_trust().stranger.key_pem;
    EXPECT_NE(transport(options)->exchange(request).kind, Kind::answered) << "a stranger's certificate";
    EXPECT_EQ(far.calls.size(), 2U);
}

TEST(HttpsTransport, WhatDoesNotBelongTogetherIsRefused) {
    HttpsOptions options = trusting();
    options.certificate_pem = gateway_trust().merchant.certificate_pem;
    options.certificate_key_pem = gateway_trust().stranger.key_pem;
    EXPECT_FALSE(make_https_transport(options));
    options.certificate_key_pem.clear();
    EXPECT_FALSE(make_https_transport(options));
    EXPECT_FALSE(make_https_transport({.authorities_pem = "nonsense"}));
}

TEST(Certificate, NamesNumbersAndTrust) {
    const auto key = RsaPrivateKey::generate();
    const auto pem = tests::certificate_for(key.public_key().pem(), "041@Z12@中国银联股份有限公司@00000049",
                                            gateway_trust().authority, 0x1234ABCD);
    const auto certificate = Certificate::load(pem, "a test").value();
    EXPECT_EQ(certificate.serial_hex(), "1234ABCD");
    EXPECT_EQ(certificate.serial_decimal(), "305441741");
    EXPECT_EQ(certificate.common_name(), "041@Z12@中国银联股份有限公司@00000049");
    EXPECT_TRUE(certificate.public_key().value().verify("a", key.sign("a")));
    EXPECT_TRUE(certificate.belongs_to(key.pem()));
    EXPECT_FALSE(certificate.belongs_to(RsaPrivateKey::generate().pem()));
    const auto ours = Certificate::load_all(gateway_trust().authority.certificate_pem, "a test").value();
    const auto strange = Certificate::load_all(gateway_trust().stranger_authority.certificate_pem, "a test").value();
    const UtcInstant now = SystemClock().utc();
    EXPECT_TRUE(certificate.trusted_by(ours, {}, now));
    EXPECT_FALSE(certificate.trusted_by(strange, {}, now));
    EXPECT_FALSE(certificate.trusted_by(ours, {}, UtcInstant{now.ms + 4'000LL * 86'400'000}));
    EXPECT_FALSE(Certificate::load("nonsense", "a test"));
}

}  // namespace
}  // namespace mulin::payment
