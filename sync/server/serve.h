#pragma once
// The running server: tills on one address, the console on another, operators on a socket file in the
// data directory (admin.sock, owner only).

#include <functional>
#include <string>

#include "sync/server/commands.h"

namespace mulin::sync::server {

struct ServeOptions {
    std::string listen;   // "127.0.0.1:8443"; port 0 takes a free one
    std::string console;
    std::vector<std::string> names;  // more names for the server's certificate
    // The console's own certificate (chain) and key, PEM. Without them it is plain HTTP on loopback, and
    // elsewhere TLS with the district's certificate.
    std::string console_certificate, console_key;
};

// Refuses to start with key files that others can read. Returns after SIGTERM or SIGINT. `ready` is called once, with the line for stdout, when both
// addresses answer.
Status serve(District& district, const ServeOptions& options, const std::function<void(const std::string&)>& ready);

// Runs the command in the server that holds the district.
Result<CommandResult> run_in_server(const std::filesystem::path& dir, const Command& command);

}  // namespace mulin::sync::server
