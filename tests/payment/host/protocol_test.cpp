// What is written is read again, whole; what a stranger writes ends in an error, never in anything worse.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "payment/host/envelope.h"
#include "payment/host/payload.h"

namespace mulin::payment::host {
namespace {

Attempt an_attempt() {
    Attempt attempt;
    attempt.id = AttemptId("01K7QC3M5VPAYMENT000000001");
    attempt.order_ref = "sale-1";
    attempt.channel = "wechat";
    attempt.method = "qr";
    attempt.amount = Money::fen(1234);
    attempt.created = UtcInstant{1'773'114'300'000};
    attempt.result.refs = {{"number", "G\"1\n"}, {"terminal", "07"}};
    attempt.state = AttemptState::unknown;
    return attempt;
}

TEST(Payload, AnAttemptAndARefundComeBackWhole) {
    const auto about = decode_about_attempt(encode(AboutAttempt{an_attempt(), 250}));
    ASSERT_TRUE(about);
    EXPECT_EQ(about->attempt.id, an_attempt().id);
    EXPECT_EQ(about->attempt.amount, an_attempt().amount);
    EXPECT_EQ(about->attempt.created, an_attempt().created);
    EXPECT_EQ(about->attempt.result.refs, an_attempt().result.refs);
    EXPECT_EQ(about->deadline_ms, 250);
    RefundRequest request{RefundId("R1"), Money::fen(34), Money::fen(1000), "凉了", UtcInstant{1'773'114'400'000}};
    const auto refund = decode_about_refund(encode(AboutRefund{an_attempt(), request, 99}));
    ASSERT_TRUE(refund);
    EXPECT_EQ(refund->request.id, request.id);
    EXPECT_EQ(refund->request.refunded_before, request.refunded_before);
    EXPECT_EQ(refund->request.reason, request.reason);
    EXPECT_EQ(refund->paid.result.refs, an_attempt().result.refs);
}

TEST(Payload, AResultComesBackWhole) {
    EchoedResult echoed;
    echoed.result.outcome = Outcome::approved;
    echoed.result.refs = {{"a", "b"}};
    echoed.result.discounts = {{"platform", Money::fen(100)}, {"bank", Money::fen(1)}};
    echoed.result.channel_code = "SUCCESS";
    echoed.result.channel_text = "支付成功";
    echoed.result.presented = "https://qr.example/1";
    echoed.result.retry_after_ms = 3'000;
    echoed.echo = {"A1", 1234, "CNY"};
    const auto read = decode_result(encode(echoed));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->result.outcome, Outcome::approved);
    EXPECT_EQ(read->result.discounts, echoed.result.discounts);
    EXPECT_EQ(read->result.presented, echoed.result.presented);
    EXPECT_EQ(read->result.retry_after_ms, 3'000);
    EXPECT_EQ(read->echo.attempt, "A1");
    EXPECT_EQ(read->echo.amount_fen, 1234);
}

TEST(Payload, CapabilitiesAndSettingsComeBackWhole) {
    Welcome welcome{1, "wechat", "1.0", {}};
    welcome.capabilities.query = true;
    welcome.capabilities.refund_repeatable = true;
    welcome.capabilities.start_deadline_ms = 7'000;
    welcome.capabilities.poll.delays_ms = {1, 2, 3};
    welcome.capabilities.poll.watch_ms = {};
    const auto read = decode_welcome(encode(welcome));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->capabilities.query && read->capabilities.refund_repeatable && !read->capabilities.reverse);
    EXPECT_EQ(read->capabilities.poll.delays_ms, welcome.capabilities.poll.delays_ms);
    EXPECT_TRUE(read->capabilities.poll.watch_ms.empty());
    Hello hello;
    hello.settings = ChannelSettings("wechat", {{"merchant", "M1"}});
    const auto greeted = decode_hello(encode(hello));
    ASSERT_TRUE(greeted);
    EXPECT_EQ(greeted->settings.values(), hello.settings.values());
    EXPECT_EQ(decode_cancel(encode_cancel("A1")), "A1");
    const auto progress = decode_progress(encode(ProgressOf{"A1", {Phase::card_inserted, "x"}}));
    ASSERT_TRUE(progress);
    EXPECT_EQ(progress->progress.phase, Phase::card_inserted);
}

TEST(Payload, SizesAndNumbersAreBounded) {
    EXPECT_FALSE(decode_result(R"({"outcome":"approved","discounts":[{"sponsor":"x","amount_fen":-1}]})"));
    EXPECT_FALSE(decode_result(R"({"outcome":"approved","retry_after_ms":1e3})"));
    EXPECT_FALSE(decode_result(R"({"outcome":"approved","channel_code":")" + std::string(129, 'x') + "\"}"));
    EXPECT_FALSE(decode_request(R"({"attempt_id":"A","amount_fen":99999999999999999999})"));
    EXPECT_FALSE(decode_request(R"({"attempt_id":"A","amount_fen":18446744073709551615})"));
    EXPECT_FALSE(decode_request(R"({"attempt_id":"","amount_fen":1})"));
    EXPECT_FALSE(decode_welcome(R"({"protocol":1,"adapter":"x","capabilities":{"poll_plan":{"delays_ms":[0]}}})"));
    EXPECT_TRUE(decode_result(R"({"outcome":"unknown","something_newer":{"a":[1]}})")) << "newer names are ignored";
}

TEST(Envelope, OnlyStrictMessages) {
    EXPECT_TRUE(parse_envelope(request_text(1, "start", "{\"a\":1}")));
    EXPECT_TRUE(parse_envelope(notification_text("cancel", "{}")));
    EXPECT_TRUE(parse_envelope(answer_text(1, "{}")));
    EXPECT_TRUE(parse_envelope(error_text(1, -1, "无"))->is_error);
    EXPECT_FALSE(parse_envelope(std::string(40, '[') + std::string(40, ']')));
    std::string deep = R"({"jsonrpc":"2.0","id":1,"result":)";
    for (int i = 0; i < 40; ++i) deep += "{\"a\":";
    deep += "1" + std::string(41, '}');
    EXPECT_FALSE(parse_envelope(deep));
    EXPECT_FALSE(parse_envelope(R"({"jsonrpc":"2.0","id":1.5,"result":{}})"));
    EXPECT_FALSE(parse_envelope(R"({"jsonrpc":"2.0","id":"1","result":{}})"));
    EXPECT_FALSE(parse_envelope("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":\"\xc0\xaf\"}}"));
    EXPECT_FALSE(parse_envelope(R"({"jsonrpc":"2.0","id":1,"result":{"a":1,"a":2}})"));
}

// Random damage to good messages: no crash, and what is still accepted decodes or is refused.
TEST(Envelope, RandomBytesDoNoHarm) {
    SeededRandom dice(11);
    const std::vector<std::string> good = {request_text(7, "start", encode(AboutAttempt{an_attempt(), 1})),
                                           answer_text(7, encode(EchoedResult{{.outcome = Outcome::approved}, {"A", 1, "CNY"}})),
                                           answer_text(7, encode(Welcome{})), error_text(7, 1, "x")};
    int accepted = 0;
    for (int i = 0; i < 6'000; ++i) {
        std::string text = good[dice.below(good.size())];
        for (auto n = dice.below(4); n > 0; --n) {
            const auto at = dice.below(text.size());
            if (dice.below(3) == 0) text.erase(at, 1 + dice.below(5));
            else text[at] = static_cast<char>(dice.below(256));
            if (text.empty()) text = "{";
        }
        const auto envelope = parse_envelope(text);
        if (!envelope) continue;
        ++accepted;
        (void)decode_result(envelope->body).has_value();
        (void)decode_about_attempt(envelope->body).has_value();
        (void)decode_about_refund(envelope->body).has_value();
        (void)decode_welcome(envelope->body).has_value();
        (void)decode_progress(envelope->body).has_value();
    }
    EXPECT_GT(accepted, 300);
}

}  // namespace
}  // namespace mulin::payment::host
