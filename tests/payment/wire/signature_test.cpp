// Digests, keys and certificates against published values and against the openssl program.

#include "payment/wire/signature.h"

#include <gtest/gtest.h>

#include <string>

#include "payment/wire/rsa.h"

namespace mulin::payment {
namespace {

TEST(Signature, PublishedWechatValue) {
    const std::string line =
        "appid=wxd930ea5d5a258f4f&body=test&device_info=1000&mch_id=10000100&nonce_str=ibuaiVcKdpRxkhJA"
        "&key=192006250b4c09247ec02edce69f6a2d";
    EXPECT_EQ(upper_ascii(md5_hex(line)), "9A0A8659F005D6984697E2CA0A9CF3B7");
    EXPECT_EQ(upper_ascii(hmac_sha256_hex("192006250b4c09247ec02edce69f6a2d", line)),
              "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6");
}

TEST(Signature, PublishedOpenBodySignature) {
    const std::string line =
        "123456789012345678901234567890122017010112000009876543210987654321098765432109" + sha256_hex("A");
    EXPECT_EQ(base64(hmac_sha256("67890123456789012345678901234567", line)),
              "GINsCTyNKTpEI9KXO16KqZJ64fOyAytEKl8aaR/Dy08=");
}

TEST(Signature, Base64HasOneSpelling) {
    for (const std::string& bytes : {std::string(), std::string("f"), std::string("fo"), std::string("foo"),
                                    std::string("\0\xff\x10", 3), std::string(100, '\0')}) {
        EXPECT_EQ(from_base64(base64(bytes)), bytes);
    }
    for (const char* wrong : {"Zg", "Zg=", "Zh==", "Z g==", "Zg==\n", "====", "Zm9=v", "Zm9v "}) {
        EXPECT_FALSE(from_base64(wrong)) << wrong;
    }
}

TEST(Rsa, SignsAndVerifiesAndNoticesEveryFlippedByte) {
    const auto key = RsaPrivateKey::generate();
    const std::string message = "POST\n/v3/pay\n长者午餐\n";
    const std::string signature = key.sign(message);
    EXPECT_EQ(signature, key.sign(message));
    EXPECT_TRUE(key.public_key().verify(message, signature));
    for (std::size_t i = 0; i < message.size(); ++i) {
        std::string other = message;
        other[i] ^= 1;
        EXPECT_FALSE(key.public_key().verify(other, signature));
    }
    const std::string raw = *from_base64(signature);
    for (std::size_t i = 0; i < raw.size(); i += 17) {
        std::string other = raw;
        other[i] ^= 1;
        EXPECT_FALSE(key.public_key().verify(message, base64(other)));
    }
    EXPECT_FALSE(key.public_key().verify(message, ""));
    EXPECT_FALSE(RsaPrivateKey::generate().public_key().verify(message, signature));
}

TEST(Rsa, ReadsKeysWithAndWithoutArmour) {
    const auto key = RsaPrivateKey::generate();
    const auto bare = [](const std::string& pem) {
        const auto from = pem.find('\n') + 1;
        return pem.substr(from, pem.rfind("-----END") - from);
    };
    const auto again = RsaPrivateKey::load(key.pem(), "a test");
    const auto from_bare = RsaPrivateKey::load(bare(key.pem()), "a test");
    const auto public_again = RsaPublicKey::load(key.public_key().pem(), "a test");
    const auto public_bare = RsaPublicKey::load(bare(key.public_key().pem()), "a test");
    ASSERT_TRUE(again && from_bare && public_again && public_bare);
    EXPECT_EQ(again->sign("a"), key.sign("a"));
    EXPECT_EQ(from_bare->sign("a"), key.sign("a"));
    EXPECT_TRUE(public_again->verify("a", key.sign("a")));
    EXPECT_TRUE(public_bare->verify("a", key.sign("a")));
}

TEST(Rsa, WhatIsNoKeyIsRefusedWithoutRepeatingIt) {
    for (const char* text : {"", "-----BEGIN PRIVATE KEY-----\nSECRETSECRET\n-----END PRIVATE KEY-----\n", "SECRETSECRET", "c2VjcmV0"}) {
        const auto key = RsaPrivateKey::load(text, "key_file of channel wechat");
        ASSERT_FALSE(key);
        EXPECT_EQ(key.error().message.find("SECRET"), std::string::npos);
        EXPECT_NE(key.error().message.find("key_file of channel wechat"), std::string::npos);
        EXPECT_FALSE(RsaPublicKey::load(text, "a test"));
    }
}

}  // namespace
}  // namespace mulin::payment
