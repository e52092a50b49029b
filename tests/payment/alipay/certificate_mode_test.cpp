// Certificate mode: the numbers of certificates made by the openssl program, and what stands in a request.

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "payment/alipay/alipay_messages.h"
#include "payment/wire/signature.h"
#include "tests/support/gateway_keys.h"

namespace mulin::payment {
namespace {

class CertificateMode : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_.write("app.key", tests::rsa_key_of_process(1).pem());
        folder_.write("root.key", tests::rsa_key_of_process(0).pem());
        openssl("req -x509 -key root.key -out root.pem -days 30 -set_serial 77 -utf8 -subj '/C=CN/O=Test Financial/OU=认证中心/CN=Test Class 2 R1'");
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ec.key -out ec.pem -days 30 -subj '/CN=Test Root EC'");
        openssl("req -new -key app.key -out app.csr -subj '/CN=2021000000000001'");
        openssl("x509 -req -in app.csr -CA root.pem -CAkey root.key -set_serial 12345678901234567890123 -days 30 -out app.pem");
        folder_.write("roots.pem", file("ec.pem") + file("root.pem"));
        folder_.write("alipay.pem", tests::rsa_key_of_process(0).public_key().pem());
    }
    std::string openssl(const std::string& words) {
        FILE* pipe = ::popen(("cd " + folder_.path() + " && openssl " + words + " 2>/dev/null").c_str(), "r");
        std::array<char, 4096> part{};
        std::string out;
        for (std::size_t got; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) out.append(part.data(), got);
        EXPECT_EQ(::pclose(pipe), 0) << words;
        return out;
    }
    std::string file(const std::string& name) const {
        std::ifstream in(folder_.path() + "/" + name);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    Result<AlipaySettings> read(std::map<std::string, std::string> more) const {
        std::map<std::string, std::string> values = {{"app_id", "2021000000000001"}, {"app_key_file", folder_.path() + "/app.key"},
                                                     {"alipay_key_file", folder_.path() + "/alipay.pem"}};
        for (auto& [key, value] : more) values[key] = value;
        return read_alipay_settings({"alipay", values});
    }
    std::string at(const char* name) const { return folder_.path() + "/" + name; }
    tests::KeyFolder folder_;
};

TEST_F(CertificateMode, NumbersAreIssuerAndSerial) {
    const auto settings = read({{"app_certificate_file", at("app.pem")}, {"alipay_root_file", at("roots.pem")}});
    ASSERT_TRUE(settings) << settings.error().message;
    std::string issuer = openssl("x509 -in app.pem -noout -issuer -nameopt RFC2253,-esc_msb").substr(7);
    issuer.pop_back();
    EXPECT_EQ(issuer, "CN=Test Class 2 R1,OU=认证中心,O=Test Financial,C=CN");
    EXPECT_EQ(settings->app_cert_sn, md5_hex(issuer + "12345678901234567890123"));
    EXPECT_EQ(settings->alipay_root_cert_sn, md5_hex(issuer + "77")) << "what is not signed with RSA has no number";
    const auto request = AlipayMessages(*settings).query(AttemptId("01K7QC3M5VPAYMENT000000001"), UtcInstant{1'773'114'300'000});
    const auto fields = form_decode(request.body, Plus::is_space).value();
    EXPECT_EQ(field(fields, "app_cert_sn"), settings->app_cert_sn);
    EXPECT_EQ(field(fields, "alipay_root_cert_sn"), settings->alipay_root_cert_sn);
    EXPECT_TRUE(tests::rsa_key_of_process(1).public_key().verify(alipay_request_message(fields), field(fields, "sign")));
}

TEST_F(CertificateMode, SeveralRootsAreJoined) {
    folder_.write("two.pem", file("root.pem") + file("ec.pem") + file("app.pem"));
    const auto settings = read({{"app_certificate_file", at("app.pem")}, {"alipay_root_file", at("two.pem")}});
    ASSERT_TRUE(settings) << settings.error().message;
    const std::string issuer = "CN=Test Class 2 R1,OU=认证中心,O=Test Financial,C=CN";
    EXPECT_EQ(settings->alipay_root_cert_sn, md5_hex(issuer + "77") + "_" + md5_hex(issuer + "12345678901234567890123"));
}

TEST_F(CertificateMode, HalfOfItOrAnothersIsRefused) {
    const auto refused = [&](std::map<std::string, std::string> more) {
        const auto settings = read(std::move(more));
        EXPECT_FALSE(settings);
        return settings ? "" : settings.error().message;
    };
    EXPECT_NE(refused({{"app_certificate_file", at("app.pem")}}).find("belong together"), std::string::npos);
    EXPECT_NE(refused({{"alipay_root_file", at("root.pem")}}).find("belong together"), std::string::npos);
    EXPECT_NE(refused({{"app_certificate_file", at("root.pem")}, {"alipay_root_file", at("root.pem")}}).find("not the certificate of app_key_file"),
              std::string::npos);
    EXPECT_NE(refused({{"app_certificate_file", at("app.pem")}, {"alipay_root_file", at("ec.pem")}}).find("belong together"), std::string::npos)
        << "a root file without any that is signed with RSA";
}

}  // namespace
}  // namespace mulin::payment
