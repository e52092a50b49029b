#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "sync/console/console_sale.h"

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;
using payment::ErrorCode;
using payment::fail;

constexpr std::size_t kFoundAtMost = 50;

// Ids of everybody with exactly this name, or the id itself.
Result<std::vector<std::string>> diners_called(District::Access& access, const std::string& text) {
    std::vector<std::string> ids;
    MULIN_TRY(const auto by_id, access.directory.diner(DinerId(text)));
    if (by_id) return std::vector<std::string>{text};
    const std::string needle = "\"name\":" + nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    std::string pattern;
    for (const char letter : needle) {
        if (letter == '%' || letter == '_' || letter == '!') pattern += '!';
        pattern += letter;
    }
    auto query = access.database.prepare("SELECT id FROM diner WHERE record LIKE ? ESCAPE '!' ORDER BY id LIMIT 20");
    const std::string like = "%" + pattern + "%";
    query.bind(like);
    for (;;) {
        MULIN_TRY(const bool more, query.step());
        if (!more) return ids;
        ids.push_back(query.text(0));
    }
}

// Columns of kFoundColumns.
ordered_json found_row(const database::Statement& row) {
    return {{"till", row.text(0)}, {"epoch", row.text(1)}, {"seq", row.number(2)},
            {"at", payment::to_rfc3339({row.number(3) / 1000 * 1000})}, {"site", row.text(4)}, {"meal", row.text(5)},
            {"service", row.text(6)}, {"category", row.text(7)}, {"diner", masked_id(row.text(8))},
            {"list_fen", row.number(9) + row.number(10)}, {"benefit_fen", row.number(11)}, {"paid_fen", row.number(12)},
            {"training", row.number(13) != 0}};
}

#define MULIN_FOUND_COLUMNS                                                                                      \
    "SELECT s.till, s.epoch, s.seq, s.at_ms, s.site, s.meal, s.service, s.category, s.diner, s.list_fen, "       \
    "s.delivery_fen, s.benefit_fen, s.paid_fen, s.training FROM sale s "

class Found {
  public:
    explicit Found(const console::Member& member) : member_(member) {}
    Status take(database::Statement& query) {
        for (;;) {
            MULIN_TRY(const bool more, query.step());
            if (!more) return payment::ok();
            if (!member_.may_see(query.text(4))) continue;
            if (list_.size() >= kFoundAtMost) {
                more_ = true;
                return payment::ok();
            }
            list_.push_back(found_row(query));
        }
    }
    std::string json() const { return ordered_json{{"list", list_}, {"more", more_}}.dump(-1, ' ', false, ordered_json::error_handler_t::replace); }
    bool any() const { return !list_.empty(); }

  private:
    const console::Member& member_;
    ordered_json list_ = ordered_json::array();
    bool more_ = false;
};

Status find_entry(District::Access& access, const EntryKey& key, Found& found) {
    auto query = access.database.prepare(MULIN_FOUND_COLUMNS "JOIN entry_place e ON e.id = s.entry WHERE e.till = ? AND e.epoch = ? AND e.seq = ?");
    query.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq);
    return found.take(query);
}

Status find_payment(District::Access& access, const std::string& number, Found& found) {
    auto query = access.database.prepare(
        MULIN_FOUND_COLUMNS "JOIN sale_payment p ON p.entry = s.entry WHERE p.attempt = ? ORDER BY s.at_ms DESC");
    query.bind(number);
    return found.take(query);
}

Status find_diner(District::Access& access, const std::string& diner, Found& found) {
    auto query = access.database.prepare(MULIN_FOUND_COLUMNS "WHERE s.diner = ? ORDER BY s.at_ms DESC LIMIT 1000");
    query.bind(diner);
    return found.take(query);
}

std::optional<int> minute_of(const std::string& time) {
    int hour = 0, minute = 0;
    const char* end = time.data() + time.size();
    const auto [colon, bad_hour] = std::from_chars(time.data(), end, hour);
    if (bad_hour != std::errc() || colon == end || *colon != ':') return std::nullopt;
    const auto [last, bad_minute] = std::from_chars(colon + 1, end, minute);
    if (bad_minute != std::errc() || last != end || hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
    return hour * 60 + minute;
}

// A day's sales, narrowed by an amount and a time.
Status find_by_figures(District::Access& access, const SaleSearch& asked, Found& found) {
    const auto minute = minute_of(asked.time);
    const std::int64_t midnight = asked.date->days_since_1970() * 86'400'000LL - payment::kChinaOffsetMs;
    const std::int64_t from = minute ? midnight + (*minute - 30) * 60'000LL : INT64_MIN;
    const std::int64_t until = minute ? midnight + (*minute + 30) * 60'000LL : INT64_MAX;
    const std::int64_t amount = asked.amount_fen.value_or(-1);
    auto query = access.database.prepare(
        MULIN_FOUND_COLUMNS "WHERE s.business_day = ? AND s.at_ms >= ? AND s.at_ms <= ? AND "
        "(? < 0 OR s.paid_fen = ? OR s.list_fen + s.delivery_fen = ?) ORDER BY s.at_ms DESC LIMIT 1000");
    query.bind(std::int64_t{asked.date->days_since_1970()}).bind(from).bind(until).bind(amount).bind(amount).bind(amount);
    return found.take(query);
}

}  // namespace

std::string masked_id(std::string_view id) {
    if (id.empty()) return "";
    if (id.size() <= 3) return "***";
    return std::string(id.substr(0, 1)) + std::string(id.size() - 3, '*') + std::string(id.substr(id.size() - 2));
}

std::string masked_name(std::string_view name) {
    std::vector<std::string_view> letters;
    for (std::size_t from = 0; from < name.size();) {
        std::size_t end = from + 1;
        while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) ++end;
        letters.push_back(name.substr(from, end - from));
        from = end;
    }
    std::string masked;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const bool shown = letters.size() > 1 && (i == 0 || (i + 1 == letters.size() && letters.size() > 2));
        masked += shown ? std::string(letters[i]) : "＊";
    }
    return masked;
}

std::optional<EntryKey> parse_entry_name(std::string_view text) {
    if (text.rfind("MULIN1 ", 0) == 0) {
        text.remove_prefix(7);
        text = text.substr(0, text.rfind(' '));  // the hash
    }
    const std::size_t last = text.find_last_of("/- ");
    if (last == std::string_view::npos || last == 0) return std::nullopt;
    const std::size_t middle = text.substr(0, last).find_last_of("/- ");
    if (middle == std::string_view::npos || middle == 0) return std::nullopt;
    std::int64_t seq = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data() + last + 1, end, seq);
    if (error != std::errc() || at != end || seq <= 0) return std::nullopt;
    return EntryKey{TillId(std::string(text.substr(0, middle))), EpochId(std::string(text.substr(middle + 1, last - middle - 1))), seq};
}

Result<SearchAnswer> search_sales(District::Access& access, const console::Member& member, const SaleSearch& asked) {
    Found found(member);
    SearchAnswer answer;
    if (!asked.text.empty()) {
        if (const auto key = parse_entry_name(asked.text)) MULIN_TRY_STATUS(find_entry(access, *key, found));
        if (!found.any()) MULIN_TRY_STATUS(find_payment(access, asked.text, found));
        answer.subject = found.any() ? "number " + asked.text : "";
        if (!found.any()) {
            MULIN_TRY(const auto diners, diners_called(access, asked.text));
            for (const std::string& diner : diners) {
                MULIN_TRY_STATUS(find_diner(access, diner, found));
                answer.subject += (answer.subject.empty() ? "diner " : ", ") + diner;
            }
            answer.by_person = true;
        }
        if (answer.subject.empty()) answer.subject = "nothing found";
    } else if (asked.date) {
        MULIN_TRY_STATUS(find_by_figures(access, asked, found));
        answer.subject = "day " + asked.date->text() + (asked.time.empty() ? "" : " about " + asked.time) +
                         (asked.amount_fen ? " amount " + std::to_string(*asked.amount_fen) : "");
    } else {
        return fail(ErrorCode::invalid_input, "Give a number, a diner or a day to search for.");
    }
    answer.json = found.json();
    return answer;
}

}  // namespace mulin::sync::server
