// The translation by itself: the published check values, recorded examples after the published field
// tables (our own values), and answers bent one field at a time.

#include "payment/wechat/wechat_messages.h"

#include <gtest/gtest.h>

#include "payment/wechat/wechat_v3_signature.h"
#include "payment/wechat/xml_fields.h"
#include "payment/wire/signature.h"

namespace mulin::payment {
namespace {

const char* const kKey = "0123456789abcdef0123456789abcdef";

WechatSettings v2_settings() {
    WechatSettings settings;
    settings.app_id = "wx0000000000000001";
    settings.merchant_id = "1900000109";
    settings.description = "长者午餐";
    settings.terminal_ip = "10.0.0.8";
    settings.api_key = kKey;
    settings.address = "https://127.0.0.1";
    return settings;
}

AttemptRequest lunch() {
    AttemptRequest request;
    request.id = AttemptId("SH01-20260101-000001");
    request.amount = Money::fen(1200);
    request.code = "130061098828009406";
    return request;
}

TEST(WechatV2, SignsTheCheckValues) {
    WechatSettings settings = v2_settings();
    const Stamp stamp{"5K8264ILTKCH16CQ2502SI8ZNMTM67VS", {}};
    auto fields = parse_xml(make_wechat_v2(settings)->pay(lunch(), stamp).body);
    ASSERT_TRUE(fields);
    EXPECT_EQ(field(*fields, "sign"), "EA2762F5C321A841AFED82A2A56F988ED5CA34B4F9495301B9192ED00FBA3936");
    settings.sign_type = WechatSettings::SignType::md5;
    fields = parse_xml(make_wechat_v2(settings)->pay(lunch(), stamp).body);
    EXPECT_EQ(field(*fields, "sign"), "0B4CC92AA80210879F802C053FDBA191");
    EXPECT_EQ(field(*fields, "body"), "长者午餐");
}

TEST(WechatV3, SignsTheCheckValues) {
    WechatSettings settings = v2_settings();
    settings.protocol = WechatSettings::Protocol::v3;
    settings.merchant_key = RsaPrivateKey::generate();
    settings.merchant_serial = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
    settings.device = "T01";
    settings.store = "S001";
    settings.terminal_ip = "127.0.0.1";
    const Stamp stamp{"593BEC0C930BF1AFEB40B4A08C8FB242", UtcInstant{1767225600'000}};
    const auto request = make_wechat_v3(settings)->pay(lunch(), stamp);
    const std::string message = v3_request_message("POST", "/v3/pay/transactions/codepay", stamp.now, stamp.nonce, request.body);
    EXPECT_EQ(sha256_hex(message), "b880c080ff31249ee09d85802972483f69964644d1da6a63e31b4d1b0d82d18c") << message;
    EXPECT_NE(request.headers[3].second.find(settings.merchant_key->sign(message)), std::string::npos);
    EXPECT_EQ(request.url, "https://127.0.0.1/v3/pay/transactions/codepay");
}

TEST(WechatV3, VerifiesTheCheckValueAndNothingElse) {
    const auto key = RsaPrivateKey::generate();
    WechatSettings settings = v2_settings();
    settings.platform_keys.insert({"PUB_KEY_ID_1", key.public_key()});
    const std::string body = "{\"trade_state\":\"SUCCESS\"}", nonce = "c5ac7061fccab6bf3e254dcf98995b8c";
    const std::string message = "1767225600\n" + nonce + "\n" + body + "\n";
    ASSERT_EQ(sha256_hex(message), "f6c64fe79c4b2ec2b8c7ba5e834ad8225e42a3368d387dce469136dcd59a25e9");
    HttpAnswer good{200, {{"wechatpay-timestamp", "1767225600"}, {"wechatpay-nonce", nonce}, {"wechatpay-serial", "PUB_KEY_ID_1"},
                          {"wechatpay-signature", key.sign(message)}}, body};
    const UtcInstant now{1767225600'000};
    EXPECT_EQ(v3_proof(settings, good, now), V3Proof::good);
    EXPECT_EQ(v3_proof(settings, good, UtcInstant{now.ms + 300'000}), V3Proof::good);
    EXPECT_EQ(v3_proof(settings, good, UtcInstant{now.ms + 300'001}), V3Proof::stale);
    EXPECT_EQ(v3_proof(settings, good, UtcInstant{now.ms - 300'001}), V3Proof::stale);
    for (std::size_t i = 0; i < good.headers.size(); ++i) {
        HttpAnswer bent = good;
        bent.headers[i].second[0] ^= 1;
        EXPECT_EQ(v3_proof(settings, bent, now), V3Proof::wrong) << bent.headers[i].first;
        bent = good;
        bent.headers.erase(bent.headers.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_EQ(v3_proof(settings, bent, now), V3Proof::wrong);
        bent = good;
        bent.headers.push_back(good.headers[i]);
        EXPECT_EQ(v3_proof(settings, bent, now), V3Proof::wrong) << "twice: " << good.headers[i].first;
    }
    HttpAnswer bent = good;
    bent.body[3] ^= 1;
    EXPECT_EQ(v3_proof(settings, bent, now), V3Proof::wrong);
    EXPECT_EQ(v3_proof(settings, {200, {}, body}, now), V3Proof::unsigned_answer);
}

// An answer after the published table of micropay, signed as WeChat would.
FormFields paid_example() {
    return {{"return_code", "SUCCESS"}, {"return_msg", "OK"}, {"appid", "wx0000000000000001"}, {"mch_id", "1900000109"},
            {"device_info", "T01"}, {"nonce_str", "8aaee146b1dee7cec9100add9b96cbe2"}, {"result_code", "SUCCESS"},
            {"openid", "oUpF8uN95-Ptaags6E_roPHg7AG0"}, {"is_subscribe", "Y"}, {"trade_type", "MICROPAY"},
            {"bank_type", "CMC"}, {"fee_type", "CNY"}, {"total_fee", "1200"}, {"settlement_total_fee", "1150"},
            {"coupon_fee", "150"}, {"cash_fee", "1050"}, {"transaction_id", "4200001234202601010000000001"},
            {"out_trade_no", "SH01-20260101-000001"}, {"attach", ""}, {"time_end", "20260101120005"},
            {"a_field_of_tomorrow", "1"}};
}

HttpAnswer signed_answer(FormFields fields) {
    fields["sign"] = upper_ascii(hmac_sha256_hex(kKey, sorted_line(fields, {"sign"}) + "&key=" + kKey));
    std::string body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml>";
    for (const auto& [name, value] : fields) body += "<" + name + "><![CDATA[" + value + "]]></" + name + ">\n";
    return {200, {}, body + "</xml>"};
}

AttemptResult read_pay(const HttpAnswer& answer) { return make_wechat_v2(v2_settings())->read_pay(lunch(), answer, {}); }

TEST(WechatV2, ReadsARecordedPayment) {
    const auto result = read_pay(signed_answer(paid_example()));
    EXPECT_EQ(result.outcome, Outcome::approved);
    EXPECT_EQ(result.refs.at("transaction_id"), "4200001234202601010000000001");
    EXPECT_EQ(result.refs.count("openid"), 0U);
    // 150 of coupons; the merchant gets 50 less than the order.
    EXPECT_EQ(result.discounts, (std::vector<ChannelDiscount>{{"platform", Money::fen(100)}, {"merchant", Money::fen(50)}}));
}

TEST(WechatV2, PromotionsAreTakenWhenTheyExplainTheCoupons) {
    const std::string list =
        R"([{"promotion_id":"1","scope":"GLOBAL","type":"COUPON","amount":100,"wxpay_contribute":60,"merchant_contribute":0,"other_contribute":40},)"
        R"({"promotion_id":"2","scope":"SINGLE","type":"DISCOUNT","amount":50}])";
    const std::vector<ChannelDiscount> told = {
        {"platform", Money::fen(60)}, {"other", Money::fen(40)}, {"merchant", Money::fen(50)}};
    for (const std::string& text : {list, "{\"promotion_detail\":" + list + "}"}) {
        auto fields = paid_example();
        fields["promotion_detail"] = text;
        EXPECT_EQ(read_pay(signed_answer(fields)).discounts, told);
    }
    for (const char* absurd : {"nonsense", "[{\"amount\":99999999999999999}]", "[{\"amount\":-1}]", "[{\"amount\":1e9}]",
                               "[{\"amount\":100,\"wxpay_contribute\":90,\"merchant_contribute\":90}]", "{}"}) {
        auto fields = paid_example();
        fields["promotion_detail"] = absurd;
        const auto result = read_pay(signed_answer(fields));
        EXPECT_EQ(result.outcome, Outcome::approved) << absurd;
        Money sum;
        for (const auto& discount : result.discounts) sum += discount.amount;
        EXPECT_EQ(sum, Money::fen(150)) << absurd;
    }
}

TEST(WechatV2, OneWrongFieldAndItIsNotApproved) {
    for (const auto& [name, value] : {std::pair("total_fee", "1201"), std::pair("total_fee", ""), std::pair("total_fee", "12.00"),
                                      std::pair("total_fee", "1200 "), std::pair("out_trade_no", "SH01-20260101-000002"),
                                      std::pair("fee_type", "HKD"), std::pair("mch_id", "1900000110"), std::pair("appid", "wx2"),
                                      std::pair("trade_type", "NATIVE"), std::pair("return_code", "FAIL"),
                                      std::pair("sub_mch_id", "1"), std::pair("result_code", "success")}) {
        auto fields = paid_example();
        fields[name] = value;
        EXPECT_EQ(read_pay(signed_answer(fields)).outcome, Outcome::unknown) << name << "=" << value;
    }
    HttpAnswer other_way = signed_answer(paid_example());
    WechatSettings md5 = v2_settings();
    md5.sign_type = WechatSettings::SignType::md5;
    EXPECT_EQ(make_wechat_v2(md5)->read_pay(lunch(), other_way, {}).outcome, Outcome::unknown) << "signed in the other way";
    other_way.status = 500;
    EXPECT_EQ(read_pay(other_way).outcome, Outcome::unknown);
}

TEST(WechatV2, EveryByteIsCovered) {
    const HttpAnswer good = signed_answer(paid_example());
    for (std::size_t i = 0; i < good.body.size(); ++i) {
        HttpAnswer bent = good;
        bent.body[i] = static_cast<char>(bent.body[i] ^ 1);
        const auto result = read_pay(bent);
        if (result.outcome == Outcome::approved) {
            // Only what the document's form ignores: blanks between fields and the head.
            EXPECT_EQ(parse_xml(bent.body), parse_xml(good.body)) << i;
        }
        EXPECT_NE(result.outcome, Outcome::declined);
    }
}

TEST(WechatV2, CodesByTheTable) {
    const auto outcome_of = [](const std::string& code) {
        auto fields = paid_example();
        fields["result_code"] = "FAIL";
        fields["err_code"] = code;
        return read_pay(signed_answer(fields));
    };
    for (const char* code : {"AUTHCODEEXPIRE", "AUTH_CODE_ERROR", "AUTH_CODE_INVALID", "NOTENOUGH", "NOTSUPORTCARD", "BUYER_MISMATCH",
                             "RULELIMIT", "TRADE_ERROR", "ORDERCLOSED", "ORDERREVERSED"}) {
        EXPECT_EQ(outcome_of(code).outcome, Outcome::declined) << code;
        EXPECT_EQ(outcome_of(code).refs.count("alarm"), 0U) << code;
    }
    for (const char* code : {"NOAUTH", "PARAM_ERROR", "LACK_PARAMS", "SIGNERROR", "XML_FORMAT_ERROR", "REQUIRE_POST_METHOD", "NOT_UTF8",
                             "APPID_NOT_EXIST", "MCHID_NOT_EXIST", "APPID_MCHID_NOT_MATCH", "INVALID_REQUEST"}) {
        EXPECT_EQ(outcome_of(code).outcome, Outcome::declined) << code;
        EXPECT_EQ(outcome_of(code).refs.at("alarm"), "config") << code;
    }
    for (const char* code : {"SYSTEMERROR", "BANKERROR", "ORDERPAID", "OUT_TRADE_NO_USED", "SOMETHING_NEW", "", "notenough"})
        EXPECT_EQ(outcome_of(code).outcome, Outcome::unknown) << code;
    EXPECT_EQ(outcome_of("USERPAYING").outcome, Outcome::pending);
    EXPECT_EQ(outcome_of("USERPAYING").retry_after_ms, 10'000);
    EXPECT_EQ(outcome_of("SYSTEMERROR").retry_after_ms, 5'000);
}

TEST(WechatV2, ReturnCodeFailIsNeverARefusal) {
    const auto result = read_pay({200, {}, "<xml><return_code>FAIL</return_code><return_msg>签名错误</return_msg>"
                                           "<result_code>FAIL</result_code><err_code>NOTENOUGH</err_code></xml>"});
    EXPECT_EQ(result.outcome, Outcome::unknown);
    EXPECT_EQ(result.refs.at("alarm"), "config");
}

TEST(Xml, RefusesWhatAnAnswerNeverNeeds) {
    EXPECT_EQ(parse_xml("<xml><a>1</a><b><![CDATA[<2>]]></b></xml>"), (FormFields{{"a", "1"}, {"b", "<2>"}}));
    EXPECT_EQ(parse_xml("<xml><a>&lt;&amp;&#65;</a></xml>"), (FormFields{{"a", "<&A"}}));
    for (const char* text : {
             "", "<xml>", "<xml><a>1</a>", "<other><a>1</a></other>", "<xml><a>1</a></xml><xml/>", "<xml>text<a>1</a></xml>",
             "<xml><a>1</a><a>2</a></xml>", "<xml><a><b>1</b></a></xml>", "<xml><a x=\"1\">1</a></xml>", "<xml><a>1<!-- --></a></xml>",
             "<xml><?php x?><a>1</a></xml>", "<xml><a>&nbsp;</a></xml>", "<xml><a>\xff</a></xml>",
             "<!DOCTYPE xml><xml><a>1</a></xml>",
             "<!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><a>&e;</a></xml>",
             "<!DOCTYPE xml [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><xml><a>&b;</a></xml>",
             "<?xml version=\"1.0\" encoding=\"UTF-16\"?><xml><a>1</a></xml>x",
         })
        EXPECT_FALSE(parse_xml(text)) << text;
    const FormFields odd = {{"a", "<&>]]>\"'"}, {"b", "长者"}};
    EXPECT_EQ(parse_xml(write_xml(odd)), odd);
}

}  // namespace
}  // namespace mulin::payment
