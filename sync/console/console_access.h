#pragma once
// The console's door: from a request to the person who asks, signing in and out. Everything behind it
// may rely on a Visitor being somebody of the office, in a session that lives, and, for whatever changes
// or unveils something, on the request coming from our own page.

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sync/console/audit_log.h"
#include "sync/console/member.h"
#include "sync/district/district.h"
#include "sync/http/http_types.h"

namespace mulin::sync::server {

struct ConsoleSettings {
    std::vector<std::string> names;  // further host names the console answers under
    std::shared_ptr<console::AuditCheck> audit_check = std::make_shared<console::AuditCheck>();  // of this process
};

struct Visitor {
    console::Member member;
    std::string session;  // token, as sent
    std::string source;
};

// Host names a rebinding page cannot take: loopback, plain addresses, and the settings' own.
bool is_own_name(std::string_view host, const ConsoleSettings& settings);

// Who asks; or the answer that refuses: 401 not signed in, 403 not from our own page (POST only).
std::variant<Visitor, HttpResponse> visitor_of(District& district, const HttpRequest& request);

HttpResponse post_sign_in(District& district, const HttpRequest& request);
HttpResponse post_sign_out(District& district, const HttpRequest& request, const Visitor& visitor);
HttpResponse post_password(District& district, const HttpRequest& request, const Visitor& visitor);
// What everybody may know before signing in: the district's name, and a demo's way in.
HttpResponse get_hello(District& district, const HttpRequest& request);
HttpResponse get_me(District& district, const HttpRequest& request, const Visitor& visitor);

// Committed with the look or deed itself: no line, no answer.
Status write_audit(District::Access& access, const Visitor& visitor, UtcInstant now, const std::string& action,
                   const std::string& subject, const std::string& reason);

}  // namespace mulin::sync::server
