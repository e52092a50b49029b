#pragma once
// The console: its page, and the JSON that the page shows. Everything but the page itself, /healthz and
// /metrics needs a sign-in (console_access.h); which role may ask for what stands in one table here.

#include <string>
#include <string_view>
#include <vector>

#include "sync/console/console_access.h"
#include "sync/district/district.h"
#include "sync/http/http_types.h"

namespace mulin::sync::server {

HttpResponse answer_console(District& district, const ConsoleSettings& settings, const HttpRequest& request);

// "GET /api/today" and so on: everything behind the sign-in.
std::vector<std::string> console_addresses();

// A file of the page, carried inside the program (made from console/ at build time).
struct ConsoleFile {
    const char* path;
    const char* content_type;
    std::string_view content;
};
extern const std::vector<ConsoleFile> kConsoleFiles;

}  // namespace mulin::sync::server
