#include "payment/base/clock.h"

#include <time.h>

#include <chrono>
#include <cstdio>

namespace mulin::payment {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

year_month_day ymd_of(std::int32_t day_count) { return year_month_day{sys_days{days{day_count}}}; }

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

constexpr std::int64_t kDayMs = 86'400'000;

// Reads exactly `count` digits at `at`, advancing it.
std::optional<int> digits(std::string_view text, std::size_t& at, int count) {
    int value = 0;
    for (int i = 0; i < count; ++i, ++at) {
        if (at >= text.size() || text[at] < '0' || text[at] > '9') return std::nullopt;
        value = value * 10 + (text[at] - '0');
    }
    return value;
}

bool literal(std::string_view text, std::size_t& at, char expected) {
    if (at >= text.size() || text[at] != expected) return false;
    ++at;
    return true;
}

int fraction_ms(std::string_view text, std::size_t& at) {
    int ms = 0;
    int scale = 100;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) {
        ms += (text[at] - '0') * scale;
    }
    return ms;
}

// "Z" or "+hh:mm" or "-hh:mm", to the end of the text.
std::optional<std::int64_t> offset_ms(std::string_view text, std::size_t& at) {
    if (at < text.size() && (text[at] == 'Z' || text[at] == 'z')) {
        ++at;
        return at == text.size() ? std::optional<std::int64_t>(0) : std::nullopt;
    }
    if (at >= text.size() || (text[at] != '+' && text[at] != '-')) return std::nullopt;
    const int sign = text[at++] == '-' ? -1 : 1;
    const auto hour = digits(text, at, 2);
    if (!hour || !literal(text, at, ':')) return std::nullopt;
    const auto minute = digits(text, at, 2);
    if (!minute || *hour > 23 || *minute > 59 || at != text.size()) return std::nullopt;
    return sign * (*hour * 60 + *minute) * 60'000LL;
}

}  // namespace

std::optional<Date> Date::from_ymd(int year, int month, int day) {
    const year_month_day ymd{std::chrono::year{year}, std::chrono::month(static_cast<unsigned>(month)),
                             std::chrono::day(static_cast<unsigned>(day))};
    if (year < 1 || year > 9999 || month < 1 || day < 1 || !ymd.ok()) return std::nullopt;
    return from_days(static_cast<std::int32_t>(sys_days{ymd}.time_since_epoch().count()));
}

std::optional<Date> Date::parse(std::string_view text) {
    std::size_t at = 0;
    const auto year = digits(text, at, 4);
    if (!year || !literal(text, at, '-')) return std::nullopt;
    const auto month = digits(text, at, 2);
    if (!month || !literal(text, at, '-')) return std::nullopt;
    const auto day = digits(text, at, 2);
    if (!day || at != text.size()) return std::nullopt;
    return from_ymd(*year, *month, *day);
}

Date Date::from_days(std::int32_t days_since_1970) {
    Date date;
    date.days_ = days_since_1970;
    return date;
}

int Date::year() const { return static_cast<int>(ymd_of(days_).year()); }
int Date::month() const { return static_cast<int>(static_cast<unsigned>(ymd_of(days_).month())); }
int Date::day() const { return static_cast<int>(static_cast<unsigned>(ymd_of(days_).day())); }

int Date::weekday() const {
    return static_cast<int>(std::chrono::weekday{sys_days{days{days_}}}.iso_encoding());
}

Date Date::plus_days(std::int32_t days) const { return from_days(days_ + days); }

std::string Date::text() const {
    const year_month_day ymd = ymd_of(days_);
    const int year = static_cast<int>(ymd.year());
    const unsigned month = static_cast<unsigned>(ymd.month());
    const unsigned day = static_cast<unsigned>(ymd.day());
    char buffer[32];
    if (year < 0 || year > 9999) {
        std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", year, month, day);
        return buffer;
    }
    // Written out: dates are part of every counter's key, and printf is slow.
    std::string text = "0000-00-00";
    const auto put = [&](std::size_t last, unsigned value) {
        for (; value > 0; value /= 10) text[last--] = static_cast<char>('0' + value % 10);
    };
    put(3, static_cast<unsigned>(year));
    put(6, month);
    put(9, day);
    return text;
}

Date china_date(UtcInstant instant) {
    return Date::from_days(static_cast<std::int32_t>(floor_div(instant.ms + kChinaOffsetMs, kDayMs)));
}

int china_minute_of_day(UtcInstant instant) {
    const std::int64_t local = instant.ms + kChinaOffsetMs;
    return static_cast<int>((local - floor_div(local, kDayMs) * kDayMs) / 60'000);
}

std::string to_rfc3339(UtcInstant instant) {
    const std::int64_t local = instant.ms + kChinaOffsetMs;
    const std::int64_t day_ms = local - floor_div(local, kDayMs) * kDayMs;
    const int ms = static_cast<int>(day_ms % 1000);
    const int s = static_cast<int>(day_ms / 1000);
    char buffer[40];
    if (ms == 0) {
        std::snprintf(buffer, sizeof buffer, "T%02d:%02d:%02d+08:00", s / 3600, s / 60 % 60, s % 60);
    } else {
        std::snprintf(buffer, sizeof buffer, "T%02d:%02d:%02d.%03d+08:00", s / 3600, s / 60 % 60, s % 60, ms);
    }
    return china_date(instant).text() + buffer;
}

std::optional<UtcInstant> parse_rfc3339(std::string_view text) {
    if (text.size() < 20) return std::nullopt;
    const auto date = Date::parse(text.substr(0, 10));
    if (!date || (text[10] != 'T' && text[10] != 't')) return std::nullopt;
    std::size_t at = 11;
    const auto hour = digits(text, at, 2);
    if (!hour || !literal(text, at, ':')) return std::nullopt;
    const auto minute = digits(text, at, 2);
    if (!minute || !literal(text, at, ':')) return std::nullopt;
    const auto second = digits(text, at, 2);
    if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    const int ms = literal(text, at, '.') ? fraction_ms(text, at) : 0;
    const auto offset = offset_ms(text, at);
    if (!offset) return std::nullopt;
    const std::int64_t seconds = (*hour * 60LL + *minute) * 60 + *second;
    return UtcInstant{date->days_since_1970() * kDayMs + seconds * 1000 + ms - *offset};
}

int completed_years(Date birth, Date on) {
    int years = on.year() - birth.year();
    const bool before_birthday =
        on.month() < birth.month() || (on.month() == birth.month() && on.day() < birth.day());
    return before_birthday ? years - 1 : years;
}

UtcInstant SystemClock::utc() const {
    using namespace std::chrono;
    return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

MonotonicInstant SystemClock::monotonic() const {
    // Goes on while the machine sleeps, which CLOCK_MONOTONIC does not.
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return {static_cast<std::int64_t>(now.tv_sec) * 1'000 + now.tv_nsec / 1'000'000};
}

void ManualClock::advance_ms(std::int64_t ms) {
    utc_.ms += ms;
    monotonic_.ms += ms;
}

}  // namespace mulin::payment
