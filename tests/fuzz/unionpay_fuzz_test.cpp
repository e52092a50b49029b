// Replays the published codes and answers of our own making, with random mutations of them, and noise.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "payment/base/id.h"
#include "payment/unionpay/emv_qr.h"
#include "payment/wire/signature.h"
#include "tests/fuzz/unionpay_target.h"

namespace mulin::tests {
namespace {

std::vector<std::string> unionpay_seeds() {
    return {
        "0002010102121516ABCDEF123456789052045311530339254039995802JP5906DONGRI6005TOKYO62240104hoge0504fuga0704piyo63043FE6",
        "64200002ZH0104最佳运输0202北京540523.72",
        *payment::from_base64("hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8="),
        "hQVDUFYwMWFYTwigAAADMwEBAVcTYpJhA1hEQzVkHSIQIBAAABiAH180AQBjM58mCFaLEtnaC9l/nycBgJ8QEQcAAQOgAAABCDM5OTk5OTk5nzYCAAGCAgAAnzcE6gZYyA==",
        R"([{"type":"DD01","spnsrId":"00010000","offstAmt":"500","id":"a"},{"type":"CP01","spnsrId":"848120048712365","offstAmt":"000000000200"}])",
        "accNo=6216***********0018&currencyCode=156&merId=777290058110048&orderId=SH0120260101000001&origRespCode=00&origRespMsg=成功[0000000]&"
        "queryId=202601011200001234567&respCode=00&respMsg=成功[0000000]&settleAmt=1200&txnAmt=1200&txnTime=20260101120000",
        "currencyCode=156&merId=777290058110048&orderId=SH0120260101000001&respCode=64&respMsg=%E5%8D%A1+6225735053201615202&txnAmt=1200&"
        "txnTime=20260101120000",
    };
}

std::string with_damage(std::string text, payment::SeededRandom& random) {
    for (std::uint64_t i = 0, rounds = 1 + random.below(5); i < rounds && !text.empty(); ++i) {
        const auto at = random.below(text.size());
        switch (random.below(5)) {
            case 0: text[at] = static_cast<char>(random.below(256)); break;
            case 1: text.erase(at, random.below(12)); break;
            case 2: text.insert(at, text.substr(random.below(text.size()), random.below(40))); break;
            case 3: text[at] = static_cast<char>('0' + random.below(10)); break;
            default: text.resize(at); break;
        }
    }
    return text;
}

TEST(UnionpayFuzz, TheSeedsAreUnderstood) {
    for (const auto& seed : unionpay_seeds()) EXPECT_GT(try_unionpay(seed), seed.find("respCode=64") == std::string::npos ? 0 : -1) << seed;
}

TEST(UnionpayFuzz, DamagedOnesNeverCrashOrLie) {
    payment::SeededRandom random(20260312);
    const auto seeds = unionpay_seeds();
    int understood = 0;
    for (int i = 0; i < 10'000; ++i) {
        std::string text = with_damage(seeds[random.below(seeds.size())], random);
        // A damaged code with a right checksum goes further into the parser.
        if (text.starts_with("000201") && random.below(2) == 0 && text.size() > 8) {
            text.resize(text.size() - 8);
            text += "6304";
            text += payment::emv_crc(text);
        }
        understood += try_unionpay(text) > 0 ? 1 : 0;
    }
    EXPECT_GT(understood, 200);
}

TEST(UnionpayFuzz, NoiseIsNothing) {
    payment::SeededRandom random(11);
    for (int i = 0; i < 5'000; ++i) {
        std::string noise(random.below(300), '\0');
        for (auto& c : noise) c = static_cast<char>(random.below(256));
        try_unionpay(noise);
    }
}

}  // namespace
}  // namespace mulin::tests
