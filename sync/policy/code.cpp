#include "sync/policy/code.h"

#include <algorithm>

namespace mulin::sync::policy {
namespace {

bool is_city_province(std::string_view code) {
    const auto head = code.substr(0, 2);
    return head == "11" || head == "12" || head == "31" || head == "50";
}

}  // namespace

bool is_code(std::string_view text) {
    const auto size = text.size();
    return (size == 2 || size == 4 || size == 6 || size == 9 || size == 12) &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view significant(std::string_view code) {
    if (code.size() == 12 && code.substr(9) == "000") code = code.substr(0, 9);
    if (code.size() == 9 && code.substr(6) == "000") code = code.substr(0, 6);
    if (code.size() == 6 && code.substr(4) == "00") code = code.substr(0, 4);
    if (code.size() == 4 && code.substr(2) == "00") code = code.substr(0, 2);
    return code;
}

bool lies_in(std::string_view code, std::string_view area) {
    return !area.empty() && code.size() >= area.size() && code.substr(0, area.size()) == area;
}

std::string_view part_of(std::string_view code, Level level) {
    std::size_t digits = 2;
    if (level == Level::city && !is_city_province(code)) digits = 4;
    if (level == Level::district) digits = 6;
    if (level == Level::subdistrict) digits = 9;
    code = significant(code);
    return code.size() < digits ? std::string_view() : code.substr(0, digits);
}

}  // namespace mulin::sync::policy
