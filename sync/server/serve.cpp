#include "sync/server/serve.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include "sync/console/audit_log.h"
#include "sync/console/console_routes.h"
#include "sync/http/http_server.h"
#include "sync/http/server_log.h"
#include "sync/server/metrics.h"
#include "sync/server/pricing_thread.h"
#include "sync/server/till_routes.h"

namespace mulin::sync::server {
namespace {

constexpr int kWorkers = 8;
constexpr std::size_t kConsoleBodyBytes = 4 * 1024;
constexpr std::size_t kAdminBodyBytes = 256u * 1024 * 1024;

HttpResponse answer_operator(District& district, const HttpRequest& request) {
    if (request.method != "POST" || request.path() != "/command") return refusal(404, "not_found", "There is nothing here.");
    const auto command = parse_command(request.body);
    const CommandResult result = command ? run_command(district, *command) : failed(command.error());
    return {200, "application/json", print_result(result)};
}

// What all endpoints share while the server runs.
struct Watch {
    District& district;
    ServerLog log;
    Metrics metrics;
    const HttpServer* server = nullptr;  // set before anything is served
};

const std::vector<const char*> kEndpointNames{"tills", "console", "operator"};

bool is_loopback(const std::string& address) { return address.rfind("127.", 0) == 0 || address == "::1"; }

// A server that cannot read its database is not healthy.
HttpResponse answer_health(District& district) {
    auto access = district.access();
    const auto change = access.directory.change();
    if (!change) return refusal(503, error_code_name(change.error().code), change.error().message);
    return {200, "application/json", "{\"status\":\"ok\"}\n", {}};
}

// Counts only, and to this machine only: a collector elsewhere reads them through something that knows it.
HttpResponse answer_metrics(Watch& watch, const HttpRequest& request) {
    if (!is_loopback(request.source) || request.forwarded) {
        return refusal(403, "not_here", "Metrics are read on the server's own machine, at its console's address.");
    }
    const auto text = watch.metrics.text(watch.district, *watch.server, kEndpointNames);
    if (!text) return refusal(503, error_code_name(text.error().code), text.error().message);
    return {200, "text/plain; version=0.0.4; charset=utf-8", *text, {}};
}

std::string number_text(std::int64_t number) { return std::to_string(number); }

// Times and counts one answer; refusals and slow answers go to the log, by route and never by query.
HttpResponse watched(Watch& watch, const char* endpoint, const HttpRequest& request,
                     const std::function<HttpResponse(const HttpRequest&)>& handle) {
    constexpr std::int64_t kSlowMs = 2'000;
    const auto began = watch.district.clock().monotonic();
    HttpResponse answer = handle(request);
    const std::int64_t ms = watch.district.clock().monotonic().ms - began.ms;
    const std::string path = answer.status == 404 || answer.status == 421 ? "other" : std::string(request.path());
    watch.metrics.count_request(endpoint, path, answer.status, ms);
    if (answer.status >= 400 || ms > kSlowMs) {
        watch.log.warning(answer.status >= 400 ? "refused" : "slow",
                          {{"endpoint", endpoint}, {"path", path}, {"method", request.method.substr(0, 10)}, {"source", request.source},
                           {"till", request.certificate_uri}, {"status", number_text(answer.status), true}, {"ms", number_text(ms), true}});
    }
    return answer;
}

Result<Endpoint> till_endpoint(Watch& watch, const ServeOptions& options) {
    District& district = watch.district;
    MULIN_TRY(const auto address, parse_address(options.listen));
    std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
    if (address.first != "0.0.0.0" && address.first != "::") names.push_back(address.first);
    names.insert(names.end(), options.names.begin(), options.names.end());
    const auto keys = district.dir() / "keys";
    MULIN_TRY(const auto files, district.authority().server_files(keys, names, district.clock().utc()));
    Endpoint endpoint;
    endpoint.host = address.first;
    endpoint.port = address.second;
    endpoint.tls = TlsFiles{files.certificate, files.key, keys / "ca.crt"};
    endpoint.handle = [&watch](const HttpRequest& request) {
        return watched(watch, "tills", request, [&watch](const HttpRequest& asked) {
            if (asked.path() == "/healthz" && asked.method == "GET") return answer_health(watch.district);
            return answer_till(watch.district, asked);
        });
    };
    endpoint.body_limit = body_limit_of;
    return endpoint;
}

HttpResponse answer_office(Watch& watch, const ConsoleSettings& settings, const HttpRequest& request) {
    if (request.method == "GET" && request.path() == "/healthz") return answer_health(watch.district);
    if (request.method == "GET" && request.path() == "/metrics") return answer_metrics(watch, request);
    return answer_console(watch.district, settings, request);
}

// Plain on loopback; anywhere else only over TLS, with the office's own certificate or the district's.
Result<Endpoint> console_endpoint(Watch& watch, const ServeOptions& options, const Endpoint& tills) {
    MULIN_TRY(const auto address, parse_address(options.console));
    Endpoint endpoint;
    endpoint.host = address.first;
    endpoint.port = address.second;
    if (!options.console_certificate.empty()) {
        endpoint.tls = TlsFiles{options.console_certificate, options.console_key, {}};
    } else if (!is_loopback(address.first)) {
        endpoint.tls = TlsFiles{tills.tls->certificate, tills.tls->key, {}};
    }
    endpoint.handle = [&watch, settings = ConsoleSettings{options.names}](const HttpRequest& request) {
        return watched(watch, "console", request,
                       [&](const HttpRequest& asked) { return answer_office(watch, settings, asked); });
    };
    endpoint.body_limit = [](std::string_view) { return kConsoleBodyBytes; };
    endpoint.max_connections = 200;
    endpoint.max_waiting = 40;
    return endpoint;
}

// Others must not read what proves that we are we.
Status check_key_files(const std::filesystem::path& keys) {
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(keys, error)) {
        if (file.path().extension() == ".crt") continue;
        struct stat info {};
        if (::stat(file.path().c_str(), &info) != 0 || (info.st_mode & 0077) == 0) continue;
        return payment::fail(payment::ErrorCode::refused, "The key file " + file.path().string() +
                                                              " can be read by others; run `chmod 600` on it and start again.");
    }
    if (error) return payment::fail(payment::ErrorCode::disk, "The directory " + keys.string() + " cannot be read.");
    return payment::ok();
}

// Two thousand tills need more handles than a shell grants.
void raise_open_files() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

// The head of the audit log stands in another log too: a cut-off end is found beside it.
void log_start(Watch& watch, const std::string& ready) {
    auto access = watch.district.access();
    const auto head = console::AuditLog(access.database).head();
    watch.log.info("started", {{"what", ready}, {"audit_lines", number_text(head ? head->lines : -1), true}, {"audit_head", head ? head->hash : ""}});
}

Endpoint admin_endpoint(District& district) {
    Endpoint endpoint;
    endpoint.host = (district.dir() / "admin.sock").string();
    endpoint.port = -1;
    endpoint.handle = [&district](const HttpRequest& request) { return answer_operator(district, request); };
    endpoint.body_limit = [](std::string_view) { return kAdminBodyBytes; };
    return endpoint;
}

std::string address_text(const std::string& given, int port) {
    return given.substr(0, given.rfind(':')) + ":" + std::to_string(port);
}

}  // namespace

Status serve(District& district, const ServeOptions& options, const std::function<void(const std::string&)>& ready) {
    MULIN_TRY_STATUS(check_key_files(district.dir() / "keys"));
    raise_open_files();
    Watch watch{district, ServerLog(district.clock()), {}};
    auto keys = std::make_unique<KeysHeld>(district.dir());
    MULIN_TRY(auto tills, till_endpoint(watch, options));
    MULIN_TRY(auto console, console_endpoint(watch, options, tills));
    std::vector<Endpoint> endpoints;
    endpoints.push_back(std::move(tills));
    endpoints.push_back(std::move(console));
    // Operators of a district in PostgreSQL open it themselves.
    if (!district.shared()) endpoints.push_back(admin_endpoint(district));
    MULIN_TRY(const auto server, HttpServer::open(std::move(endpoints), kWorkers));
    keys.reset();
    watch.server = server.get();
    const std::string line = "ready listen=" + address_text(options.listen, server->port(0)) +
                             " console=" + address_text(options.console, server->port(1));
    log_start(watch, line);
    ready(line);
    {
        const PricingThread pricing(district);
        server->run();
    }
    watch.log.info("stopped");
    std::error_code ignored;
    std::filesystem::remove(district.dir() / "admin.sock", ignored);
    return payment::ok();
}

Result<CommandResult> run_in_server(const std::filesystem::path& dir, const Command& command) {
    MULIN_TRY(const auto answer, call_socket_file(dir / "admin.sock", "/command", print_command(command)));
    if (answer.status != 200) return payment::fail(payment::ErrorCode::peer, "The district's server refused the command.");
    return parse_result(answer.body);
}

}  // namespace mulin::sync::server
