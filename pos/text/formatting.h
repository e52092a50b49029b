#pragma once
// Figures as people read them: money with two decimals, times with 24 hours, the same in every
// language.

#include <cstdint>
#include <string>

#include "payment/base/clock.h"
#include "payment/money/money.h"
#include "pos/text/messages.h"
#include "sync/model/kinds.h"

namespace mulin::pos::text {

std::string money(payment::Money amount);         // "¥15.00", "¥2,034.50", "−¥3.00"
std::string plain_money(payment::Money amount);   // "15.00", "2,034.50", "−3.00"
std::string short_money(payment::Money amount);   // "¥20" when whole yuan, else "¥11.50": for note keys
std::string time_of_day(payment::UtcInstant instant);  // "11:42"
std::string minute_of_day(int minute);                 // 705 -> "11:45"
std::string time_window(int from_minute, int to_minute);  // "10:30–13:00"
std::string date(payment::Date date);                     // "2026-03-10"
std::string count(std::int64_t number);                   // "1,204"
std::string stopwatch(std::int64_t seconds);              // "0:32"

Msg meal_name(sync::Meal meal);
Msg service_name(sync::Service service);

}  // namespace mulin::pos::text
