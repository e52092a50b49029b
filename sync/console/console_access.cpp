#include "sync/console/console_access.h"

#include <algorithm>
#include <semaphore>

#include <nlohmann/json.hpp>

#include "sync/console/audit_log.h"
#include "sync/console/sessions.h"
#include "sync/console/sign_in_guard.h"
#include "sync/database/in_transaction.h"

namespace mulin::sync::server {
namespace {

using console::Member;
using nlohmann::json;
using nlohmann::ordered_json;
using payment::ErrorCode;

// A password costs a third of a second and 32 MiB to check: never more than two at once.
// Who finds both taken is asked to come again, so that no worker waits here while tills need it.
std::counting_semaphore<2> password_slots(2);

class PasswordSlot {
  public:
    PasswordSlot() : taken_(password_slots.try_acquire()) {}
    ~PasswordSlot() {
        if (taken_) password_slots.release();
    }
    PasswordSlot(const PasswordSlot&) = delete;
    PasswordSlot& operator=(const PasswordSlot&) = delete;
    bool taken() const { return taken_; }

  private:
    bool taken_;
};

HttpResponse come_again() { return refusal(503, "busy", "Others are signing in; try again in a moment."); }

// Checked when nobody has the name, so that the answer takes as long.
constexpr const char* kNobodysRecord =
    "scrypt$32768$8$3$00000000000000000000000000000000$"
    "0000000000000000000000000000000000000000000000000000000000000000";

bool is_this_machine(const HttpRequest& request) {
    return !request.forwarded && (request.source.rfind("127.", 0) == 0 || request.source == "::1");
}

const char* session_cookie(const HttpRequest& request) {
    return request.encrypted ? "__Host-mulin_session" : "mulin_session";
}
const char* device_cookie(const HttpRequest& request) { return request.encrypted ? "__Host-mulin_device" : "mulin_device"; }

std::string cookie_line(const HttpRequest& request, const char* name, const std::string& value, std::int64_t life_s) {
    std::string line = std::string(name) + "=" + value + "; Path=/; HttpOnly; SameSite=Strict";
    if (request.encrypted) line += "; Secure";
    if (life_s >= 0) line += "; Max-Age=" + std::to_string(life_s);
    return line;
}

// A browser says where a page came from; programs without a browser say nothing and prove themselves
// by the request token.
bool is_from_own_page(const HttpRequest& request) {
    if (!request.fetch_site.empty() && request.fetch_site != "same-origin" && request.fetch_site != "none") return false;
    if (request.origin.empty()) return true;
    const std::size_t scheme = request.origin.find("://");
    return scheme != std::string::npos && request.origin.substr(scheme + 3) == request.host;
}

bool is_json(const HttpRequest& request) { return request.content_type.rfind("application/json", 0) == 0; }

HttpResponse not_from_here() {
    return refusal(403, "wrong_page", "This did not come from the console's own page; open the console and try there.");
}

HttpResponse failed_answer(const payment::Error& error) { return refusal(500, error_code_name(error.code), error.message); }

std::string text_of(const json& value, const char* key) {
    return value.is_object() && value.contains(key) && value[key].is_string() ? value[key].get<std::string>() : std::string();
}

struct Asked {
    std::string name;
    std::string password;
    std::optional<Member> member;
    console::TryFrom from;
    UtcInstant now;
};

// Counts the try. Committed before the password is looked at.
Result<console::TryAnswer> begin_try(District& district, const HttpRequest& request, Asked& asked) {
    auto access = district.access();
    return database::in_transaction(access.database, [&]() -> Result<console::TryAnswer> {
        MULIN_TRY(asked.member, console::Members(access.database).find(asked.name));
        asked.from = {asked.name, asked.member.has_value(), request.source, ""};
        const std::string device(request.cookie(device_cookie(request)));
        if (!device.empty()) {
            const std::string hash = console::token_hash(device);
            MULIN_TRY(const bool known, console::Sessions(access.database).knows_device(hash, asked.name, asked.now));
            if (known) asked.from.device = hash;
        }
        return console::SignInGuard(access.database).begin(asked.from, asked.now);
    });
}

bool is_right(const Asked& asked, const HttpRequest& request) {
    const bool may = asked.member && !asked.member->closed && (!asked.member->demo || is_this_machine(request));
    const bool right = check_scrypt_record(may ? asked.member->password : kNobodysRecord, asked.password);
    return right && may;
}

Status note_failure(District& district, const Asked& asked) {
    auto access = district.access();
    // A name that nobody has may be a password in the wrong field: it is not written down.
    const Visitor visitor{asked.member.value_or(Member{}), "", asked.from.source};
    return database::in_transaction(access.database,
                                    [&] { return write_audit(access, visitor, asked.now, "sign_in_failed", "", ""); });
}

struct Tokens {
    std::string session;
    std::string device;
};

// Always a new session: one that a page or a neighbour prepared beforehand is worth nothing.
Result<Tokens> open_session(District& district, const HttpRequest& request, const Asked& asked) {
    Tokens tokens{console::make_token(district.random()), std::string(request.cookie(device_cookie(request)))};
    if (asked.from.device.empty()) tokens.device = console::make_token(district.random());
    const std::string before(request.cookie(session_cookie(request)));
    auto access = district.access();
    console::Sessions sessions(access.database);
    const Status opened = database::in_transaction(access.database, [&]() -> Status {
        if (!before.empty()) MULIN_TRY_STATUS(sessions.end(console::token_hash(before)));
        MULIN_TRY_STATUS(console::SignInGuard(access.database).succeeded(asked.from));
        MULIN_TRY_STATUS(sessions.start(console::token_hash(tokens.session), asked.name, asked.now));
        MULIN_TRY_STATUS(sessions.know_device(console::token_hash(tokens.device), asked.name, asked.now));
        return write_audit(access, {*asked.member, "", request.source}, asked.now, "sign_in", "", "");
    });
    if (!opened) return tl::make_unexpected(opened.error());
    return tokens;
}

ordered_json me_value(District& district, const Member& member, const std::string& session) {
    return {{"name", member.name},
            {"shown", member.shown},
            {"role", console::name_of(member.role)},
            {"sites", member.sites},
            {"district_zh", district.identity().name_zh},
            {"district_en", district.identity().name_en},
            {"request_token", console::request_token(session)}};
}

HttpResponse json_answer(const ordered_json& value) {
    return {200, "application/json; charset=utf-8", value.dump(-1, ' ', false, ordered_json::error_handler_t::replace), {}};
}

HttpResponse locked_out(const console::TryAnswer& answer, UtcInstant now) {
    HttpResponse response = refusal(429, "too_many_tries", "Too many wrong tries; wait a quarter of an hour, or ask an administrator to unlock the name.");
    response.headers.emplace_back("Retry-After", std::to_string(std::max<std::int64_t>(1, (answer.next_allowed.ms - now.ms) / 1000)));
    return response;
}

Result<std::optional<Visitor>> find_visitor(District& district, const HttpRequest& request, const std::string& token) {
    const UtcInstant now = district.clock().utc();
    const std::string hash = console::token_hash(token);
    auto access = district.access();
    console::Sessions sessions(access.database);
    MULIN_TRY(const auto name, sessions.find(hash, now));
    if (!name) return std::optional<Visitor>();
    MULIN_TRY(const auto member, console::Members(access.database).find(*name));
    if (!member || member->closed || (member->demo && !is_this_machine(request))) return std::optional<Visitor>();
    MULIN_TRY_STATUS(sessions.seen(hash, now));
    return std::optional(Visitor{*member, token, request.source});
}

}  // namespace

bool is_own_name(std::string_view host, const ConsoleSettings& settings) {
    if (host.substr(0, 1) == "[") return host.find(']') != std::string_view::npos;
    const std::string_view name = host.substr(0, host.find(':'));
    if (name == "localhost") return true;
    if (std::find(settings.names.begin(), settings.names.end(), name) != settings.names.end()) return true;
    return !name.empty() && name.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::variant<Visitor, HttpResponse> visitor_of(District& district, const HttpRequest& request) {
    const std::string token(request.cookie(session_cookie(request)));
    if (token.empty()) return refusal(401, "sign_in", "Sign in first.");
    auto found = find_visitor(district, request, token);
    if (!found) return failed_answer(found.error());
    if (!*found) return refusal(401, "sign_in", "The sign-in has ended; sign in again.");
    if (request.method != "GET") {
        const bool token_fits = console::same_secret(request.request_token, console::request_token(token));
        if (!is_from_own_page(request) || !is_json(request) || !token_fits) return not_from_here();
    }
    return std::move(**found);
}

HttpResponse post_sign_in(District& district, const HttpRequest& request) {
    if (!is_from_own_page(request) || !is_json(request)) return not_from_here();
    const json value = json::parse(request.body, nullptr, false);
    Asked asked{text_of(value, "name"), text_of(value, "password"), std::nullopt, {}, district.clock().utc()};
    if (asked.name.empty() || asked.name.size() > 64 || asked.password.empty() || asked.password.size() > console::kMaxPasswordBytes) {
        return refusal(400, "malformed", "Give a name and a password.");
    }
    const PasswordSlot slot;
    if (!slot.taken()) return come_again();
    const auto allowed = begin_try(district, request, asked);
    if (!allowed) return failed_answer(allowed.error());
    if (!allowed->allowed) return locked_out(*allowed, asked.now);
    if (!is_right(asked, request)) {
        if (const auto noted = note_failure(district, asked); !noted) return failed_answer(noted.error());
        return refusal(401, "wrong_password", "Name or password is wrong.");
    }
    const auto tokens = open_session(district, request, asked);
    if (!tokens) return failed_answer(tokens.error());
    HttpResponse answer = json_answer(me_value(district, *asked.member, tokens->session));
    answer.headers.emplace_back("Set-Cookie", cookie_line(request, session_cookie(request), tokens->session, -1));
    answer.headers.emplace_back("Set-Cookie", cookie_line(request, device_cookie(request), tokens->device, console::kDeviceLifeMs / 1000));
    return answer;
}

HttpResponse post_sign_out(District& district, const HttpRequest& request, const Visitor& visitor) {
    auto access = district.access();
    const auto ended = console::Sessions(access.database).end(console::token_hash(visitor.session));
    if (!ended) return failed_answer(ended.error());
    HttpResponse answer = json_answer(ordered_json::object());
    answer.headers.emplace_back("Set-Cookie", cookie_line(request, session_cookie(request), "", 0));
    return answer;
}

HttpResponse post_password(District& district, const HttpRequest& request, const Visitor& visitor) {
    const json value = json::parse(request.body, nullptr, false);
    Asked asked{visitor.member.name, text_of(value, "old"), std::nullopt, {}, district.clock().utc()};
    const std::string fresh = text_of(value, "new");
    if (const auto fit = console::check_password(asked.name, fresh); !fit) return refusal(400, "weak", fit.error().message);
    const PasswordSlot slot;
    if (!slot.taken()) return come_again();
    const auto allowed = begin_try(district, request, asked);
    if (!allowed) return failed_answer(allowed.error());
    if (!allowed->allowed) return locked_out(*allowed, asked.now);
    if (!is_right(asked, request)) return refusal(403, "wrong_password", "The old password is wrong.");
    const auto record = make_scrypt_record(fresh, console::kPasswordCost, district.random());
    if (!record) return failed_answer(record.error());
    auto access = district.access();
    const auto changed = database::in_transaction(access.database, [&]() -> Status {
        MULIN_TRY_STATUS(console::Members(access.database).set_password(asked.name, *record, asked.now));
        MULIN_TRY_STATUS(console::Sessions(access.database).end_all(asked.name));
        MULIN_TRY_STATUS(console::SignInGuard(access.database).succeeded(asked.from));
        return write_audit(access, visitor, asked.now, "change_password", asked.name, "");
    });
    if (!changed) return failed_answer(changed.error());
    return json_answer(ordered_json::object());
}

HttpResponse get_hello(District& district, const HttpRequest& request) {
    ordered_json value = {{"district_zh", district.identity().name_zh}, {"district_en", district.identity().name_en}};
    value["demo"] = nullptr;
    if (is_this_machine(request)) {
        auto access = district.access();
        const auto member = console::Members(access.database).find("admin");
        if (!member) return failed_answer(member.error());
        if (*member && (*member)->demo && !(*member)->closed) value["demo"] = {{"name", "admin"}, {"password", console::kDemoPassword}};
    }
    return json_answer(value);
}

HttpResponse get_me(District& district, const HttpRequest&, const Visitor& visitor) {
    return json_answer(me_value(district, visitor.member, visitor.session));
}

Status write_audit(District::Access& access, const Visitor& visitor, UtcInstant now, const std::string& action,
                   const std::string& subject, const std::string& reason) {
    console::AuditLine line;
    line.at = now;
    line.who = visitor.member.name;
    line.role = visitor.member.name.empty() ? "" : console::name_of(visitor.member.role);
    line.source = visitor.source;
    line.action = action;
    line.subject = subject;
    line.reason = reason;
    return console::AuditLog(access.database).append(std::move(line));
}

}  // namespace mulin::sync::server
