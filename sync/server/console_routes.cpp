#include "sync/server/console_routes.h"

#include <nlohmann/json.hpp>

#include "sync/server/difference.h"
#include "sync/server/report.h"

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;

constexpr std::int64_t kOnlineMs = 60'000;

// A page of another origin must not reach the console through a name that points to loopback.
bool is_own_name(std::string_view host) {
    if (host.substr(0, 1) == "[") return host.rfind("[::1]", 0) == 0;
    const std::string_view name = host.substr(0, host.find(':'));
    return name == "localhost" || (!name.empty() && name.find_first_not_of("0123456789.") == std::string_view::npos);
}

ordered_json site_value(const Site& site, const std::vector<Group>& groups) {
    Amounts amounts;
    for (const Group& group : groups) {
        if (group.key == site.id.text()) amounts = group.amounts;
    }
    return {{"site", site.id.text()},
            {"name_zh", site.name_zh},
            {"name_en", site.name_en},
            {"subdistrict", site.subdistrict},
            {"subdistrict_zh", site.subdistrict_name_zh},
            {"subdistrict_en", site.subdistrict_name_en},
            {"sales", amounts.sales},
            {"list_fen", amounts.list.in_fen()},
            {"benefit_fen", amounts.benefit.in_fen()},
            {"paid_fen", amounts.paid.in_fen()}};
}

ordered_json till_value(const TillRecord& till, UtcInstant now) {
    const bool seen = till.last_seen.ms > 0;
    ordered_json value = {{"till", till.id.text()},
                          {"site", till.site.text()},
                          {"revoked", till.revoked},
                          {"online", seen && now.ms - till.last_seen.ms < kOnlineMs},
                          {"seen_ago_s", seen ? (now.ms - till.last_seen.ms) / 1000 : -1},
                          {"waiting", till.waiting},
                          {"clock_ahead_s", till.clock_ahead_ms / 1000}};
    return value;
}

Result<ordered_json> today(District& district, const HttpRequest& request) {
    const UtcInstant now = district.clock().utc();
    const Date date = Date::parse(request.query("date")).value_or(payment::china_date(now));
    auto access = district.access();
    MULIN_TRY(const auto report, report_of(access.database, date, date));
    MULIN_TRY(const auto quarters, sales_by_quarter(access.database, date));
    MULIN_TRY(const auto sites, access.directory.sites());
    MULIN_TRY(const auto tills, access.tills.all());
    ordered_json value = ordered_json::parse(report_json(report, "date", date.text()));
    value["district_zh"] = district.identity().name_zh;
    value["district_en"] = district.identity().name_en;
    value["now"] = payment::to_rfc3339({now.ms / 1000 * 1000});
    value["sites"] = ordered_json::array();
    for (const Site& site : sites) value["sites"].push_back(site_value(site, report.by_site));
    value["tills"] = ordered_json::array();
    for (const TillRecord& till : tills) value["tills"].push_back(till_value(till, now));
    value["quarters"] = ordered_json::array();
    for (const QuarterHour& quarter : quarters) {
        value["quarters"].push_back({{"minute", quarter.minute}, {"sales", quarter.sales}});
    }
    return value;
}

// What the page lists, the newest first; counts are of everything.
Result<ordered_json> differences(District& district) {
    constexpr std::size_t kShown = 100;
    DifferenceFilter filter;
    filter.newest_first = true;
    filter.at_most = kShown;
    MULIN_TRY(const auto lines, differences_jsonl(district, filter));
    auto access = district.access();
    MULIN_TRY(const auto counts, difference_counts(access));
    ordered_json value = {{"judged", counts.judged}, {"waiting", counts.waiting}, {"expected", counts.expected},
                          {"to_look_at", counts.to_look_at}};
    value["list"] = ordered_json::array();
    for (std::size_t from = 0; from < lines.size();) {
        const std::size_t end = lines.find('\n', from);
        value["list"].push_back(ordered_json::parse(lines.substr(from, end - from)));
        from = end + 1;
    }
    return value;
}

}  // namespace

HttpResponse answer_console(District& district, const HttpRequest& request) {
    if (!is_own_name(request.host)) return refusal(421, "wrong_host", "The console answers only under its own address.");
    if (request.method != "GET") return refusal(405, "method", "The console only shows.");
    const bool differing = request.path() == "/api/differences";
    if (differing || request.path() == "/api/today") {
        const auto value = differing ? differences(district) : today(district, request);
        if (!value) return refusal(500, error_code_name(value.error().code), value.error().message);
        return {200, "application/json; charset=utf-8", value->dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
    }
    for (const ConsoleFile& file : kConsoleFiles) {
        if (request.path() == file.path) return {200, file.content_type, std::string(file.content)};
    }
    return refusal(404, "not_found", "There is nothing at this address.");
}

}  // namespace mulin::sync::server
