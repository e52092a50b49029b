#include "payment/wire/form.h"

#include <algorithm>

namespace mulin::payment {
namespace {

bool unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Calls take(name, value) for each pair; false when there is a pair without '=' or take says no.
template <class Take>
bool each_pair(std::string_view text, Take take) {
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        const auto middle = pair.find('=');
        if (middle == std::string_view::npos || !take(pair.substr(0, middle), pair.substr(middle + 1))) return false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

}  // namespace

std::string percent_encode(std::string_view bytes) {
    static const char* digits = "0123456789ABCDEF";
    std::string out;
    for (char c : bytes) {
        if (unreserved(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return out;
}

std::optional<std::string> percent_decode(std::string_view text, Plus plus) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == Plus::is_space) {
            out += ' ';
        } else if (text[i] == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = digit(text[i + 1]), low = digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string form_encode(const FormFields& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (!out.empty()) out += '&';
        out += percent_encode(name) + '=' + percent_encode(value);
    }
    return out;
}

std::optional<FormFields> form_decode(std::string_view text, Plus plus) {
    FormFields fields;
    const bool good = each_pair(text, [&](std::string_view name, std::string_view value) {
        auto key = percent_decode(name, plus);
        auto content = percent_decode(value, plus);
        return key && content && fields.emplace(std::move(*key), std::move(*content)).second;
    });
    if (!good) return std::nullopt;
    return fields;
}

std::optional<FormFields> form_split(std::string_view text) {
    FormFields fields;
    const bool good = each_pair(text, [&](std::string_view name, std::string_view value) {
        return fields.emplace(std::string(name), std::string(value)).second;
    });
    if (!good) return std::nullopt;
    return fields;
}

std::string sorted_line(const FormFields& fields, std::initializer_list<std::string_view> without) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (value.empty() || std::find(without.begin(), without.end(), name) != without.end()) continue;
        if (!out.empty()) out += '&';
        out += name + '=' + value;
    }
    return out;
}

const std::string& field(const FormFields& fields, const std::string& name) {
    static const std::string none;
    const auto found = fields.find(name);
    return found == fields.end() ? none : found->second;
}

}  // namespace mulin::payment
