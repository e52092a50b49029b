#pragma once
// Three kinds of time that do not mix: a monotonic instant (for waiting), a UTC instant (for
// records) and a calendar date (business dates, birth dates). Clock is the seam: only SystemClock
// reads the machine's clock. Mainland China has one zone, UTC+8, without summer time since 1991.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mulin::payment {

struct MonotonicInstant {
    std::int64_t ms = 0;  // since some start; comparable only within one process
    friend auto operator<=>(MonotonicInstant, MonotonicInstant) = default;
};

struct UtcInstant {
    std::int64_t ms = 0;  // since 1970-01-01T00:00:00Z
    friend auto operator<=>(UtcInstant, UtcInstant) = default;
};

// A calendar day, proleptic Gregorian. Weekdays count from Monday = 1 to Sunday = 7.
class Date {
  public:
    Date() = default;
    static std::optional<Date> from_ymd(int year, int month, int day);
    // "YYYY-MM-DD" and nothing else.
    static std::optional<Date> parse(std::string_view text);
    static Date from_days(std::int32_t days_since_1970);

    std::int32_t days_since_1970() const { return days_; }
    int year() const;
    int month() const;
    int day() const;
    int weekday() const;
    Date plus_days(std::int32_t days) const;
    std::string text() const;
    friend auto operator<=>(Date, Date) = default;

  private:
    std::int32_t days_ = 0;
};

inline constexpr std::int64_t kChinaOffsetMs = 8 * 3600 * 1000;

Date china_date(UtcInstant instant);
// Minutes since midnight in China, 0 to 1439.
int china_minute_of_day(UtcInstant instant);
// "2026-03-10T11:45:00+08:00"; milliseconds are written only when not zero.
std::string to_rfc3339(UtcInstant instant);
// Any offset; fractions of a second up to milliseconds are kept, further digits are dropped.
std::optional<UtcInstant> parse_rfc3339(std::string_view text);
// Completed years on `on`; somebody born on 29 February has the birthday on 1 March in common years.
int completed_years(Date birth, Date on);

class Clock {
  public:
    virtual ~Clock() = default;
    virtual UtcInstant utc() const = 0;
    virtual MonotonicInstant monotonic() const = 0;
};

class SystemClock final : public Clock {
  public:
    UtcInstant utc() const override;
    MonotonicInstant monotonic() const override;
};

// For tests and simulation: stands still until moved.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(UtcInstant start) : utc_(start) {}
    UtcInstant utc() const override { return utc_; }
    MonotonicInstant monotonic() const override { return monotonic_; }
    void advance_ms(std::int64_t ms);
    void set_utc(UtcInstant utc) { utc_ = utc; }

  private:
    UtcInstant utc_;
    MonotonicInstant monotonic_;
};

}  // namespace mulin::payment
