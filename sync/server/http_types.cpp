#include "sync/server/http_types.h"

#include "sync/wire/messages.h"

namespace mulin::sync::server {

std::string_view HttpRequest::query(std::string_view name) const {
    const std::size_t mark = target.find('?');
    std::string_view rest = mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const std::size_t equals = pair.find('=');
        if (pair.substr(0, equals) == name && equals != std::string_view::npos) return pair.substr(equals + 1);
    }
    return {};
}

HttpResponse refusal(int status, const std::string& code, const std::string& message) {
    return {status, "application/json", print(WireRefusal{code, message})};
}

}  // namespace mulin::sync::server
