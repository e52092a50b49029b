#include "pos/text/formatting.h"

#include <cstdio>

namespace mulin::pos::text {

namespace {

// Thousands grouped, no sign.
std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

std::string unsigned_money(payment::Money amount) {
    const std::int64_t fen = amount.is_negative() ? -amount.in_fen() : amount.in_fen();
    char decimals[8];
    std::snprintf(decimals, sizeof decimals, ".%02d", static_cast<int>(fen % 100));
    return grouped(fen / 100) + decimals;
}

// U+2212: as wide as a plus and a digit, unlike the hyphen.
constexpr const char* kMinus = "\u2212";

std::string two_digits(int number) {
    char text[16];
    std::snprintf(text, sizeof text, "%02d", number);
    return text;
}

}  // namespace

std::string money(payment::Money amount) {
    return (amount.is_negative() ? kMinus : "") + std::string("¥") + unsigned_money(amount);
}

std::string plain_money(payment::Money amount) {
    return (amount.is_negative() ? kMinus : "") + unsigned_money(amount);
}

std::string short_money(payment::Money amount) {
    if (amount.is_negative() || amount.in_fen() % 100 != 0) return money(amount);
    return "¥" + grouped(amount.in_fen() / 100);
}

std::string time_of_day(payment::UtcInstant instant) { return minute_of_day(payment::china_minute_of_day(instant)); }

std::string minute_of_day(int minute) { return two_digits(minute / 60) + ":" + two_digits(minute % 60); }

std::string time_window(int from_minute, int to_minute) {
    return minute_of_day(from_minute) + "–" + minute_of_day(to_minute);
}

std::string date(payment::Date date) { return date.text(); }

std::string count(std::int64_t number) { return number < 0 ? kMinus + grouped(-number) : grouped(number); }

std::string stopwatch(std::int64_t seconds) {
    if (seconds < 0) seconds = 0;
    return std::to_string(seconds / 60) + ":" + two_digits(static_cast<int>(seconds % 60));
}

Msg meal_name(sync::Meal meal) {
    switch (meal) {
        case sync::Meal::breakfast: return Msg::shell_breakfast;
        case sync::Meal::lunch: return Msg::shell_lunch;
        case sync::Meal::dinner: return Msg::shell_dinner;
    }
    return Msg::shell_lunch;
}

Msg service_name(sync::Service service) {
    switch (service) {
        case sync::Service::dine_in: return Msg::shell_dine_in;
        case sync::Service::take_away: return Msg::shell_take_away;
        case sync::Service::delivery: return Msg::shell_delivery;
    }
    return Msg::shell_dine_in;
}

}  // namespace mulin::pos::text
