#include "sync/http/http_types.h"

#include <algorithm>
#include <charconv>

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

std::string_view HttpRequest::cookie(std::string_view name) const {
    std::string_view rest = cookies;
    while (!rest.empty()) {
        std::string_view pair = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
    }
    return {};
}

HttpResponse refusal(int status, const std::string& code, const std::string& message) {
    return {status, "application/json", print(WireRefusal{code, message}), {}};
}

payment::Result<std::pair<std::string, int>> parse_address(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    int port = -1;
    if (colon != std::string::npos) {
        const char* end = text.data() + text.size();
        const auto [at, error] = std::from_chars(text.data() + colon + 1, end, port);
        if (error != std::errc() || at != end) port = -1;
    }
    if (port < 0 || port > 65535 || colon == 0) {
        return payment::fail(payment::ErrorCode::invalid_input, "\"" + text + "\" is not an address; write it like 127.0.0.1:8443.");
    }
    std::string host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    if (host == "localhost") host = "127.0.0.1";
    return std::pair(host, port);
}

}  // namespace mulin::sync::server
