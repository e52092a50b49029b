#pragma once
// The console: a page on loopback and the JSON it shows. Read-only; no personal data leaves here.

#include <string_view>
#include <vector>

#include "sync/server/district.h"
#include "sync/server/http_types.h"

namespace mulin::sync::server {

// GET /, /console.js, /differences.js, /console.css, /api/today[?date=…], /api/differences (the newest,
// with both accounts of each).
HttpResponse answer_console(District& district, const HttpRequest& request);

// A file of the page, carried inside the program (made from console/ at build time).
struct ConsoleFile {
    const char* path;
    const char* content_type;
    std::string_view content;
};
extern const std::vector<ConsoleFile> kConsoleFiles;

}  // namespace mulin::sync::server
