#include "sync/console/console_routes.h"

#include <algorithm>
#include <charconv>
#include <span>

#include <nlohmann/json.hpp>

#include "sync/books/settle_report.h"
#include "sync/console/console_claim.h"
#include "sync/console/console_months.h"
#include "sync/console/console_sale.h"
#include "sync/console/console_views.h"
#include "sync/database/in_transaction.h"

namespace mulin::sync::server {
namespace {

using console::OfficeRole;
using nlohmann::json;
using payment::ErrorCode;

constexpr std::size_t kMaxReasonBytes = 400;

struct Visit {
    District& district;
    const ConsoleSettings& settings;
    const HttpRequest& request;
    const Visitor& visitor;
};

HttpResponse view_answer(const Result<std::string>& view) {
    if (view) return {200, "application/json; charset=utf-8", *view, {}};
    switch (view.error().code) {
        case ErrorCode::invalid_input: return refusal(400, "malformed", view.error().message);
        case ErrorCode::not_found: return refusal(404, "not_found", view.error().message);
        case ErrorCode::refused: return refusal(403, "refused", view.error().message);
        case ErrorCode::conflict: return refusal(409, "conflict", view.error().message);
        default: return refusal(500, error_code_name(view.error().code), view.error().message);
    }
}

std::string field(const json& value, const char* key, std::size_t most) {
    if (!value.is_object() || !value.contains(key) || !value[key].is_string()) return {};
    auto text = value[key].get<std::string>();
    return text.size() > most ? std::string() : text;
}

Date asked_date(const Visit& visit) {
    return Date::parse(visit.request.query("date")).value_or(payment::china_date(visit.district.clock().utc()));
}

HttpResponse get_bills(const Visit& visit) {
    const auto text = visit.request.query("date");
    return view_answer(bills_view(visit.district, text.empty() ? std::nullopt : Date::parse(text)));
}

HttpResponse get_audit(const Visit& visit) {
    const auto text = visit.request.query("before");
    std::int64_t before = 0;
    std::from_chars(text.data(), text.data() + text.size(), before);
    return view_answer(audit_view(visit.district, *visit.settings.audit_check, before));
}

// The answer leaves only when the line about it is durable.
template <class Look>
Result<std::string> looked_at(const Visit& visit, const Look& look) {
    auto access = visit.district.access();
    return database::in_transaction(access.database, [&]() -> Result<std::string> { return look(access); });
}

HttpResponse post_search(const Visit& visit) {
    const json value = json::parse(visit.request.body, nullptr, false);
    SaleSearch asked;
    asked.text = field(value, "text", 200);
    asked.date = Date::parse(field(value, "date", 10));
    asked.time = field(value, "time", 5);
    if (value.is_object() && value.contains("amount_fen") && value["amount_fen"].is_number_integer()) asked.amount_fen = value["amount_fen"].get<std::int64_t>();
    const std::string reason = field(value, "reason", kMaxReasonBytes);
    return view_answer(looked_at(visit, [&](District::Access& access) -> Result<std::string> {
        MULIN_TRY(auto found, search_sales(access, visit.visitor.member, asked));
        if (found.by_person && reason.empty()) {
            return payment::fail(ErrorCode::invalid_input, "Say why you are looking for a person; the reason is kept.");
        }
        MULIN_TRY_STATUS(write_audit(access, visit.visitor, visit.district.clock().utc(), "search", found.subject, reason));
        return std::move(found.json);
    }));
}

std::int64_t whole(const json& value, const char* key, std::int64_t otherwise) {
    const bool given = value.is_object() && value.contains(key) && value[key].is_number_integer();
    return given ? value[key].get<std::int64_t>() : otherwise;
}

EntryKey key_in(const json& value) {
    return {TillId(field(value, "till", 64)), EpochId(field(value, "epoch", 64)), whole(value, "seq", 0)};
}

HttpResponse post_sale(const Visit& visit) {
    const json value = json::parse(visit.request.body, nullptr, false);
    const EntryKey key = key_in(value);
    const std::string reason = field(value, "reason", kMaxReasonBytes);
    const bool unveil = value.is_object() && value.contains("unveil") && value["unveil"] == true;
    if (unveil && reason.empty()) return refusal(400, "malformed", "Say why you must see the name; the reason is kept.");
    return view_answer(looked_at(visit, [&](District::Access& access) -> Result<std::string> {
        MULIN_TRY(auto story, sale_story(access, visit.visitor.member, key, unveil));
        MULIN_TRY_STATUS(write_audit(access, visit.visitor, visit.district.clock().utc(), unveil ? "unveil_diner" : "see_sale",
                                     entry_name(key), reason));
        return story;
    }));
}

HttpResponse post_decide(const Visit& visit) {
    const json value = json::parse(visit.request.body, nullptr, false);
    RulingRequest request;
    request.sale = key_in(value);
    request.hash = field(value, "hash", 64);
    request.ruling = field(value, "as", 16);
    request.reason = field(value, "reason", kMaxReasonBytes);
    request.seen = whole(value, "seen", -1);
    if (request.hash.size() != 64 || request.seen < 0) return refusal(400, "malformed", "Look at the claim before you decide about it.");
    if (request.reason.find_first_not_of(" \t\r\n") == std::string::npos) {
        return refusal(400, "malformed", "Say why you decide so, in at most 400 bytes; the reason is kept.");
    }
    return view_answer(decide_claim(visit.district, visit.visitor, std::move(request)));
}

HttpResponse post_close_month(const Visit& visit) {
    const json value = json::parse(visit.request.body, nullptr, false);
    const std::string month = field(value, "month", 7), step = field(value, "step", 8);
    for (const auto& [word, one] : {std::pair("propose", CloseStep::propose), std::pair("withdraw", CloseStep::withdraw), std::pair("confirm", CloseStep::confirm)}) {
        if (step == word) return view_answer(close_step(visit.district, visit.visitor, month, one));
    }
    return refusal(400, "malformed", "Say propose, withdraw or confirm.");
}

// The month's report for a spreadsheet, as it stands or as it was closed.
HttpResponse get_month_csv(const Visit& visit) {
    const std::string month(visit.request.query("month"));
    if (month.size() != 7) return refusal(400, "malformed", "Name a month like 2026-03.");
    HttpResponse answer = view_answer(month_report(visit.district, month, true));
    if (answer.status != 200) return answer;
    answer.content_type = "text/csv; charset=utf-8";
    answer.headers.emplace_back("Content-Disposition", "attachment; filename=\"mulin-" + month + ".csv\"");
    return answer;
}

constexpr unsigned bit(OfficeRole role) { return 1U << static_cast<unsigned>(role); }
constexpr unsigned kWholeDistrict = bit(OfficeRole::administrator) | bit(OfficeRole::settlement) | bit(OfficeRole::auditor);
constexpr unsigned kAnyRole = kWholeDistrict | bit(OfficeRole::site_manager);
constexpr unsigned kDeciders = bit(OfficeRole::administrator) | bit(OfficeRole::settlement);
constexpr unsigned kAuditReaders = bit(OfficeRole::administrator) | bit(OfficeRole::auditor);

struct ConsoleRoute {
    const char* method;
    const char* path;
    unsigned roles;
    HttpResponse (*handle)(const Visit&);
};

constexpr ConsoleRoute kConsoleRoutes[] = {
    {"GET", "/api/me", kAnyRole, [](const Visit& v) { return get_me(v.district, v.request, v.visitor); }},
    {"POST", "/api/sign_out", kAnyRole, [](const Visit& v) { return post_sign_out(v.district, v.request, v.visitor); }},
    {"POST", "/api/password", kAnyRole, [](const Visit& v) { return post_password(v.district, v.request, v.visitor); }},
    {"GET", "/api/today", kAnyRole, [](const Visit& v) { return view_answer(today_view(v.district, v.visitor.member, asked_date(v))); }},
    {"GET", "/api/differences", kAnyRole, [](const Visit& v) { return view_answer(differences_view(v.district, v.visitor.member)); }},
    {"GET", "/api/exceptions", kAnyRole, [](const Visit& v) { return view_answer(exceptions_view(v.district, v.visitor.member)); }},
    {"POST", "/api/search", kAnyRole, post_search},
    {"POST", "/api/sale", kAnyRole, post_sale},
    {"POST", "/api/decide", kDeciders, post_decide},
    {"GET", "/api/months", kWholeDistrict, [](const Visit& v) { return view_answer(months_view(v.district)); }},
    {"GET", "/api/month_csv", kWholeDistrict, get_month_csv},
    {"POST", "/api/close_month", kDeciders, post_close_month},
    {"GET", "/api/bills", kWholeDistrict, get_bills},
    {"GET", "/api/audit", kAuditReaders, get_audit},
};

HttpResponse answer_api(District& district, const ConsoleSettings& settings, const HttpRequest& request) {
    bool known_path = false;
    for (const ConsoleRoute& route : kConsoleRoutes) {
        if (request.path() != route.path) continue;
        known_path = true;
        if (request.method != route.method) continue;
        const auto asked = visitor_of(district, request);
        if (const auto* no = std::get_if<HttpResponse>(&asked)) return *no;
        const Visitor& visitor = std::get<Visitor>(asked);
        if ((route.roles & bit(visitor.member.role)) == 0) {
            return refusal(403, "role", "Your role does not include this; ask an administrator of the district.");
        }
        return route.handle({district, settings, request, visitor});
    }
    if (known_path) return refusal(405, "method", "This address does not take that method.");
    return refusal(404, "not_found", "There is nothing at this address.");
}

}  // namespace

std::vector<std::string> console_addresses() {
    std::vector<std::string> addresses;
    for (const ConsoleRoute& route : kConsoleRoutes) addresses.push_back(std::string(route.method) + " " + route.path);
    return addresses;
}

HttpResponse answer_console(District& district, const ConsoleSettings& settings, const HttpRequest& request) {
    if (!is_own_name(request.host, settings)) return refusal(421, "wrong_host", "The console answers only under its own address.");
    const std::string_view path = request.path();
    if (path == "/api/hello" && request.method == "GET") return get_hello(district, request);
    if (path == "/api/sign_in" && request.method == "POST") return post_sign_in(district, request);
    if (path.substr(0, 5) == "/api/") return answer_api(district, settings, request);
    for (const ConsoleFile& file : kConsoleFiles) {
        if (path != file.path) continue;
        if (request.method != "GET" && request.method != "HEAD") return refusal(405, "method", "This address does not take that method.");
        return {200, file.content_type, std::string(file.content), {}};
    }
    return refusal(404, "not_found", "There is nothing at this address.");
}

}  // namespace mulin::sync::server
