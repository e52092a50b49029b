// Signatures both ways against the openssl command line, the chain of certificates, and the three ways a
// body may be written.

#include "payment/unionpay/unionpay_signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "payment/wire/signature.h"
#include "tests/support/gateway_keys.h"
#include "tests/support/unionpay_till.h"

namespace mulin::payment {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kLine =
    "accessType=0&backUrl=http://127.0.0.1/backRcv&bizType=000000&certId=69026276696&channelType=08&currencyCode=156&encoding=UTF-8&"
    "merId=777290058110048&orderId=SH0120260101000001&qrNo=6225735053201615202&signMethod=01&termId=49000002&txnAmt=1200&"
    "txnSubType=06&txnTime=20260101120000&txnType=01&version=5.1.0";
constexpr const char* kDigest = "cebbdbd6703b4a3914b3391a6f30cda8f296ba6b46eb56ac3c981dd0935bdd07";
constexpr const char* kSigner = "041@8310000000083040@中国银联股份有限公司@00016495";

std::string content_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

// The openssl program, working in a folder of key files.
class OpensslBench : public ::testing::Test {
  protected:
    int openssl(const std::string& arguments) {
        return std::system(("cd " + folder_.path() + " && openssl " + arguments + " >out.txt 2>err.txt").c_str());
    }
    void run(const std::string& arguments) { ASSERT_EQ(openssl(arguments), 0) << arguments << content_of(folder_.path() + "/err.txt"); }
    std::string file(const std::string& name) { return content_of(folder_.path() + "/" + name); }

    // Root, middle and signer made by openssl alone.
    void make_chain(const std::string& signer_name) {
        folder_.write("ca.ext", "basicConstraints=critical,CA:TRUE\n");
        folder_.write("leaf.ext", "basicConstraints=critical,CA:FALSE\n");
        const std::string small_key = " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ";
        run("req -x509" + small_key + "-keyout root.key -out root.pem -days 30 -subj '/CN=Test Root' -addext basicConstraints=critical,CA:TRUE");
        run("req" + small_key + "-keyout middle.key -out middle.csr -subj '/CN=Test Middle'");
        run("x509 -req -in middle.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -extfile ca.ext -out middle.pem");
        run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out signer.key");
        name_signer(signer_name);
    }
    void name_signer(const std::string& name) {
        run("req -new -key signer.key -utf8 -out signer.csr -subj '/CN=" + name + "'");
        run("x509 -req -in signer.csr -CA middle.pem -CAkey middle.key -CAcreateserial -days 30 -extfile leaf.ext -out signer.pem");
    }
    // A query's answer, signed by the openssl program.
    FormFields signed_answer() {
        FormFields fields = {{"signMethod", "01"}, {"respCode", "00"}, {"orderId", "SH0120260101000001"}, {"respMsg", "成功 + 好"},
                             {"version", "5.1.0"}, {"signPubKeyCert", file("signer.pem")}};
        folder_.write("digest.txt", sha256_hex(sorted_line(fields, {"signature"})));
        EXPECT_EQ(openssl("dgst -sha256 -sign signer.key -out signature.bin digest.txt"), 0);
        fields["signature"] = base64(file("signature.bin"));
        return fields;
    }
    UnionpayTrust trust(const std::string& authorities) { return UnionpayTrust::load(authorities, "中国银联股份有限公司").value(); }

    tests::KeyFolder folder_;
    UtcInstant now_{SystemClock().utc().ms + 3'600'000};  // certificates made meanwhile are valid then
};

TEST_F(OpensslBench, OurSignatureOfTheVectorIsVerifiedByOpenssl) {
    EXPECT_EQ(sha256_hex(kLine), kDigest);
    const tests::UnionpaySimulator gateway;
    const auto signer = UnionpaySigner::load(RsaPrivateKey::load(gateway.merchant_key(), "a test").value(), gateway.merchant_certificate()).value();
    EXPECT_EQ(signer.certificate_id(), "69026276696");
    const auto fields = form_decode(kLine, Plus::is_plus).value();
    const auto sealed = form_decode(signer.seal(fields), Plus::is_space).value();
    folder_.write("key.pem", gateway.merchant_key());
    folder_.write("digest.txt", kDigest);
    folder_.write("signature.bin", from_base64(field(sealed, "signature")).value());
    run("pkey -in key.pem -pubout -out public.pem");
    run("dgst -sha256 -verify public.pem -signature signature.bin digest.txt");
    folder_.write("digest.txt", "debbdbd6703b4a3914b3391a6f30cda8f296ba6b46eb56ac3c981dd0935bdd07");
    EXPECT_NE(openssl("dgst -sha256 -verify public.pem -signature signature.bin digest.txt"), 0) << "openssl accepts anything";
    // PKCS#1 v1.5 has no randomness: the same bytes.
    folder_.write("digest.txt", kDigest);
    run("dgst -sha256 -sign key.pem -out theirs.bin digest.txt");
    EXPECT_EQ(base64(file("theirs.bin")), field(sealed, "signature"));
}

TEST_F(OpensslBench, AnAnswerSignedByOpensslOverAChainOfThreeIsOpened) {
    make_chain(kSigner);
    const FormFields fields = signed_answer();
    const auto opened = trust(file("root.pem") + file("middle.pem")).open(form_encode(fields), now_);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    EXPECT_EQ(field(*opened, "respMsg"), "成功 + 好");
}

TEST_F(OpensslBench, OneChangedByteAnywhereClosesIt) {
    make_chain(kSigner);
    const auto fields = signed_answer();
    const auto good = trust(file("root.pem") + file("middle.pem"));
    ASSERT_TRUE(good.open(form_encode(fields), now_).has_value());
    for (const char* name : {"respCode", "orderId", "respMsg", "signature"}) {
        FormFields changed = fields;
        changed[name][1] = changed[name][1] == '1' ? '2' : '1';
        EXPECT_FALSE(good.open(form_encode(changed), now_).has_value()) << name;
        changed.erase(name);
        EXPECT_FALSE(good.open(form_encode(changed), now_).has_value()) << name << " left out";
    }
    FormFields more = fields;
    more["origRespCode"] = "00";
    EXPECT_FALSE(good.open(form_encode(more), now_).has_value()) << "a field added";
}

TEST_F(OpensslBench, TheCertificateMustLeadToOurAuthorityAndBeValidNow) {
    make_chain(kSigner);
    const std::string body = form_encode(signed_answer());
    EXPECT_TRUE(trust(file("root.pem") + file("middle.pem")).open(body, now_).has_value());
    EXPECT_FALSE(trust(file("root.pem")).open(body, now_).has_value()) << "the middle is missing";
    EXPECT_FALSE(trust(tests::gateway_trust().authority.certificate_pem).open(body, now_).has_value());
    EXPECT_FALSE(trust(file("root.pem") + file("middle.pem")).open(body, {now_.ms + 60LL * 86'400'000}).has_value()) << "expired";
}

TEST_F(OpensslBench, TheCertificateMustBearTheName) {
    make_chain(kSigner);
    const auto opens = [&](const std::string& name) {
        name_signer(name);
        return trust(file("root.pem") + file("middle.pem")).open(form_encode(signed_answer()), now_).has_value();
    };
    EXPECT_TRUE(opens(kSigner));
    EXPECT_TRUE(opens("中国银联股份有限公司"));
    EXPECT_FALSE(opens("041@中国银联股份有限公司@8310000000083040@00016495"));
    EXPECT_FALSE(opens("041@8310000000083040@中国银联股份有限公司分公司@00016495"));
    EXPECT_FALSE(opens("00040000:SIGN"));
}

TEST_F(OpensslBench, AllThreeWritingsOfABodyAreRead) {
    make_chain(kSigner);
    const FormFields fields = signed_answer();
    const auto good = trust(file("root.pem") + file("middle.pem"));
    std::string raw, plus_kept, plus_for_space;
    for (const auto& [name, value] : fields) {
        const std::string before = raw.empty() ? "" : "&";
        raw += before + name + "=" + value;
        std::string kept, spaced;
        for (const char c : percent_encode(value)) (kept += c, spaced += c);
        const auto swap = [](std::string text, const std::string& from, const std::string& to) {
            for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
            return text;
        };
        plus_kept += before + name + "=" + swap(kept, "%2B", "+");
        plus_for_space += before + name + "=" + swap(spaced, "%20", "+");
    }
    for (const auto& body : {raw, plus_kept, plus_for_space, raw + "\r\n"})
        EXPECT_TRUE(good.open(body, now_).has_value()) << body.substr(0, 60);
}

TEST(UnionpayTrust, WhatIsNoAnswerIsNotOpened) {
    const auto good = UnionpayTrust::load(tests::gateway_trust().authority.certificate_pem, "a").value();
    for (const char* body : {"", "x", "=", "a=1", "signMethod=01", "signMethod=11&signature=x&signPubKeyCert=y", "a=1&a=2", "%zz=1"})
        EXPECT_FALSE(good.open(body, SystemClock().utc()).has_value()) << body;
}

TEST(UnionpaySigner, KeyAndCertificateMustBelongTogether) {
    const tests::UnionpaySimulator gateway;
    EXPECT_TRUE(UnionpaySigner::load(RsaPrivateKey::load(gateway.merchant_key(), "a test").value(), gateway.merchant_certificate()).has_value());
    const auto other = UnionpaySigner::load(RsaPrivateKey::generate(), gateway.merchant_certificate());
    ASSERT_FALSE(other.has_value());
    EXPECT_THAT(other.error().message, Not(HasSubstr("BEGIN")));
    EXPECT_FALSE(UnionpaySigner::load(RsaPrivateKey::load(gateway.merchant_key(), "a test").value(), "no certificate").has_value());
    EXPECT_FALSE(UnionpayTrust::load("no certificate", "a").has_value());
    EXPECT_FALSE(UnionpayTrust::load(tests::gateway_trust().authority.certificate_pem, "").has_value());
}

}  // namespace
}  // namespace mulin::payment
