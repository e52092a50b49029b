#include "payment/wire/http.h"

namespace mulin::payment {

std::optional<std::string> HttpAnswer::header(std::string_view name) const {
    std::optional<std::string> found;
    for (const auto& [key, value] : headers) {
        if (key != name) continue;
        if (found) return std::nullopt;
        found = value;
    }
    return found;
}

}  // namespace mulin::payment
