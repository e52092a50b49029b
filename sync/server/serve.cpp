#include "sync/server/serve.h"

#include "sync/server/console_routes.h"
#include "sync/server/http_server.h"
#include "sync/server/reprice.h"
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

Result<Endpoint> till_endpoint(District& district, const ServeOptions& options) {
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
    endpoint.handle = [&district](const HttpRequest& request) { return answer_till(district, request); };
    endpoint.body_limit = body_limit_of;
    return endpoint;
}

Result<Endpoint> console_endpoint(District& district, const ServeOptions& options) {
    MULIN_TRY(const auto address, parse_address(options.console));
    if (address.first.rfind("127.", 0) != 0 && address.first != "::1") {
        return payment::fail(payment::ErrorCode::refused,
                             "The console has no sign-in yet and is served on loopback only, such as 127.0.0.1:8080.");
    }
    Endpoint endpoint;
    endpoint.host = address.first;
    endpoint.port = address.second;
    endpoint.handle = [&district](const HttpRequest& request) { return answer_console(district, request); };
    endpoint.body_limit = [](std::string_view) { return kConsoleBodyBytes; };
    endpoint.max_connections = 200;
    return endpoint;
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
    MULIN_TRY(auto tills, till_endpoint(district, options));
    MULIN_TRY(auto console, console_endpoint(district, options));
    std::vector<Endpoint> endpoints;
    endpoints.push_back(std::move(tills));
    endpoints.push_back(std::move(console));
    endpoints.push_back(admin_endpoint(district));
    MULIN_TRY(const auto server, HttpServer::open(std::move(endpoints), kWorkers));
    ready("ready listen=" + address_text(options.listen, server->port(0)) +
          " console=" + address_text(options.console, server->port(1)));
    {
        const PricingThread pricing(district);
        server->run();
    }
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
