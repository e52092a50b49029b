// What a gateway wrote, before it is kept or shown.

#include "payment/wire/redact.h"

#include <gtest/gtest.h>

namespace mulin::payment {
namespace {

TEST(Redact, TakesOutWhatThePayerShowed) {
    const std::string code = "130061098828009406";
    EXPECT_EQ(fit_to_keep("无效付款码 " + code + "!", code), "无效付款码 ***!");
    EXPECT_EQ(fit_to_keep("130061098828", code), "***");
    EXPECT_EQ(fit_to_keep(code + code, code), "******");
    EXPECT_EQ(fit_to_keep("abc", ""), "abc");
    EXPECT_EQ(fit_to_keep("a 12 b", "12"), "a 12 b");
}

TEST(Redact, SentencesHoldNoLongNumber) {
    EXPECT_EQ(fit_to_say("码130061098828009406 金额1200", ""), "码****************** 金额1200");
    EXPECT_EQ(fit_to_say("6225735053201615202,6225735053201615202", "").find_first_of("0123456789"), std::string::npos);
    EXPECT_EQ(fit_to_say("单号20260101", ""), "单号20260101");
    EXPECT_EQ(fit_to_say("码130061098828009406", "130061098828009406"), "码***");
    EXPECT_EQ(fit_to_say("", ""), "");
    EXPECT_EQ(fit_to_say("\xff\xfe", ""), "??");
}

TEST(Redact, IsBoundedAndPrintable) {
    EXPECT_EQ(fit_to_keep("a\nb\tc\x7f", ""), "a b c ");
    EXPECT_EQ(fit_to_keep("长者午餐", "", 7), "长者");
    EXPECT_EQ(fit_to_keep(std::string(300, 'x'), "").size(), 200U);
}

}  // namespace
}  // namespace mulin::payment
