#include "sync/console/console_views.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "sync/console/audit_log.h"
#include "sync/district/report.h"
#include "sync/judging/difference.h"
#include "sync/statements/statement_store.h"

namespace mulin::sync::server {
namespace {

using console::Member;
using nlohmann::ordered_json;

constexpr std::int64_t kOnlineMs = 60'000;
constexpr std::int64_t kShownRows = 100;

bool is_limited(const Member& member) { return member.role == console::OfficeRole::site_manager; }

std::string view_text(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json site_value(const Site& site, const Amounts& amounts) {
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
    return {{"till", till.id.text()},
            {"site", till.site.text()},
            {"revoked", till.revoked},
            {"online", seen && now.ms - till.last_seen.ms < kOnlineMs},
            {"seen_ago_s", seen ? (now.ms - till.last_seen.ms) / 1000 : -1},
            {"waiting", till.waiting},
            {"clock_ahead_s", till.clock_ahead_ms / 1000},
            {"software", till.software}};
}

// A site manager's figures: their sites and nothing else.
Report narrowed(const Report& whole, const Member& member) {
    if (!is_limited(member)) return whole;
    Report own;
    own.from = whole.from;
    own.until = whole.until;
    for (const Group& group : whole.by_site) {
        if (!member.may_see(group.key)) continue;
        own.by_site.push_back(group);
        own.total.sales += group.amounts.sales;
        own.total.list = own.total.list + group.amounts.list;
        own.total.delivery = own.total.delivery + group.amounts.delivery;
        own.total.benefit = own.total.benefit + group.amounts.benefit;
        own.total.paid = own.total.paid + group.amounts.paid;
    }
    return own;
}

Amounts amounts_of(const Report& report, const SiteId& site) {
    for (const Group& group : report.by_site) {
        if (group.key == site.text()) return group.amounts;
    }
    return {};
}

// Which till stands at a site that the member may see.
Result<std::map<std::string, bool>> visible_tills(District::Access& access, const Member& member) {
    MULIN_TRY(const auto tills, access.tills.all());
    std::map<std::string, bool> visible;
    for (const TillRecord& till : tills) visible[till.id.text()] = member.may_see(till.site.text());
    return visible;
}

std::string time_text(std::int64_t ms) { return payment::to_rfc3339({ms / 1000 * 1000}); }

struct Listing {
    const char* name;
    const char* sql;
    ordered_json (*row)(const database::Statement&);
    bool whole_district = false;  // not for somebody who may see some sites only
};

const Listing kListings[] = {
    {"forks",
     "SELECT f.till, f.epoch, f.seq, f.hash, f.received_ms, e.hash, e.received_ms FROM fork_entry f "
     "LEFT JOIN entry_place e ON e.till = f.till AND e.epoch = f.epoch AND e.seq = f.seq "
     "ORDER BY f.received_ms DESC, f.till, f.epoch, f.seq, f.hash LIMIT 1000",
     [](const database::Statement& row) -> ordered_json {
         return {{"till", row.text(0)}, {"epoch", row.text(1)}, {"seq", row.number(2)}, {"hash", row.text(3)},
                 {"received", time_text(row.number(4))}, {"first_hash", row.text(5)}, {"first_received", time_text(row.number(6))}};
     }},
    {"quarantine",
     "SELECT till, reason, raw_sha256, length(raw), received_ms FROM quarantine ORDER BY received_ms DESC, till, raw_sha256 LIMIT 1000",
     [](const database::Statement& row) -> ordered_json {
         return {{"till", row.text(0)}, {"reason", row.text(1)}, {"sha256", row.text(2)}, {"bytes", row.number(3)},
                 {"received", time_text(row.number(4))}};
     }},
    {"findings",
     "SELECT till, epoch, seq, kind, text, found_ms FROM finding ORDER BY found_ms DESC, till, epoch, seq, kind LIMIT 1000",
     [](const database::Statement& row) -> ordered_json {
         return {{"till", row.text(0)}, {"epoch", row.text(1)}, {"seq", row.number(2)}, {"kind", row.text(3)},
                 {"text", row.text(4)}, {"found", time_text(row.number(5))}};
     }},
    // Claims that no rule can decide: their amount waits in suspense for a person's ruling.
    {"verdicts",
     "SELECT c.till, c.epoch, c.seq, c.reason, c.site, c.vendor, c.business_day, sum(p.claimed_fen), sum(p.suspense_fen), c.hash "
     "FROM claim_part p CROSS JOIN claim c "  // from the few parts that wait to their claims
     "WHERE p.suspense_fen > 0 AND c.till = p.till AND c.epoch = p.epoch AND c.seq = p.seq AND c.hash = p.hash GROUP BY c.till, c.epoch, c.seq, c.hash, c.reason, c.site, c.vendor, c.business_day "
     "ORDER BY c.business_day DESC, c.till, c.epoch, c.seq, c.hash LIMIT 1000",
     [](const database::Statement& row) -> ordered_json {
         return {{"till", row.text(0)}, {"epoch", row.text(1)}, {"seq", row.number(2)}, {"reason", row.text(3)},
                 {"site", row.text(4)}, {"vendor", row.text(5)},
                 {"date", Date::from_days(static_cast<std::int32_t>(row.number(6))).text()},
                 {"claimed_fen", row.number(7)}, {"suspense_fen", row.number(8)}, {"hash", row.text(9)}};
     },
     true},
};

Result<ordered_json> list_of(District::Access& access, const Listing& listing, const std::map<std::string, bool>& visible,
                             bool limited) {
    auto query = access.database.prepare(listing.sql);
    ordered_json list = ordered_json::array();
    std::int64_t count = 0;
    for (;;) {
        MULIN_TRY(const bool more, query.step());
        if (!more) break;
        const auto till = visible.find(query.text(0));
        if (till == visible.end() ? limited : !till->second) continue;
        if (++count <= kShownRows) list.push_back(listing.row(query));
    }
    return ordered_json{{"count", count}, {"list", std::move(list)}};
}

}  // namespace

Result<std::string> today_view(District& district, const Member& member, Date date) {
    const UtcInstant now = district.clock().utc();
    const bool limited = is_limited(member);
    auto access = district.access();
    MULIN_TRY(const auto whole, report_of(access.database, date, date));
    MULIN_TRY(const auto quarters, sales_by_quarter(access.database, date));
    MULIN_TRY(const auto sites, access.directory.sites());
    MULIN_TRY(const auto tills, access.tills.all());
    const Report report = narrowed(whole, member);
    ordered_json value = ordered_json::parse(report_json(report, "date", date.text()));
    value["district_zh"] = district.identity().name_zh;
    value["district_en"] = district.identity().name_en;
    value["now"] = payment::to_rfc3339({now.ms / 1000 * 1000});
    value["limited"] = limited;
    value["sites"] = ordered_json::array();
    for (const Site& site : sites) {
        if (member.may_see(site.id.text())) value["sites"].push_back(site_value(site, amounts_of(report, site.id)));
    }
    value["tills"] = ordered_json::array();
    for (const TillRecord& till : tills) {
        if (member.may_see(till.site.text())) value["tills"].push_back(till_value(till, now));
    }
    value["quarters"] = ordered_json::array();
    for (const QuarterHour& quarter : quarters) {
        if (!limited) value["quarters"].push_back({{"minute", quarter.minute}, {"sales", quarter.sales}});
    }
    return view_text(value);
}

Result<std::string> differences_view(District& district, const Member& member) {
    const bool limited = is_limited(member);
    DifferenceFilter filter;
    filter.newest_first = true;
    filter.at_most = limited ? 100 * kShownRows : kShownRows;
    MULIN_TRY(const auto lines, differences_jsonl(district, filter));
    auto access = district.access();
    MULIN_TRY(const auto counts, difference_counts(access));
    MULIN_TRY(const auto judged, judged_count(access));
    ordered_json value = {{"judged", judged}, {"waiting", counts.waiting}, {"expected", counts.expected},
                          {"to_look_at", counts.to_look_at}};
    value["list"] = ordered_json::array();
    for (std::size_t from = 0; from < lines.size() && value["list"].size() < kShownRows;) {
        const std::size_t end = lines.find('\n', from);
        auto line = ordered_json::parse(lines.substr(from, end - from));
        from = end + 1;
        if (limited && (!line.contains("site") || !member.may_see(line["site"].get<std::string>()))) continue;
        line.erase("diner");
        for (const char* side : {"till", "district"}) {  // whose counters' keys name the diner
            if (line.contains(side) && line[side].is_object()) line[side].erase("uses");
        }
        value["list"].push_back(std::move(line));
    }
    if (limited) {  // how many others have is not theirs to know
        for (const char* key : {"judged", "waiting", "expected", "to_look_at"}) value[key] = 0;
        for (const auto& line : value["list"]) {
            auto& count = value[line["expected"].get<bool>() ? "expected" : "to_look_at"];
            count = count.get<std::int64_t>() + 1;
        }
    }
    return view_text(value);
}

Result<std::string> exceptions_view(District& district, const Member& member) {
    auto access = district.access();
    MULIN_TRY(const auto visible, visible_tills(access, member));
    ordered_json value;
    for (const Listing& listing : kListings) {
        if (listing.whole_district && is_limited(member)) continue;
        MULIN_TRY(value[listing.name], list_of(access, listing, visible, is_limited(member)));
    }
    return view_text(value);
}

Result<std::string> bills_view(District& district, std::optional<Date> day) {
    MULIN_TRY(const auto bills, bills_json(district));
    ordered_json value = {{"bills", ordered_json::parse(bills)}, {"match", nullptr}};
    if (day) {
        MULIN_TRY(const auto match, match_json(district, *day));
        value["match"] = ordered_json::parse(match);
    }
    return view_text(value);
}

Result<std::string> audit_view(District& district, console::AuditCheck& check, std::int64_t before) {
    auto access = district.access();
    console::AuditLog log(access.database);
    MULIN_TRY(const auto head, log.head());
    MULIN_TRY(const auto lines, log.page(before, kShownRows));
    const auto verified = check.look(log);
    ordered_json value = {{"lines", head.lines}, {"head", head.hash}, {"unbroken", verified.has_value()}};
    value["broken"] = verified ? ordered_json() : ordered_json(verified.error().message);
    value["list"] = ordered_json::array();
    for (const auto& line : lines) {
        value["list"].push_back({{"seq", line.seq}, {"at", payment::to_rfc3339({line.at.ms / 1000 * 1000})}, {"who", line.who},
                                 {"role", line.role}, {"source", line.source}, {"action", line.action},
                                 {"subject", line.subject}, {"reason", line.reason}});
    }
    return view_text(value);
}

}  // namespace mulin::sync::server
