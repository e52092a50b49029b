// Signatures both ways with the openssl program: what we sign it verifies, what it signs we verify, and
// the same bytes come out of both.

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "payment/wire/rsa.h"
#include "payment/wire/signature.h"
#include "tests/support/gateway_keys.h"

namespace mulin::payment {
namespace {

const std::string kMessages[] = {
    "1767225600\nc5ac7061fccab6bf3e254dcf98995b8c\n{\"trade_state\":\"SUCCESS\"}\n",
    "app_id=2021000000000001&biz_content={\"subject\":\"长者午餐\"}&charset=utf-8",
    "cebbdbd6703b4a3914b3391a6f30cda8f296ba6b46eb56ac3c981dd0935bdd07",
    "",
};

class OpensslProgram : public ::testing::Test {
  protected:
    // What the program prints, and whether it said yes.
    std::string run(const std::string& words, int* code = nullptr) {
        FILE* pipe = ::popen(("cd " + folder_.path() + " && openssl " + words + " 2>/dev/null").c_str(), "r");
        std::string out;
        std::array<char, 4096> part{};
        for (std::size_t got; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) out.append(part.data(), got);
        const int ended = ::pclose(pipe);
        if (code != nullptr) *code = ended;
        return out;
    }
    tests::KeyFolder folder_;
};

TEST_F(OpensslProgram, RsaAgreesBothWays) {
    int code = -1;
    run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem", &code);
    ASSERT_EQ(code, 0) << "the openssl program is needed";
    run("pkey -in key.pem -pubout -out public.pem");
    std::ifstream file(folder_.path() + "/key.pem"), public_file(folder_.path() + "/public.pem");
    const std::string pem{std::istreambuf_iterator<char>(file), {}}, public_pem{std::istreambuf_iterator<char>(public_file), {}};
    const auto key = RsaPrivateKey::load(pem, "a test").value();
    const auto public_key = RsaPublicKey::load(public_pem, "a test").value();
    for (const std::string& message : kMessages) {
        folder_.write("message", message);
        const std::string theirs = base64(run("dgst -sha256 -sign key.pem message"));
        EXPECT_EQ(theirs, key.sign(message));
        EXPECT_TRUE(public_key.verify(message, theirs));
        folder_.write("signature", *from_base64(key.sign(message)));
        EXPECT_EQ(run("dgst -sha256 -verify public.pem -signature signature message", &code), "Verified OK\n");
        EXPECT_EQ(code, 0);
        folder_.write("message", message + ".");
        run("dgst -sha256 -verify public.pem -signature signature message", &code);
        EXPECT_NE(code, 0) << "another message";
    }
}

TEST_F(OpensslProgram, DigestsAndKeyedCodesAgree) {
    const auto last_word = [](const std::string& text) { return text.substr(text.rfind(' ') + 1, text.rfind('\n') - text.rfind(' ') - 1); };
    for (const std::string& message : kMessages) {
        folder_.write("message", message);
        EXPECT_EQ(last_word(run("dgst -md5 message")), md5_hex(message));
        EXPECT_EQ(last_word(run("dgst -sha256 message")), sha256_hex(message));
        EXPECT_EQ(last_word(run("dgst -sha256 -hmac 0123456789abcdef0123456789abcdef message")),
                  hmac_sha256_hex("0123456789abcdef0123456789abcdef", message));
    }
}

}  // namespace
}  // namespace mulin::payment
