#include "sync/http/server_log.h"

#include <cstdio>

#include <nlohmann/json.hpp>

namespace mulin::sync::server {

void ServerLog::write(std::string_view level, std::string_view event, const std::vector<Field>& fields) {
    using nlohmann::ordered_json;
    ordered_json line = {{"at", payment::to_rfc3339(clock_.utc())}, {"level", level}, {"event", event}};
    for (const Field& field : fields) {
        line[field.key] = field.number ? ordered_json::parse(field.value, nullptr, false) : ordered_json(field.value);
    }
    const std::string text = line.dump(-1, ' ', true, ordered_json::error_handler_t::replace) + "\n";
    const std::lock_guard lock(mutex_);
    std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace mulin::sync::server
