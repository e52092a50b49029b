#include "pos/device/voice.h"

#include <array>

namespace mulin::pos {
namespace {

constexpr std::array kDigits{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
constexpr std::array kPlaces{"", "十", "百", "千"};

// 0 to 9999 as spoken: 10 is 十, 105 一百零五, 200 两百 is said 二百 by tills.
std::string below_ten_thousand(std::int64_t number) {
    std::string out;
    bool gap = false;
    for (int place = 3; place >= 0; --place) {
        std::int64_t unit = 1;
        for (int i = 0; i < place; ++i) unit *= 10;
        const std::int64_t digit = number / unit % 10;
        if (digit == 0) {
            gap = !out.empty();
            continue;
        }
        if (gap) out += kDigits[0];
        gap = false;
        const bool plain_ten = place == 1 && digit == 1 && out.empty();
        if (!plain_ten) out += kDigits[static_cast<std::size_t>(digit)];
        out += kPlaces[static_cast<std::size_t>(place)];
    }
    return out.empty() ? kDigits[0] : out;
}

std::string chinese_number(std::int64_t number) {
    if (number < 10'000) return below_ten_thousand(number);
    std::string out = chinese_number(number / 10'000) + "万";
    const std::int64_t rest = number % 10'000;
    if (rest == 0) return out;
    if (rest < 1000) out += kDigits[0];
    return out + below_ten_thousand(rest);
}

std::string chinese_amount(std::int64_t fen) {
    const std::int64_t jiao = fen / 10 % 10, rest = fen % 10;
    std::string out = chinese_number(fen / 100) + "元";
    if (jiao > 0) out += std::string(kDigits[static_cast<std::size_t>(jiao)]) + "角";
    if (rest > 0 && jiao == 0) out += kDigits[0];
    if (rest > 0) out += std::string(kDigits[static_cast<std::size_t>(rest)]) + "分";
    return out;
}

}  // namespace

std::string spoken_amount(payment::Money amount, SlipLanguage language) {
    const std::int64_t fen = amount.is_negative() ? -amount.in_fen() : amount.in_fen();
    if (language == SlipLanguage::chinese) return chinese_amount(fen);
    std::string out = std::to_string(fen / 100) + " yuan";
    if (fen % 100 != 0) out += (fen % 100 < 10 ? " 0" : " ") + std::to_string(fen % 100);
    return out;
}

std::string spoken_due(payment::Money due, SlipLanguage language) {
    if (language == SlipLanguage::chinese)
        return due.is_zero() ? "不用付钱。" : "请付" + spoken_amount(due, language) + "。";
    return due.is_zero() ? "Nothing to pay." : "Please pay " + spoken_amount(due, language) + ".";
}

std::string spoken_done(payment::Money change, SlipLanguage language) {
    if (language == SlipLanguage::chinese)
        return change.is_zero() ? "已付，谢谢。" : "找您" + spoken_amount(change, language) + "，谢谢。";
    return change.is_zero() ? "Paid, thank you." : "Your change is " + spoken_amount(change, language) + ". Thank you.";
}

}  // namespace mulin::pos
