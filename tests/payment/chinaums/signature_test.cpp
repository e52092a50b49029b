// OPEN-BODY-SIG and notices against the published values and the openssl command line.

#include "payment/chinaums/chinaums_signature.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "payment/wire/signature.h"
#include "tests/support/gateway_keys.h"

namespace mulin::payment {
namespace {

const ChinaumsKey kKey{"12345678901234567890123456789012", "67890123456789012345678901234567"};
constexpr const char* kBody =
    R"({"merchantCode":"123456789900081","terminalCode":"00810001","transactionAmount":1200,"transactionCurrencyCode":"156","merchantOrderId":"SH0120260101000001","merchantRemark":"长者午餐","payMode":"CODE_SCAN","payCode":"6225735053201615202"})";

TEST(OpenBodySig, ThePublishedValue) {
    EXPECT_EQ(sha256_hex("A"), "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd");
    EXPECT_EQ(chinaums_body_signature(kKey, "20170101120000", "09876543210987654321098765432109", "A"),
              "GINsCTyNKTpEI9KXO16KqZJ64fOyAytEKl8aaR/Dy08=");
}

TEST(OpenBodySig, OurOwnValue) {
    EXPECT_EQ(sha256_hex(kBody), "292899667820a0c880cd003b824f9d64179d323a03e27067d2e6845f475db9cc");
    EXPECT_EQ(chinaums_body_signature(kKey, "20260101120000", "593BEC0C930BF1AFEB40B4A08C8FB242", kBody),
              "SuGActTqT/22s8Ctzs0EUGYOf8D72TaFXj3LPoovU44=");
}

TEST(OpenBodySig, TheHeader) {
    EXPECT_EQ(chinaums_authorization(kKey, "20170101120000", "09876543210987654321098765432109", "A"),
              "OPEN-BODY-SIG AppId=\"12345678901234567890123456789012\", Timestamp=\"20170101120000\", "
              "Nonce=\"09876543210987654321098765432109\", Signature=\"GINsCTyNKTpEI9KXO16KqZJ64fOyAytEKl8aaR/Dy08=\"");
}

std::string output_of(const std::string& command) {
    FILE* const pipe = ::popen(command.c_str(), "r");
    std::string text;
    std::array<char, 256> part{};
    for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) text.append(part.data(), got);
    EXPECT_EQ(::pclose(pipe), 0) << command;
    return text;
}

TEST(OpenBodySig, OpensslComputesTheSame) {
    const tests::KeyFolder folder;
    const std::string line = kKey.app_id + "20260101120000" + "593BEC0C930BF1AFEB40B4A08C8FB242" + sha256_hex(kBody);
    const std::string file = folder.write("line.txt", line);
    const std::string binary = output_of("openssl dgst -sha256 -mac HMAC -macopt key:" + kKey.app_key + " -binary " + file);
    EXPECT_EQ(base64(binary), "SuGActTqT/22s8Ctzs0EUGYOf8D72TaFXj3LPoovU44=");
}

TEST(OpenBodySig, EveryPartCounts) {
    const std::string right = chinaums_body_signature(kKey, "20260101120000", "N", kBody);
    EXPECT_NE(chinaums_body_signature(kKey, "20260101120001", "N", kBody), right);
    EXPECT_NE(chinaums_body_signature(kKey, "20260101120000", "M", kBody), right);
    EXPECT_NE(chinaums_body_signature(kKey, "20260101120000", "N", std::string(kBody) + " "), right);
    EXPECT_NE(chinaums_body_signature({kKey.app_id, "x"}, "20260101120000", "N", kBody), right);
}

// ---- Notices

constexpr const char* kNoticeKey = "0123456789abcdef0123456789abcdef0123456789abcdef";

FormFields notice(const char* kind) {
    return {{"payTime", "2026-01-01 12:00:05"}, {"mid", "898000000000001"}, {"tid", "00000001"},
            {"merOrderId", "9999SH0120260101000001"}, {"status", "TRADE_SUCCESS"}, {"totalAmount", "1200"},
            {"buyerPayAmount", "1000"}, {"invoiceAmount", "1000"}, {"couponAmount", "200"}, {"settleDate", "2026-01-01"},
            {"billFunds", "现金:1000"}, {"orderDesc", "长者午餐"}, {"seqId", "00000000001N"}, {"targetSys", "WXPay"},
            {"notifyId", "00000000-0000-4000-8000-000000000001"}, {"attachedData", ""}, {"signType", kind}};
}

TEST(ChinaumsNotice, TheDigestsOfTheVector) {
    EXPECT_EQ(chinaums_notice_digest(notice("SHA256"), kNoticeKey, {}).value(),
              "171C6BB4F0C777B280543875A57A1CFCA11683F92363F0D516FDD5E3D19AA2E3");
    EXPECT_EQ(chinaums_notice_digest(notice("MD5"), kNoticeKey, {}).value(), "BD89DF11BD52BF1C788701134B27097A");
    EXPECT_FALSE(chinaums_notice_digest(notice("SM3"), kNoticeKey, {}).has_value());
}

TEST(ChinaumsNotice, OneThatProvesItselfIsRead) {
    FormFields fields = notice("SHA256");
    fields["sign"] = "171C6BB4F0C777B280543875A57A1CFCA11683F92363F0D516FDD5E3D19AA2E3";
    const auto read = read_chinaums_notice(form_encode(fields), kNoticeKey);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->order, "9999SH0120260101000001");
    EXPECT_EQ(read->status, "TRADE_SUCCESS");
    EXPECT_EQ(read->answer, "SUCCESS");
}

TEST(ChinaumsNotice, WhatWeAddedToTheAddressIsNotSigned) {
    FormFields fields = notice("SHA256");
    fields["sign"] = "171C6BB4F0C777B280543875A57A1CFCA11683F92363F0D516FDD5E3D19AA2E3";
    fields["site"] = "S1";
    EXPECT_FALSE(read_chinaums_notice(form_encode(fields), kNoticeKey).has_value());
    EXPECT_TRUE(read_chinaums_notice(form_encode(fields), kNoticeKey, {"site"}).has_value());
}

TEST(ChinaumsNotice, AForgedOneIsNot) {
    FormFields fields = notice("SHA256");
    fields["sign"] = "171C6BB4F0C777B280543875A57A1CFCA11683F92363F0D516FDD5E3D19AA2E3";
    for (const auto& [name, value] : notice("SHA256")) {
        FormFields changed = fields;
        changed[name] = value + "1";
        EXPECT_FALSE(read_chinaums_notice(form_encode(changed), kNoticeKey).has_value()) << name;
    }
    EXPECT_FALSE(read_chinaums_notice(form_encode(fields), "another key").has_value());
    EXPECT_FALSE(read_chinaums_notice(form_encode(fields), "").has_value());
    fields.erase("sign");
    EXPECT_FALSE(read_chinaums_notice(form_encode(fields), kNoticeKey).has_value());
    EXPECT_FALSE(read_chinaums_notice("", kNoticeKey).has_value());
    EXPECT_FALSE(read_chinaums_notice("sign=", "").has_value());
}

}  // namespace
}  // namespace mulin::payment
