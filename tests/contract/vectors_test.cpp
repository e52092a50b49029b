// Every check value of tests/golden/payment_vectors.json, by the functions that the adapters use. Where a
// value needs a private key, one is made here: what it signs verifies, and not with one byte changed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "payment/alipay/alipay_messages.h"
#include "payment/card_terminal/serial_frame.h"
#include "payment/chinaums/chinaums_signature.h"
#include "payment/unionpay/emv_qr.h"
#include "payment/unionpay/unionpay_signature.h"
#include "payment/wire/json.h"
#include "payment/wire/signature.h"
#include "tests/support/gateway_keys.h"

namespace mulin::payment {
namespace {

using ::testing::ElementsAreArray;

const Json& vectors() {
    static const Json all = [] {
        std::ifstream file(MULIN_SOURCE "/tests/golden/payment_vectors.json");
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        auto json = Json::parse(text);
        EXPECT_TRUE(json);
        return json ? *json : Json();
    }();
    return all;
}

FormFields fields_of(const Json& vector) {
    FormFields fields;
    for (const auto& [name, value] : vector["fields"].members()) fields[name] = value.text();
    return fields;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    return text.replace(text.find(what), what.size(), by);
}

std::string hex_of(std::string_view bytes) { return upper_ascii(hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})); }

void expect_signed(const std::string& message, const std::string& digest) {
    EXPECT_EQ(sha256_hex(message), digest);
    const RsaPrivateKey& key = tests::rsa_key_of_process(0);
    const std::string signature = key.sign(message);
    EXPECT_TRUE(key.public_key().verify(message, signature));
    std::string other = message;
    other[message.size() / 2] ^= 1;
    EXPECT_FALSE(key.public_key().verify(other, signature));
    std::string bent = *from_base64(signature);
    bent[40] ^= 1;
    EXPECT_FALSE(key.public_key().verify(message, base64(bent)));
}

// What the file holds and who runs it; two formats are spoken by no adapter here.
TEST(Vectors, AreAllRunOrKnownToBeOfNoUse) {
    std::vector<std::string> names;
    for (const auto& [name, value] : vectors().members()) names.push_back(name);
    EXPECT_THAT(names, ElementsAreArray({"_about", "wechat_v2_official", "wechat_v2_micropay_own", "wechat_v3_request_own",
                                         "wechat_v3_response_own", "alipay_request_own", "alipay_response_own", "unionpay_510_own",
                                         "ums_open_body_sig_official", "ums_open_body_sig_own", "ums_notify_synthetic_own",
                                         "nexo_adyen_v1_own",  // not spoken here
                                         "zvt_serial_published",
                                         "stx_lrc",  // not spoken here
                                         "emv_mpm", "emv_cpm"}));
}

TEST(Vectors, WechatV2) {
    const Json& official = vectors()["wechat_v2_official"];
    EXPECT_EQ(upper_ascii(md5_hex(official["string"].text())), official["md5"].text());
    EXPECT_EQ(upper_ascii(hmac_sha256_hex(official["api_key"].text(), official["string"].text())), official["hmac_sha256"].text());
    const Json& own = vectors()["wechat_v2_micropay_own"];
    const std::string line = sorted_line(fields_of(own), {"sign"}) + "&key=" + own["api_key"].text();
    EXPECT_EQ(line, own["string"].text());
    EXPECT_EQ(upper_ascii(hmac_sha256_hex(own["api_key"].text(), line)), own["hmac_sha256"].text());
    EXPECT_EQ(upper_ascii(md5_hex(replaced(line, "sign_type=HMAC-SHA256", "sign_type=MD5"))), own["md5_if_sign_type_MD5"].text());
}

TEST(Vectors, WechatV3) {
    for (const char* name : {"wechat_v3_request_own", "wechat_v3_response_own"})
        expect_signed(vectors()[name]["message"].text(), vectors()[name]["message_sha256"].text());
}

TEST(Vectors, Alipay) {
    const Json& request = vectors()["alipay_request_own"];
    EXPECT_EQ(alipay_request_message(fields_of(request)), request["string"].text());
    expect_signed(request["string"].text(), request["message_sha256"].text());
    const Json& response = vectors()["alipay_response_own"];
    const std::string body = response["body_template"].text();
    EXPECT_EQ(raw_member(body, "alipay_trade_pay_response"), response["node"].text());
    expect_signed(response["node"].text(), response["message_sha256"].text());
}

TEST(Vectors, Unionpay) {
    const Json& own = vectors()["unionpay_510_own"];
    const FormFields fields = fields_of(own);
    EXPECT_EQ(sorted_line(fields, {"signature"}), own["string"].text());
    EXPECT_EQ(unionpay_digest(fields), own["sha256_hex"].text());
    expect_signed(unionpay_digest(fields), sha256_hex(own["sha256_hex"].text()));
    const UnionpaySharedKey shared{UnionpaySharedKey::Method::sha256, own["secureKey"].text()};
    EXPECT_EQ(shared.signature(fields), own["signMethod11_secureKey_88888888"].text());
}

TEST(Vectors, Chinaums) {
    for (const char* name : {"ums_open_body_sig_official", "ums_open_body_sig_own"}) {
        const Json& one = vectors()[name];
        const ChinaumsKey key{one["app_id"].text(), one["app_key"].text()};
        EXPECT_EQ(sha256_hex(one["body"].text()), one["body_sha256"].text());
        EXPECT_EQ(chinaums_body_signature(key, one["timestamp"].text(), one["nonce"].text(), one["body"].text()), one["signature"].text());
    }
    const Json& notice = vectors()["ums_notify_synthetic_own"];
    FormFields fields = fields_of(notice);
    EXPECT_EQ(sorted_line(fields, {"sign"}) + notice["test_key"].text(), notice["string"].text());
    EXPECT_EQ(chinaums_notice_digest(fields, notice["test_key"].text(), {}), notice["sha256"].text());
    fields["signType"] = "MD5";
    EXPECT_EQ(chinaums_notice_digest(fields, notice["test_key"].text(), {}), notice["md5_if_signType_MD5"].text());
}

TEST(Vectors, Zvt) {
    const auto bytes_in = [](const std::string& text) {
        zvt::Bytes bytes;
        for (std::size_t at = 0; at + 1 < text.size(); at += 3) bytes.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(at, 2), nullptr, 16)));
        return bytes;
    };
    const auto& cases = vectors()["zvt_serial_published"]["cases"].members();
    EXPECT_EQ(cases.size(), 9U);
    for (const auto& [name, one] : cases) {
        EXPECT_EQ(zvt::hex_text(zvt::frame(bytes_in(one["apdu"].text()))), one["frame"].text()) << name;
        zvt::FrameReader reader;
        auto last = zvt::FrameReader::Event::none;
        for (const auto byte : bytes_in(one["frame"].text())) last = reader.take(byte);
        EXPECT_EQ(last, zvt::FrameReader::Event::whole) << name;
        EXPECT_EQ(zvt::hex_text(reader.apdu()), one["apdu"].text()) << name;
    }
}

TEST(Vectors, EmvCodes) {
    const Json& shown = vectors()["emv_mpm"];
    EXPECT_EQ(emv_crc("123456789"), shown["check_123456789"].text());
    for (const Json& one : shown["cases"].items()) {
        const std::string crc = one["crc"].is_null() ? one["crc_utf8"].text() : one["crc"].text();
        EXPECT_EQ(emv_crc(one["payload_without_crc"].text()), crc);
        EXPECT_TRUE(parse_emv_text(one["payload_without_crc"].text() + crc));
    }
    for (const Json& one : vectors()["emv_cpm"]["cases"].items()) {
        EXPECT_EQ(hex_of(*from_base64(one["base64"].text())), one["hex"].text());
        EXPECT_TRUE(looks_like_emv_payer_code(one["base64"].text()));
    }
}

}  // namespace
}  // namespace mulin::payment
