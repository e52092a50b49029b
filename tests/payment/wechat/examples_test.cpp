// One lunch over WeChat as both sides write it, in both protocols (tests/golden): what the till sends is
// compared byte by byte, what comes back is read.

#include <gtest/gtest.h>

#include "payment/wechat/wechat_messages.h"
#include "payment/wechat/wechat_v3_signature.h"
#include "tests/support/gateway_examples.h"
#include "tests/support/gateway_keys.h"

namespace mulin::payment {
namespace {

constexpr UtcInstant kExampleTime{1'773'114'300'000};  // 2026-03-10 11:45:00 in China

WechatSettings example_settings(WechatSettings::Protocol protocol) {
    WechatSettings settings;
    settings.protocol = protocol;
    settings.address = "https://127.0.0.1";
    settings.app_id = "wx0000000000000001";
    settings.merchant_id = "1900000109";
    settings.description = "长者午餐";
    settings.device = "T01";
    settings.store = "S001";
    settings.terminal_ip = "10.0.0.8";
    settings.api_key = "0123456789abcdef0123456789abcdef";
    settings.merchant_key = tests::rsa_key_of_process(1);
    settings.merchant_serial = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
    settings.platform_keys.insert({"PUB_KEY_ID_1", tests::rsa_key_of_process(0).public_key()});
    return settings;
}

// Plays one side of the conversation and reads the other.
class Conversation {
  public:
    explicit Conversation(WechatSettings::Protocol protocol) : protocol_(protocol), settings_(example_settings(protocol)) {
        dialect_ = protocol == WechatSettings::Protocol::v2 ? make_wechat_v2(settings_) : make_wechat_v3(settings_);
        paid_.id = AttemptId("01K7QC3M5VPAYMENT000000001");
        paid_.amount = Money::fen(1234);
        refund_.id = RefundId("01K7QC3M5VREFUND0000000001");
        refund_.amount = Money::fen(434);
        refund_.reason = "汤凉了";
        asked_ = {paid_.id, "sale-1", paid_.amount, "130061098828009406", 10'000, "qr", kExampleTime, {}};
    }
    std::string sent(const std::string& call) {
        const Stamp stamp{"593BEC0C930BF1AFEB40B4A08C8FB242", kExampleTime};
        const HttpRequest request = call == "pay"       ? dialect_->pay(asked_, stamp)
                                    : call == "query"   ? dialect_->query(paid_.id, stamp)
                                    : call == "reverse" ? dialect_->reverse(paid_.id, stamp)
                                    : call == "refund"  ? dialect_->refund(paid_, refund_, stamp)
                                                        : dialect_->refund_query(refund_, stamp);
        const std::string target = request.url.substr(settings_.address.size());
        return (speaks_v3() ? request.method + " " : "") + target + " " + request.body;
    }
    std::string meant(const tests::Example& one) {
        const HttpAnswer answer = signed_by_platform(one);
        if (one.call == "pay") return outcome_name(kept(dialect_->read_pay(asked_, answer, kExampleTime)));
        if (one.call == "query") return outcome_name(kept(dialect_->read_query(paid_.id, paid_.amount, answer, kExampleTime).result));
        if (one.call == "refund") return refund_outcome_name(dialect_->read_refund(paid_, refund_, answer, kExampleTime).outcome);
        if (one.call == "refund_query") return refund_outcome_name(dialect_->read_refund_query(paid_, refund_, answer, kExampleTime).outcome);
        const auto reverse = dialect_->read_reverse(paid_.id, answer, kExampleTime).answer;
        return reverse == ReverseAnswer::done ? "done" : reverse == ReverseAnswer::again ? "again" : "other";
    }
    const std::vector<ChannelDiscount>& discounts() const { return discounts_; }

  private:
    bool speaks_v3() const { return protocol_ == WechatSettings::Protocol::v3; }
    Outcome kept(const AttemptResult& result) {
        if (result.outcome == Outcome::approved) discounts_ = result.discounts;
        return result.outcome;
    }
    HttpAnswer signed_by_platform(const tests::Example& one) const {
        HttpAnswer answer{one.status, {}, one.answer};
        if (!speaks_v3()) return answer;
        const std::string time = std::to_string(kExampleTime.ms / 1000), nonce = "c5ac7061fccab6bf3e254dcf98995b8c";
        answer.headers = {{"wechatpay-timestamp", time}, {"wechatpay-nonce", nonce}, {"wechatpay-serial", "PUB_KEY_ID_1"},
                          {"wechatpay-signature", tests::rsa_key_of_process(0).sign(time + "\n" + nonce + "\n" + one.answer + "\n")}};
        return answer;
    }
    WechatSettings::Protocol protocol_;
    WechatSettings settings_;
    std::unique_ptr<WechatDialect> dialect_;
    AttemptRequest asked_;
    Attempt paid_;
    RefundRequest refund_;
    std::vector<ChannelDiscount> discounts_;
};

void play(WechatSettings::Protocol protocol, const char* file, std::size_t steps) {
    Conversation conversation(protocol);
    const auto examples = tests::recorded_examples(file);
    EXPECT_EQ(examples.size(), steps);
    for (const auto& one : examples) {
        EXPECT_EQ(conversation.sent(one.call), one.request);
        EXPECT_EQ(conversation.meant(one), one.outcome) << one.call << " " << one.answer;
    }
    const std::vector<ChannelDiscount> sponsors = {{"platform", Money::fen(200)}, {"other", Money::fen(34)}};
    EXPECT_EQ(conversation.discounts(), sponsors);
}

TEST(WechatExamples, OneLunchInV2) { play(WechatSettings::Protocol::v2, "tests/golden/wechat_v2_lunch.txt", 7); }
TEST(WechatExamples, OneLunchInV3) { play(WechatSettings::Protocol::v3, "tests/golden/wechat_v3_lunch.txt", 6); }

}  // namespace
}  // namespace mulin::payment
