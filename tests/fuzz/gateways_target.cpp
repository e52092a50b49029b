#include "tests/fuzz/gateways_target.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "payment/alipay/alipay_discounts.h"
#include "payment/alipay/alipay_messages.h"
#include "payment/base/check.h"
#include "payment/wechat/wechat_messages.h"
#include "payment/wechat/xml_fields.h"
#include "payment/wire/json.h"
#include "payment/wire/signature.h"

namespace mulin::tests {
namespace {

using namespace payment;

const UtcInstant kFuzzNow{1'767'225'600'000};
const char* const kFuzzKey = "0123456789abcdef0123456789abcdef";
const char* const kFuzzNumber = "SH0120260101000001";

const RsaPrivateKey& gateway_key() {
    static const RsaPrivateKey key = RsaPrivateKey::generate();
    return key;
}

const WechatSettings& wechat_settings() {
    static const WechatSettings settings = [] {
        WechatSettings made;
        made.app_id = "wx1";
        made.merchant_id = "m1";
        made.api_key = kFuzzKey;
        made.platform_keys.insert({"s1", gateway_key().public_key()});
        return made;
    }();
    return settings;
}

Attempt gateway_attempt() {
    Attempt attempt;
    attempt.id = AttemptId(kFuzzNumber);
    attempt.amount = Money::fen(1200);
    return attempt;
}

AttemptRequest fuzz_request() {
    AttemptRequest request;
    request.id = AttemptId(kFuzzNumber);
    request.amount = Money::fen(1200);
    request.code = "130061098828009406";
    return request;
}

RefundRequest fuzz_refund() { return {RefundId("RF0120260101000001"), Money::fen(200), Money(), "", {}}; }

void check_sums(const AttemptResult& result) {
    Money sum;
    for (const auto& discount : result.discounts) {
        MULIN_CHECK(discount.amount > Money());
        sum += discount.amount;
    }
    MULIN_CHECK(sum <= Money::fen(1200));
    MULIN_CHECK(result.channel_text.size() <= 400 && result.channel_code.size() <= 100);
    MULIN_CHECK(result.channel_text.find("130061098828009406") == std::string::npos);
}

void check_no_answer(const AttemptResult& result) {
    MULIN_CHECK(result.outcome == Outcome::unknown);
    check_sums(result);
}

// Every reader of the dialect over this answer; the outcome of a payment and of a query come back.
void read_all(const WechatDialect& dialect, const HttpAnswer& answer, AttemptResult& paid, AttemptResult& asked) {
    const Attempt attempt = gateway_attempt();
    paid = dialect.read_pay(fuzz_request(), answer, kFuzzNow);
    asked = dialect.read_query(attempt.id, attempt.amount, answer, kFuzzNow).result;
    check_sums(paid);
    check_sums(asked);
    dialect.read_reverse(attempt.id, answer, kFuzzNow);
    dialect.read_refund(attempt, fuzz_refund(), answer, kFuzzNow);
    dialect.read_refund_query(attempt, fuzz_refund(), answer, kFuzzNow);
}

void check_v2_yes(const AttemptResult& result, const FormFields& fields) {
    if (result.outcome != Outcome::approved) return;
    MULIN_CHECK(field(fields, "out_trade_no") == kFuzzNumber && field(fields, "mch_id") == "m1");
    // A number may be written with leading zeros; nothing else is the amount.
    const std::string& fee = field(fields, "total_fee");
    MULIN_CHECK(fee.substr(std::min(fee.find_first_not_of('0'), fee.size())) == "1200");
}

void check_json_yes(const AttemptResult& result, const Json& json) {
    if (result.outcome != Outcome::approved) return;
    MULIN_CHECK(json["out_trade_no"].text() == kFuzzNumber);
}

}  // namespace

bool try_wechat_v2(std::string_view bytes) {
    static const auto dialect = make_wechat_v2(wechat_settings());
    AttemptResult paid, asked;
    read_all(*dialect, {200, {}, std::string(bytes)}, paid, asked);
    auto fields = parse_xml(bytes);
    if (!fields) {
        check_no_answer(paid);
        check_no_answer(asked);
        return false;
    }
    (*fields)["sign"] = upper_ascii(hmac_sha256_hex(kFuzzKey, sorted_line(*fields, {"sign"}) + "&key=" + kFuzzKey));
    const std::string body = write_xml(*fields);
    read_all(*dialect, {200, {}, body}, paid, asked);
    check_v2_yes(paid, *fields);
    check_v2_yes(asked, *fields);
    return true;
}

bool try_wechat_v3(std::string_view bytes) {
    static const auto dialect = make_wechat_v3(wechat_settings());
    const std::string body(bytes);
    AttemptResult paid, asked;
    read_all(*dialect, {200, {}, body}, paid, asked);
    check_no_answer(paid);
    check_no_answer(asked);
    const std::string signature = gateway_key().sign("1767225600\nn\n" + body + "\n");
    const HttpHeaders headers = {{"wechatpay-timestamp", "1767225600"}, {"wechatpay-nonce", "n"}, {"wechatpay-serial", "s1"},
                                 {"wechatpay-signature", signature}};
    const auto json = Json::parse(bytes);
    for (const int status : {200, 400}) {
        read_all(*dialect, {status, headers, body}, paid, asked);
        if (json) check_json_yes(paid, *json);
        if (json) check_json_yes(asked, *json);
        if (!json && !body.empty()) check_no_answer(paid);
    }
    return json.has_value();
}

bool try_alipay(std::string_view bytes) {
    static const AlipayMessages messages = [] {
        AlipaySettings settings;
        settings.app_key = gateway_key();
        settings.alipay_key = gateway_key().public_key();
        return AlipayMessages(settings);
    }();
    const Attempt attempt = gateway_attempt();
    const std::string node(bytes);
    check_no_answer(messages.read_pay(fuzz_request(), {200, {}, node}));
    const auto json = Json::parse(bytes);
    if (json) check_sums({.discounts = alipay_discounts(*json, Money::fen(1200))});
    const std::string signature = gateway_key().sign(node);
    const auto answer = [&](const char* method) {
        return HttpAnswer{200, {}, std::string("{\"alipay_trade_") + method + "_response\":" + node + ",\"sign\":\"" + signature + "\"}"};
    };
    const auto paid = messages.read_pay(fuzz_request(), answer("pay"));
    const auto asked = messages.read_query(attempt.id, attempt.amount, answer("query")).result;
    check_sums(paid);
    check_sums(asked);
    if (json) check_json_yes(paid, *json);
    if (json) check_json_yes(asked, *json);
    messages.read_cancel(attempt.id, answer("cancel"));
    messages.read_refund(attempt, fuzz_refund(), answer("refund"));
    messages.read_refund_query(attempt, fuzz_refund(), answer("fastpay_refund_query"));
    return json && json->kind() == Json::Kind::object;
}

}  // namespace mulin::tests

#ifdef MULIN_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] % 3 == 0) mulin::tests::try_wechat_v2(bytes);
    if (data[0] % 3 == 1) mulin::tests::try_wechat_v3(bytes);
    if (data[0] % 3 == 2) mulin::tests::try_alipay(bytes);
    return 0;
}
#endif
