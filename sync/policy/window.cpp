#include "sync/policy/window.h"

#include <algorithm>

namespace mulin::sync::policy {
namespace {

constexpr int kDayMinutes = 24 * 60;

bool releases_on(const Limit& limit, Date day) { return (limit.release_days >> (day.weekday() - 1) & 1u) != 0; }

// The day of the newest release at or before this moment, if there is one.
std::optional<Date> newest_release(const Limit& limit, Date date, int minute) {
    for (int back = 0; back <= 7; ++back) {
        const Date day = date.plus_days(-back);
        if (releases_on(limit, day) && (back > 0 || minute >= limit.release_minute)) return day;
    }
    return std::nullopt;
}

// Releases from `since` through `newest`, both days included.
std::int64_t releases_between(const Limit& limit, Date since, Date newest) {
    if (newest < since) return 0;
    const std::int64_t days = newest.days_since_1970() - since.days_since_1970() + 1;
    std::int64_t count = 0;
    for (int i = 0; i < 7; ++i) {
        if (releases_on(limit, Date::from_days(since.days_since_1970() + i))) count += (days - i + 6) / 7;
    }
    return count;
}

std::int64_t months_of(Date date) { return date.year() * std::int64_t{12} + date.month() - 1; }

// How many windows have begun from `since` to `date`, the present one included.
std::int64_t windows_begun(const Limit& limit, Date since, Date date) {
    if (date < since) return 1;
    switch (limit.window) {
        case Window::day: return date.days_since_1970() - since.days_since_1970() + 1;
        case Window::week:
            return (date.plus_days(1 - date.weekday()).days_since_1970() - since.plus_days(1 - since.weekday()).days_since_1970()) / 7 + 1;
        case Window::month: return months_of(date) - months_of(since) + 1;
        case Window::year: return date.year() - since.year() + 1;
        default: return 1;
    }
}

std::int64_t carried(const Limit& limit, Date date, int minute) {
    Date since = limit.carry_since;
    if (limit.carry_over == Limit::CarryOver::year) since = std::max(since, Date::from_ymd(date.year(), 1, 1).value_or(since));
    if (limit.window != Window::release) return windows_begun(limit, since, date);
    const auto newest = newest_release(limit, date, minute);
    return newest ? releases_between(limit, since, *newest) : 0;
}

bool has_lapsed(const Limit& limit, Date date, int minute) {
    if (limit.window != Window::release || !limit.release_hours) return false;
    const auto newest = newest_release(limit, date, minute);
    if (!newest) return true;
    const std::int64_t since = (date.days_since_1970() - newest->days_since_1970()) * kDayMinutes + minute - limit.release_minute;
    return since >= *limit.release_hours * 60;
}

// Made when first asked for, and kept by the facts; only a release has its text made here.
const std::string& window_text(const Limit& limit, const Facts& facts, std::string& made) {
    if (limit.carry_over == Limit::CarryOver::year) return facts.window(Window::year);
    if (limit.carry_over == Limit::CarryOver::campaign) return facts.window(Window::campaign);
    if (limit.window != Window::release) return facts.window(limit.window);
    const auto newest = newest_release(limit, facts.date, facts.minute);
    return made = newest ? "r" + newest->text() : "r-";
}

UtcInstant moment(Date date, std::int64_t minute) {
    return {(std::int64_t{date.days_since_1970()} * kDayMinutes + minute) * 60'000 - payment::kChinaOffsetMs};
}

Date next_month(Date date) {
    const int month = date.month();
    return Date::from_ymd(date.year() + month / 12, month % 12 + 1, 1).value_or(date.plus_days(31));
}

}  // namespace

std::string key_text(std::string_view id) {
    if (id.find_first_of("|%") == std::string_view::npos) return std::string(id);
    std::string text;
    text.reserve(id.size());
    for (const char c : id) {
        if (c == '|') {
            text += "%7C";
        } else if (c == '%') {
            text += "%25";
        } else {
            text += c;
        }
    }
    return text;
}

std::vector<std::string> keys_of(const Limit& limit, const Facts& facts) {
    std::vector<std::string> keys;
    add_keys(limit, facts, keys);
    return keys;
}

void add_keys(const Limit& limit, const Facts& facts, std::vector<std::string>& keys) {
    if (limit.window == Window::sale) {
        keys.push_back(limit.key_prefix + "|#|sale");
        return;
    }
    std::string made;
    const std::string& window = window_text(limit, facts, made);
    const auto& request = facts.request;
    const auto add = [&](std::string_view mark, std::string_view subject) {
        std::string key;
        key.reserve(limit.key_prefix.size() + mark.size() + subject.size() + window.size() + 2);
        key.append(limit.key_prefix).append("|").append(mark).append(subject).append("|").append(window);
        keys.push_back(std::move(key));
    };
    if (limit.subject == Subject::everyone) add("*", "");
    if (limit.subject == Subject::site) add("@", key_text(request.site.id));
    if (!request.diner || limit.subject == Subject::everyone || limit.subject == Subject::site) return;
    std::string person = key_text(request.diner->id);
    if (limit.subject == Subject::person_at_site) person += "@" + key_text(request.site.id);
    add("", person);
    if (limit.subject == Subject::identifiers) {
        for (const auto& other : request.diner->identifiers) add("=", key_text(other));
    }
}

Allowance allowance(const Limit& limit, Date date, int minute) {
    Allowance allowed{limit.max_uses, limit.max_amount};
    if (limit.carry_over == Limit::CarryOver::none && !limit.release_hours) return allowed;
    std::int64_t times = limit.carry_over == Limit::CarryOver::none ? 1 : carried(limit, date, minute);
    if (has_lapsed(limit, date, minute)) times = 0;
    if (allowed.uses) allowed.uses = *allowed.uses * times;
    if (allowed.amount) {
        const __int128 fen = static_cast<__int128>(allowed.amount->in_fen()) * times;
        allowed.amount = fen > Money::kMaxFen ? Money::fen(Money::kMaxFen) : Money::fen(static_cast<std::int64_t>(fen));
    }
    return allowed;
}

std::optional<UtcInstant> changes_next(const Limit& limit, Date date, int minute) {
    switch (limit.window) {
        case Window::meal:
        case Window::day: return moment(date.plus_days(1), 0);
        case Window::week: return moment(date.plus_days(8 - date.weekday()), 0);
        case Window::month: return moment(next_month(date), 0);
        case Window::year: return moment(Date::from_ymd(date.year() + 1, 1, 1).value_or(date.plus_days(366)), 0);
        case Window::campaign:
        case Window::sale: return std::nullopt;
        case Window::release: break;
    }
    std::optional<UtcInstant> next;
    for (int ahead = 0; ahead <= 7 && !next; ++ahead) {
        const Date day = date.plus_days(ahead);
        if (releases_on(limit, day) && (ahead > 0 || minute < limit.release_minute)) next = moment(day, limit.release_minute);
    }
    if (!limit.release_hours || has_lapsed(limit, date, minute)) return next;
    if (const auto newest = newest_release(limit, date, minute)) {
        const auto lapses = moment(*newest, limit.release_minute + *limit.release_hours * 60);
        if (!next || lapses.ms < next->ms) next = lapses;
    }
    return next;
}

}  // namespace mulin::sync::policy
