// Replays answers of our own making, shaped like recorded ones, with random mutations of them, and noise.

#include <gtest/gtest.h>

#include <iterator>
#include <string>
#include <vector>

#include "payment/base/id.h"
#include "tests/fuzz/chinaums_target.h"

namespace mulin::tests {
namespace {

std::vector<std::string> chinaums_seeds() {
    return {
        R"({"errCode":"00","errInfo":"00000成功响应码","queryResCode":"0","queryResDesc":"成功","originalPayCode":"6225735053201615202","originalTransactionAmount":1200,"amount":1200,"actualTransactionAmount":1100,"promotionAmt":"100","orderId":"2026010112000000000001","merchantOrderId":"SH0120260101000001"})",
        R"({"errCode":"00","queryResCode":"5余额不足","merchantOrderId":"SH0120260101000001","originalTransactionAmount":"1200"})",
        R"({"errCode":"SUCCESS","mid":"898000000000001","tid":"00000001","billNo":"9999SH0120260101000001","billStatus":"PAID","billPayment":{"status":"TRADE_SUCCESS","totalAmount":1200,"buyerPayAmount":1000,"couponAmount":200,"couponMerchantContribute":50}})",
        R"({"errCode":"SUCCESS","billNo":"9999SH0120260101000001","totalAmount":1200,"billQRCode":"https://qr.chinaums.com/x","qrCodeId":"q1"})",
        R"({"errCode":"00","queryResCode":"00","originalAmount":"300","refundOrderId":"1"})",
        R"({"errCode":"SUCCESS","billNo":"9999SH0120260101000001","refundOrderId":"9999R1","refundStatus":"SUCCESS","refundAmount":300})",
        R"({"errCode":"SUCCESS","billNo":"9999SH0120260101000001","billStatus":"REFUND","refundBillPayment":{"status":"TRADE_SUCCESS","totalAmount":300}})",
    };
}

constexpr const char* kJsonPieces[] = {"null", "0", "-1", "1e999", "99999999999999999999", "[]", "{}", "\"\"", "true", "\"1200\"", "1200", "1200.0", "\\ud800", "\xff", "]", "}", ",", "\"0\"", "\"3\"", "\"FF\""};

std::string with_damaged_json(std::string text, payment::SeededRandom& random) {
    for (std::uint64_t i = 0, rounds = 1 + random.below(4); i < rounds && !text.empty(); ++i) {
        const auto at = random.below(text.size());
        switch (random.below(5)) {
            case 0: text[at] = static_cast<char>(random.below(256)); break;
            case 1: text.erase(at, random.below(12)); break;
            case 2: text.replace(at, random.below(12), kJsonPieces[random.below(std::size(kJsonPieces))]); break;
            case 3: {  // a whole value, so that the document stays one
                const auto colon = text.find(':', at);
                const auto end = colon == std::string::npos ? colon : text.find_first_of(",}", colon);
                if (end != std::string::npos) text.replace(colon + 1, end - colon - 1, kJsonPieces[random.below(std::size(kJsonPieces))]);
                break;
            }
            default: {
                const auto digit = text.find_first_of("0123456789", at);
                if (digit != std::string::npos) text[digit] = static_cast<char>('0' + random.below(10));
            }
        }
    }
    return text;
}

TEST(ChinaumsFuzz, TheSeedsAreUnderstood) {
    for (const auto& seed : chinaums_seeds()) EXPECT_GT(try_chinaums(seed), 0) << seed;
}

TEST(ChinaumsFuzz, DamagedOnesNeverCrashOrLie) {
    payment::SeededRandom random(20260313);
    const auto seeds = chinaums_seeds();
    int clear = 0;
    for (int i = 0; i < 5'000; ++i) clear += try_chinaums(with_damaged_json(seeds[random.below(seeds.size())], random)) > 0 ? 1 : 0;
    EXPECT_GT(clear, 200);
    EXPECT_LT(clear, 4'900);
}

TEST(ChinaumsFuzz, NoiseIsNothing) {
    payment::SeededRandom random(13);
    for (int i = 0; i < 5'000; ++i) {
        std::string noise(random.below(300), '\0');
        for (auto& c : noise) c = static_cast<char>(random.below(256));
        EXPECT_EQ(try_chinaums(noise), 0);
    }
}

}  // namespace
}  // namespace mulin::tests
